from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from tests import reference
from tests.fairness.helpers import GRID, names, people
from yodo_core.errors import InputError
from yodo_core.fairness.counts import EDGES, Counts, count, score_bin, threshold_index


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_decisions_at_every_threshold_are_those_of_the_raw_scores(dtype):
    scores, _, label, group, _ = people([300, 200], seed=1)
    scores = scores.astype(dtype)
    counts = count(scores, label, group, names(2))
    for t, threshold in enumerate(GRID, start=1):
        decisions = reference.decide(scores, threshold)
        for g in range(2):
            for y in range(2):
                assert counts.n[g, y, t:].sum() == decisions[(group == g) & (label == y)].sum()


@pytest.mark.parametrize("threshold", [0.07, 0.29, 0.35, 0.57, 0.58, 0.99])
def test_a_score_on_the_threshold_decides_one_and_the_float_below_it_does_not(threshold):
    scores = np.array([threshold, np.nextafter(threshold, 0)])
    counts = count(scores, np.array([1, 0]), np.array([0, 0]), ("a",))
    t = threshold_index(threshold)
    assert counts.n[0, 1, t:].sum() == 1
    assert counts.n[0, 0, t:].sum() == 0


def test_bins_on_and_beside_every_edge_are_those_of_a_search():
    near = [EDGES, np.nextafter(EDGES, 0), np.nextafter(EDGES, 1), EDGES.astype(np.float32), [0.0, 1.0, 5e-324]]
    scores = np.concatenate([*near, np.random.default_rng(0).random(10_000)])
    assert np.array_equal(score_bin(scores), np.searchsorted(EDGES, scores, side="right"))


def test_scores_zero_and_one_have_a_bin():
    counts = count(np.array([0.0, 1.0]), np.array([1, 1]), np.array([0, 0]), ("a",))
    assert counts.n[0, 1, 0] == 1
    assert counts.n[0, 1, 99] == 1
    assert counts.n.sum() == 2


def test_gained_and_lost_equal_the_raw_changes_and_their_difference_is_the_change_in_decisions():
    scores, start, label, group, _ = people([150, 90, 60], seed=2)
    counts = count(scores, label, group, names(3), start_scores=start)
    before = count(start, label, group, names(3))
    for t, threshold in enumerate(GRID, start=1):
        old, new = reference.decide(start, threshold), reference.decide(scores, threshold)
        for g in range(3):
            for y in range(2):
                expected = reference.moved(old, new, (group == g) & (label == y))
                assert (counts.gained[g, y, t - 1], counts.lost[g, y, t - 1]) == expected
        change = counts.n[..., t:].sum(-1) - before.n[..., t:].sum(-1)
        assert np.array_equal(change, counts.gained[..., t - 1] - counts.lost[..., t - 1])
    assert counts.gained.sum() > 0
    assert counts.lost.sum() > 0


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), parts=st.integers(2, 5))
def test_counts_of_a_partition_add_up(seed, parts):
    scores, start, label, group, weight = people([70, 40, 9], seed=seed)
    part = np.random.default_rng(seed).integers(0, parts, group.size)
    whole = count(scores, label, group, names(3), weight, start)
    pieces = [
        count(scores[m], label[m], group[m], names(3), weight[m], start[m]) for m in (part == k for k in range(parts))
    ]
    total = sum(pieces[1:], start=pieces[0])
    for name in ("n", "gained", "lost"):
        assert np.array_equal(getattr(total, name), getattr(whole, name))
    for name in ("weight", "weight_sq"):
        np.testing.assert_allclose(getattr(total, name), getattr(whole, name), rtol=1e-12)
    assert total.average_precision is None


def test_weights_and_their_squares_are_summed():
    scores, _, label, group, weight = people([50, 40], seed=3)
    counts = count(scores, label, group, names(2), weight)
    rows = (group == 1) & (label == 0)
    assert counts.weight[1, 0].sum() == pytest.approx(weight[rows].sum(), rel=1e-12)
    assert counts.weight_sq[1, 0].sum() == pytest.approx((weight[rows] ** 2).sum(), rel=1e-12)


def test_average_precision_is_scikit_learns_and_undefined_without_positives():
    scores, _, label, group, _ = people([100, 60], seed=4)
    counts = count(scores, label, group, names(2))
    assert float(counts.average_precision) == average_precision_score(label, scores)
    assert np.isnan(count(scores, label * 0, group, names(2)).average_precision)


def test_stack_and_level_are_inverse():
    scores, start, label, group, _ = people([60, 40], seed=5)
    parts = [count(s, label, group, names(2), start_scores=start) for s in (scores, start)]
    stacked = Counts.stack(parts)
    assert stacked.leading == (2,)
    assert stacked.weight is None
    for i, part in enumerate(parts):
        level = stacked.level(i)
        for name in ("n", "gained", "lost", "average_precision"):
            assert np.array_equal(getattr(level, name), getattr(part, name))
    with pytest.raises(InputError, match="no levels"):
        parts[0].level(0)


def test_counts_that_do_not_fit_together_are_refused():
    scores, start, label, group, _ = people([60, 40], seed=6)
    plain = count(scores, label, group, names(2))
    with pytest.raises(InputError, match="different groups"):
        plain + count(scores, label, group, ("a", "b"))
    with pytest.raises(InputError, match="'gained'"):
        Counts.stack([plain, count(scores, label, group, names(2), start_scores=start)])
    with pytest.raises(InputError, match="at least one"):
        Counts.stack([])
    with pytest.raises(InputError, match=r"expected \(\.\.\., 3, 2, 100\)"):
        Counts(("a", "b", "c"), plain.n)


@pytest.mark.parametrize("bad", [np.nan, -0.01, 1.01, np.inf])
def test_scores_that_are_no_probabilities_are_refused(bad):
    with pytest.raises(InputError, match=r"1 of 3 scores are not probabilities \(row 1: .*\[0, 1\]"):
        count(np.array([0.2, bad, 0.3]), np.array([0, 1, 1]), np.zeros(3, int), ("a",))
    with pytest.raises(InputError, match="start scores are not probabilities"):
        count(np.full(3, 0.5), np.array([0, 1, 1]), np.zeros(3, int), ("a",), None, np.array([0.2, bad, 0.3]))


@pytest.mark.parametrize(
    ("label", "group", "weight", "match"),
    [
        ([0, 2], [0, 0], None, "labels are not in 0 ... 1"),
        ([0, np.nan], [0, 0], None, "labels are not in"),
        ([0, 1], [0, 1], None, "groups are not in 0 ... 0"),
        ([0, 1], [0, -1], None, "groups are not in"),
        ([0, 1, 1], [0, 0], None, "labels have shape"),
        ([0, 1], [0, 0], [1, -1], "Weights must be"),
        ([0, 1], [0, 0], [1, np.nan], "Weights must be"),
    ],
)
def test_other_input_that_cannot_be_counted_is_refused(label, group, weight, match):
    with pytest.raises(InputError, match=match):
        count(np.array([0.1, 0.9]), np.array(label), np.array(group), ("a",), weight)


def test_every_grid_threshold_has_its_index_and_others_name_their_neighbours():
    assert [threshold_index(t) for t in GRID] == list(range(1, 100))
    assert threshold_index(0.1 + 0.2) == 30
    with pytest.raises(InputError, match=r"0\.355.*0\.35 or 0\.36"):
        threshold_index(0.355)
    with pytest.raises(InputError, match=r"use 0\.01\."):
        threshold_index(0.004)
    for outside in (0, 1, -0.5, np.nan, "half"):
        with pytest.raises(InputError, match="outside the grid"):
            threshold_index(outside)
