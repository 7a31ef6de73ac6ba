"""An eval set → an open Searcher over exactly that set's corpus, indexed into a store of its own."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from eval.judgements import EvalError, EvalSet, field, json_lines
from index.build import Progress, build
from index.catalogue import Catalogue
from index.configuration import Parts
from index.document import Clause, Document, Node, NumberOrigin, Paragraph, Source, Split
from index.errors import StoreError
from index.fingerprints import check_current
from index.local import open_snapshot
from index.plan import plan_source
from index.structure.split import split
from retriever.open import open_searcher
from retriever.search import Searcher

BEIR_SPLITTER = "beir-1"
"""Fingerprint of `split_entry`: one document and one clause an entry."""


@dataclass(slots=True)
class BeirCorpus:
    """The entries of a BEIR folder as sources, read as they are asked for; counts what it skips."""

    folder: Path
    skipped: int = 0
    """Entries without text; they are not indexed."""

    def __iter__(self) -> Iterator[Source]:
        """Raises EvalError for a missing file, a damaged line or an id used twice."""
        seen: set[str] = set()
        self.skipped = 0
        for where, record in json_lines(corpus_file(self.folder)):
            entry = field(record, "_id", where)
            if entry in seen:
                raise EvalError(f"{where}: the clause id {entry!r} was used before; ids must be unique")
            seen.add(entry)
            text = field(record, "text", where)
            if text.strip():
                title = {"title": str(record.get("title") or "")}
                yield Source(entry, "beir", text, (Paragraph(0, len(text)),), title)
            else:
                self.skipped += 1


def corpus_file(folder: Path) -> Path:
    """corpus.jsonl, or corpus.jsonl.gz. Raises EvalError if there is neither."""
    for name in ("corpus.jsonl", "corpus.jsonl.gz"):
        if (folder / name).is_file():
            return folder / name
    raise EvalError(f"{folder} has neither corpus.jsonl nor corpus.jsonl.gz")


def split_entry(source: Source) -> Split:
    """A corpus entry is one document of one clause, whose address is the entry's id."""
    title, end = source.facts["title"], len(source.text)
    document = Document(source.name, title, "", "", "", source.text, source.name)
    clause = Clause(source.name, source.name, "entry", "", NumberOrigin.NONE, (), "", title or source.name,
                    source.text, 0, end, 0)  # fmt: skip
    return Split(document, (Node("entry", 0, end, end, -1, address=source.name),), (clause,), ())


@dataclass(frozen=True, slots=True)
class OpenSet:
    """A set with its corpus searchable, and what indexing it took."""

    judged: EvalSet
    searcher: Searcher
    skipped: int
    """Corpus entries without text."""
    built: bool
    """False where the store held the snapshot already."""
    build_seconds: float


def open_corpus(
    judged: EvalSet, parts: Parts, progress: Progress = lambda stage, done, total: None
) -> OpenSet:
    """Index the set's corpus unless the store already holds it, and open it as the service would.

    Raises EvalError if the store holds other documents: an eval store is filled anew, nothing else may live there.
    """
    _check_own_store(judged, parts)
    start = time.perf_counter()
    if judged.folder is None:
        built = build([plan_source()], parts, keep=False, progress=progress)
        seconds = time.perf_counter() - start
        return OpenSet(judged, open_searcher(parts), 0, built.changed, seconds)
    corpus = BeirCorpus(judged.folder)
    built = build(
        corpus, parts, keep=False, progress=progress, split_source=split_entry, splitter=BEIR_SPLITTER
    )
    seconds = time.perf_counter() - start
    index = open_snapshot(parts.store)
    check_current(index.manifest, parts, splitter=BEIR_SPLITTER)
    searcher = Searcher(index, parts.tokenizer, parts.embedder)
    return OpenSet(judged, searcher, corpus.skipped, built.changed, seconds)


def _check_own_store(judged: EvalSet, parts: Parts) -> None:
    try:
        manifest, folder = parts.store.verified(parts.store.current())
    except StoreError:  # empty, or of another version of this program: filled anew
        return
    if judged.folder is not None:
        own = manifest.splitter == BEIR_SPLITTER
    else:
        files = [listing.source for listing in Catalogue(folder / "catalogue.sqlite").documents()]
        own = files == [plan_source().name]
    if not own:
        raise EvalError(
            f"the store {parts.store.path} holds other documents than the set {judged.name}, and "
            "eval would replace them; name another folder with --store"
        )


def clause_texts(judged: EvalSet, addresses: set[str]) -> dict[str, str]:
    """The texts of the clauses at these addresses, read from the corpus itself; absent ones are left out."""
    sources = [plan_source()] if judged.folder is None else BeirCorpus(judged.folder)
    split_source = split if judged.folder is None else split_entry
    return {
        clause.address: f"{clause.citation} {clause.text}" if judged.folder else clause.text
        for source in sources
        for clause in split_source(source).clauses
        if clause.address in addresses
    }
