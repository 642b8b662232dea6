"""Figures that decide pass or fail are checked against counting by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from c3po.figures import roc_area, share_at_rate, threshold_for_budget, wilson_interval

SCORES = st.lists(st.integers(0, 5), min_size=1, max_size=12)


@given(SCORES, SCORES)
def test_roc_area_counts_pairs(positives: list[int], negatives: list[int]) -> None:
    wins = [1.0 if p > n else 0.5 if p == n else 0.0 for p in positives for n in negatives]
    truth = [True] * len(positives) + [False] * len(negatives)
    assert roc_area(positives + negatives, truth) == pytest.approx(np.mean(wins))


def test_roc_area_of_one_class_is_unknown() -> None:
    assert math.isnan(roc_area([0.1, 0.2], [True, True]))


@given(SCORES, st.floats(0.0, 1.0))
def test_a_threshold_keeps_its_budget_and_is_the_least_that_does(negatives: list[int], rate: float) -> None:
    threshold = threshold_for_budget(negatives, rate)
    assert np.mean(np.array(negatives) >= threshold) <= rate
    lower = [value for value in {0.0, *negatives} if value < threshold]
    assert all(np.mean(np.array(negatives) >= value) > rate for value in lower if value > 0)


def test_wilson_interval_of_no_alarm_in_a_hundred() -> None:
    low, high = wilson_interval(0, 100)
    assert low == 0.0
    assert high == pytest.approx(0.0370, abs=1e-4)


def test_share_at_rate_uses_the_negatives_own_threshold() -> None:
    assert share_at_rate([0.9, 0.4, 0.2], [0.1, 0.3, 0.5, 0.8], 0.25) == pytest.approx(1 / 3)
