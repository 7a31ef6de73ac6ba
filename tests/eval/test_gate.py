"""A significant drop is found, noise is not, and a rise passes."""

import random
from typing import Any

import pytest

from eval.gate import against, dropped
from eval.judgements import EvalError


def _report(values: dict[str, list[float]], name: str = "plan") -> dict[str, Any]:
    count = len(next(iter(values.values())))
    return {
        "set": {"name": name},
        "systems": [{"name": system} for system in values],
        "questions": [{"id": f"q{i}", "nDCG@10": {s: of[i] for s, of in values.items()}} for i in range(count)],
    }  # fmt: skip


def test_only_a_significant_drop_fails() -> None:
    random.seed(1)
    before = [random.random() for _ in range(120)]
    worse = [value - 0.05 * random.random() for value in before]
    noise = [value + random.uniform(-0.05, 0.05) for value in before]
    better = [value + 0.05 for value in before]
    earlier = _report({"hybrid": before, "bm25": before, "dense": before, "rank-bm25": before})
    made = _report({"hybrid": worse, "bm25": noise, "dense": better, "rank-bm25": before})
    comparisons = against(made, earlier)
    assert [c.system for c in comparisons] == ["hybrid", "bm25", "dense", "rank-bm25"]
    assert [c.system for c in dropped(comparisons)] == ["hybrid"]
    assert comparisons[3].p == 1.0


def test_questions_and_systems_that_only_one_report_has_are_left_out() -> None:
    earlier = _report({"hybrid": [1.0] * 50, "dense": [1.0] * 50})
    made = _report({"hybrid": [0.0] * 30, "new": [0.5] * 30})
    (comparison,) = dropped(against(made, earlier))
    assert (comparison.system, comparison.against, comparison.lost) == ("hybrid", "hybrid before", 30)


def test_reports_with_nothing_in_common_are_refused() -> None:
    with pytest.raises(EvalError, match="no question and system in common"):
        against(_report({"hybrid": [1.0]}), _report({"hybrid": [1.0]}, "other"))
    with pytest.raises(EvalError, match="no question and system in common"):
        against(_report({"hybrid": [1.0]}), _report({"dense": [1.0]}))
