"""Changes asked for over HTTP → a queue in SQLite that survives a restart, with the state of each."""

import json
import sqlite3
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

from index.errors import TiaowenError

KEPT_JOBS = 1000
"""Finished jobs that can still be asked about."""
MAX_ATTEMPTS = 20
"""Starts of one job; one that never lives to its end would otherwise stop all later ones for ever."""

ATTEMPTS_TOGETHER = 2
"""A job that was interrupted more often is worked on alone, so that others need not fail with it."""
MOST_TOGETHER = 50

_SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE, kind TEXT, state TEXT,
    stage TEXT, done INTEGER, total INTEGER, created REAL, started REAL, finished REAL, attempts INTEGER,
    files TEXT, facts TEXT, target TEXT, removal TEXT, problems TEXT, documents TEXT, snapshot TEXT, message TEXT);
CREATE INDEX IF NOT EXISTS unfinished ON jobs (state, place);
"""
_COLUMNS = ("id, kind, state, stage, done, total, created, started, finished, attempts, files, facts, target, "
            "removal, problems, documents, snapshot, message")  # fmt: skip


class QueueFullError(TiaowenError):
    """More changes wait than the service takes on."""


class UnderWayError(TiaowenError):
    """The same change waits or is worked on already."""


@dataclass(frozen=True, slots=True)
class FileProblem:
    """Why a file was not indexed."""

    file: str
    message: str


@dataclass(frozen=True, slots=True)
class Job:
    """A change of the collection: files to add, a document to take out, or both."""

    id: str
    kind: str
    """add, replace, delete, reindex (of the documents that are there) or preview (of other words)."""
    state: str
    """queued, running, done or failed."""
    stage: str
    """While running: waiting, read, split, terms, embed, publish."""
    done: int
    total: int
    created: float
    """Seconds since 1970."""
    started: float | None
    finished: float | None
    attempts: int
    files: tuple[str, ...]
    """Names of the uploaded files; they lie in the store's folder uploads/<id>/<place>/."""
    facts: Mapping[str, str]
    target: str
    """Id of the document to take out, or ""."""
    removal: Mapping[str, str]
    """What `target` meant when the job first ran, id → sha256 of the text: run again, it takes out nothing else."""
    problems: tuple[FileProblem, ...]
    documents: tuple[str, ...]
    """Ids of the documents the files became."""
    snapshot: str
    message: str
    """Why it failed, or ""."""


class Journal:
    """The store's jobs.sqlite; several processes and threads share it."""

    def __init__(self, store: Path) -> None:
        self.store = store

    def submit(
        self,
        job_id: str,
        kind: str,
        *,
        files: Sequence[str] = (),
        facts: Mapping[str, str] | None = None,
        target: str = "",
        most_queued: int = KEPT_JOBS,
        unless: Sequence[str] = (),
    ) -> Job:
        """Put a job into the queue; it is on the disk when this returns.

        Raises QueueFullError, and UnderWayError where one of that kind is in one of the states `unless`.
        """
        with self._writing() as database:
            (waiting,) = database.execute(
                "SELECT count(*) FROM jobs WHERE state IN ('queued', 'running')"
            ).fetchone()
            if waiting >= most_queued:
                raise QueueFullError("too many changes wait to be indexed; send this one again later")
            asked = f"SELECT 1 FROM jobs WHERE kind = ? AND state IN ({', '.join('?' * len(unless))})"
            if database.execute(asked, (kind, *unless)).fetchone():
                raise UnderWayError("one is under way already; GET /v1/jobs tells how far it is")
            database.execute(
                "INSERT INTO jobs (id, kind, state, stage, done, total, created, attempts, files, facts, target, "
                "removal, problems, documents, snapshot, message) "
                "VALUES (?, ?, 'queued', '', 0, 0, ?, 0, ?, ?, ?, '{}', '[]', '[]', '', '')",
                (job_id, kind, time.time(), _json(files), _json(facts or {}), target),
            )
            database.execute(
                "DELETE FROM jobs WHERE state IN ('done', 'failed') AND place <= (SELECT max(place) FROM jobs) - ?",
                (KEPT_JOBS,),
            )
        return self._one(job_id)

    def find(self, job_id: str) -> Job | None:
        found = self._rows("WHERE id = ?", job_id)
        return found[0] if found else None

    def recent(self, limit: int) -> list[Job]:
        """Newest first."""
        return self._rows("ORDER BY place DESC LIMIT ?", limit)

    def counts(self) -> dict[str, int]:
        """Jobs by state."""
        with self._reading() as database:
            return dict(database.execute("SELECT state, count(*) FROM jobs GROUP BY state"))

    def take(self) -> list[Job]:
        """The jobs to work on next, running from now on: interrupted ones, else the oldest in the queue.

        Additions that wait one behind the other are taken together, unless they were interrupted before. Only for the
        holder of the store's jobs.lock. A job that was interrupted too often fails.
        """
        while found := self._rows(
            "WHERE state IN ('running', 'queued') ORDER BY place LIMIT ?", MOST_TOGETHER
        ):
            first = found[0]
            if first.attempts >= MAX_ATTEMPTS:
                self.finish(first.id, message=f"the service ended {first.attempts} times while it worked on this; the "
                            "files may need more memory than there is")  # fmt: skip
                continue
            alone = first.kind != "add" or first.attempts > ATTEMPTS_TOGETHER
            together = [first] if alone else list(takewhile(lambda job: job.kind == "add", found))
            for job in together:
                self._set(job.id, state="running", stage="waiting", attempts=job.attempts + 1,
                          started=job.started or time.time())  # fmt: skip
            return [self._one(job.id) for job in together]
        return []

    def resolve(self, job_id: str, removal: Mapping[str, str]) -> None:
        """Write down what the job takes out, before it does."""
        self._set(job_id, removal=_json(removal))

    def progress(self, job_id: str, stage: str, done: int, total: int) -> None:
        self._set(job_id, stage=stage, done=done, total=total)

    def finish(
        self,
        job_id: str,
        *,
        message: str = "",
        problems: Sequence[FileProblem] = (),
        documents: Sequence[str] = (),
        snapshot: str = "",
    ) -> None:
        """The job is done, or failed where `message` says why."""
        told = [{"file": p.file, "message": p.message} for p in problems]
        self._set(job_id, state="failed" if message else "done", stage="", finished=time.time(), message=message,
                  problems=_json(told), documents=_json(documents), snapshot=snapshot)  # fmt: skip

    def _set(self, job_id: str, **values: object) -> None:
        columns = ", ".join(f"{name} = ?" for name in values)
        with self._writing() as database:
            database.execute(f"UPDATE jobs SET {columns} WHERE id = ?", (*values.values(), job_id))

    def _one(self, job_id: str) -> Job:
        (job,) = self._rows("WHERE id = ?", job_id)
        return job

    def _rows(self, rest: str, *values: object) -> list[Job]:
        with self._reading() as database:
            return [_job(row) for row in database.execute(f"SELECT {_COLUMNS} FROM jobs {rest}", values)]

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        if not (self.store / "jobs.sqlite").exists():  # asking after a job must not make a store
            empty = sqlite3.connect(":memory:")
            empty.executescript(_SCHEMA)
            yield empty
            empty.close()
            return
        with self._open() as database:
            yield database

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        self.store.mkdir(parents=True, exist_ok=True)
        with self._open() as database:
            database.execute("BEGIN IMMEDIATE")
            try:
                yield database
            except BaseException:
                database.rollback()
                raise
            database.commit()

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        database = sqlite3.connect(self.store / "jobs.sqlite", timeout=10, isolation_level=None)
        try:
            # FULL: a commit is on the disk when it returns, in WAL mode too.
            database.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;" + _SCHEMA)
            yield database
        finally:
            database.close()


def new_job_id() -> str:
    return uuid.uuid4().hex


def _json(value: object) -> str:
    return json.dumps(value)


def _job(row: Sequence[Any]) -> Job:
    (job_id, kind, state, stage, done, total, created, started, finished, attempts, files, facts, target, removal,
     problems, documents, snapshot, message) = row  # fmt: skip
    return Job(
        job_id, kind, state, stage, done, total, created, started, finished, attempts, tuple(json.loads(files)),
        json.loads(facts), target, json.loads(removal), tuple(FileProblem(**p) for p in json.loads(problems)),
        tuple(json.loads(documents)), snapshot, message,
    )  # fmt: skip
