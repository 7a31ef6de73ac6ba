"""Configuration → Searcher or Answerer. Service and evaluation both open it here and so measure what is served."""

from dataclasses import replace
from typing import TYPE_CHECKING

from filelock import Timeout

from index.configuration import Parts
from index.dictionary import read_dictionary
from index.errors import NothingPublishedError, StaleSnapshotError, TiaowenError
from index.fingerprints import check_current
from index.local import LocalIndex, open_snapshot
from index.snapshot import DICTIONARY
from index.text import Tokenizer
from retriever.answers.answer import Answerer
from retriever.answers.kept import kept_in
from retriever.answers.wanted import THRESHOLD
from retriever.dictionary import Dictionary, make, turned_file
from retriever.rerank import CrossEncoderReranker
from retriever.search import Searcher
from retriever.synonyms import SynonymFile

if TYPE_CHECKING:
    from index.build import Progress


def open_searcher(parts: Parts, snapshot: str | None = None) -> Searcher:
    """Open a snapshot, by default the published one, and check that the configured parts made it.

    Raises NothingPublishedError, StaleSnapshotError or StoreError.
    """
    index = open_snapshot(parts.store, snapshot)
    check_current(index.manifest, parts)
    return searcher_over(index, parts)


def parts_of(parts: Parts, snapshot: str) -> Parts:
    """The parts with the dictionary that the snapshot was made with, where it holds one."""
    file = parts.store.path / "snapshots" / snapshot / DICTIONARY
    try:
        words = read_dictionary(file) if file.exists() else list(parts.tokenizer.own_words)
    except TiaowenError:  # damaged: opening the snapshot says so
        return parts
    if tuple(words) == parts.tokenizer.own_words:
        return parts
    return replace(parts, tokenizer=Tokenizer(cache=parts.tokenizer.cache, words=words))


def searcher_over(index: LocalIndex, parts: Parts) -> Searcher:
    """Ask an open snapshot with the configured parts."""
    reranker = CrossEncoderReranker(parts.reranker) if parts.reranker else None
    synonyms = SynonymFile(parts.synonyms_file, optional=parts.synonyms is None)
    dictionary = Dictionary(parts.cache) if parts.cache else None
    return Searcher(
        index, parts.tokenizer, parts.embedder, synonyms=synonyms, reranker=reranker, dictionary=dictionary
    )


def open_answerer(parts: Parts, snapshot: str | None = None, threshold: float = THRESHOLD) -> Answerer:
    """Open a snapshot as `open_searcher` does, to answer from it."""
    return answerer_over(open_searcher(parts, snapshot), parts, threshold)


def answerer_over(searcher: Searcher, parts: Parts, threshold: float = THRESHOLD) -> Answerer:
    """Answer from an open snapshot of the parts' store."""
    return Answerer(searcher, threshold, kept=kept_in(parts.store.path, parts.embedder.pieces_fingerprint))


def prepare_published(
    parts: Parts, progress: "Progress" = lambda stage, done, total: None, snapshot: str | None = None
) -> int:
    """Keep the pieces of a published snapshot, and the turned dictionary, so that first questions wait for nothing.

    Returns how many stretches of clauses were embedded; none while another process does it.
    """
    from retriever.answers.prepare import prepare, preparing

    if parts.cache:
        make(parts.cache)
    kept = kept_in(parts.store.path, parts.embedder.pieces_fingerprint)
    snapshot = snapshot or parts.store.current()
    if kept.prepared(snapshot):
        return 0
    try:
        with preparing(parts.store.path):
            return prepare(open_searcher(parts_of(parts, snapshot), snapshot), kept, progress)
    except Timeout:
        return 0


def is_prepared(parts: Parts, snapshot: str) -> bool:
    """True if `prepare_published` has nothing left to do."""
    ready = parts.cache is None or turned_file(parts.cache).exists()
    return ready and kept_in(parts.store.path, parts.embedder.pieces_fingerprint).prepared(snapshot)


def open_or_build(parts: Parts, progress: "Progress" = lambda stage, done, total: None) -> Searcher:
    """Open the published snapshot; index the bundled plan into an empty store, rebuild a stale snapshot.

    Raises StoreError for a damaged store, which is never overwritten silently.
    """
    try:
        return open_searcher(parts)
    except (NothingPublishedError, StaleSnapshotError) as error:
        # Readers and splitter are imported only here: a search in a ready store starts a tenth of a second sooner.
        from index.build import build
        from index.plan import plan_source

        first = (plan_source,) if isinstance(error, NothingPublishedError) else ()
        build((read(parts.keep) for read in first), parts, progress=progress)
    return open_searcher(parts)
