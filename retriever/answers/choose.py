"""Chances of the pieces → the runs of pieces to quote: those whose expected overlap with the answer is greatest."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retriever.answers.pieces import Piece

MAX_RUNS = 3
MAX_RUN_PIECES = 24
MAX_RUN_CHARS = 600
GAIN = 0.0
"""What a further quote must add to the expected overlap, beyond adding at all. With 0.03 a quote in five fewer is
given, and the right clause is cited for 0.876 of the answerable tune questions instead of 0.905, at the same F1."""
SURE = 0.92
"""Share of all chances that the clauses quoted should hold; else up to three are quoted, the likeliest first. On folds
left out the right clause comes so for 0.907 of the plan's answerable questions instead of 0.871, at F1 0.694 instead of
0.705, and a quarter of the quotes are beside the point instead of a fifth."""


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring pieces of one sentence of one clause."""

    owner: int
    first: int
    last: int
    """Places in the table of pieces, both included."""


def choose(
    pieces: Sequence[Piece], owner: NDArray[np.intp], chances: NDArray[np.float64], gain: float = GAIN
) -> tuple[list[Run], float]:
    """At most three runs, best first, and their expected F1 with the unknown answer, by characters.

    With p the chance that a piece belongs to the answer and n its length, a choice R is expected to overlap in
    `2 Σ_R p n / (Σ_R n + Σ p n)`. Runs are added as long as that grows by `gain`, then the likeliest pieces of other
    clauses, each a run, as long as the clauses that are quoted hold less than SURE of all chances.
    """
    if not len(pieces):
        return [], 0.0
    lengths = np.array([p.end - p.start for p in pieces], float)
    mass = chances * lengths
    truth = float(mass.sum())
    runs = _runs(pieces, owner)
    sums, sizes = np.concatenate([[0.0], mass.cumsum()]), np.concatenate([[0.0], lengths.cumsum()])
    hit = np.array([sums[r.last + 1] - sums[r.first] for r in runs])
    size = np.array([sizes[r.last + 1] - sizes[r.first] for r in runs])
    chosen: list[int] = []
    best = got = took = 0.0
    while len(chosen) < MAX_RUNS:
        expected = 2 * (got + hit) / (took + size + truth)
        for at in chosen:
            clash = [i for i, r in enumerate(runs)
                     if r.first <= runs[at].last + 1 and r.last >= runs[at].first - 1]  # fmt: skip
            expected[clash] = -1
        at = int(expected.argmax())
        if chosen and expected[at] < best + gain:
            break
        chosen.append(at)
        best, got, took = float(expected[at]), got + float(hit[at]), took + float(size[at])
    return _with_others([runs[at] for at in chosen], owner, chances), best


def _with_others(runs: list[Run], owner: NDArray[np.intp], chances: NDArray[np.float64]) -> list[Run]:
    left = chances / chances.sum()
    for run in runs:
        left[owner == run.owner] = 0
    while len(runs) < MAX_RUNS and left.sum() > 1 - SURE:
        at = int(left.argmax())
        runs = [*runs, Run(int(owner[at]), at, at)]
        left[owner == owner[at]] = 0
    return runs


def _runs(pieces: Sequence[Piece], owner: NDArray[np.intp]) -> list[Run]:
    found = []
    for first in range(len(pieces)):
        for last in range(first, min(len(pieces), first + MAX_RUN_PIECES)):
            same = owner[first] == owner[last] and pieces[first].sentence == pieces[last].sentence
            if not same or (last > first and pieces[last].end - pieces[first].start > MAX_RUN_CHARS):
                break
            found.append(Run(int(owner[first]), first, last))
    return found
