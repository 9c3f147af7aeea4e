from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from yodo_core.fairness.precision import average_precision


@pytest.mark.parametrize("decimals", [1, 2, None])
@pytest.mark.parametrize("rows", [1, 2, 50, 3000])
def test_average_precision_is_scikit_learns_to_the_bit_ties_included(rows, decimals):
    generator = np.random.default_rng(rows)
    for share in (0.05, 0.5, 1.0):
        label = (generator.random(rows) < share).astype(np.int64)
        label[0] = 1
        scores = generator.random(rows)
        if decimals:
            scores = scores.round(decimals)
        assert average_precision(label, scores) == average_precision_score(label, scores)


def test_without_positives_it_is_undefined_and_with_nothing_else_it_is_1():
    scores = np.array([0.1, 0.7])
    assert np.isnan(average_precision(np.zeros(2, int), scores))
    assert np.isnan(average_precision(np.zeros(0, int), scores[:0]))
    assert average_precision(np.ones(2, int), scores) == 1
