"""What people say of an answer → rows of feedback.sqlite in the store → judgements of a BEIR folder."""

import json
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from index.catalogue import Catalogue
from index.errors import StoreError, TiaowenError

FILE = "feedback.sqlite"
MOST_ROWS = 100_000
"""Kept; the oldest go first."""
WANTED_GRADE, USEFUL_GRADE, USELESS_GRADE = 3, 2, 0
_SCHEMA = """CREATE TABLE IF NOT EXISTS feedback (id INTEGER PRIMARY KEY AUTOINCREMENT, time REAL, question TEXT,
    address TEXT, verdict TEXT, wanted TEXT, snapshot TEXT)"""


@dataclass(frozen=True, slots=True)
class Feedback:
    """One verdict; `address` is "" where it is said of all results, `wanted` where no clause is named."""

    question: str
    address: str
    verdict: str
    """useful or useless."""
    wanted: str
    snapshot: str
    time: float = 0.0


class FeedbackStore:
    """The verdicts of a store; each call opens the file anew, so that processes and threads may share it."""

    def __init__(self, store: Path) -> None:
        self._path = store / FILE

    def add(self, said: Feedback) -> int:
        """Its id, once it is on the disk. Raises StoreError."""
        if not self._path.exists():
            self._path.touch(mode=0o600)  # questions are nobody else's business
        with self._open() as connection:
            row = connection.execute(
                "INSERT INTO feedback (time, question, address, verdict, wanted, snapshot) VALUES (?, ?, ?, ?, ?, ?)",
                (said.time or time.time(), said.question, said.address, said.verdict, said.wanted, said.snapshot),
            ).lastrowid  # fmt: skip
            connection.execute("DELETE FROM feedback WHERE id <= ?", ((row or 0) - MOST_ROWS,))
        return row or 0

    def all(self) -> list[Feedback]:
        """Oldest first. Raises StoreError."""
        if not self._path.exists():
            return []
        with self._open() as connection:
            query = "SELECT question, address, verdict, wanted, snapshot, time FROM feedback ORDER BY id"
            return [Feedback(*row) for row in connection.execute(query)]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            connection = sqlite3.connect(self._path, timeout=5)
            try:
                with connection:
                    connection.execute(_SCHEMA)
                    yield connection
            finally:
                connection.close()
        except sqlite3.Error as error:
            raise StoreError(
                f"{self._path} cannot be used ({error}); free some space, or move it away"
            ) from error


@dataclass(frozen=True, slots=True)
class Export:
    """What an export wrote and what it had to leave out."""

    questions: int
    judgements: int
    without_clause: int
    """Questions for which nobody named a clause that answers."""
    gone: int
    """Judgements of clauses that the snapshot does not hold any more."""


def judgements(said: Sequence[Feedback]) -> dict[str, dict[str, int]]:
    """Grades by question and address; who says something last of one clause is right."""
    graded: dict[str, dict[str, int]] = {}
    for one in said:
        grades = graded.setdefault(" ".join(one.question.split()), {})
        if one.address:
            grades[one.address] = USEFUL_GRADE if one.verdict == "useful" else USELESS_GRADE
        if one.wanted:
            grades[one.wanted] = WANTED_GRADE
    return graded


def export(said: Sequence[Feedback], catalogue: Catalogue, folder: Path) -> Export:
    """Write corpus.jsonl (the clauses as they are), queries.jsonl and qrels/test.tsv. Raises TiaowenError."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise TiaowenError(f"{folder} exists and is not an empty folder; name a new one")
    known = set(catalogue.addresses())
    kept: dict[str, dict[str, int]] = {}
    without = gone = 0
    for question, grades in judgements(said).items():
        here = {address: grade for address, grade in grades.items() if address in known}
        gone += len(grades) - len(here)
        if any(here.values()):
            kept[question] = here
        else:
            without += 1
    try:
        (folder / "qrels").mkdir(parents=True, exist_ok=True)
        _write_corpus(catalogue, folder / "corpus.jsonl")
        _write_judged(kept, folder)
    except OSError as error:
        raise TiaowenError(f"{folder} cannot be written ({error.strerror}); name another folder") from error
    return Export(len(kept), sum(map(len, kept.values())), without, gone)


def _write_corpus(catalogue: Catalogue, file: Path) -> None:
    with file.open("w", encoding="utf-8") as out:
        for listing in catalogue.documents():
            for clause in catalogue.clauses_of(listing.id):
                entry = {"_id": clause.address, "title": listing.title, "text": clause.text}
                out.write(json.dumps(entry, ensure_ascii=False) + "\n")


def _write_judged(kept: Mapping[str, Mapping[str, int]], folder: Path) -> None:
    with (
        (folder / "queries.jsonl").open("w", encoding="utf-8") as queries,
        (folder / "qrels" / "test.tsv").open("w", encoding="utf-8") as qrels,
    ):
        qrels.write("query-id\tcorpus-id\tscore\n")
        for number, (question, grades) in enumerate(kept.items(), 1):
            queries.write(json.dumps({"_id": f"f{number}", "text": question}, ensure_ascii=False) + "\n")
            for address, grade in grades.items():
                qrels.write(f"f{number}\t{address}\t{grade}\n")
