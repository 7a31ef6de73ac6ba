"""`/admin`: documents with their diagnosis, uploads, words, jobs, snapshots, health and slow requests on one page."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse

from service.api.admin_routes import health_told
from service.api.job_routes import submitted, told, uploaded
from service.api.snapshots_routes import go_back, kept
from service.api.verify import form_fields
from service.api.words_routes import Changes
from service.jobs.journal import Journal
from service.live import Live
from service.operations import Operations
from service.page.pages import Pages
from service.page.state import State, state_of
from service.problems import Refused, known
from service.words import KINDS

PAGE_DOCUMENTS = 20
JOBS_SHOWN = 10
Fields = Annotated[dict[str, str], Depends(form_fields)]


def admin_page_routes(live: Live, pages: Pages, operations: Operations) -> APIRouter:
    """Where keys are needed, an administrator's. Every change is a form, so that none needs JavaScript."""
    router = APIRouter()
    changes = Changes(live, operations)

    @router.get("/admin")
    def admin(request: Request) -> HTMLResponse:
        state, serving = state_of(request), live.serving()
        catalogue = serving.searcher.index.catalogue
        found = [d for d in serving.documents.values() if state.q in d.title or state.q in d.number]
        shown = found[state.offset : state.offset + PAGE_DOCUMENTS]
        journal = Journal(live.parts.store.path)
        job = journal.find(request.query_params.get("job", ""))
        return pages.render(
            "admin.html", state, health=health_told(live, operations.health, operations.load),
            snapshots=kept(live), total=len(found), size=PAGE_DOCUMENTS, manifest=serving.manifest,
            documents=[(one, catalogue.findings(one.id)) for one in shown],
            job=told(job) if job else None, jobs=[told(one) for one in journal.recent(JOBS_SHOWN)],
            words=[changes.told(kind) for kind in KINDS], reindex_needed=changes.reindex_needed(),
        )  # fmt: skip

    @router.post("/admin/upload")
    async def upload(request: Request) -> Response:
        async with uploaded(request) as content:
            job = await run_in_threadpool(submitted, live, operations, "add", "", content)
        operations.job_queued()
        return followed(state_of(request), job.id)

    @router.post("/admin/delete")
    def delete(request: Request, fields: Fields) -> Response:
        document_id = known(live.serving().documents, fields.get("document", ""), "document").id
        job = submitted(live, operations, "delete", document_id)
        operations.job_queued()
        return followed(state_of(request), job.id)

    @router.post("/admin/publish")
    def publish(request: Request, fields: Fields) -> Response:
        go_back(live, fields.get("snapshot", ""))
        return RedirectResponse(state_of(request).bare("/admin") + "#admin-snapshots", 303)

    @router.post("/admin/rebuild")
    def rebuild(request: Request) -> Response:
        try:
            job = changes.reindex().id
        except Refused as refused:
            if refused.problem.code != "reindex_under_way":
                raise
            recent = Journal(live.parts.store.path).recent(200)
            job = next((j.id for j in recent if j.kind == "reindex" and j.state in ("queued", "running")), "")
        return followed(state_of(request), job)

    return router


def followed(state: State, job: str) -> Response:
    """To the page that tells how far the job is."""
    link = state.bare("/admin")
    return RedirectResponse(f"{link}{'&' if '?' in link else '?'}job={job}", 303)
