"""Chances of pieces → the runs to quote, against every choice of runs tried by hand."""

from itertools import combinations

import numpy as np
import pytest

from retriever.answers.choose import choose
from retriever.answers.pieces import pieces

TEXT = "甲甲甲甲，乙乙，丙丙丙丙丙丙。丁丁丁，戊戊戊戊戊。"


@pytest.mark.parametrize("seed", range(20))
def test_the_first_run_has_the_greatest_expected_overlap(seed: int) -> None:
    cut = pieces(TEXT)
    chances = np.random.default_rng(seed).random(len(cut))
    lengths = np.array([p.end - p.start for p in cut])
    truth = float(chances @ lengths)
    best = 0.0
    for first, last in [*combinations(range(len(cut)), 2), *((i, i) for i in range(len(cut)))]:
        if cut[first].sentence == cut[last].sentence:
            span = slice(first, last + 1)
            overlap = 2 * float(chances[span] @ lengths[span]) / (float(lengths[span].sum()) + truth)
            best = max(best, overlap)
    runs, expected = choose(cut, np.zeros(len(cut), np.intp), chances, gain=1.0)
    assert len(runs) == 1
    assert expected == pytest.approx(best)


def test_a_second_run_is_quoted_where_it_adds_enough_and_never_touches_the_first() -> None:
    cut = pieces(TEXT)
    chances = np.array([0.95, 0.02, 0.9, 0.02, 0.9])
    runs, expected = choose(cut, np.array([0, 0, 0, 1, 1]), chances)
    assert {(r.first, r.last) for r in runs} == {(0, 2), (4, 4)}
    assert expected > 0.8
    assert [r.owner for r in sorted(runs, key=lambda r: r.first)] == [0, 1]


def test_nothing_is_chosen_of_nothing() -> None:
    assert choose([], np.empty(0, np.intp), np.empty(0)) == ([], 0.0)


@pytest.mark.parametrize(
    ("chances", "owners"),
    [
        ([0.9, 0.01, 0.01, 0.01, 0.01], [0]),
        ([0.6, 0.02, 0.02, 0.35, 0.01], [0, 3]),
        ([0.6, 0.02, 0.02, 0.18, 0.18], [0, 3]),
        ([0.4, 0.29, 0.28, 0.27, 0.02], [0, 1, 2]),
    ],
)
def test_other_clauses_are_quoted_as_long_as_those_quoted_are_not_likely_enough(
    chances: list[float], owners: list[int]
) -> None:
    runs, _ = choose(pieces(TEXT), np.array([0, 1, 2, 3, 3]), np.array(chances), gain=1.0)
    assert [run.owner for run in runs] == owners
