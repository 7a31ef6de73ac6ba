"""Clauses → their pieces with vectors and terms, remembered: the same clauses answer many questions."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from index.document import Clause
from index.passage import Passage
from index.text import simplified
from index.vectors import Vectors
from retriever.answers.kept import KeptPieces, rounded
from retriever.answers.pieces import Piece, pieces_of, stretches
from retriever.answers.said import DocumentsSaid
from retriever.answers.stretch import best_stretch, said_in
from retriever.question import Question
from retriever.search import RankedClause, Searcher

CACHED_PIECES = 20_000
"""Pieces that stay cut, with their vectors in half precision 30 MB; those of the last clause always stay."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A clause cut into pieces, or one stretch of a long clause, with what is compared of each."""

    pieces: tuple[Piece, ...]
    vectors: NDArray[np.float16]
    """(pieces, 2 dimensions): of each its vector by itself, then that of it as it stands in the clause, both unit."""
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
        passages = [
            passage_of(clause, stretch, whole=said == clause.text) for clause, stretch, said in wanted
        ]
        cuts = []
        for (clause, stretch, said), vectors in zip(wanted, self._vectors(passages), strict=True):
            terms = tuple(terms_of(self._searcher, clause.text[p.start : p.end]) for p in stretch)
            text = " ".join((*clause.path, clause.lead_in, said))
            cuts.append(Cut(stretch, vectors.astype(np.float16), terms, terms_of(self._searcher, text)))
        return cuts

    def _vectors(self, passages: Sequence[Passage]) -> list[Vectors]:
        """Those that are kept are read, the others embedded together and kept."""
        found = self._kept.vectors(passages) if self._kept else [None] * len(passages)
        lacking = [own for own, vectors in zip(passages, found, strict=True) if vectors is None]
        made = embedded(self._searcher, lacking)
        if self._kept and lacking:
            self._kept.keep(lacking, made)
        waiting = iter(made)
        return [next(waiting) if vectors is None else vectors for vectors in found]


def passage_of(clause: Clause, stretch: Sequence[Piece], whole: bool) -> Passage:
    """A clause, or one stretch of it, after the lead-in that it completes (`…的：`), in simplified characters.

    `whole`: whether the stretch holds all pieces of the clause.
    """
    begins, ends = (0, len(clause.text)) if whole else (stretch[0].start, stretch[-1].end)
    lead_in = clause.lead_in + "\n" if clause.lead_in.endswith(("：", ":")) else ""
    said = clause.text[begins:ends]
    plain = simplified(said)
    shift = len(lead_in) - begins
    return Passage(
        lead_in + (plain if len(plain) == len(said) else said),
        tuple((piece.start + shift, piece.end + shift) for piece in stretch),
    )


def embedded(searcher: Searcher, passages: Sequence[Passage]) -> list[Vectors]:
    """For each passage the (pieces, 2 dimensions) rows of its pieces, as they are kept.

    First the unit vector about the centre of the piece by itself, then that of the piece as it stands in the passage.
    """
    vectors = by_themselves(searcher, [text for own in passages for text in own.pieces])
    ends = np.cumsum([len(own.spans) for own in passages])
    alone = np.split(vectors, ends[:-1])
    held = [at for at, own in enumerate(passages) if own.spans]
    within = searcher.embedder.embed_in_context([passages[at] for at in held])
    beside = dict(zip(held, map(searcher.index.centred, within), strict=True)) if within else {}
    return [rounded(np.hstack([own, beside.get(at, own)])) for at, own in enumerate(alone)]


def by_themselves(searcher: Searcher, texts: Sequence[str]) -> Vectors:
    """(n, dimension) unit rows about the centre."""
    flat = list(dict.fromkeys(texts))
    place = {text: i for i, text in enumerate(flat)}
    vectors = np.zeros((len(flat), searcher.embedder.dimension), np.float32)
    if flat:
        for positions, rows in searcher.embedder.embed_clauses(flat):
            vectors[positions] = rows
        vectors = searcher.index.centred(vectors)
    found: Vectors = vectors[[place[text] for text in texts]]
    return found


def terms_of(searcher: Searcher, text: str) -> frozenset[str]:
    """Words and bigrams, as BM25 has them."""
    words, bigrams = searcher.tokenizer.bag(text)
    return frozenset(words).union(bigrams)
