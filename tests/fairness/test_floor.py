from __future__ import annotations

import numpy as np
import pytest

from tests.fairness.helpers import names, people
from yodo_core.errors import InputError
from yodo_core.fairness.counts import Counts, count
from yodo_core.fairness.floor import floor_of, parity_floor


def test_the_floor_of_adults_test_rows_is_the_measured_one():
    mean, p95 = parity_floor((3240, 6529), 0.2)
    assert mean == pytest.approx(0.007, abs=0.0007)
    assert p95 == pytest.approx(0.017, abs=0.001)


def test_two_groups_agree_with_the_half_normal_distribution():
    mean, p95 = parity_floor((5000, 8000), 0.3)
    sd = np.sqrt(0.3 * 0.7 * (1 / 5000 + 1 / 8000))
    assert mean == pytest.approx(sd * np.sqrt(2 / np.pi), rel=0.04)
    assert p95 == pytest.approx(sd * 1.959964, rel=0.04)


def test_the_floor_grows_with_groups_and_shrinks_with_rows_and_is_repeatable():
    two, three = parity_floor((400, 400), 0.3), parity_floor((400, 400, 400), 0.3)
    assert three[0] > two[0] > parity_floor((4000, 4000), 0.3)[0]
    assert parity_floor(np.array([400, 400]), 0.3) == two
    assert parity_floor((400, 400), 0.3, seed=1) != two


def test_small_groups_stay_out_and_one_group_has_no_floor():
    assert parity_floor((400, 300, 99, 0), 0.3) == parity_floor((400, 300), 0.3)
    assert np.isnan(parity_floor((400, 99), 0.3)).all()
    assert np.isnan(parity_floor((400, 300), np.nan)).all()
    assert parity_floor((400, 300), 0.0) == (0, 0)
    with pytest.raises(InputError, match="fraction"):
        parity_floor((400, 300), 1.2)


def test_floor_of_uses_the_notions_denominators_and_pooled_rate():
    scores, _, label, group, _ = people([900, 600, 80], seed=1)
    counts = count(scores, label, group, names(3))
    big = group < 2
    positives = big & (label == 1)
    for notion, rows in (("dp", big), ("eo", positives)):
        sizes = np.bincount(group[rows])
        assert floor_of(counts, notion, 0.35) == parity_floor(sizes, (scores[rows] >= 0.35).mean())
    assert floor_of(counts, "eodds", 0.35)[0] > floor_of(counts, "eo", 0.35)[0]


def test_unequal_weights_raise_the_floor_and_equal_ones_do_not():
    scores, _, label, group, _ = people([900, 600], seed=2)
    equal = count(scores, label, group, names(2), np.full(1500, 3.0))
    assert floor_of(equal, "dp", 0.5, weighted=True) == floor_of(equal, "dp", 0.5)
    skewed = count(scores, label, group, names(2), np.where(np.arange(1500) % 10 == 0, 50.0, 1.0))
    assert floor_of(skewed, "dp", 0.5, weighted=True)[0] > 1.5 * floor_of(skewed, "dp", 0.5)[0]
    with pytest.raises(InputError, match="no weight"):
        floor_of(count(scores, label, group, names(2)), "dp", 0.5, weighted=True)
    with pytest.raises(InputError, match="leading axes"):
        floor_of(Counts.stack([equal, skewed]), "dp", 0.5)
