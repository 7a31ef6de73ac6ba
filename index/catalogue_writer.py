"""Sources and their splits → the SQLite file that `index/catalogue.py` reads."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from index.document import Fact, Node, Paragraph, Source, Split
from index.references import Link, links_of
from index.standing import repeals_of, standing_of

_SCHEMA = """
CREATE TABLE documents (id TEXT PRIMARY KEY, place INTEGER, title TEXT, number TEXT, issuer TEXT,
    published TEXT, source TEXT, clauses INTEGER, kind TEXT, year INTEGER, effective TEXT, expires TEXT,
    repealed TEXT, in_force TEXT, facts TEXT, text TEXT, reading TEXT, nodes TEXT, findings TEXT);
CREATE TABLE originals (document_id TEXT PRIMARY KEY, sha256 TEXT, name TEXT, media_type TEXT, size INTEGER);
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


def write_catalogue(path: Path, splits: Sequence[tuple[Source, Split]]) -> None:
    """Write the file; clause rows count from 0 in the given order."""
    database = sqlite3.connect(path)
    database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _SCHEMA)
    links = list(links_of([split for _, split in splits]))
    repealed = repeals_of([split for _, split in splits], links)
    row = 0
    for place, (source, split) in enumerate(splits):
        document = split.document
        standing = standing_of(document, repealed.get(document.id, ""))
        database.execute(
            f"INSERT INTO documents VALUES ({', '.join('?' * 19)})",
            (document.id, place, document.title, document.number, document.issuer, document.published,
             document.source, len(split.clauses), standing.kind, standing.year, standing.effective,
             standing.expires, standing.repealed, standing.in_force, _facts(document.facts), document.text,
             _reading(source),
             json.dumps([[getattr(n, f) for f in Node.__slots__] for n in split.nodes], ensure_ascii=False),
             json.dumps([asdict(f) for f in split.findings], ensure_ascii=False)),
        )  # fmt: skip
        if kept := source.original:
            database.execute(
                "INSERT INTO originals VALUES (?, ?, ?, ?, ?)",
                (document.id, kept.sha256, kept.name, kept.media_type, kept.size),
            )
        for clause in split.clauses:
            database.execute(
                "INSERT INTO clauses VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (row, clause.address, clause.document_id, clause.kind, clause.number, clause.number_origin,
                 json.dumps(clause.path, ensure_ascii=False), clause.lead_in, clause.citation,
                 clause.start, clause.end, clause.position, clause.page, clause.text),
            )  # fmt: skip
            row += 1
    database.executemany(f"INSERT INTO refs VALUES ({', '.join('?' * 8)})", map(_link, links))
    database.executescript(_INDEXES)
    database.commit()
    database.close()


def _reading(source: Source) -> str:
    """The source without its text, which stands in its own column once."""
    fields = {
        "name": source.name, "format": source.format, "facts": dict(source.facts), "warnings": source.warnings,
        "paragraphs": [[getattr(p, f) for f in Paragraph.__slots__] for p in source.paragraphs],
        "overrides": [[getattr(fact, f) for f in Fact.__slots__] for fact in source.overrides],
    }  # fmt: skip
    return json.dumps(fields, ensure_ascii=False)


def _facts(facts: Sequence[Fact]) -> str:
    return json.dumps([[getattr(fact, f) for f in Fact.__slots__] for fact in facts], ensure_ascii=False)


def _link(link: Link) -> tuple[int | str, ...]:
    return (
        link.source,
        link.start,
        link.end,
        link.title,
        link.document_id,
        link.target,
        link.clause,
        link.display,
    )
