"""Milliseconds of questions → their percentiles."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds from a question's text to its ranking, one question at a time."""

    p50: float
    p95: float
    p99: float
    mean: float


def latency_of(milliseconds: Sequence[float]) -> Latency:
    """Percentiles; NaN where nothing was asked."""
    p50, p95, p99 = np.percentile(milliseconds or [math.nan], [50, 95, 99]).tolist()
    return Latency(p50, p95, p99, float(np.mean(milliseconds or [math.nan])))
