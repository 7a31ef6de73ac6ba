"""The citation check: a draft → its checks, over the API, as a page, and as lines for the command line."""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request, Response
from starlette.responses import HTMLResponse

from index.errors import QuestionError, ReadError
from retriever.verify.check import Check, Verification
from service.api import examples
from service.api.verify_schema import (
    CheckDifference,
    CheckMessage,
    CheckNumber,
    CitationCheck,
    VerifyRequest,
    VerifyResponse,
)
from service.live import Live
from service.page.pages import Pages
from service.page.state import State, state_of, with_language
from service.problems import Problem

TEXT_EMPTY = Problem(
    422,
    "invalid_field",
    "text: the text is empty; give the draft whose citations are to be checked",
    "text",
)
TEXT_TOO_LARGE = Problem(
    413, "body_too_large", "the body is larger than 2,097,152 bytes; send a shorter text"
)


def verify_routes(live: Live) -> APIRouter:
    """`POST /verify`; mounted under /v1 and, as an alias, without it."""
    api = APIRouter()

    @api.post(
        "/verify",
        summary="Check citations",
        tags=["answers"],
        response_model=VerifyResponse,
        responses=examples.documented(
            examples.INVALID_JSON, TEXT_TOO_LARGE, TEXT_EMPTY, examples.NOTHING_PUBLISHED
        ),
    )
    def verify(body: VerifyRequest) -> Response:
        """Check every citation and quotation of a draft, or of a language model's answer, against the documents.

        Quotations are compared word for word; only width, blanks and the kind of punctuation marks are levelled.
        Numbers and dates beside a citation are compared with the clause, whatever script they are written in.
        """
        answer = verify_response(live.serving().verifier.verify(body.text))
        return Response(answer.model_dump_json(), media_type="application/json")

    return api


def verify_response(verification: Verification) -> VerifyResponse:
    return VerifyResponse(
        checks=[_check(check) for check in verification.checks],
        complete=verification.complete,
        snapshot=verification.snapshot,
        took=round(verification.milliseconds, 3),
    )


def _check(check: Check) -> CitationCheck:
    return CitationCheck(
        start=check.start,
        end=check.end,
        kind=check.kind,
        status=check.status,
        text=check.text,
        cited=check.cited,
        address=check.address,
        citation=check.citation,
        clause=check.clause,
        document_id=check.document_id,
        quote=check.quote,
        quote_start=check.quote_start,
        quote_end=check.quote_end,
        differences=[CheckDifference(kind=d.kind, text=d.text) for d in check.differences],
        numbers=[CheckNumber(**asdict(number)) for number in check.numbers],
        script_differs=check.script_differs,
        message=CheckMessage(zh=check.message_zh, en=check.message_en),
    )


def verify_page_routes(live: Live, pages: Pages) -> APIRouter:
    """`/verify`, the page with the form, and `/verify/page`, where the form goes."""
    router = APIRouter()

    @router.get("/verify")
    def form(request: Request) -> HTMLResponse:
        return _page(pages, state_of(request), "", None)

    @router.get("/verify/page")
    def again(request: Request) -> HTMLResponse:
        return _page(pages, state_of(request), "", None)

    @router.post("/verify/page")
    def page(request: Request, fields: Annotated[dict[str, str], Depends(form_fields)]) -> HTMLResponse:
        text, lang = fields.get("text", ""), fields.get("lang", "")
        state = replace(with_language(state_of(request), lang), here="/verify")
        if not text.strip():
            return _page(pages, state, "", None)
        text = text.replace("\r\n", "\n")
        try:
            return _page(pages, state, text, live.serving().verifier.verify(text))
        except QuestionError as error:
            return pages.problem(request, Problem(422, "text_too_long", str(error), "text"), state)

    return router


async def form_fields(request: Request) -> dict[str, str]:
    """The fields of the form; Starlette's own reader refuses a field of more than 1 MiB."""
    body = (await request.body()).decode("utf-8", "replace")
    try:
        return dict(parse_qsl(body, keep_blank_values=True, max_num_fields=8))
    except ValueError:
        return {}


def _page(pages: Pages, state: State, text: str, found: Verification | None) -> HTMLResponse:
    wrong = sum(not check.holds for check in found.checks) if found else 0
    return pages.render("verify.html", state, draft=text, found=found, wrong=wrong)


def draft_of(file: Path) -> str:
    """The draft in a file, or on standard input for `-`. Raises ReadError."""
    try:
        raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return raw.decode("utf-8-sig")
    except OSError as error:
        raise ReadError(
            f"{file} cannot be read ({error.strerror}); name a text file, or - for standard input"
        ) from error
    except UnicodeDecodeError as error:
        raise ReadError(f"{file} is not text in UTF-8; save it as UTF-8 and check it again") from error


def report_lines(draft: str, verification: Verification) -> Iterator[str]:
    """The checks for a terminal: line and status, the words, and what is wrong with them."""
    for check in verification.checks:
        line = draft.count("\n", 0, check.start) + 1
        yield f"{line}: {'ok ' if check.holds else '!! '}{check.status.value}  {_one_line(check.text)}"
        if check.citation:
            yield f"     {check.citation}  {check.address}"
        if not check.holds or check.script_differs:
            yield f"     {check.message_zh} {check.message_en}"
            if check.quote and check.kind == "quotation":
                yield f"     原文：{_one_line(check.quote)}"
    counts = Counter(check.status.value for check in verification.checks)
    yield ", ".join(f"{count} {status}" for status, count in sorted(counts.items())) or "nothing to check"
    if not verification.complete:
        yield "the draft holds more citations or quotations than are checked at once; check the rest separately"


def _one_line(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 120 else words[:119] + "…"
