"""Live index → HTML: the search page, the list of documents, the API reference, and errors as a page."""

import hashlib
import logging
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.responses import HTMLResponse, Response, StreamingResponse

from index.errors import TiaowenError
from retriever.search import DEPTH, Mode
from service.api import present, schema
from service.api.facets import MAX_VALUES, allowed_documents
from service.live import Live, Serving
from service.middleware.edge import request_id_of
from service.middleware.exchange import note_search
from service.middleware.guard import asked_of
from service.page import reading
from service.page.answered import box
from service.page.reference import anchor, reference
from service.page.state import PAGE_RESULTS, State, checked, state_of
from service.page.wording import LINKS, Wording
from service.problems import Problem, Refused, from_error

log = logging.getLogger(__name__)

MAIN = '<main id="main"'
WEB = Path(__file__).parent / "web"
PAGE_DOCUMENTS = 50
FIRST_CHARS, NEXT_CHARS = 16_384, 131_072
"""Of a long page: what is sent at once, enough for a screen, and what is then gathered."""
HOME_DOCUMENTS = 8
SHOWN_VALUES = 8
"""Values of a facet that are shown at once; the others open below them."""
CHOICES = 12
"""Documents offered in the filter panel; others are found there by their title."""
EXCERPT_CHARS = 420
API_PATHS = frozenset(
    (
        "v1",
        "search",
        "ask",
        "documents",
        "clauses",
        "jobs",
        "admin",
        "metrics",
        "healthz",
        "facets",
        "readyz",
        "openapi.json",
    )
)
ADMIN_PAGES = ("/admin", "/admin/rebuild", "/admin/publish", "/admin/delete", "/admin/upload")
"""Paths of the page below one of the API."""
EXAMPLES = {
    schema.DOCUMENT_ID: (
        "到2025年研发投入占比要达到多少", "国外的人才来深圳办签证有什么方便", "由谁负责落实这个方案",
        "知识产权可以拿来融资吗", "social security card for public services",
    )
}  # fmt: skip


class Pages:
    """Templates and words, loaded once."""

    def __init__(self, *, worded: bool = False) -> None:
        """`worded`: a language model is there to word answers."""
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(WEB),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        digest = hashlib.sha256(b"".join(f.read_bytes() for f in sorted((WEB / "static").iterdir())))
        self._words: dict[str, Wording] = {}
        self._templates.globals.update(
            static=f"/static/v-{digest.hexdigest()[:8]}",
            encoded=present.encoded,
            anchor=anchor,
            english=Wording("en"),
            languages=LINKS,
            worded=worded,
        )

    def words(self, language: str) -> Wording:
        """Made when first wanted: few ask for all languages, and each costs a start time."""
        if language not in self._words:
            self._words[language] = Wording(language)
        return self._words[language]

    def render(self, template: str, state: State, status: int = 200, **values: Any) -> HTMLResponse:
        words = self.words(state.lang)
        page = self._templates.get_template(template).render(w=words, state=state, **values)
        return HTMLResponse(page.encode("utf-8", "replace"), status, {"Vary": "Accept-Language"})

    def streamed(self, template: str, state: State, **values: Any) -> StreamingResponse:
        """A long page, sent while the rest of it is made: the browser shows its beginning meanwhile."""
        return _stream(_gathered(self._pieces(template, state, **values)))

    def begun(self, template: str, state: State, whole: Callable[[], HTMLResponse]) -> StreamingResponse:
        """What precedes the main part of a page at once, the rest as soon as `whole` has made it.

        Meanwhile the browser gets ready, loads the styles and shows the box. Its status is 200 whatever `whole` is.
        """

        def parts() -> Iterator[bytes]:
            yield _until_main(self._pieces(template, state)).encode("utf-8", "replace")
            page = bytes(whole().body)
            yield page[page.index(MAIN.encode()) :]

        return _stream(parts())

    def _pieces(self, template: str, state: State, **values: Any) -> Iterator[str]:
        """What a template makes, as it makes it."""
        words = self.words(state.lang)
        return self._templates.get_template(template).generate(w=words, state=state, **values)

    def problem(self, request: Request, problem: Problem, state: State | None = None) -> HTMLResponse:
        """The error as a page, with its status; the question stays in the box."""
        state = state or state_of(request)
        words = self.words(state.lang)
        page = self.render("problem.html", state, problem.status, problem=problem, said=words.problem(problem),
                           request_id=request_id_of(request.scope),
                           here=quote(asked_of(request.scope), safe=""))  # fmt: skip
        page.headers.update(problem.headers)
        return page


def _stream(parts: Iterator[bytes]) -> StreamingResponse:
    return StreamingResponse(parts, 200, {"Vary": "Accept-Language"}, "text/html; charset=utf-8")


def _until_main(pieces: Iterator[str]) -> str:
    """Nothing behind the beginning of the main part is made."""
    held = ""
    while MAIN not in held:
        held = "".join((held, next(pieces)))  # a sum with what Jinja marks as safe would be escaped
    return held.partition(MAIN)[0]


def _gathered(pieces: Iterator[str]) -> Iterator[bytes]:
    """Each piece of a template is a few characters; sending costs as much for many."""
    held: list[str] = []
    size, most = 0, FIRST_CHARS
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= most:
            yield "".join(held).encode("utf-8", "replace")
            held, size, most = [], 0, NEXT_CHARS
    yield "".join(held).encode("utf-8", "replace")


def wants_page(request: Request) -> bool:
    """True for a browser outside the API, whose errors are JSON whoever asks."""
    first = request.scope["path"].split("/")[1]
    if request.scope["path"] == "/verify" and request.method == "POST":
        return False  # an alias of the API; the page of that name sends its form to /verify/page
    if request.scope["path"] in ADMIN_PAGES or request.scope["path"].startswith("/admin/edit/"):
        return "text/html" in request.headers.get("accept", "")
    return first not in API_PATHS and "text/html" in request.headers.get("accept", "")


def page_routes(live: Live, pages: Pages) -> APIRouter:
    """`/`, `/read` and `/docs`."""
    router = APIRouter()

    @router.get("/")
    def search(request: Request) -> Response:
        state = state_of(request)
        try:
            serving = live.serving()
            if "q" not in request.query_params:
                return _home(pages, serving, state)
            state = checked(request, state)
            allowed = allowed_documents(
                serving.facets, serving.documents, state.facets(), state.document, "document"
            )
        except (Refused, RequestValidationError) as error:
            return pages.problem(request, from_error(error), state)
        return pages.begun("results.html", state, partial(_told, pages, request, serving, state, allowed))

    @router.get("/read")
    def documents(request: Request) -> HTMLResponse:
        state, serving = state_of(request), live.serving()
        left = map(serving.documents.__getitem__, serving.facets.documents(state.facets(), state.document))
        found = [d for d in left if state.q in d.title or state.q in d.number]
        shown = found[state.offset : state.offset + PAGE_DOCUMENTS]
        return pages.render("documents.html", state, documents=shown, total=len(found), size=PAGE_DOCUMENTS,
                            **_filters(serving, state))  # fmt: skip

    @router.get("/docs")
    def api(request: Request) -> HTMLResponse:
        app: FastAPI = request.app
        described = reference(app.openapi(), str(request.base_url).rstrip("/"))
        return pages.render("docs.html", state_of(request), api=described)

    return router


def _home(pages: Pages, serving: Serving, state: State) -> HTMLResponse:
    documents = list(serving.documents.values())
    examples = [
        q for document_id, asked in EXAMPLES.items() if document_id in serving.documents for q in asked
    ]
    return pages.render(
        "home.html", state, examples=examples, documents=documents[:HOME_DOCUMENTS], total=len(documents)
    )


def _filters(serving: Serving, state: State, found: Sequence[str] = ()) -> dict[str, Any]:
    """What the filter panel shows; the documents `found` are offered before others."""
    choices = serving.facets.listed(state.facets(), state.document, state.title, found)
    return {
        "choices": choices[:CHOICES],
        "more_choices": max(len(choices) - CHOICES, 0),
        "empty": not serving.documents,
        "titles": {d: serving.documents[d].title for d in state.document if d in serving.documents},
        "shown_values": SHOWN_VALUES,
        "most_values": MAX_VALUES,
        "facets": serving.facets.counts(state.facets(), state.document),
        "filtered": serving.facets.total(state.facets(), state.document),
    }


def _told(
    pages: Pages, request: Request, serving: Serving, state: State, allowed: Sequence[str]
) -> HTMLResponse:
    try:
        with serving.turns:
            return _results(pages, serving, state, allowed)
    except Exception as error:  # the page has begun, and nobody further out could tell
        if not isinstance(error, TiaowenError):
            log.exception("request %s failed: GET /", request_id_of(request.scope))
        return pages.problem(request, from_error(error), state)


def _results(pages: Pages, serving: Serving, state: State, allowed: Sequence[str]) -> HTMLResponse:
    found = serving.searcher.search(
        state.q,
        top_k=PAGE_RESULTS,
        offset=state.offset,
        mode=Mode(state.mode),
        documents=allowed,
    )
    note_search(state.q, found.milliseconds)
    catalogue = serving.searcher.index.catalogue
    cards = [
        (ranked, serving.documents[ranked.clause.document_id],
         reading.excerpt(ranked.clause.text, ranked.highlights, EXCERPT_CHARS),
         {signal.side: signal for signal in ranked.signals})
        for ranked in found.clauses
    ]  # fmt: skip
    last = min(found.total, DEPTH)
    answer = None
    if state.mode == Mode.HYBRID and not state.offset:
        given = serving.answerer.answer_from(found)
        only_places = any(place.found for place in found.understood.places) and not found.understood.words
        # 第三条第二款 asks nothing that could be unsaid: the places are the results
        answer = None if given.abstained and only_places else box(given, catalogue)
    return pages.render(
        "results.html", state, found=found, cards=cards, answer=answer,
        **_filters(serving, state, [document.id for _, document, _, _ in cards]),
        size=PAGE_RESULTS, alone=catalogue.numbered_alone, beside=catalogue.beside,
        has_next=state.offset + PAGE_RESULTS < last and state.offset + 2 * PAGE_RESULTS <= DEPTH,
        sides=(*(("exact",) if found.understood.places else ()),
               *(("bm25", "dense") if state.mode == "hybrid" else (state.mode,))),
    )  # fmt: skip
