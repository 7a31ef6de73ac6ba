"""An open snapshot and a tokenizer → the bag of terms of every clause, so that BM25 can be built anew in memory."""

from collections.abc import Callable, Iterator

from index.clause_texts import lexical_text
from index.document import Clause, Document
from index.local import LocalIndex
from index.text import Tokenizer

Shown = Callable[[Document, Clause], tuple[Document, Clause]]
"""A clause and its document → what BM25 is shown in their place."""


def clause_bags(index: LocalIndex, tokenizer: Tokenizer, shown: Shown | None = None) -> Iterator[list[str]]:
    """The bag of terms of every clause, in the order of rows: the text and the terms that BM25 sees."""
    for listing in index.catalogue.documents():
        document = index.catalogue.document(listing.id)
        for clause in index.catalogue.clauses_of(listing.id):
            seen = shown(document, clause) if shown else (document, clause)
            words, bigrams = tokenizer.bag(lexical_text(*seen))
            yield words + bigrams
