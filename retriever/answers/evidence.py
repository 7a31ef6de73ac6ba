"""A question and its ranked clauses → for every piece of them, how much speaks for it: the rows of a small model."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from index.document import Clause
from index.embed import Vectors
from index.text import normalised
from retriever.answers.pieces import Piece, pieces_of
from retriever.answers.typed import holds
from retriever.answers.wanted import Wanted, years_in
from retriever.highlight import worth_marking
from retriever.question import Question
from retriever.search import RankedClause, Searcher

CANDIDATES = 8
"""Clauses that are looked into; the right one is among them for 95 % of the plan's tune questions."""
MAX_PIECES = 40
"""Pieces of one clause that are looked at: an article that is a page long is answered from its beginning."""
CACHED_PIECES = 20_000
"""Pieces whose vectors are kept, in half precision: 15 MB."""

FEATURES = (
    "rank", "behind", "bm25_share", "cosine_clause", "cosine_piece", "cosine_beside", "covered_piece",
    "covered_beside", "covered_sentence", "dense_words", "best_cosine", "best_cover", "kind_fits",
    "kind_misses", "year_fits", "year_misses", "length", "first",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cut:
    """A clause cut into pieces, with what is compared of each."""

    pieces: tuple[Piece, ...]
    vectors: NDArray[np.float16]
    """(pieces, dimension), unit rows about the centre."""
    terms: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The pieces of all candidates, in one table."""

    ranked: tuple[RankedClause, ...]
    owner: NDArray[np.intp]
    """(pieces,) place in `ranked` of the clause that holds the piece."""
    pieces: tuple[Piece, ...]
    table: NDArray[np.float64]
    """(pieces, features), in the order of FEATURES."""
    known_share: float
    """Share of the question's words, by weight, that any clause of the snapshot holds."""
    covered: NDArray[np.float64]
    """(candidates,) share of the question's words, by weight, that each clause with its headings holds."""


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
            terms = tuple(_terms(self._searcher, text) for text in texts[own])
            cuts.append(Cut(tuple(cut), vectors[own].astype(np.float16), terms))
            at += len(cut)
        return cuts


def gather(
    searcher: Searcher, cutter: Cutter, question: Question, wanted: Wanted, ranked: Sequence[RankedClause]
) -> Evidence:
    """Compare the question with every piece of the ranked clauses."""
    weights, known_share = _weights(searcher, question)
    vector = searcher.index.centred(
        searcher.embedder.embed_question(searcher.tokenizer.simplified(question.text))[None]
    )[0]
    cuts = cutter.cut([r.clause for r in ranked])
    tables: list[NDArray[np.float64]] = []
    owners: list[int] = []
    pieces: list[Piece] = []
    covered = []
    for place, (one, cut) in enumerate(zip(ranked, cuts, strict=True)):
        whole = _terms(searcher, " ".join((*one.clause.path, one.clause.lead_in, one.clause.text)))
        covered.append(_cover(weights, whole))
        if cut.pieces:
            tables.append(_table(one, ranked[0].score, cut, vector, weights, wanted))
            owners += [place] * len(cut.pieces)
            pieces += cut.pieces
    table = np.concatenate(tables) if tables else np.empty((0, len(FEATURES)))
    return Evidence(tuple(ranked), np.asarray(owners, np.intp), tuple(pieces), table, known_share,
                    np.asarray(covered))  # fmt: skip


def _terms(searcher: Searcher, text: str) -> frozenset[str]:
    words, bigrams = searcher.tokenizer.bag(text)
    return frozenset(words).union(bigrams)


def _weights(searcher: Searcher, question: Question) -> tuple[dict[str, float], float]:
    """Weight of each term of the question that some clause holds, and the share of all weight they have."""
    words = worth_marking(question.words)
    terms = list(dict.fromkeys([*words, *question.bigrams]))
    clauses = searcher.index.manifest.clauses
    weights: dict[str, float] = {}
    known = missing = 0.0
    for term, holding in zip(terms, searcher.index.clauses_holding(terms), strict=True):
        idf = float(np.log1p((clauses - holding + 0.5) / (holding + 0.5)))
        if holding:
            weights[term] = idf
        if term in words:
            known, missing = known + (idf if holding else 0.0), missing + (0.0 if holding else idf)
    return weights, known / (known + missing) if known + missing else 0.0


def _cover(weights: dict[str, float], terms: frozenset[str]) -> float:
    total = sum(weights.values())
    return sum(w for term, w in weights.items() if term in terms) / total if total else 0.0


def _table(
    one: RankedClause, best: float, cut: Cut, vector: Vectors, weights: dict[str, float], wanted: Wanted
) -> NDArray[np.float64]:
    text = one.clause.text
    signals = {signal.side: signal for signal in one.signals}
    cosines = cut.vectors.astype(np.float32) @ vector
    covers = np.array([_cover(weights, terms) for terms in cut.terms])
    sentences = np.array([piece.sentence for piece in cut.pieces])
    plain = [normalised(text[p.start : p.end])[0] for p in cut.pieces]
    rows = []
    for i, piece in enumerate(cut.pieces):
        same = sentences == piece.sentence
        beside = [j for j in (i - 1, i + 1) if 0 <= j < len(cut.pieces) and same[j]]
        sentence_terms = frozenset().union(*(cut.terms[j] for j in np.flatnonzero(same)))
        before = [y for j in range(i + 1) if same[j] for y in years_in(plain[j])]
        year = bool(wanted.years) and bool(set(wanted.years) & set(before))
        fits = holds(wanted.kind, plain[i])
        bm25 = signals.get("bm25")
        dense = signals.get("dense")
        rows.append((
            1 / one.rank,
            best - one.score,
            bm25.contribution if bm25 else 0.0,
            dense.score if dense else 0.0,
            float(cosines[i]),
            max((float(cosines[j]) for j in beside), default=0.0),
            covers[i],
            max((covers[j] for j in beside), default=0.0),
            _cover(weights, sentence_terms),
            sum(w for t, w in weights.items() if t in cut.terms[i]) / (1 + len(cut.terms[i])),
            float(cosines[i] >= cosines.max()),
            float(covers[i] > 0 and covers[i] >= covers.max()),
            float(fits is True),
            float(fits is False),
            float(year),
            float(bool(wanted.years) and bool(before) and not year),
            np.log(piece.end - piece.start) / 4,
            float(i == 0),
        ))  # fmt: skip
    return np.array(rows, np.float64)
