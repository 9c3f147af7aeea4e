from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from tests import reference
from tests.fairness.helpers import names, people
from yodo_core.errors import InputError
from yodo_core.fairness.counts import Counts, count
from yodo_core.fairness.intervals import accuracy_interval, gap_interval, paired_change


@pytest.mark.parametrize("confidence", [0.9, 0.95])
def test_wilson_equals_statsmodels(confidence):
    correct, n = np.array([0, 1, 17, 85, 100]), np.array([10, 30, 50, 100, 100])
    found = accuracy_interval(correct, n, confidence)
    expected = proportion_confint(correct, n, alpha=1 - confidence, method="wilson")
    np.testing.assert_allclose(found, expected, atol=1e-12)
    assert np.isnan(accuracy_interval(0, 0)).all()
    with pytest.raises(InputError, match="Confidence"):
        accuracy_interval(1, 2, 95)


def test_newcombe_equals_statsmodels_and_the_published_example():
    for k1, n1, k2, n2 in [(56, 70, 48, 80), (9, 10, 3, 10), (200, 3240, 1300, 6529)]:
        expected = confint_proportions_2indep(k1, n1, k2, n2, method="newcomb", compare="diff")
        np.testing.assert_allclose(gap_interval(k1, n1, k2, n2), expected, atol=1e-12)
    # Newcombe 1998, Table II, example (a), method 10.
    np.testing.assert_allclose(gap_interval(56, 70, 48, 80), (0.0524, 0.3339), atol=5e-5)
    low, high = gap_interval([5, 0], [50, 0], [9, 1], [60, 9])
    assert low[0] < 5 / 50 - 9 / 60 < high[0]
    assert np.isnan([low[1], high[1]]).all()


@pytest.mark.parametrize("threshold", [0.35, 0.5])
def test_paired_change_equals_the_rows_own_change_in_correctness(threshold):
    scores, start, label, group, _ = people([700, 500], seed=3)
    levels = [start, 0.8 * start + 0.2 * scores, scores]
    counts = Counts.stack([count(s, label, group, names(2), None, start) for s in levels])
    found = np.array(paired_change(counts, threshold))
    before = reference.decide(start, threshold)
    for i, level in enumerate(levels):
        expected = reference.paired_change(before, reference.decide(level, threshold), label)
        np.testing.assert_allclose(found[:, i], expected, atol=1e-12)
    assert found[:, 0].tolist() == [0, 0, 0]
    assert found[1, 2] < found[0, 2] < found[2, 2]


def test_paired_change_needs_the_decisions_at_alpha_zero():
    scores, _, label, group, _ = people([70, 50], seed=4)
    with pytest.raises(InputError, match="start_scores"):
        paired_change(count(scores, label, group, names(2)), 0.5)
