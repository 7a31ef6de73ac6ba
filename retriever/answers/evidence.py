"""A question and its ranked clauses → for every piece of them, how much speaks for it: the rows of a small model."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.adapters import Purpose
from index.text import normalised
from retriever.answers.cutter import Cut, Cutter
from retriever.answers.pieces import Piece
from retriever.answers.places import names, without_places
from retriever.answers.typed import holds
from retriever.answers.unsaid import unsaid_by_each
from retriever.answers.wanted import Wanted, years_in
from retriever.highlight import worth_marking
from retriever.question import Question
from retriever.search import RankedClause, Searcher

Floats = NDArray[np.float64]

CANDIDATES = 8
"""Clauses that are looked into; the right one is among them for 95 % of the plan's tune questions."""

_OF_CLAUSE = ("rank", "behind", "bm25_share", "cosine_clause")
_OF_PIECE = (
    "covered_piece", "covered_beside", "covered_sentence", "rare_words", "best_cover", "kind_fits", "kind_misses",
    "year_fits", "year_misses", "length", "first",
)  # fmt: skip
_AMONG_ALL = ("characters", "searched_piece", "searched_behind", "searched_sentence")
_NEARNESS = ("piece", "beside", "z", "behind", "best_in_clause", "window", "sentence", "whole")
_COSINES = tuple(f"{vectors}_{name}" for vectors in ("cosine", "context") for name in _NEARNESS)
"""Of the vectors of pieces by themselves, and as they stand in their clause."""
_MEASURED = (*_OF_CLAUSE, *_OF_PIECE, *_AMONG_ALL, *_COSINES)
_COMPARED = (
    "covered_piece", "covered_sentence", "rare_words", "characters", "cosine_clause", "bm25_share", "cosine_window",
    "cosine_sentence", "cosine_whole", "searched_sentence", "context_window", "context_sentence", "context_whole",
)  # fmt: skip
"""What is also taken less the most that any piece has of it: how good the best is differs with the question."""
FEATURES = (*_MEASURED, *(f"{name}_behind" for name in _COMPARED))


@dataclass(frozen=True, slots=True)
class Evidence:
    """The pieces of all candidates, in one table."""

    ranked: tuple[RankedClause, ...]
    owner: NDArray[np.intp]
    """(pieces,) place in `ranked` of the clause that holds the piece."""
    pieces: tuple[Piece, ...]
    table: Floats
    """(pieces, features), in the order of FEATURES."""
    known_share: float
    """Share of the question's words, by weight, that any clause of the snapshot holds."""
    covered: Floats
    """(candidates,) share of the question's words, by weight, that each clause with its headings holds."""
    absent: tuple[frozenset[str], ...]
    """For each candidate the years and places of the question that its document nowhere names."""
    unsaid: Floats
    """(candidates, 2) of what is asked, the heaviest word and the share that the clause with its headings lacks."""
    vector: NDArray[np.float32]
    """(dimension,) of the question without its places, for answers, about the centre."""
    in_context: NDArray[np.float32]
    """(dimension,) of the same, for pieces as they stand in their clauses."""


def gather(
    searcher: Searcher, cutter: Cutter, question: Question, wanted: Wanted, ranked: Sequence[RankedClause]
) -> Evidence:
    """Compare the question with every piece of the ranked clauses."""
    weights, known_share = _weights(searcher, question)
    # 深圳 would draw every question about Shenzhen to the pieces that name it, whatever else they say.
    apart = without_places(question.simplified)
    embed = searcher.embedder.embed_question
    vectors = [
        embed(apart, Purpose.ANSWER), embed(apart, Purpose.CONTEXT), embed(question.simplified, Purpose.SEARCH),
    ]  # fmt: skip
    vector, in_context, searched = searcher.index.centred(np.stack(vectors))
    cuts = cutter.cut(ranked, question)
    owner = np.array([place for place, cut in enumerate(cuts) for _ in cut.pieces], np.intp)
    pieces = [piece for cut in cuts for piece in cut.pieces]
    covered = [_cover(weights, cut.whole) for cut in cuts]
    wholes = [" ".join((*r.clause.path, r.clause.lead_in, r.clause.text)) for r in ranked]
    table = np.empty((0, len(FEATURES)))
    if pieces:
        plain = [
            normalised(ranked[o].clause.text[p.start : p.end])[0] for o, p in zip(owner, pieces, strict=True)
        ]
        both = np.concatenate([cut.vectors for cut in cuts if cut.pieces]).astype(np.float32)
        alone = _Around(both[:, : len(vector)], owner, pieces)
        within = _Around(both[:, len(vector) :], owner, pieces)
        measured = np.hstack([
            np.array([_of_clause(ranked[o], ranked) for o in owner], np.float64),
            np.concatenate([_of_pieces(r, cut, weights, wanted)
                            for r, cut in zip(ranked, cuts, strict=True) if cut.pieces]),
            _characters(question, plain, wanted.latin)[:, None],
            _searched(alone, searched),
            _nearness(alone, vector),
            _nearness(within, in_context),
        ])  # fmt: skip
        compared = measured[:, [_MEASURED.index(name) for name in _COMPARED]]
        table = np.hstack([measured, compared - compared.max(axis=0)])
    return Evidence(
        tuple(ranked), owner, tuple(pieces), table, known_share, np.asarray(covered),
        _absent(cutter, wanted, ranked), unsaid_by_each(question, searcher.tokenizer, wholes), vector, in_context,
    )  # fmt: skip


def _absent(cutter: Cutter, wanted: Wanted, ranked: Sequence[RankedClause]) -> tuple[frozenset[str], ...]:
    if not wanted.years and not wanted.places:
        return (frozenset(),) * len(ranked)
    absent: dict[str, frozenset[str]] = {}
    for document_id in dict.fromkeys(r.clause.document_id for r in ranked):
        said = cutter.said(document_id)
        years = set(wanted.years) - said.years
        absent[document_id] = frozenset(years.union(p for p in wanted.places if not names(p, said.text)))
    return tuple(absent[r.clause.document_id] for r in ranked)


def _weights(searcher: Searcher, question: Question) -> tuple[dict[str, float], float]:
    """Weight of each term of the question that some clause holds, and the share of its words' weight they have."""
    written = " ".join(rule.written for rule in question.synonyms)
    words = [w for w in worth_marking(question.words) if w not in written]
    terms = list(dict.fromkeys([*worth_marking(question.words), *question.bigrams]))
    weights: dict[str, float] = {}
    known = missing = 0.0
    for term, idf, held in _idfs(searcher, terms):
        if held:
            weights[term] = idf
        if term in words:
            known, missing = known + held * idf, missing + (not held) * idf
    most = float(np.log1p(2.0 * searcher.index.manifest.clauses + 1.0))
    for bags in question.other_words:  # what it says in other words: as much in all as one word of its own
        others = [(term, idf) for bag in bags for term, idf, held in _idfs(searcher, bag) if held]
        for term, idf in others:
            share = searcher.options.synonym_weight * idf / len(bags)
            weights[term] = max(weights.get(term, 0.0), share)
        known += max((idf for _, idf in others), default=0.0)
        missing += most * (not others)
    return weights, known / (known + missing) if known + missing else 0.0


def _idfs(searcher: Searcher, terms: Sequence[str]) -> list[tuple[str, float, bool]]:
    """Each term with its weight and whether a clause holds it."""
    clauses = searcher.index.manifest.clauses
    return [
        (term, float(np.log1p((clauses - holding + 0.5) / (holding + 0.5))), holding > 0)
        for term, holding in zip(terms, searcher.index.clauses_holding(list(terms)), strict=True)
    ]


def _cover(weights: dict[str, float], terms: frozenset[str]) -> float:
    total = sum(weights.values())
    return sum(w for term, w in weights.items() if term in terms) / total if total else 0.0


def _of_clause(one: RankedClause, ranked: Sequence[RankedClause]) -> tuple[float, ...]:
    signals = {signal.side: signal for signal in one.signals}
    bm25, dense = signals.get("bm25"), signals.get("dense")
    return (
        1 / one.rank,
        max(r.score for r in ranked) - one.score,
        bm25.contribution if bm25 else 0.0,
        dense.score if dense else 0.0,
    )


def _of_pieces(one: RankedClause, cut: Cut, weights: dict[str, float], wanted: Wanted) -> Floats:
    """Words, kind and years, for each piece of one clause."""
    text = one.clause.text
    covers = np.array([_cover(weights, terms) for terms in cut.terms])
    plain = [normalised(text[p.start : p.end])[0] for p in cut.pieces]
    rows = []
    for i, piece in enumerate(cut.pieces):
        same = [j for j, other in enumerate(cut.pieces) if other.sentence == piece.sentence]
        before = [y for j in same if j <= i for y in years_in(plain[j])]
        agrees = bool(set(wanted.years) & set(before))
        fits = holds(wanted, plain[i])
        rows.append((
            covers[i],
            max((covers[j] for j in (i - 1, i + 1) if j in same), default=0.0),
            _cover(weights, frozenset().union(*(cut.terms[j] for j in same))),
            sum(w for t, w in weights.items() if t in cut.terms[i]) / (1 + len(cut.terms[i])),
            float(covers[i] > 0 and covers[i] >= covers.max()),
            float(fits is True),
            float(fits is False),
            float(agrees),
            float(bool(wanted.years) and bool(before) and not agrees),
            np.log(piece.end - piece.start) / 4,
            float(i == 0),
        ))  # fmt: skip
    return np.array(rows, np.float64)


Rows = NDArray[np.float32]


def _searched(around: "_Around", asked: Rows) -> Floats:
    """How near a piece and its sentence are to the question as clauses are searched with it."""
    cosines = around.pieces(asked)
    return np.column_stack([cosines, cosines - cosines.max(), around.sentence(asked)])


def _nearness(around: "_Around", asked: Rows) -> Floats:
    """How near the question is to a piece, beside all others, and to what the piece stands in."""
    cosines = around.pieces(asked)
    at, first, last = np.arange(len(cosines)), around.first, around.last
    before = np.where(at > first, cosines[at - 1], -np.inf)
    after = np.where(at < last, np.roll(cosines, -1), -np.inf)
    beside = np.where(first < last, np.maximum(before, after), 0.0)
    begins = around.begins
    best_own = np.maximum.reduceat(cosines, np.flatnonzero(begins))[begins.cumsum() - 1]
    return np.column_stack([
        cosines,
        beside,
        (cosines - cosines.mean()) / (cosines.std() + 1e-6),
        cosines - cosines.max(),
        cosines - best_own,
        around.window(asked),
        around.sentence(asked),
        around.whole(asked),
    ])  # fmt: skip


class _Around:
    """Pieces, and what they stand in, as the mean of the vectors of its pieces, each by its length."""

    def __init__(self, embedded: Rows, owner: NDArray[np.intp], pieces: Sequence[Piece]) -> None:
        weighted = embedded * np.array([[p.end - p.start] for p in pieces], np.float32)
        self._sums = np.concatenate(
            [np.zeros((1, weighted.shape[1])), weighted.cumsum(axis=0, dtype=np.float64)]
        )
        self._embedded = embedded
        self.begins = _begins(owner)
        self._clauses = _bounds(self.begins)
        self.first, self.last = _sentences(owner, pieces)
        """For each piece the places of the first and the last of its sentence."""

    def pieces(self, asked: Rows) -> Floats:
        """Cosines with the pieces themselves."""
        return (self._embedded @ asked).astype(np.float64)

    def window(self, asked: Rows) -> Floats:
        """Cosines with a piece and those beside it in its sentence."""
        at = np.arange(len(self.first))
        return self._cosines(np.maximum(self.first, at - 1), np.minimum(self.last, at + 1), asked)

    def sentence(self, asked: Rows) -> Floats:
        return self._cosines(self.first, self.last, asked)

    def whole(self, asked: Rows) -> Floats:
        """Cosines with all pieces of the clause."""
        return self._cosines(*self._clauses, asked)

    def _cosines(self, first: NDArray[np.intp], last: NDArray[np.intp], asked: Rows) -> Floats:
        means = self._sums[last + 1] - self._sums[first]
        cosines: Floats = means @ asked / np.maximum(np.linalg.norm(means, axis=1), 1e-6)
        return cosines


def _begins(owner: NDArray[np.intp]) -> NDArray[np.bool_]:
    """True for the first piece of each clause."""
    return np.append(True, owner[1:] != owner[:-1])


def _sentences(owner: NDArray[np.intp], pieces: Sequence[Piece]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """For each piece the places of the first and the last of its sentence."""
    sentence = np.array([p.sentence for p in pieces])
    return _bounds(_begins(owner) | np.append(True, sentence[1:] != sentence[:-1]))


def _bounds(begins: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where groups begin → for each place the first and the last of its group."""
    group = begins.cumsum() - 1
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(begins)) - 1
    return first[group], last[group]


def _characters(question: Question, plain: Sequence[str], latin: bool) -> Floats:
    """Share of the question's Han characters in each piece, the rarer among the pieces the heavier.

    It finds abbreviations (全创改), words that were cut otherwise, and words with a wrong character.
    """
    others = [meant for rule in question.synonyms for meant in rule.meant] if latin else []
    asked = {
        c for word in (*worth_marking(question.words), *others) for c in word if "\u4e00" <= c <= "\u9fff"
    }
    shares = np.zeros(len(plain))
    total = 0.0
    for character in asked:
        holding = np.array([character in text for text in plain], float)
        if holding.any():
            weight = float(np.log1p((len(plain) - holding.sum() + 0.5) / (holding.sum() + 0.5)))
            shares += weight * holding
            total += weight
    return shares / total if total else shares
