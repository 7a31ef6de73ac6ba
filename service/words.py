"""The user's dictionary and synonyms: what the files hold, saving them whole, former versions and proposed ones."""

import hashlib
import json
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock, Timeout

from index import dictionary
from index.configuration import Parts
from index.dictionary import BadLine
from index.durable import write_whole
from index.errors import StoreError, TiaowenError
from retriever import synonyms
from retriever.preview import Asked

Kind = Literal["dictionary", "synonyms"]
KINDS: tuple[Kind, ...] = ("dictionary", "synonyms")
MAX_TEXT_BYTES = 2 * 2**20
MAX_QUESTIONS = 2000
MAX_QUESTION_CHARS = 2000
KEPT_FORMER = 20
"""Former versions kept of each file; the oldest go first."""
KEPT_PROPOSED = 20
"""Proposed versions kept with what their preview found."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS former (id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT, time REAL, content BLOB);
CREATE TABLE IF NOT EXISTS proposed (place INTEGER PRIMARY KEY AUTOINCREMENT, job TEXT UNIQUE, kind TEXT, text TEXT,
    version TEXT, questions TEXT, result TEXT);
"""


class WordsChangedError(TiaowenError):
    """Somebody else saved the file meanwhile."""


@dataclass(frozen=True, slots=True)
class WordFile:
    """One of the user's files as it is now."""

    kind: Kind
    path: Path
    configured: bool
    """False for the store's own file, which need not exist."""
    text: str
    version: str
    """Changes with every byte of the file."""
    bad: tuple[BadLine, ...]
    problem: str
    """Why it cannot be read, or ""."""

    @property
    def entries(self) -> int:
        """Lines that say something."""
        return sum(bool(line.strip()) and not line.startswith("#") for line in self.text.splitlines())


@dataclass(frozen=True, slots=True)
class Former:
    """A version that another one replaced."""

    id: int
    replaced: float
    """Seconds since 1970."""
    text: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """A version to be previewed before it is saved."""

    job: str
    kind: Kind
    text: str
    version: str
    """Of the file that it would replace."""
    questions: tuple[Asked, ...]
    result: Mapping[str, Any] | None
    """A `retriever.preview.Preview` as JSON, once it is known."""


def bad_lines(kind: Kind, text: str) -> list[BadLine]:
    """What of a proposed text cannot be taken."""
    return dictionary.bad_lines(text) if kind == "dictionary" else synonyms.bad_lines(text)


def word_file(parts: Parts, kind: Kind) -> WordFile:
    """The file as it is on the disk now."""
    path = parts.dictionary_file if kind == "dictionary" else parts.synonyms_file
    configured = (parts.dictionary if kind == "dictionary" else parts.synonyms) is not None
    raw, problem = b"", ""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        problem = f"{path} is gone; save it anew, or take it out of the configuration" if configured else ""
    except OSError as error:
        problem = f"{path} cannot be read ({error.strerror})"
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        text, problem = "", f"{path} is not text in UTF-8; save it as UTF-8"
    return WordFile(kind, path, configured, text, _version(raw), tuple(bad_lines(kind, text)), problem)


def save(parts: Parts, kind: Kind, text: str, version: str) -> bool:
    """Put `text` in place of the file's version `version`, which is kept; True if anything changed.

    Raises WordsChangedError where the file is another one by now, StoreError where it cannot be written.
    """
    path = (parts.dictionary_file if kind == "dictionary" else parts.synonyms_file).resolve()
    content = (text.replace("\r\n", "\n").rstrip("\n") + "\n").encode() if text.strip() else b""
    store = parts.store.path
    try:
        store.mkdir(parents=True, exist_ok=True)
        with FileLock(store / "words.lock", timeout=10):
            former = path.read_bytes() if path.exists() else b""
            if _version(former) != version:
                raise WordsChangedError(
                    f"{path} was changed by somebody else since; nothing was saved. Look at it and save again"
                )
            if former == content:
                return False
            if former:
                WordStore(store).keep_former(kind, former)
            write_whole(path, content, path.stat().st_mode & 0o777 if path.exists() else 0o644)
            return True
    except Timeout as error:
        raise StoreError(f"{path} is just being saved by somebody else; try again") from error
    except OSError as error:
        raise StoreError(f"{path} cannot be written ({error.strerror}); nothing was saved. Let the service write "
                         "there, or edit the file by hand") from error  # fmt: skip


def _version(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()[:16]


def questions_of(text: str) -> list[Asked]:
    """A question a line, as it is or as JSON with `text` (or `question`) and `judgements`, address → grade.

    Raises TiaowenError with the number of the first line that is neither.
    """
    found = []
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        if not line.strip():
            continue
        found.append(_question(number, line.strip()))
        if len(found) > MAX_QUESTIONS:
            raise TiaowenError(
                f"the questions are more than {MAX_QUESTIONS:,}; leave out those from line {number} on"
            )
    return found


def _question(number: int, line: str) -> Asked:
    grades: object = {}
    question: object = line
    if line.startswith("{"):
        try:
            stated = json.loads(line)
        except ValueError as error:
            raise TiaowenError(f"line {number} of the questions is no JSON ({error}); write a question a line, as it "
                               'is or as {"text": "…", "judgements": {"ADDRESS": 2}}') from None  # fmt: skip
        question, grades = stated.get("text") or stated.get("question"), stated.get("judgements") or {}
    if not isinstance(question, str) or not 0 < len(question.strip()) <= MAX_QUESTION_CHARS:
        raise TiaowenError(
            f"line {number} of the questions has no text of 1 to {MAX_QUESTION_CHARS:,} characters"
        )
    graded = isinstance(grades, dict) and all(
        type(grade) is int and 0 <= grade < 100 for grade in grades.values()
    )
    if not graded or not isinstance(grades, dict):
        raise TiaowenError(f"line {number} of the questions: the judgements must be an object of whole grades from 0 "
                           "by address")  # fmt: skip
    return Asked(question.strip(), "file", grades)


class WordStore:
    """The store's words.sqlite: former versions, and proposed ones with their previews."""

    def __init__(self, store: Path) -> None:
        self._path = store / "words.sqlite"

    def keep_former(self, kind: Kind, content: bytes) -> None:
        with self._open() as database:
            database.execute(
                "INSERT INTO former (kind, time, content) VALUES (?, ?, ?)", (kind, time.time(), content)
            )
            database.execute("DELETE FROM former WHERE kind = ? AND id NOT IN (SELECT id FROM former WHERE kind = ? "
                             "ORDER BY id DESC LIMIT ?)", (kind, kind, KEPT_FORMER))  # fmt: skip

    def former(self, kind: Kind) -> list[Former]:
        """Newest first."""
        if not self._path.exists():
            return []
        with self._open() as database:
            rows = database.execute(
                "SELECT id, time, content FROM former WHERE kind = ? ORDER BY id DESC", (kind,)
            )
            return [Former(row, when, content.decode("utf-8-sig", "replace")) for row, when, content in rows]

    def propose(self, job: str, kind: Kind, text: str, version: str, questions: Sequence[Asked] = ()) -> None:
        """Keep what the job of that id is to preview."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        asked = json.dumps([asdict(one) for one in questions])
        with self._open() as database:
            database.execute(
                "INSERT INTO proposed (job, kind, text, version, questions, result) VALUES (?, ?, ?, ?, ?, '')",
                (job, kind, text, version, asked),
            )
            database.execute("DELETE FROM proposed WHERE place <= (SELECT max(place) FROM proposed) - ?",
                             (KEPT_PROPOSED,))  # fmt: skip

    def proposed(self, job: str) -> Proposed | None:
        if not self._path.exists():
            return None
        with self._open() as database:
            row = database.execute(
                "SELECT kind, text, version, questions, result FROM proposed WHERE job = ?", (job,)
            ).fetchone()
        if row is None:
            return None
        kind, text, version, questions, result = row
        asked = tuple(Asked(**one) for one in json.loads(questions))
        return Proposed(job, kind, text, version, asked, json.loads(result) if result else None)

    def conclude(self, job: str, result: Mapping[str, Any]) -> None:
        """Keep what the preview found."""
        with self._open() as database:
            database.execute("UPDATE proposed SET result = ? WHERE job = ?", (json.dumps(result), job))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            if not self._path.exists():
                self._path.touch(mode=0o600)  # it holds questions
            connection = sqlite3.connect(self._path, timeout=10)
            try:
                with connection:
                    connection.executescript(_SCHEMA)
                    yield connection
            finally:
                connection.close()
        except (sqlite3.Error, OSError) as error:
            raise StoreError(
                f"{self._path} cannot be used ({error}); free some space, or move it away"
            ) from error
