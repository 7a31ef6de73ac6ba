"""Configuration → Searcher. Service and evaluation both open it here: what is measured is what is served."""

from index.build import Progress, build, check_current
from index.configuration import Parts
from index.errors import NothingPublishedError, StaleSnapshotError
from index.local import open_snapshot
from index.plan import plan_source
from retriever.search import Searcher


def open_searcher(parts: Parts, snapshot: str | None = None) -> Searcher:
    """Open a snapshot, by default the published one, and check that the configured parts made it.

    Raises NothingPublishedError, StaleSnapshotError or StoreError.
    """
    index = open_snapshot(parts.store, snapshot)
    check_current(index.manifest, parts)
    return Searcher(index, parts.tokenizer, parts.embedder)


def open_or_build(parts: Parts, progress: Progress = lambda stage, done, total: None) -> Searcher:
    """Open the published snapshot; index the bundled plan into an empty store, rebuild a stale snapshot.

    Raises StoreError for a damaged store, which is never overwritten silently.
    """
    try:
        return open_searcher(parts)
    except NothingPublishedError:
        build([plan_source()], parts, progress=progress)
    except StaleSnapshotError:
        build([], parts, progress=progress)
    return open_searcher(parts)
