"""Stretches of clauses → the vectors of their pieces, kept on disk: a question asked the first time embeds nothing.

They are kept by content beside the snapshots, not in them: a snapshot is published before they are made, the next one
finds those of all clauses that stayed, and a file that is lost costs time only.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np

from index.centre import background_digest
from index.connections import ConnectionPerThread
from index.passage import Passage
from index.vectors import Vectors

T = TypeVar("T")

FILE = "pieces.sqlite"
CUTTING = "pieces-2"
"""Raise when clauses are cut otherwise, so that those of published snapshots are prepared again."""
PATIENCE_SECONDS = 0.2
"""A question waits no longer for another writer; what it embedded is then embedded again another time."""
_SPARE = 2
"""Rows of clauses that are gone stay until there are as many of them as of others."""


class KeptPieces:
    """An SQLite file of one store and embedder, shared by threads and processes; without it nothing is kept."""

    def __init__(self, path: Path, embedder: str, patience_seconds: float = PATIENCE_SECONDS) -> None:
        """`embedder`: its fingerprint for pieces; vectors of others are never found."""
        self._path = path
        self._made_by = f"{embedder} background-{background_digest()}"
        self._connections = ConnectionPerThread(partial(_opened, path, patience_seconds))

    def keys(self, stretches: Iterable[Passage]) -> list[int]:
        """The key of each stretch: 63 bits of the sha256 of what it says and of what made the vectors of its pieces."""
        return [self._key(stretch) for stretch in stretches]

    def vectors(self, stretches: Sequence[Passage]) -> list[Vectors | None]:
        """(pieces, 2 dimensions) rows of each stretch as `retriever.answers.cutter.embedded` makes them, in 8 bits.

        None where none are kept.
        """
        if not stretches:
            return []
        nothing: dict[int, bytes] = {}
        found = self._tried(lambda database: self._read(database, self.keys(stretches)), nothing)
        return [
            _unpacked(found.get(key, b""), len(stretch.spans))
            for key, stretch in zip(self.keys(stretches), stretches, strict=True)
        ]

    def keep(self, stretches: Sequence[Passage], vectors: Sequence[Vectors]) -> bool:
        """Write the vectors of these stretches down; False if they cannot be written now, which harms nothing."""
        rows = [
            (key, packed(own)) for key, own in zip(self.keys(stretches), vectors, strict=True) if len(own)
        ]

        def write(database: sqlite3.Connection) -> bool:
            with database:
                database.executemany("INSERT OR REPLACE INTO pieces VALUES (?, ?)", rows)
            return True

        return not rows or self._tried(write, False)

    def lacking(self, keys: Sequence[int]) -> set[int]:
        """Those of the keys that nothing is kept for."""
        known: set[int] = self._tried(lambda database: self._known(database, keys), set())
        return set(keys) - known

    def prepared(self, snapshot: str) -> bool:
        """Whether the pieces of all clauses of this snapshot are kept."""
        query = "SELECT 1 FROM prepared WHERE snapshot = ? AND made_by = ?"
        values = (snapshot, f"{CUTTING} {self._made_by}")
        return self._tried(lambda database: database.execute(query, values).fetchone() is not None, False)

    def finish(self, snapshot: str, keys: set[int]) -> None:
        """Note that a snapshot is prepared, whose stretches have these keys; drop others once they are too many."""

        def note(database: sqlite3.Connection) -> None:
            with database:
                values = (snapshot, f"{CUTTING} {self._made_by}")
                database.execute("INSERT OR REPLACE INTO prepared VALUES (?, ?)", values)
                (held,) = database.execute("SELECT count(*) FROM pieces").fetchone()
                if held > _SPARE * len(keys) + 1000:
                    gone = [
                        (key,) for (key,) in database.execute("SELECT key FROM pieces") if key not in keys
                    ]
                    database.executemany("DELETE FROM pieces WHERE key = ?", gone)
                    database.execute("DELETE FROM prepared WHERE snapshot != ?", (snapshot,))

        self._tried(note, None)

    def _key(self, stretch: Passage) -> int:
        spans = (f"{start} {end}" for start, end in stretch.spans)
        content = "\0".join([self._made_by, stretch.text, *spans]).encode("utf-8", "surrogatepass")
        return int.from_bytes(hashlib.sha256(content).digest()[:8]) >> 1

    def _read(self, database: sqlite3.Connection, keys: Sequence[int]) -> dict[int, bytes]:
        query = f"SELECT key, rows FROM pieces WHERE key IN ({', '.join('?' * len(keys))})"
        return dict(database.execute(query, keys).fetchall())

    def _known(self, database: sqlite3.Connection, keys: Sequence[int]) -> set[int]:
        known: set[int] = set()
        for start in range(0, len(keys), 500):
            part = keys[start : start + 500]
            query = f"SELECT key FROM pieces WHERE key IN ({', '.join('?' * len(part))})"
            known.update(key for (key,) in database.execute(query, part))
        return known

    def _tried(self, work: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        """What the work gives; `otherwise` where the file cannot be read or written, as in a store opened read-only."""
        try:
            return work(self._connections.get())
        except sqlite3.OperationalError:
            return otherwise
        except sqlite3.DatabaseError:  # damaged: it holds nothing that cannot be made again
            self._connections.close()
            with suppress(OSError):
                self._path.replace(self._path.with_suffix(".damaged"))
                for beside in ("-wal", "-shm"):
                    self._path.with_name(self._path.name + beside).unlink(missing_ok=True)
            return otherwise


def _opened(path: Path, patience_seconds: float) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=patience_seconds, check_same_thread=False)
    try:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
        if not {"pieces", "prepared"} <= tables:
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("CREATE TABLE IF NOT EXISTS pieces (key INTEGER PRIMARY KEY, rows BLOB)")
            database.execute(
                "CREATE TABLE IF NOT EXISTS prepared (snapshot TEXT, made_by TEXT, PRIMARY KEY (snapshot, made_by))"
            )
        database.execute("PRAGMA synchronous=NORMAL")
    except sqlite3.Error:
        database.close()
        raise
    return database


def packed(vectors: Vectors) -> bytes:
    """Rows of 8-bit numbers, each row after its scale: 772 bytes a piece with twice 384 dimensions."""
    scales = (np.abs(vectors).max(axis=1, initial=1e-9) / 127).astype(np.float32)
    rows = np.rint(vectors / scales[:, None]).astype(np.int8)
    return bytes(scales.tobytes() + rows.tobytes())


def _unpacked(stored: bytes, pieces: int) -> Vectors | None:
    """The rows again; None where something else is stored than the vectors of so many pieces."""
    if len(stored) <= 4 * pieces or (len(stored) - 4 * pieces) % max(pieces, 1):
        return None
    scales = np.frombuffer(stored, np.float32, pieces)
    rows = np.frombuffer(stored, np.int8, offset=4 * pieces).reshape(pieces, -1)
    vectors: Vectors = rows * scales[:, None]
    return vectors


def rounded(vectors: Vectors) -> Vectors:
    """The same rows as they will be read again, so that an answer does not depend on what was kept."""
    if not len(vectors):
        return vectors
    again = _unpacked(packed(vectors), len(vectors))
    assert again is not None
    return again


def kept_in(store: Path, embedder: str) -> KeptPieces:
    """The pieces kept in a store's folder."""
    return KeptPieces(store / FILE, embedder)
