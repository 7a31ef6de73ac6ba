"""Intervals and p-values against closed forms and scipy."""

import itertools
import math

import numpy as np
import pytest

from eval.measure import Scores
from eval.significance import compare, holm, interval, randomisation_p


def test_the_interval_of_many_values_is_the_normal_one() -> None:
    values = np.random.default_rng(3).normal(0.5, 0.2, 400)
    found = interval(values.tolist())
    half = 1.96 * values.std() / math.sqrt(len(values))
    assert found.mean == pytest.approx(values.mean())
    assert found.low == pytest.approx(values.mean() - half, abs=0.002)
    assert found.high == pytest.approx(values.mean() + half, abs=0.002)


def test_the_interval_covers_the_true_mean_about_19_times_in_20() -> None:
    random = np.random.default_rng(5)
    covered = 0
    for _ in range(200):
        found = interval(random.beta(2, 1, 60).tolist(), samples=1000)
        covered += found.low <= 2 / 3 <= found.high
    assert 180 <= covered <= 199


def test_an_interval_is_the_same_at_every_call_and_nan_for_no_value() -> None:
    values = [0.1, 0.5, 0.9, 0.3]
    assert interval(values) == interval(values)
    assert math.isnan(interval([]).mean)


def test_the_p_value_nears_that_of_all_sign_changes() -> None:
    differences = [0.3, 0.1, -0.05, 0.2, 0.4, -0.1, 0.15, 0.05, 0.25, 0.0]
    observed = abs(sum(differences))
    every = [abs(sum(s * d for s, d in zip(signs, differences, strict=True)))
             for signs in itertools.product((-1, 1), repeat=len(differences))]  # fmt: skip
    exact = sum(total >= observed - 1e-9 for total in every) / len(every)
    assert 0.001 < exact < 0.1
    assert randomisation_p(differences, [0.0] * 10) == pytest.approx(exact, abs=0.005)


def test_equal_runs_have_p_1_and_p_is_never_0() -> None:
    assert randomisation_p([0.5] * 20, [0.5] * 20) == 1.0
    assert 0 < randomisation_p([1.0] * 100, [0.0] * 100) < 0.001


def test_random_differences_are_rarely_significant() -> None:
    random = np.random.default_rng(11)
    p_values = [randomisation_p(*random.random((2, 50)).tolist(), samples=1000) for _ in range(200)]
    assert 0.01 < np.mean(np.asarray(p_values) < 0.05) < 0.1


def test_holms_correction_is_that_of_a_worked_example() -> None:
    # Sorted 0.005, 0.01, 0.03, 0.04 times 4, 3, 2, 1, then never falling.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.7]) == [1.0, 1.0]
    assert holm([]) == []


def test_a_comparison_counts_won_lost_and_tied_and_corrects_over_all_pairs() -> None:
    names = tuple("abcde")
    best = Scores("best", names, {"nDCG@10": [1.0, 1.0, 1.0, 0.5, 0.2]})
    base = Scores("base", names, {"nDCG@10": [0.0, 0.5, 1.0, 0.6, 0.1]})
    one, two = compare([(best, base), (base, best)])
    assert (one.won, one.lost, one.tied) == (3, 1, 1)
    assert (two.won, two.lost, two.tied) == (1, 3, 1)
    assert one.difference == pytest.approx(0.3) == -two.difference
    assert one.p == two.p
    assert one.p_holm == pytest.approx(min(1, 2 * one.p))
