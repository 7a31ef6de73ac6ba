"""Confidences and what was true → AUROC, false answers at a coverage, calibration."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

BINS = 10


@dataclass(frozen=True, slots=True)
class Operating:
    """What happens at the threshold that answers a share of the answerable questions."""

    coverage: float
    """Share asked for."""
    threshold: float
    """The highest that answers so many."""
    answered: float
    """Share of the answerable that is answered; more than asked for where confidences are alike."""
    false_answers: float
    """Share of the unanswerable that is answered."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions of like confidence."""

    low: float
    high: float
    questions: int
    confidence: float
    """Their mean."""
    right: float
    """Share that came true."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far a confidence can be read as a chance."""

    bins: Sequence[Bin]
    ece: float
    """Expected calibration error: mean distance of confidence and truth, bins by their questions (Guo et al. 2017)."""
    brier: float


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """The chance that one of the positive stands above one of the negative, a tie counting half; NaN without both."""
    if not positive or not negative:
        return math.nan
    left, right = np.asarray(positive)[:, None], np.asarray(negative)[None]
    return float(((left > right) + 0.5 * (left == right)).mean())


def operating(answerable: Sequence[float], unanswerable: Sequence[float], coverage: float) -> Operating:
    """The point that answers at least `coverage` of the answerable, by their confidences."""
    if not answerable:
        return Operating(coverage, math.nan, math.nan, math.nan)
    ordered = sorted(answerable, reverse=True)
    threshold = ordered[math.ceil(coverage * len(ordered) - 1e-9) - 1]
    held = [share_from(of, threshold) for of in (answerable, unanswerable)]
    return Operating(coverage, threshold, held[0], held[1])


def share_from(confidences: Sequence[float], threshold: float) -> float:
    """Share of the confidences that reach a threshold; NaN of none."""
    return sum(c >= threshold for c in confidences) / len(confidences) if confidences else math.nan


def calibration(confidences: Sequence[float], right: Sequence[bool]) -> Calibration:
    """Bins of equal width over 0 to 1; empty ones are left out."""
    claimed, true = np.asarray(confidences, float), np.asarray(right, float)
    places = np.minimum((claimed * BINS).astype(int), BINS - 1)
    bins = [
        Bin(
            place / BINS,
            (place + 1) / BINS,
            int(held.sum()),
            float(claimed[held].mean()),
            float(true[held].mean()),
        )
        for place in range(BINS)
        if (held := places == place).any()
    ]
    ece = sum(b.questions * abs(b.confidence - b.right) for b in bins) / max(len(claimed), 1)
    return Calibration(bins, ece, float(((claimed - true) ** 2).mean()) if len(claimed) else math.nan)
