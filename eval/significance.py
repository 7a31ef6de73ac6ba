"""Values question by question → intervals and p-values. Every draw comes from a fixed seed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.measure import PRIMARY, Scores

SAMPLES = 10_000
SEED = 20201214
_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with its 95 % bootstrap interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two systems on the same questions."""

    system: str
    against: str
    measure: str
    difference: float
    """Mean of `system` minus mean of `against`."""
    p: float
    """Two-sided, paired randomisation test."""
    p_holm: float
    """Corrected for the number of comparisons in the report."""
    won: int
    lost: int
    tied: int


def interval(values: Sequence[float], samples: int = SAMPLES, seed: int = SEED) -> Interval:
    """Percentile bootstrap over questions (Efron and Tibshirani 1993, ch. 13)."""
    array = np.asarray(values, np.float64)
    if len(array) == 0:
        return Interval(float("nan"), float("nan"), float("nan"))
    random = np.random.default_rng(seed)
    means = np.concatenate(
        [
            array[random.integers(0, len(array), (_CHUNK, len(array)))].mean(1)
            for _ in range(samples // _CHUNK)
        ]
    )
    low, high = np.percentile(means, [2.5, 97.5])
    return Interval(float(array.mean()), float(low), float(high))


def randomisation_p(
    left: Sequence[float], right: Sequence[float], samples: int = SAMPLES, seed: int = SEED
) -> float:
    """Two-sided p of a paired randomisation test on the difference of means (Smucker, Allan and Carterette 2007).

    Signs of the differences are drawn anew; the observed one counts as a draw, so p is never 0.
    """
    differences = np.asarray(left, np.float64) - np.asarray(right, np.float64)
    differences = differences[differences != 0]  # a tie stays one under either sign
    if len(differences) == 0:
        return 1.0
    random = np.random.default_rng(seed)
    observed = abs(differences.sum()) - 1e-12 * len(
        differences
    )  # sums of the same numbers differ by rounding
    extreme = 0
    for _ in range(samples // _CHUNK):
        signs: NDArray[np.int8] = random.integers(0, 2, (_CHUNK, len(differences)), np.int8) * 2 - 1
        extreme += int((np.abs(signs @ differences) >= observed).sum())
    return (extreme + 1) / (samples + 1)


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's step-down correction (1979), in the order given."""
    corrected = [0.0] * len(p_values)
    highest = 0.0
    for rank, i in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])):
        highest = max(highest, min(1.0, p_values[i] * (len(p_values) - rank)))
        corrected[i] = highest
    return corrected


def compare(pairs: Sequence[tuple[Scores, Scores]], measure: str = PRIMARY) -> list[Comparison]:
    """Compare pairs of runs over the same questions; the correction is over all pairs given."""
    return compare_all([(_only(left, measure), _only(right, measure)) for left, right in pairs])


def compare_all(pairs: Sequence[tuple[Scores, Scores]]) -> list[Comparison]:
    """Compare pairs that each hold the values of one measure, not the same in every pair."""
    measures = [next(iter(left.values)) for left, _ in pairs]
    values = [(left.values[m], right.values[m]) for (left, right), m in zip(pairs, measures, strict=True)]
    p_values = [randomisation_p(left, right) for left, right in values]
    comparisons = []
    for (left, right), measure, p, p_holm in zip(pairs, measures, p_values, holm(p_values), strict=True):
        signs = np.sign(np.asarray(left.values[measure]) - np.asarray(right.values[measure]))
        difference = left.mean(measure) - right.mean(measure)
        won, lost, tied = (int((signs == sign).sum()) for sign in (1, -1, 0))
        comparisons.append(Comparison(left.run, right.run, measure, difference, p, p_holm, won, lost, tied))
    return comparisons


def _only(scores: Scores, measure: str) -> Scores:
    return Scores(scores.run, scores.questions, {measure: scores.values[measure]})
