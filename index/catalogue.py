"""Documents, their sources, nodes and clauses in one SQLite file, read by row, address or document.

`index/catalogue_writer.py` writes it: a search needs neither the splitter nor what joins references.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from index.connections import ConnectionPerThread
from index.document import (
    Clause,
    Document,
    Fact,
    FactOrigin,
    Finding,
    Node,
    NumberOrigin,
    Original,
    Paragraph,
    Source,
)
from index.errors import NotFoundError

_CLAUSE = ("address, document_id, kind, number, number_origin, path, lead_in, citation, text, "
           "start, end, position, page")  # fmt: skip
_DOCUMENT = "id, title, number, issuer, published, text, source, facts"
_LISTING = ("id, title, number, issuer, published, source, clauses, kind, year, effective, expires, repealed, "
            "in_force")  # fmt: skip


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
    kind: str = ""
    """办法, 通知, 法…, or ""."""
    year: int = 0
    """Of publication, else of the 文号; 0 if unknown."""
    effective: str = ""
    """ISO date of effect, or ""."""
    expires: str = ""
    """ISO date of the last day it holds, or ""."""
    repealed: str = ""
    """ISO date of its repeal, "yes" where the day is unknown, or ""."""
    in_force: str = ""
    """"yes" or "no" where a person said so, else ""."""

    def holds_on(self, day: str) -> bool | None:
        """Whether it is in force on an ISO date; None where nothing tells."""
        if self.in_force:
            return self.in_force == "yes"
        if self.repealed and (self.repealed == "yes" or self.repealed <= day):
            return False
        if self.expires and self.expires < day:
            return False
        return self.effective <= day if self.effective else None


class Catalogue:
    """Read access; a connection per thread, since SQLite's are not shared."""

    def __init__(self, path: Path) -> None:
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._connections = ConnectionPerThread(
            partial(sqlite3.connect, uri, uri=True, check_same_thread=False)
        )

    def rows(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        return list(self._connections.get().execute(query, values))

    def documents(self) -> list[Listing]:
        return [Listing(*row) for row in self.rows(f"SELECT {_LISTING} FROM documents ORDER BY place")]

    def document(self, document_id: str) -> Document:
        """Raises NotFoundError."""
        *fields, facts = self._one(document_id, _DOCUMENT)
        return replace(Document(*fields), facts=tuple(map(_fact, json.loads(facts))))

    def nodes(self, document_id: str) -> list[Node]:
        """Every node of the document in pre-order. Raises NotFoundError."""
        (stored,) = self._one(document_id, "nodes")
        return [
            Node(kind, start, own_end, end, parent, number, NumberOrigin(origin), *rest)
            for kind, start, own_end, end, parent, number, origin, *rest in json.loads(stored)
        ]

    def nodes_within(self, document_id: str, start: int, end: int) -> list[Node]:
        """The nodes that lie in a stretch of the text, in pre-order; of a long law that is a tenth of the time."""
        (stored,) = self._one(document_id, "nodes")
        return [
            Node(kind, first, own_end, last, parent, number, NumberOrigin(origin), *rest)
            for kind, first, own_end, last, parent, number, origin, *rest in json.loads(stored)
            if start <= first and last <= end
        ]

    def findings(self, document_id: str) -> list[Finding]:
        """The diagnosis of the document. Raises NotFoundError."""
        (stored,) = self._one(document_id, "findings")
        return [Finding(**finding) for finding in json.loads(stored)]

    def originals(self) -> dict[str, Original]:
        """The files that are kept, by document id; a catalogue made before there were any names none."""
        if not self.rows("SELECT 1 FROM sqlite_master WHERE name = 'originals'"):
            return {}
        query = "SELECT document_id, sha256, name, media_type, size FROM originals"
        return {document_id: Original(*fields) for document_id, *fields in self.rows(query)}

    def original(self, document_id: str) -> Original | None:
        """The file that the document was read from, None where it is not kept."""
        if not self.rows("SELECT 1 FROM sqlite_master WHERE name = 'originals'"):
            return None
        query = "SELECT sha256, name, media_type, size FROM originals WHERE document_id = ?"
        return next((Original(*fields) for fields in self.rows(query, (document_id,))), None)

    def sources(self) -> Iterator[Source]:
        """Every source as it was read, so that a snapshot can be rebuilt without the files."""
        originals = self.originals()
        for document_id, text, stored in self.rows("SELECT id, text, reading FROM documents ORDER BY place"):
            reading = json.loads(stored)
            paragraphs = tuple(Paragraph(*values) for values in reading["paragraphs"])
            yield Source(reading["name"], reading["format"], text, paragraphs, reading["facts"],
                         tuple(reading["warnings"]),
                         tuple(map(_fact, reading.get("overrides", ()))), originals.get(document_id))  # fmt: skip

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

    def beside(self, clause: Clause) -> tuple[str, str]:
        """Addresses of the clauses before and after it in its document; "" where there is none."""
        places = (clause.position - 1, clause.position + 1)
        query = "SELECT position, address FROM clauses WHERE document_id = ? AND position IN (?, ?)"
        found = dict(self.rows(query, (clause.document_id, *places)))
        return found.get(places[0], ""), found.get(places[1], "")

    def numbered_alone(self, clause: Clause) -> bool:
        """Whether no other clause of its document has its number."""
        query = "SELECT 1 FROM clauses WHERE document_id = ? AND number = ? LIMIT 2"
        return bool(clause.number) and len(self.rows(query, (clause.document_id, clause.number))) == 1

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

    def document_ids(self) -> list[str]:
        """Id of every document, in order; a catalogue of an older format gives them and its sources, too."""
        return [document_id for (document_id,) in self.rows("SELECT id FROM documents ORDER BY place")]

    def document_places(self) -> tuple[list[str], list[int]]:
        """Document ids in order, and for every clause row the place of its document among them."""
        counts = self.rows("SELECT clauses FROM documents ORDER BY place")
        return self.document_ids(), [place for place, (count,) in enumerate(counts) for _ in range(count)]

    def _one(self, document_id: str, columns: str) -> Any:
        rows = self.rows(f"SELECT {columns} FROM documents WHERE id = ?", (document_id,))
        if not rows:
            raise NotFoundError(f"no document has the id {document_id!r}; GET /v1/documents lists them")
        return rows[0]


def _fact(fields: Sequence[Any]) -> Fact:
    name, value, start, end, origin = fields
    return Fact(name, value, start, end, FactOrigin(origin))


def _clause(row: Sequence[Any]) -> Clause:
    address, document_id, kind, number, origin, path, lead_in, citation, text, start, end, position, page = (
        row
    )
    return Clause(address, document_id, kind, number, NumberOrigin(origin), tuple(json.loads(path)), lead_in,
                  citation, text, start, end, position, page)  # fmt: skip
