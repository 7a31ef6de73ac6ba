"""Rankings → one ranking. Pure: hits in, hits out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.local import Hits

RRF_K = 20


@dataclass(frozen=True, slots=True)
class Signal:
    """What one side said of a clause."""

    side: str
    """bm25, dense, exact for a clause that the question names, or document: how good the other candidates of its
    document are."""
    rank: int
    """1-based."""
    score: float
    """BM25 score, cosine, or the support of its document."""
    contribution: float
    """Its share of the fused score; the score itself where only one side ran."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """The fused hits, best first, with what each side said of them."""

    hits: Hits
    sides: Mapping[str, Hits]
    contributions: Mapping[str, NDArray[np.float64]]
    """Side → the share of each of its hits."""

    def __len__(self) -> int:
        return len(self.hits.rows)

    def signals(self, row: int) -> tuple[Signal, ...]:
        """The sides that hold a row."""
        found = []
        for side, hits in self.sides.items():
            for at in np.flatnonzero(hits.rows == row)[:1]:
                score, share = float(hits.scores[at]), float(self.contributions[side][at])
                found.append(Signal(side, int(at) + 1, score, share))
        return tuple(found)


Fusion = Callable[[Mapping[str, Hits], Mapping[str, float]], Ranking]


def score_fusion(sides: Mapping[str, Hits], weights: Mapping[str, float]) -> Ranking:
    """Score `sum(weight * (score - least) / deviation)` over the sides that hold a row.

    A convex combination of each side's scores, shifted to its least candidate and scaled by the standard deviation of
    its candidates (Bruch, Gai and Ingber 2023, "An Analysis of Fusion Functions for Hybrid Retrieval"). It keeps how
    much better a clause is, which ranks forget. Best first, ties by row.
    """
    shares = {}
    for side, hits in sides.items():
        scores = hits.scores.astype(np.float64)
        spread = float(scores.std()) if len(scores) else 0.0
        # One candidate, or all alike: nothing tells them apart, being found still counts for one deviation.
        moved = (scores - scores.min()) / spread if spread > 0 else np.ones(len(scores))
        shares[side] = weights[side] * moved
    return summed(sides, shares)


def reciprocal_rank_fusion(
    sides: Mapping[str, Hits], weights: Mapping[str, float], k: int = RRF_K
) -> Ranking:
    """Score `sum(weight / (k + rank))` over the sides that hold a row (Cormack, Clarke and Büttcher 2009).

    Best first, ties by row.
    """
    return summed(
        sides, {side: weights[side] / (k + np.arange(1, len(hits.rows) + 1)) for side, hits in sides.items()}
    )


def summed(sides: Mapping[str, Hits], shares: Mapping[str, NDArray[np.float64]]) -> Ranking:
    """The ranking by the sum of every side's shares, best first, ties by row."""
    rows, places = np.unique(np.concatenate([hits.rows for hits in sides.values()]), return_inverse=True)
    scores = np.zeros(len(rows))
    np.add.at(scores, places, np.concatenate(list(shares.values())))
    order = np.lexsort((rows, -scores))
    return Ranking(Hits(rows[order], scores[order]), sides, shares)


STEP = 1e-3
"""Between the fused scores of named clauses, so that they stay on the scale of the others."""
EXACT = "exact"
"""The side of clauses that the question names."""


def named_first(ranking: Ranking, named: Sequence[int], neighbours: Sequence[int]) -> Ranking:
    """The named clauses in the given order, then their neighbours, then the ranking as it was.

    The side `exact` gives them what they lack to stand there; its scores are 1 for a named clause, 0.5 for a neighbour.
    """
    first = list(dict.fromkeys((*named, *neighbours)))
    before = dict(zip(ranking.hits.rows.tolist(), ranking.hits.scores.tolist(), strict=True))
    top = max(before.values(), default=0.0)
    fused = [top + STEP * (len(first) - at) for at in range(len(first))]
    shares = [score - before.get(row, 0.0) for row, score in zip(first, fused, strict=True)]
    meant = set(named)
    scores = [1.0 if row in meant else 0.5 for row in first]
    hits = Hits(np.asarray(first, np.int64), np.asarray(scores))
    placed = set(first)
    rest = [(row, score) for row, score in before.items() if row not in placed]
    rows = np.asarray([*first, *(row for row, _ in rest)], np.int64)
    fused += [score for _, score in rest]
    return Ranking(
        Hits(rows, np.asarray(fused, np.float64)),
        {EXACT: hits, **ranking.sides},
        {EXACT: np.asarray(shares, np.float64), **ranking.contributions},
    )


def single(side: str, hits: Hits) -> Ranking:
    """The ranking of one side alone, in the same shape."""
    return Ranking(hits, {side: hits}, {side: hits.scores.astype(np.float64)})
