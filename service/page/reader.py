"""A document → the page it is read on, with what is looked for marked; its text, diagnosis and original as files."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import Response

from index.catalogue import Listing
from index.citing import cited_by, clauses_cited_by, document_cited_by, document_cites
from index.document import Clause
from index.errors import QuestionError
from index.text import Tokenizer
from retriever.highlight import highlights, worth_marking
from retriever.question import ask
from service.api import present
from service.api.original_file import PDF, file_response, original_of
from service.live import Live
from service.page import reading
from service.page.findings import findings_table
from service.page.links import jumps
from service.page.pages import Pages
from service.page.state import State, state_of
from service.problems import Problem, Refused, known

CITED_BY_SHOWN = 10
"""References to a clause that the reader lists; to the clause it was opened at, all that the API gives."""
MAX_FIND_CHARS = 100
LONG_BLOCKS = 200
"""A page of more paragraphs is sent while it is made."""
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')


def reader_routes(live: Live, pages: Pages) -> APIRouter:
    """`/read/{document}`; `/text/…`, `/findings/…` and `/original/{document}` are files."""
    router = APIRouter()

    @router.get("/read/{document_id:path}")
    def reader(document_id: str, request: Request) -> Response:
        given = request.query_params
        find = given.get("find", "").strip()[:MAX_FIND_CHARS]
        opened = Opened(given.get("clause", ""), _spans(given.get("quote", "")), find)
        return _reader(pages, live, document_id, state_of(request), opened)

    @router.get("/text/{document_id:path}")
    def text(document_id: str) -> Response:
        """The text as it was read."""
        serving = live.serving()
        listing = known(serving.documents, document_id, "document")
        whole = serving.searcher.index.catalogue.document(document_id).text
        return _file(listing, whole.encode("utf-8", "replace"), ".txt", "text/plain; charset=utf-8")

    @router.get("/findings/{document_id:path}")
    def findings(document_id: str, request: Request) -> Response:
        """The diagnosis as a table for spreadsheets, in the language of the page."""
        serving = live.serving()
        listing = known(serving.documents, document_id, "document")
        catalogue = serving.searcher.index.catalogue
        text, found = catalogue.document(document_id).text, catalogue.findings(document_id)
        table = findings_table(found, text, pages.words(state_of(request).lang))
        return _file(listing, table, ".csv", "text/csv; charset=utf-8")

    @router.get("/original/{document_id:path}")
    def original(document_id: str, request: Request) -> Response:
        """The file it was read from; a PDF is shown where the page links to a place in it."""
        kept = original_of(live.serving(), document_id, "document")
        file = live.parts.store.originals.opened(kept)
        return file_response(kept, file, request.headers, "inline" in request.query_params)

    return router


def _file(listing: Listing, content: bytes, suffix: str, media_type: str) -> Response:
    """A download named after the document."""
    name = _NOT_IN_NAMES.sub("_", listing.title or listing.id)[:80].strip(". ") or "document"
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='', errors='replace')}{suffix}"
    return Response(content, media_type=media_type, headers={"Content-Disposition": disposition})


@dataclass(frozen=True, slots=True)
class Opened:
    """What a document is opened for: a clause, quotations in it (code points from its start), words to find."""

    address: str
    quotes: Sequence[tuple[int, int]]
    find: str


def _spans(given: str) -> list[tuple[int, int]]:
    """12-40,51-60 → [(12, 40), (51, 60)]; what is no stretch, or begins within another, is left out."""
    found: list[tuple[int, int]] = []
    for numbers in re.finditer(r"([0-9]{1,8})-([0-9]{1,8})", given[:200]):
        start, end = int(numbers[1]), int(numbers[2])
        if (found[-1][1] if found else 0) <= start < end:
            found.append((start, end))
    return found


def _reader(pages: Pages, live: Live, document_id: str, state: State, opened: Opened) -> Response:
    serving, address, find = live.serving(), opened.address, opened.find
    listing = known(serving.documents, document_id, "document")
    catalogue = serving.searcher.index.catalogue
    clauses = catalogue.clauses_of(document_id)
    by_address = {clause.address: clause for clause in clauses}
    if address and address not in by_address:
        raise Refused(Problem(404, "clause_not_found", f"{document_id} has no clause {address!r}", "clause"))
    current = by_address.get(address)
    here = len(document_id) + 1
    found = reading.blocks(
        catalogue.document(document_id).text,
        catalogue.nodes(document_id),
        {clause.address[here:]: clause for clause in clauses},
        current,
        _marks(current, opened.quotes, state.q, serving.searcher.tokenizer) if current and not find else (),
        jumps(
            document_cites(catalogue, document_id),
            state,
            lambda cited: present.is_newer(cited, document_id, serving.documents),
        ),
        find,
    )
    cited = clauses_cited_by(catalogue, document_id, CITED_BY_SHOWN)
    if address in cited:
        cited[address] = cited_by(catalogue, address)
    at = current.position if current else 0
    numbers = Counter(clause.number for clause in clauses if clause.number)
    answer = pages.streamed if len(found) > LONG_BLOCKS else pages.render
    return answer(
        "reader.html", state, document=listing, blocks=found, contents=reading.contents(found), address=address,
        findings=catalogue.findings(document_id), original=catalogue.original(document_id), pdf=PDF,
        current=current, cited=cited,
        document_cited=document_cited_by(catalogue, document_id),
        alone={number for number, times in numbers.items() if times == 1},
        quoted=bool(opened.quotes) and not find,
        holds=listing.holds_on(date.today().isoformat()), find=find, hits=reading.marks(found) if find else 0,
        before=clauses[at - 1] if current and at else None,
        after=clauses[at + 1] if current and at + 1 < len(clauses) else None,
    )  # fmt: skip


def _marks(
    current: Clause, quotes: Sequence[tuple[int, int]], question: str, tokenizer: Tokenizer
) -> list[tuple[int, int]]:
    """The quotations that one came for, else the words of the question in the clause; as spans of the document."""
    try:
        words = ask(question, tokenizer).words if question.strip() and not quotes else []
    except QuestionError:
        return []
    spans = quotes or highlights(current.text, worth_marking(words))[0]
    length = len(current.text)
    return [(current.start + s, current.start + min(e, length)) for s, e in spans if s < length]
