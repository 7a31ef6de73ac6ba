"""An eval set → an open Searcher over exactly that set's corpus, indexed into a store of its own."""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from itertools import groupby
from pathlib import Path

from eval.judgements import PLAN, EvalError, EvalSet, field, json_lines
from index.build import Progress, build
from index.catalogue import Catalogue
from index.configuration import Parts
from index.document import Clause, Document, Node, NumberOrigin, Paragraph, Source, Split
from index.errors import StoreError
from index.fingerprints import check_current
from index.local import open_snapshot
from index.plan import plan_source
from index.readers import read
from index.structure.numerals import CHINESE_CHARS
from index.structure.split import split
from retriever.open import open_searcher, searcher_over
from retriever.search import Searcher

BEIR_SPLITTER = "beir-2"
"""Fingerprint of `split_entries`: one clause an entry."""

_ARTICLE = re.compile(rf"(?P<document>.+?)(?P<article>第[{CHINESE_CHARS}0-9]+条(?:之[{CHINESE_CHARS}]+)?)")
"""`公司法第十五条`: the title of an entry that is an article."""


@dataclass(slots=True)
class BeirCorpus:
    """The entries of a BEIR folder as sources, read as they are asked for; counts what it skips."""

    folder: Path
    skipped: int = 0
    """Entries without text; they are not indexed."""

    def __iter__(self) -> Iterator[Source]:
        """Yield a source for each run of articles of one document, and for each other entry.

        Raises EvalError for a missing file, a damaged line or an id used twice.
        """
        for _, entries in groupby(self._entries(), key=lambda entry: _titled(entry[1])[0] or entry[0]):
            yield _source(list(entries))

    def _entries(self) -> Iterator[tuple[str, str, str]]:
        """Id, title and text of each entry that has a text."""
        seen: set[str] = set()
        self.skipped = 0
        for where, record in json_lines(corpus_file(self.folder)):
            entry = field(record, "_id", where)
            if entry in seen:
                raise EvalError(f"{where}: the clause id {entry!r} was used before; ids must be unique")
            seen.add(entry)
            text = field(record, "text", where)
            if text.strip():
                yield entry, str(record.get("title") or ""), text
            else:
                self.skipped += 1


def corpus_file(folder: Path) -> Path:
    """corpus.jsonl, or corpus.jsonl.gz. Raises EvalError if there is neither."""
    for name in ("corpus.jsonl", "corpus.jsonl.gz"):
        if (folder / name).is_file():
            return folder / name
    raise EvalError(f"{folder} has neither corpus.jsonl nor corpus.jsonl.gz")


def _titled(title: str) -> tuple[str, str]:
    """`公司法第十五条` → the document's title and the article; ("", "") for the title of anything else."""
    match = _ARTICLE.fullmatch(title)
    return (match["document"], match["article"]) if match else ("", "")


def _source(entries: list[tuple[str, str, str]]) -> Source:
    paragraphs, start = [], 0
    for _, title, text in entries:
        paragraphs.append(Paragraph(start, start + len(text), label=_titled(title)[1]))
        start += len(text) + 1
    (first, title, _), ids = entries[0], [entry for entry, _, _ in entries]
    facts = {"title": _titled(title)[0] or title, "entries": json.dumps(ids, ensure_ascii=False)}
    return Source(first, "beir", "\n".join(text for _, _, text in entries), tuple(paragraphs), facts)


def split_entries(source: Source) -> Split:
    """One clause an entry, whose address is the entry's id; articles of one law are clauses of one document."""
    title = source.facts["title"]
    document = Document(source.name, title, "", "", "", source.text, source.name)
    nodes, clauses = [], []
    ids = json.loads(source.facts["entries"])
    for position, (entry, p) in enumerate(zip(ids, source.paragraphs, strict=True)):
        nodes.append(Node("entry", p.start, p.end, p.end, -1, address=entry))
        path = (p.label,) if p.label else ()
        clauses.append(Clause(entry, document.id, "entry", "", NumberOrigin.NONE, path, "", title + p.label or entry,
                              source.text[p.start : p.end], p.start, p.end, position))  # fmt: skip
    return Split(document, tuple(nodes), tuple(clauses), ())


@dataclass(frozen=True, slots=True)
class OpenSet:
    """A set with its corpus searchable, and what indexing it took."""

    judged: EvalSet
    searcher: Searcher
    parts: Parts
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
        built = build(built_in_sources(judged.name), parts, keep=False, progress=progress)
        seconds = time.perf_counter() - start
        return OpenSet(judged, open_searcher(parts), parts, 0, built.changed, seconds)
    corpus = BeirCorpus(judged.folder)
    built = build(
        corpus, parts, keep=False, progress=progress, split_source=split_entries, splitter=BEIR_SPLITTER
    )
    seconds = time.perf_counter() - start
    index = open_snapshot(parts.store)
    check_current(index.manifest, parts, splitter=BEIR_SPLITTER)
    return OpenSet(judged, searcher_over(index, parts), parts, corpus.skipped, built.changed, seconds)


def built_in_sources(name: str) -> list[Source]:
    """The documents of a built-in set."""
    if name == PLAN:
        return [plan_source()]
    texts = sorted(resources.files("eval").joinpath(f"data/{name}").iterdir(), key=lambda entry: entry.name)
    sources = []
    for text in texts:
        if text.name.endswith(".txt"):
            with resources.as_file(text) as path:
                sources.append(read(path))
    return sources


def _check_own_store(judged: EvalSet, parts: Parts) -> None:
    try:
        manifest, folder = parts.store.verified(parts.store.current())
    except StoreError:  # empty, or of another version of this program: filled anew
        return
    if judged.folder is not None:
        own = manifest.splitter == BEIR_SPLITTER
    else:
        files = [listing.source for listing in Catalogue(folder / "catalogue.sqlite").documents()]
        own = set(files) == {source.name for source in built_in_sources(judged.name)}
    if not own:
        raise EvalError(
            f"the store {parts.store.path} holds other documents than the set {judged.name}, and "
            "eval would replace them; name another folder with --store"
        )


def clause_texts(judged: EvalSet, addresses: set[str]) -> dict[str, str]:
    """The texts of the clauses at these addresses, read from the corpus itself; absent ones are left out."""
    sources = built_in_sources(judged.name) if judged.folder is None else BeirCorpus(judged.folder)
    split_source = split if judged.folder is None else split_entries
    return {
        clause.address: f"{clause.citation} {clause.text}" if judged.folder else clause.text
        for source in sources
        for clause in split_source(source).clauses
        if clause.address in addresses
    }
