"""A catalogue and an address in; what the clause there cites, and what cites it, out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from index.catalogue import Catalogue

_T = TypeVar("_T")

SHOWN = 100
"""Most references returned at once: some clauses are cited ten thousand times."""


@dataclass(frozen=True, slots=True)
class Cites:
    """One thing that a clause cites. A place that cites several (第五条至第八条) has one of these for each."""

    start: int
    end: int
    """Span of the reference in the text of its document, code points."""
    title: str
    """Title of the other document as printed, "" where it cites its own."""
    document_id: str
    """Id of the cited document, "" where none in the collection is meant for certain."""
    target: str
    """Address of what is cited, the id of a document cited as a whole, "" where unresolved."""
    display: str
    """What is cited as people write it, "" where unresolved."""
    clause: str
    """Address of the clause that holds it, "" for a whole document or chapter."""


@dataclass(frozen=True, slots=True)
class CitedBy:
    """One place in another clause that cites."""

    address: str
    citation: str
    """Of the citing clause."""
    start: int
    end: int
    """Span of the reference in the citing clause's text."""
    quote: str
    """The reference as printed."""


@dataclass(frozen=True, slots=True)
class Page(Generic[_T]):
    """The first of many, and how many there are."""

    total: int
    first: tuple[_T, ...]


_CITES = "r.start, r.end, r.title, r.document_id, r.target, r.display, coalesce(c.address, '')"
_CITED_BY = (
    "c.address, c.citation, r.start - c.start, r.end - c.start, "
    "substr(c.text, r.start - c.start + 1, r.end - r.start)"
)
_FROM_CLAUSE = "FROM refs r JOIN clauses s ON r.source = s.row LEFT JOIN clauses c ON r.clause = c.row"


def cites(catalogue: Catalogue, address: str, limit: int = SHOWN) -> Page[Cites]:
    """What the clause of that address cites, in order of the text."""
    where = "WHERE s.address = ?"
    total = _count(catalogue, f"FROM refs r JOIN clauses s ON r.source = s.row {where}", (address,))
    query = f"SELECT {_CITES} {_FROM_CLAUSE} {where} ORDER BY r.rowid LIMIT ?"
    return Page(total, tuple(Cites(*row) for row in catalogue.rows(query, (address, limit))))


def cited_by(catalogue: Catalogue, address: str, limit: int = SHOWN) -> Page[CitedBy]:
    """The places in other clauses that cite the clause of that address or something in it."""
    at = "JOIN clauses t ON r.clause = t.row WHERE t.address = ? AND r.source != r.clause"
    return _citing(catalogue, at, (address,), limit)


def document_cited_by(catalogue: Catalogue, document_id: str, limit: int = SHOWN) -> Page[CitedBy]:
    """The places in other documents that cite this document as a whole."""
    return _citing(catalogue, "WHERE r.document_id = ?1 AND r.target = ?1", (document_id,), limit)


def document_cites(catalogue: Catalogue, document_id: str) -> list[Cites]:
    """What all clauses of a document cite, in order of the text."""
    query = f"SELECT {_CITES} {_FROM_CLAUSE} WHERE s.document_id = ? ORDER BY r.rowid"
    return [Cites(*row) for row in catalogue.rows(query, (document_id,))]


def clauses_cited_by(catalogue: Catalogue, document_id: str, limit: int) -> dict[str, Page[CitedBy]]:
    """For every cited clause of a document the first `limit` places that cite it."""
    query = (
        f"SELECT * FROM (SELECT t.address, count(*) OVER (PARTITION BY r.clause), "
        f"row_number() OVER (PARTITION BY r.clause ORDER BY r.rowid) AS place, {_CITED_BY} "
        "FROM clauses t JOIN refs r ON r.clause = t.row JOIN clauses c ON r.source = c.row "
        "WHERE t.document_id = ? AND r.source != r.clause) WHERE place <= ?"
    )
    found: dict[str, tuple[int, list[CitedBy]]] = {}
    for address, total, _, *row in catalogue.rows(query, (document_id, limit)):
        found.setdefault(address, (total, []))[1].append(CitedBy(*row))
    return {address: Page(total, tuple(first)) for address, (total, first) in found.items()}


def _citing(catalogue: Catalogue, where: str, values: Sequence[Any], limit: int) -> Page[CitedBy]:
    total = _count(catalogue, f"FROM refs r {where}", values)
    # The rows are chosen before the texts are read: a clause may be cited from ten thousand long ones.
    chosen = f"SELECT r.rowid FROM refs r {where} ORDER BY r.rowid LIMIT {int(limit)}"
    query = (
        f"SELECT {_CITED_BY} FROM refs r JOIN clauses c ON r.source = c.row "
        f"WHERE r.rowid IN ({chosen}) ORDER BY r.rowid"
    )
    return Page(total, tuple(CitedBy(*row) for row in catalogue.rows(query, values)))


def _count(catalogue: Catalogue, where: str, values: Sequence[Any]) -> int:
    ((total,),) = catalogue.rows(f"SELECT count(*) {where}", values)
    return int(total)
