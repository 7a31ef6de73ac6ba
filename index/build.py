"""Sources → a published snapshot. The same input is a no-op; only text never seen before is embedded."""

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from index.catalogue import Catalogue
from index.catalogue_writer import write_catalogue
from index.centre import centre_of
from index.clause_texts import lexical_text, passages
from index.configuration import Parts
from index.dense import DenseIndex
from index.document import Source, Split
from index.errors import NothingPublishedError, StoreError
from index.fingerprints import SPLITTER, fingerprints
from index.lexical import LexicalIndex
from index.merge import SplitSource, merge, published_sources
from index.snapshot import DICTIONARY, FORMAT, Manifest, Store
from index.structure.split import split
from index.vector_cache import VectorCache

Progress = Callable[[str, int, int], None]
"""`progress(stage, done, total)`; stages: split, terms, embed, publish."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did."""

    manifest: Manifest
    changed: bool
    """False where the published snapshot already was this one."""
    embedded: int
    """Texts that had to be embedded; the rest came from the cache."""
    replaced: tuple[str, ...]
    """Ids of documents that a new source replaced."""
    added: tuple[str, ...] = ()
    """For each new source, the id of the document it became."""


def build(
    sources: Iterable[Source],
    parts: Parts,
    *,
    keep: bool = True,
    remove: Mapping[str, str] | None = None,
    progress: Progress = lambda stage, done, total: None,
    split_source: SplitSource = split,
    splitter: str = SPLITTER,
) -> Built:
    """Index `sources` and publish; with `keep` they are added to the documents already published,
    without those of `remove`: id → `text_digest`, so that a document which took the id since is not taken for it.
    They are iterated once the writer lock is held: what reads them may put originals into the store (`Parts.keep`).

    A source replaces a published document of the same 文号, or of the same title and file name. What is left may be
    no document at all. Raises
    StoreError if another process writes or the disk is full; the published snapshot then stays as it was.
    """
    with parts.store.writing():
        sources = list(sources)
        # The same file read again under other facts replaces itself, whatever it is called now.
        again = {(source.name, source.text) for source in sources}
        kept = published_sources(parts.store, remove or {}) if keep else []
        published = [source for source in kept if (source.name, source.text) not in again]
        merged, replaced, added = merge(
            published, sources, split_source, lambda done, total: progress("split", done, total)
        )
        emptied = keep and not sources and _is_published(parts.store)  # its last document was taken out
        if not any(s.clauses for _, s in merged) and not emptied:
            raise StoreError("none of the files holds a clause to index; nothing was published")
        merged.sort(key=lambda pair: pair[1].document.id)
        manifest = _manifest(merged, parts, splitter)
        with suppress(NothingPublishedError, StoreError):
            if parts.store.current() == manifest.id:
                _clear_originals(parts.store)
                return Built(parts.store.verified(manifest.id)[0], False, 0, replaced, added)

        pairs = [(s.document, clause) for _, s in merged for clause in s.clauses]
        bags = []
        for done, (document, clause) in enumerate(pairs):
            words, bigrams = parts.tokenizer.bag(lexical_text(document, clause))
            bags.append(words + bigrams)
            if done % 500 == 0:
                progress("terms", done, len(pairs))
        progress("terms", len(pairs), len(pairs))
        texts, owners = passages([clause for _, clause in pairs])
        with VectorCache(parts.store.vectors) as cache:
            centre = centre_of(
                lambda texts: cache.vectors(parts.embedder, texts, lambda done, total: None)[0]
            )
            vectors, embedded = cache.vectors(
                parts.embedder, texts, lambda done, total: progress("embed", done, total)
            )

        def write(folder: Path) -> None:
            write_catalogue(folder / "catalogue.sqlite", merged)
            LexicalIndex.build(bags).save(folder / "lexical")
            DenseIndex.build(vectors, owners, centre).save(folder / "dense")
            (folder / DICTIONARY).write_text("\n".join(parts.tokenizer.own_words), encoding="utf-8")

        progress("publish", 0, 1)
        manifest = parts.store.publish(manifest, write)
        _clear_originals(parts.store)
        progress("publish", 1, 1)
        return Built(manifest, True, embedded, replaced, added)


def _clear_originals(store: Store) -> None:
    """Remove the files that no kept snapshot names; none where a snapshot cannot say what it names."""
    try:
        kept = [Catalogue(store.path / "snapshots" / s / "catalogue.sqlite") for s in store.snapshots()]
        named = {original.sha256 for catalogue in kept for original in catalogue.originals().values()}
    except sqlite3.Error:
        return
    store.originals.remove_all_but(named)


def _is_published(store: Store) -> bool:
    try:
        store.current()
    except NothingPublishedError:
        return False
    return True


def _manifest(merged: list[tuple[Source, Split]], parts: Parts, splitter: str) -> Manifest:
    clauses = sum(len(s.clauses) for _, s in merged)
    made_by = fingerprints(parts, splitter)
    digest = hashlib.sha256("\n".join([str(FORMAT), *made_by.values()]).encode())
    for source, result in merged:
        digest.update(repr((result.document.id, source)).encode("utf-8", "surrogatepass"))
        if source.original:
            digest.update(repr(source.original).encode())
    return Manifest(
        id=digest.hexdigest()[:16],
        format=FORMAT,
        documents=len(merged),
        clauses=clauses,
        dimension=parts.embedder.dimension,
        files={},
        **made_by,
    )
