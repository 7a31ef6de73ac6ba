"""Clauses → their pieces with vectors and terms, remembered: the same clauses answer many questions."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from index.document import Clause
from retriever.answers.pieces import Piece, pieces_of
from retriever.search import Searcher

MAX_PIECES = 40
"""Pieces of one clause that are looked at: an article that is a page long is answered from its beginning."""
CACHED_PIECES = 20_000
"""Pieces whose vectors are kept, in half precision: 15 MB."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A clause cut into pieces, with what is compared of each."""

    pieces: tuple[Piece, ...]
    vectors: NDArray[np.float16]
    """(pieces, dimension), unit rows about the centre."""
    terms: tuple[frozenset[str], ...]


class Cutter:
    """Cuts clauses of one snapshot and remembers what it cut; shared by threads."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self._cuts: OrderedDict[str, Cut] = OrderedDict()
        self._held = 0
        self._lock = Lock()

    def cut(self, clauses: Sequence[Clause]) -> list[Cut]:
        with self._lock:
            known = {c.address: self._cuts[c.address] for c in clauses if c.address in self._cuts}
            for address in known:
                self._cuts.move_to_end(address)
        fresh = [c for c in clauses if c.address not in known]
        for clause, cut in zip(fresh, self._new(fresh), strict=True):
            known[clause.address] = cut
            with self._lock:
                if clause.address not in self._cuts:
                    self._held += len(cut.pieces)
                self._cuts[clause.address] = cut
                while self._held > CACHED_PIECES and len(self._cuts) > 1:
                    self._held -= len(self._cuts.popitem(last=False)[1].pieces)
        return [known[c.address] for c in clauses]

    def _new(self, clauses: Sequence[Clause]) -> list[Cut]:
        found = [pieces_of(clause)[:MAX_PIECES] for clause in clauses]
        texts = [c.text[p.start : p.end] for c, cut in zip(clauses, found, strict=True) for p in cut]
        vectors = np.zeros((len(texts), self._searcher.embedder.dimension), np.float32)
        if texts:
            for positions, rows in self._searcher.embedder.embed_clauses(texts):
                vectors[positions] = rows
            vectors = self._searcher.index.centred(vectors)
        cuts, at = [], 0
        for cut in found:
            own = slice(at, at + len(cut))
            terms = tuple(terms_of(self._searcher, text) for text in texts[own])
            cuts.append(Cut(tuple(cut), vectors[own].astype(np.float16), terms))
            at += len(cut)
        return cuts


def terms_of(searcher: Searcher, text: str) -> frozenset[str]:
    """Words and bigrams, as BM25 has them."""
    words, bigrams = searcher.tokenizer.bag(text)
    return frozenset(words).union(bigrams)
