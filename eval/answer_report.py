"""Scored answers → a report: quality of the quotes, abstention, calibration, groups, latency."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from eval.abstention import Calibration, Operating, auroc, calibration, operating
from eval.answering import Scored
from eval.corpus import OpenSet
from eval.environment import Environment, environment
from eval.latency import Latency, latency_of
from eval.report import index_facts, set_facts
from eval.significance import Interval, interval
from index.configuration import Configuration

SYSTEM = "answers"
COVERAGES = (0.92, 0.95)


@dataclass(frozen=True, slots=True)
class AnswerGroup:
    """The questions of one split, language or kind; a value that cannot be told is NaN."""

    by: str
    value: str
    answerable: int
    unanswerable: int
    coverage: float
    """Share of the answerable that is answered."""
    right_clause: float
    """Of those answered."""
    f1: float
    """Of those answered."""
    false_answers: float
    """Share of the unanswerable that is answered."""
    auroc: float
    """Of the group's answerable (all, where it has none) against its unanswerable (all, where it has none)."""


@dataclass(frozen=True, slots=True)
class AnswerReport:
    """Everything that is printed, written as JSON and drawn."""

    set: Mapping[str, Any]
    index: Mapping[str, Any]
    configuration: Mapping[str, Any]
    systems: Sequence[Mapping[str, Any]]
    measures: Mapping[str, Interval]
    auroc: float
    operating: Sequence[Operating]
    calibration: Calibration
    groups: Sequence[AnswerGroup]
    latency: Latency
    milliseconds: Sequence[float]
    questions: Sequence[Mapping[str, Any]]
    environment: Environment


def answer_report(
    opened: OpenSet, scored: Sequence[Scored], threshold: float, configuration: Configuration
) -> AnswerReport:
    """Sum up the answers to all questions of a set."""
    answerable, unanswerable = _parted(scored)
    milliseconds = [round(s.milliseconds, 3) for s in scored]
    claimed, without = _confidences(answerable), _confidences(unanswerable)
    return AnswerReport(
        set={**set_facts(opened), "measured": len(scored)},
        index=index_facts(opened, configuration),
        configuration={"model": configuration.model, "threshold": threshold},
        systems=[{"name": SYSTEM}],
        measures={name: interval([take(s) for s in of]) for name, (of, take) in _measures(scored).items()},
        auroc=auroc(claimed, without),
        operating=[operating(claimed, without, coverage) for coverage in COVERAGES],
        calibration=calibration(
            _confidences(scored), [s.question.answerable and s.right_clause for s in scored]
        ),
        groups=_groups(scored),
        latency=latency_of(milliseconds),
        milliseconds=milliseconds,
        questions=[_question(s) for s in scored],
        environment=environment(),
    )


Taken = tuple[Sequence[Scored], Callable[[Scored], float]]


def _measures(scored: Sequence[Scored]) -> dict[str, Taken]:
    """Name → the questions that the mean is over, and what each adds."""
    answerable, unanswerable = _parted(scored)
    given = [s for s in answerable if s.answered]
    return {
        "coverage": (answerable, lambda s: float(s.answered)),
        "false answers": (unanswerable, lambda s: float(s.answered)),
        "right clause": (given, lambda s: float(s.right_clause)),
        "F1": (given, lambda s: s.f1),
        "F1 of all statements": (given, lambda s: s.whole_f1),
        "exact": (given, lambda s: float(s.exact)),
        "citation precision": (given, lambda s: s.precision),
        "citation recall": (given, lambda s: s.recall),
        "F1, silence 0": (answerable, lambda s: s.f1 * s.answered),
        "served": (scored, lambda s: float(s.right)),
    }


def _groups(scored: Sequence[Scored]) -> list[AnswerGroup]:
    everyone = [_confidences(of) for of in _parted(scored)]
    parted: dict[tuple[str, str], list[Scored]] = {}
    for s in scored:
        q = s.question
        for by, value in (
            ("split", q.split),
            ("language", q.language),
            *(("kind", kind) for kind in q.kinds),
        ):
            if value:
                parted.setdefault((by, value), []).append(s)
    order = ("split", "language", "kind")
    groups = []
    for (by, value), members in sorted(
        parted.items(), key=lambda pair: (order.index(pair[0][0]), pair[0][1])
    ):
        answerable, unanswerable = _parted(members)
        given = [s for s in answerable if s.answered]
        claimed = [
            _confidences(of) or rest for of, rest in zip((answerable, unanswerable), everyone, strict=True)
        ]
        groups.append(
            AnswerGroup(
                by, value, len(answerable), len(unanswerable),
                coverage=_mean([s.answered for s in answerable]),
                right_clause=_mean([s.right_clause for s in given]),
                f1=_mean([s.f1 for s in given]),
                false_answers=_mean([s.answered for s in unanswerable]),
                auroc=auroc(*claimed),
            )
        )  # fmt: skip
    return groups


def _question(s: Scored) -> dict[str, Any]:
    """One question; `F1` and `right` as `eval.gate` reads them."""
    q = s.question
    served = {"F1": {SYSTEM: round(s.f1 * s.answered, 6)}} if q.answerable else {}
    return {
        "id": q.id, "text": q.text, "kinds": q.kinds, "language": q.language, "split": q.split,
        "answerable": q.answerable, "answered": s.answered, "confidence": round(s.confidence, 4),
        "cited": s.cited, "quotes": s.quotes, **served, "right": {SYSTEM: float(s.right)},
    }  # fmt: skip


def _parted(scored: Sequence[Scored]) -> tuple[list[Scored], list[Scored]]:
    return [s for s in scored if s.question.answerable], [s for s in scored if not s.question.answerable]


def _confidences(scored: Sequence[Scored]) -> list[float]:
    """Where there is nothing to quote, no threshold gives an answer."""
    return [s.confidence if s.quotes else 0.0 for s in scored]


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else math.nan
