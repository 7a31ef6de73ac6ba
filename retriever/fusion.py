"""Rankings → one ranking. Pure: rows in, rows out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.local import Hit


@dataclass(frozen=True, slots=True)
class Signal:
    """What one side said of a clause."""

    side: str
    """bm25 or dense."""
    rank: int
    """1-based."""
    score: float
    """BM25 score or cosine."""
    contribution: float
    """Its share of the fused score; the score itself where only one side ran."""


@dataclass(frozen=True, slots=True)
class Fused:
    """A row with its fused score and the signals it comes from."""

    row: int
    score: float
    signals: tuple[Signal, ...]


def reciprocal_rank_fusion(
    rankings: Mapping[str, Sequence[Hit]], weights: Mapping[str, float], k: int
) -> list[Fused]:
    """Score `sum(weight / (k + rank))` over the sides that hold a row (Cormack, Clarke and Büttcher 2009).

    Best first, ties by row.
    """
    signals: dict[int, list[Signal]] = {}
    for side, hits in rankings.items():
        for rank, hit in enumerate(hits, 1):
            signal = Signal(side, rank, hit.score, weights[side] / (k + rank))
            signals.setdefault(hit.row, []).append(signal)
    fused = [Fused(row, sum(s.contribution for s in of), tuple(of)) for row, of in signals.items()]
    return sorted(fused, key=lambda f: (-f.score, f.row))


def single(side: str, hits: Sequence[Hit]) -> list[Fused]:
    """The ranking of one side alone, in the same shape."""
    return [Fused(h.row, h.score, (Signal(side, rank, h.score, h.score),)) for rank, h in enumerate(hits, 1)]
