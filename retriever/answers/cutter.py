"""Clauses → their pieces with vectors and terms, remembered: the same clauses answer many questions."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from index.document import Clause
from index.vectors import Vectors
from retriever.answers.kept import KeptPieces, rounded
from retriever.answers.pieces import Piece, pieces_of, stretches
from retriever.answers.said import DocumentsSaid
from retriever.answers.stretch import best_stretch, said_in
from retriever.question import Question
from retriever.search import RankedClause, Searcher

CACHED_PIECES = 20_000
"""Pieces that stay cut, with their vectors in half precision 15 MB; those of the last clause always stay."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A clause cut into pieces, or one stretch of a long clause, with what is compared of each."""

    pieces: tuple[Piece, ...]
    vectors: NDArray[np.float16]
    """(pieces, dimension), unit rows about the centre."""
    terms: tuple[frozenset[str], ...]
    whole: frozenset[str]
    """The terms of all of it, with the headings and the lead-in above the clause."""


@dataclass(frozen=True, slots=True)
class _Known:
    """A clause and those of its stretches that were looked into."""

    stretches: Sequence[tuple[Piece, ...]]
    said: Sequence[str]
    """Of a clause of several stretches, what each says as questions are compared; else empty."""
    cuts: dict[int, Cut] = field(default_factory=dict)

    def stretch(self, place: int, clause: Clause) -> tuple[tuple[Piece, ...], str]:
        """Its pieces, and its words."""
        own = self.stretches[place]
        return own, clause.text[own[0].start : own[-1].end] if len(self.stretches) > 1 else clause.text

    @property
    def size(self) -> int:
        return sum(map(len, self.stretches))


class Cutter:
    """Cuts clauses of one snapshot and remembers what it cut; shared by threads."""

    def __init__(self, searcher: Searcher, kept: KeptPieces | None = None) -> None:
        self._searcher = searcher
        self._kept = kept
        self.said = DocumentsSaid(searcher)
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._held = 0
        self._lock = Lock()

    def cut(self, ranked: Sequence[RankedClause], question: Question) -> list[Cut]:
        """The pieces of each clause; of a long one those of the stretch that says most of the question's words."""
        known = [self._of(one.clause) for one in ranked]
        places = [best_stretch(one.said, question) for one in known]
        missing = [i for i, one in enumerate(known) if places[i] not in one.cuts]
        made = self._cuts(
            [(ranked[i].clause, *known[i].stretch(places[i], ranked[i].clause)) for i in missing]
        )
        for i, cut in zip(missing, made, strict=True):
            known[i].cuts[places[i]] = cut
        return [one.cuts[place] for one, place in zip(known, places, strict=True)]

    def _of(self, clause: Clause) -> _Known:
        with self._lock:
            known = self._known.get(clause.address)
            if known is not None:
                self._known.move_to_end(clause.address)
                return known
        found = stretches(pieces_of(clause))
        known = _Known(found, said_in(clause.text, found))
        with self._lock:
            if clause.address not in self._known:
                self._held += known.size
            self._known[clause.address] = known
            while self._held > CACHED_PIECES and len(self._known) > 1:
                self._held -= self._known.popitem(last=False)[1].size
        return known

    def _cuts(self, wanted: Sequence[tuple[Clause, tuple[Piece, ...], str]]) -> list[Cut]:
        """`wanted`: clauses, each with the pieces and the words of what is looked into."""
        texts = [[clause.text[p.start : p.end] for p in stretch] for clause, stretch, _ in wanted]
        cuts = []
        for (clause, stretch, said), own, vectors in zip(wanted, texts, self._vectors(texts), strict=True):
            terms = tuple(terms_of(self._searcher, text) for text in own)
            text = " ".join((*clause.path, clause.lead_in, said))
            cuts.append(Cut(stretch, vectors.astype(np.float16), terms, terms_of(self._searcher, text)))
        return cuts

    def _vectors(self, stretches_: Sequence[Sequence[str]]) -> list[Vectors]:
        """Those that are kept are read, the others embedded together and kept."""
        found = self._kept.vectors(stretches_) if self._kept else [None] * len(stretches_)
        lacking = [own for own, vectors in zip(stretches_, found, strict=True) if vectors is None]
        made = embedded(self._searcher, lacking)
        if self._kept and lacking:
            self._kept.keep(lacking, made)
        waiting = iter(made)
        return [next(waiting) if vectors is None else vectors for vectors in found]


def embedded(searcher: Searcher, texts: Sequence[Sequence[str]]) -> list[Vectors]:
    """For each list of pieces the (pieces, dimension) unit rows about the centre, as they are kept."""
    flat = list(dict.fromkeys(text for own in texts for text in own))
    place = {text: i for i, text in enumerate(flat)}
    vectors = np.zeros((len(flat), searcher.embedder.dimension), np.float32)
    if flat:
        for positions, rows in searcher.embedder.embed_clauses(flat):
            vectors[positions] = rows
        vectors = rounded(searcher.index.centred(vectors))
    return [vectors[[place[text] for text in own]] for own in texts]


def terms_of(searcher: Searcher, text: str) -> frozenset[str]:
    """Words and bigrams, as BM25 has them."""
    words, bigrams = searcher.tokenizer.bag(text)
    return frozenset(words).union(bigrams)
