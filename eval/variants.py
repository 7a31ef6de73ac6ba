"""An open set and a change of what an index is made of → its corpus searched without that part.

The sides are built anew in memory from the clauses of the published snapshot; vectors come from the store's cache, so
only texts that the change makes new are embedded.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from eval.corpus import OpenSet
from index.bags import clause_bags
from index.build import Progress
from index.centre import centre_of
from index.clause_texts import passages
from index.dense import DenseIndex
from index.document import Clause, Document
from index.embed import BundledEmbedder
from index.lexical import LexicalIndex
from index.local import LocalIndex
from index.text import Tokenizer
from index.vector_cache import VectorCache
from index.windows import windows
from retriever.options import RankingOptions
from retriever.search import Searcher


@dataclass(frozen=True, slots=True)
class Variant:
    """What is otherwise than in the published snapshot; the defaults change nothing."""

    tokenizer: Callable[[], Tokenizer] | None = None
    """Makes the terms of clauses and questions."""
    lexical: Callable[[Document, Clause], tuple[Document, Clause]] | None = None
    """What BM25 is shown in place of a clause and its document."""
    dense: Callable[[Clause], Clause] | None = None
    """What the embedder is shown in place of a clause."""
    windows: bool = True
    centre: bool = True
    adapters: bool = True
    """Whether questions are embedded with those of the default model."""


AS_INDEXED = Variant()


def searcher_of(
    opened: OpenSet,
    variant: Variant,
    options: RankingOptions,
    progress: Progress = lambda stage, done, total: None,
) -> Searcher:
    """The set's searcher with these options, over the variant's sides."""
    base = opened.searcher.with_options(options)
    if variant == AS_INDEXED:
        return base
    tokenizer = variant.tokenizer() if variant.tokenizer else opened.parts.tokenizer
    lexical = dense = None
    if variant.tokenizer or variant.lexical:
        lexical = LexicalIndex.build(list(clause_bags(base.index, tokenizer, variant.lexical)))
    if variant.dense or not (variant.windows and variant.centre):
        dense = _dense(opened, base.index, variant, progress)
    embedder = opened.parts.embedder
    if not variant.adapters and isinstance(embedder, BundledEmbedder):
        embedder = embedder.unadapted()
    return base.with_parts(
        index=base.index.with_sides(lexical, dense), tokenizer=tokenizer, embedder=embedder
    )


def _dense(opened: OpenSet, index: LocalIndex, variant: Variant, progress: Progress) -> DenseIndex:
    show = variant.dense or (lambda clause: clause)
    texts, owners = passages(map(show, _clauses(index)), windows if variant.windows else lambda text: [])
    embedder = opened.parts.embedder
    with VectorCache(opened.parts.store.vectors) as cache:
        centre = np.zeros(embedder.dimension, np.float32)
        if variant.centre:
            centre = centre_of(lambda given: cache.vectors(embedder, given, lambda done, total: None)[0])
        vectors, _ = cache.vectors(embedder, texts, lambda done, total: progress("embed", done, total))
    return DenseIndex.build(vectors, owners, centre)


def _clauses(index: LocalIndex) -> Iterator[Clause]:
    """Every clause in the order of rows."""
    for listing in index.catalogue.documents():
        yield from index.catalogue.clauses_of(listing.id)
