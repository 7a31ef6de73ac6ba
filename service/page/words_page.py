"""`/admin/edit/{kind}`: the user's dictionary or synonyms in a form, what a change would do, and saving it."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.responses import HTMLResponse, RedirectResponse

from service.api.job_routes import told
from service.api.verify import form_fields
from service.api.words_routes import Changes
from service.api.words_schema import PreviewResponse
from service.jobs.journal import Journal
from service.live import Live
from service.middleware.edge import MAX_WORDS_BYTES
from service.operations import Operations
from service.page.admin_page import followed
from service.page.pages import Pages
from service.page.state import state_of
from service.problems import Problem, Refused
from service.words import Kind, Proposed, WordStore, bad_lines

SHOWN = 100
"""Changed questions on the page; the API tells all of them."""
SHOWN_MOVES = 12
Fields = Annotated[dict[str, str], Depends(form_fields)]


@dataclass(frozen=True, slots=True)
class Sent:
    """What the form sent."""

    text: str
    version: str
    questions: str


def words_page_routes(live: Live, pages: Pages, operations: Operations) -> APIRouter:
    """Where keys are needed, an administrator's."""
    router = APIRouter()
    changes = Changes(live, operations)

    def page(request: Request, kind: Kind, status: int = 200, **values: Any) -> HTMLResponse:
        words = changes.told(kind)
        shown = {"text": words.text, "questions": "", "problem": None, "bad": [], "job": None, "found": None,
                 "saved": "", **values}  # fmt: skip
        return pages.render("words.html", state_of(request), status, words=words, shown_questions=SHOWN,
                            shown_moves=SHOWN_MOVES, **shown)  # fmt: skip

    @router.get("/admin/edit/{kind}")
    def edit(request: Request, kind: Kind) -> HTMLResponse:
        asked, store = request.query_params, WordStore(live.parts.store.path)
        former = next((one for one in store.former(kind) if str(one.id) == asked.get("former")), None)
        if former:
            return page(request, kind, text=former.text)
        proposed = store.proposed(asked.get("preview", ""))
        if proposed is None or proposed.kind != kind:
            return page(request, kind, saved=asked.get("saved", ""))
        return page(request, kind, text=proposed.text, **_previewed(live, proposed))

    @router.get("/admin/edit/{kind}/file")
    def file(kind: Kind) -> Response:
        return Response(changes.told(kind).text.encode("utf-8", "replace"), media_type="text/plain; charset=utf-8",
                        headers={"Content-Disposition": f'attachment; filename="{kind}.txt"'})  # fmt: skip

    @router.post("/admin/edit/{kind}")
    async def preview(request: Request, kind: Kind) -> Response:
        try:
            sent = await _sent(request)
        except UnicodeDecodeError:
            problem = Problem(
                422,
                "invalid_text",
                "the uploaded file is not text in UTF-8; save it as UTF-8 and send it again",
            )
            return await run_in_threadpool(lambda: page(request, kind, 422, problem=problem))
        return await run_in_threadpool(propose, request, kind, sent)

    def propose(request: Request, kind: Kind, sent: Sent) -> Response:
        try:
            job = changes.preview(kind, sent.text, sent.version, sent.questions)
        except Refused as refused:
            return page(request, kind, refused.problem.status, text=sent.text, questions=sent.questions,
                        problem=refused.problem, bad=bad_lines(kind, sent.text))  # fmt: skip
        link = state_of(request).bare(f"/admin/edit/{kind}")
        return RedirectResponse(f"{link}{'&' if '?' in link else '?'}preview={job.id}", 303)

    @router.post("/admin/edit/{kind}/save")
    def save(request: Request, kind: Kind, fields: Fields) -> Response:
        proposed = WordStore(live.parts.store.path).proposed(fields.get("preview", ""))
        if proposed is None or proposed.kind != kind:
            problem = Problem(
                404, "preview_not_found", "the proposed words are gone; more recent ones took their place"
            )
            return page(request, kind, 404, problem=problem)
        try:
            job = changes.save(kind, proposed.text, proposed.version)
        except Refused as refused:
            return page(request, kind, refused.problem.status, text=proposed.text, problem=refused.problem)
        if job:
            return followed(state_of(request), job.id)
        link = state_of(request).bare(f"/admin/edit/{kind}")
        return RedirectResponse(f"{link}{'&' if '?' in link else '?'}saved=1", 303)

    return router


def _previewed(live: Live, proposed: Proposed) -> dict[str, Any]:
    job = Journal(live.parts.store.path).find(proposed.job)
    result = proposed.result
    found = (
        PreviewResponse.model_validate({"kind": proposed.kind, "text": proposed.text, **result})
        if result
        else None
    )
    return {"job": told(job) if job else None, "found": found}


async def _sent(request: Request) -> Sent:
    """The fields; a file that was chosen stands in for the text field. Raises UnicodeDecodeError."""
    async with request.form(max_files=2, max_fields=6, max_part_size=MAX_WORDS_BYTES) as form:

        async def text_of(file: str, field: str) -> str:
            chosen = form.get(file)
            if isinstance(chosen, UploadFile) and chosen.filename:
                return (await chosen.read()).decode("utf-8-sig").replace("\r\n", "\n")
            written = form.get(field)
            return written.replace("\r\n", "\n") if isinstance(written, str) else ""

        version = form.get("version")
        return Sent(await text_of("file", "text"), version if isinstance(version, str) else "",
                    await text_of("questions", "asked"))  # fmt: skip
