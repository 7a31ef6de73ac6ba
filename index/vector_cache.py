"""(embedder fingerprint, text) → vector, on disk, so that only text never seen before is embedded.

Rows are committed batch by batch: a build that dies keeps what it had embedded.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from index.embed import Embedder
from index.errors import StoreError
from index.vectors import Vectors

_COMMIT_EVERY = 512
"""Vectors between commits: a killed build loses at most a few seconds of embedding."""


class VectorCache:
    """An SQLite file; open it with `with`. A damaged file is set aside, it holds nothing irreplaceable."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> "VectorCache":
        try:
            self._database = self._open()
        except sqlite3.DatabaseError:
            self._path.replace(self._path.with_suffix(".damaged"))
            self._database = self._open()
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def _open(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._path, timeout=30)
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=NORMAL")
        database.execute(
            "CREATE TABLE IF NOT EXISTS vectors (embedder TEXT, digest BLOB, vector BLOB, "
            "PRIMARY KEY (embedder, digest)) WITHOUT ROWID"
        )
        return database

    def vectors(
        self, embedder: Embedder, texts: Sequence[str], report: Callable[[int, int], None]
    ) -> tuple[Vectors, int]:
        """Return (n, dimension) float32 unit rows in the order of `texts`, and how many had to be embedded.

        `report(done, total)` is called as texts are embedded; cached ones count as done at once.
        """
        digests = [hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest() for text in texts]
        rows = np.empty((len(texts), embedder.dimension), np.float32)
        known = self._read(embedder.fingerprint, set(digests))
        missing: dict[bytes, list[int]] = {}
        for i, digest in enumerate(digests):
            vector = known.get(digest)
            if vector is None or len(vector) != rows.shape[1] * 4:
                missing.setdefault(digest, []).append(i)
            else:
                rows[i] = np.frombuffer(vector, np.float32)
        done = len(texts) - sum(map(len, missing.values()))
        report(done, len(texts))
        places = list(missing.values())
        pending: list[tuple[str, bytes, bytes]] = []
        for positions, vectors in embedder.embed_clauses([texts[p[0]] for p in places]):
            if not np.isfinite(vectors).all():
                raise StoreError(
                    f"the embedder {embedder.fingerprint} gave values that are not numbers; nothing was published"
                )
            for position, vector in zip(positions, vectors, strict=True):
                rows[places[position]] = vector
                done += len(places[position])
                pending.append((embedder.fingerprint, digests[places[position][0]], vector.tobytes()))
            report(done, len(texts))
            if len(pending) >= _COMMIT_EVERY:
                self._write(pending)
                pending = []
        self._write(pending)
        return rows, len(places)

    def _read(self, fingerprint: str, digests: set[bytes]) -> dict[bytes, bytes]:
        query = "SELECT vector FROM vectors WHERE embedder = ? AND digest = ?"
        found = ((d, self._database.execute(query, (fingerprint, d)).fetchone()) for d in digests)
        return {digest: row[0] for digest, row in found if row}

    def _write(self, rows: list[tuple[str, bytes, bytes]]) -> None:
        with self._database:
            self._database.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)
