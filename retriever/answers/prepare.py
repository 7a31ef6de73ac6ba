"""A published snapshot → the vectors of all its pieces kept on disk; it may be stopped anywhere and goes on there."""

from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from retriever.answers.cutter import embedded, passage_of
from retriever.answers.kept import KeptPieces
from retriever.answers.pieces import pieces_of, stretches
from retriever.search import Searcher

LOCK = "pieces.lock"
CLAUSES_AT_ONCE = 512
"""Clauses between two commits, some 3,000 pieces: enough for the engine of large builds to pay off."""

Progress = Callable[[str, int, int], None]
"""`progress("answers", done, total)`, in clauses."""


def preparing(store: Path) -> FileLock:
    """Held by the one process that prepares answers in a store; entering raises Timeout while another does."""
    return FileLock(store / LOCK, timeout=0)


def prepare(
    searcher: Searcher, kept: KeptPieces, progress: Progress = lambda stage, done, total: None
) -> int:
    """Embed the pieces of every clause of the snapshot that nothing is kept for; returns the clauses embedded for."""
    snapshot = searcher.index.manifest
    if kept.prepared(snapshot.id):
        return 0
    keys: set[int] = set()
    made = 0
    for start in range(0, snapshot.clauses, CLAUSES_AT_ONCE):
        progress("answers", start, snapshot.clauses)
        rows = list(range(start, min(start + CLAUSES_AT_ONCE, snapshot.clauses)))
        passages = {}
        for clause in searcher.index.catalogue.clauses(rows):
            found = stretches(pieces_of(clause))
            for stretch in found:
                own = passage_of(clause, stretch, whole=len(found) == 1)
                passages.update(dict.fromkeys(kept.keys([own]), own))
        lacking = kept.lacking(list(passages))
        missing = [own for key, own in passages.items() if key in lacking]
        if missing and not kept.keep(missing, embedded(searcher, missing)):
            return made  # a store that cannot be written to
        made += len(missing)
        keys.update(passages)
    kept.finish(snapshot.id, keys)
    progress("answers", snapshot.clauses, snapshot.clauses)
    return made
