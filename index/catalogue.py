"""Documents, their sources, nodes and clauses in one SQLite file, read by row, address or document."""

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index.document import Clause, Document, Finding, Node, NumberOrigin, Paragraph, Source, Split
from index.errors import NotFoundError
from index.references import links_of

_SCHEMA = """
CREATE TABLE documents (id TEXT PRIMARY KEY, place INTEGER, title TEXT, number TEXT, issuer TEXT,
    published TEXT, source TEXT, clauses INTEGER, text TEXT, reading TEXT, nodes TEXT, findings TEXT);
CREATE TABLE clauses (row INTEGER PRIMARY KEY, address TEXT UNIQUE, document_id TEXT, kind TEXT, number TEXT,
    number_origin TEXT, path TEXT, lead_in TEXT, citation TEXT, start INTEGER, end INTEGER, position INTEGER,
    page INTEGER, text TEXT);
CREATE INDEX clauses_of ON clauses (document_id, position);
CREATE TABLE refs (source INTEGER, start INTEGER, end INTEGER, title TEXT, document_id TEXT, target TEXT,
    clause INTEGER, display TEXT);
"""
# Made after the rows: a tenth of the time.
_INDEXES = """
CREATE INDEX refs_from ON refs (source);
CREATE INDEX refs_to ON refs (clause);
CREATE INDEX refs_to_document ON refs (document_id, target);
"""
_CLAUSE = ("address, document_id, kind, number, number_origin, path, lead_in, citation, text, "
           "start, end, position, page")  # fmt: skip
_DOCUMENT = "id, title, number, issuer, published, text, source"


@dataclass(frozen=True, slots=True)
class Listing:
    """A document as a list shows it: everything but its text."""

    id: str
    title: str
    number: str
    issuer: str
    published: str
    source: str
    clauses: int


def write_catalogue(path: Path, splits: Sequence[tuple[Source, Split]]) -> None:
    """Write the file; clause rows count from 0 in the given order."""
    database = sqlite3.connect(path)
    database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _SCHEMA)
    row = 0
    for place, (source, split) in enumerate(splits):
        document = split.document
        database.execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (document.id, place, document.title, document.number, document.issuer, document.published,
             document.source, len(split.clauses), document.text, _reading(source),
             json.dumps([[getattr(n, f) for f in Node.__slots__] for n in split.nodes], ensure_ascii=False),
             json.dumps([asdict(f) for f in split.findings], ensure_ascii=False)),
        )  # fmt: skip
        for clause in split.clauses:
            database.execute(
                "INSERT INTO clauses VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (row, clause.address, clause.document_id, clause.kind, clause.number, clause.number_origin,
                 json.dumps(clause.path, ensure_ascii=False), clause.lead_in, clause.citation,
                 clause.start, clause.end, clause.position, clause.page, clause.text),
            )  # fmt: skip
            row += 1
    database.executemany(
        "INSERT INTO refs VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (one.source, one.start, one.end, one.title, one.document_id, one.target, one.clause, one.display)
            for one in links_of([split for _, split in splits])
        ),
    )
    database.executescript(_INDEXES)
    database.commit()
    database.close()


def _reading(source: Source) -> str:
    """The source without its text, which stands in its own column once."""
    fields = {
        "name": source.name, "format": source.format, "facts": dict(source.facts), "warnings": source.warnings,
        "paragraphs": [[getattr(p, f) for f in Paragraph.__slots__] for p in source.paragraphs],
    }  # fmt: skip
    return json.dumps(fields, ensure_ascii=False)


class Catalogue:
    """Read access; a connection per thread, since SQLite's are not shared."""

    def __init__(self, path: Path) -> None:
        self._uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._local = threading.local()

    def rows(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = sqlite3.connect(self._uri, uri=True)
        return list(connection.execute(query, values))

    def documents(self) -> list[Listing]:
        rows = self.rows(
            "SELECT id, title, number, issuer, published, source, clauses FROM documents ORDER BY place"
        )
        return [Listing(*row) for row in rows]

    def document(self, document_id: str) -> Document:
        """Raises NotFoundError."""
        return Document(*self._one(document_id, _DOCUMENT))

    def nodes(self, document_id: str) -> list[Node]:
        """Every node of the document in pre-order. Raises NotFoundError."""
        (stored,) = self._one(document_id, "nodes")
        return [
            Node(kind, start, own_end, end, parent, number, NumberOrigin(origin), *rest)
            for kind, start, own_end, end, parent, number, origin, *rest in json.loads(stored)
        ]

    def findings(self, document_id: str) -> list[Finding]:
        """The diagnosis of the document. Raises NotFoundError."""
        (stored,) = self._one(document_id, "findings")
        return [Finding(**finding) for finding in json.loads(stored)]

    def sources(self) -> Iterator[Source]:
        """Every source as it was read, so that a snapshot can be rebuilt without the files."""
        for text, stored in self.rows("SELECT text, reading FROM documents ORDER BY place"):
            reading = json.loads(stored)
            paragraphs = tuple(Paragraph(*values) for values in reading["paragraphs"])
            yield Source(reading["name"], reading["format"], text, paragraphs, reading["facts"],
                         tuple(reading["warnings"]))  # fmt: skip

    def clause(self, address: str) -> Clause:
        """Raises NotFoundError."""
        rows = self.rows(f"SELECT {_CLAUSE} FROM clauses WHERE address = ?", (address,))
        if not rows:
            raise NotFoundError(f"no clause has the address {address!r}; GET /v1/documents lists the documents "
                                "and /v1/documents/{id} the addresses of one")  # fmt: skip
        return _clause(rows[0])

    def clauses_of(self, document_id: str) -> list[Clause]:
        """Every clause of the document in order. Raises NotFoundError."""
        self._one(document_id, "id")
        query = f"SELECT {_CLAUSE} FROM clauses WHERE document_id = ? ORDER BY position"
        return [_clause(row) for row in self.rows(query, (document_id,))]

    def clauses(self, rows: Sequence[int]) -> list[Clause]:
        """The clauses at the given rows, in the given order; at most a page of them."""
        query = f"SELECT row, {_CLAUSE} FROM clauses WHERE row IN ({', '.join('?' * len(rows))})"
        found = {row: _clause(rest) for row, *rest in self.rows(query, rows)}
        return [found[row] for row in rows]

    def addresses(self) -> list[str]:
        """Address of every row."""
        return [address for (address,) in self.rows("SELECT address FROM clauses ORDER BY row")]

    def places(self) -> Iterator[tuple[str, str, str, str]]:
        """Address, document id, path (as JSON) and citation of every row."""
        yield from self.rows("SELECT address, document_id, path, citation FROM clauses ORDER BY row")

    def document_places(self) -> tuple[list[str], list[int]]:
        """Document ids in order, and for every clause row the place of its document among them."""
        ids = [i for (i,) in self.rows("SELECT id FROM documents ORDER BY place")]
        counts = self.rows("SELECT clauses FROM documents ORDER BY place")
        return ids, [place for place, (count,) in enumerate(counts) for _ in range(count)]

    def _one(self, document_id: str, columns: str) -> Any:
        rows = self.rows(f"SELECT {columns} FROM documents WHERE id = ?", (document_id,))
        if not rows:
            raise NotFoundError(f"no document has the id {document_id!r}; GET /v1/documents lists them")
        return rows[0]


def _clause(row: Sequence[Any]) -> Clause:
    address, document_id, kind, number, origin, path, lead_in, citation, text, start, end, position, page = (
        row
    )
    return Clause(address, document_id, kind, number, NumberOrigin(origin), tuple(json.loads(path)), lead_in,
                  citation, text, start, end, position, page)  # fmt: skip
