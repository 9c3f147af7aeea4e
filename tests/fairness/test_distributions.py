"""The spread of scores against plain NumPy on the scores themselves."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fairness.helpers import names, people
from yodo_core.errors import InputError
from yodo_core.fairness import metrics
from yodo_core.fairness.counts import Counts, count
from yodo_core.fairness.distributions import WIDTH, distribution, edges

SIZES = (900, 400, 60, 12)


@pytest.fixture(scope="module")
def rows():
    scores, _, label, group, _ = people(SIZES)
    return scores, label, group, count(scores, label, group, names(len(SIZES)))


@pytest.mark.parametrize("threshold", np.arange(1, 100) / 100)
def test_edges_hold_the_threshold_and_are_five_hundredths_apart_but_at_the_ends(threshold):
    found = edges(threshold)
    assert found[0] == 0
    assert found[-1] == 100
    assert round(100 * threshold) in found
    widths = np.diff(found)
    assert (widths[1:-1] == WIDTH).all()
    assert widths.min() >= min(WIDTH, round(100 * threshold), 100 - round(100 * threshold))
    assert widths.max() < 2 * WIDTH


@pytest.mark.parametrize("condition", [None, 1, 0])
@pytest.mark.parametrize("threshold", [0.5, 0.42, 0.01, 0.99])
def test_heights_and_shares_are_those_of_the_scores(rows, condition, threshold):
    scores, label, group, counts = rows
    found = distribution(counts, condition, threshold)
    cuts = np.asarray(found["edges"])
    for i, told in enumerate(found["groups"]):
        own = scores[(group == i) & ((label == condition) if condition is not None else True)]
        assert told["n"] == len(own)
        if len(own) < 30:
            assert {told[key] for key in ("above", "mean", "mean_low", "mean_high", "heights")} == {None}
            continue
        expected = np.histogram(np.floor(100 * own + 1e-9), [*cuts[:-1], 101])[0] / len(own) / np.diff(cuts) * WIDTH
        np.testing.assert_allclose(told["heights"], expected, atol=1e-12)
        area = told["heights"] * np.diff(cuts) / WIDTH
        assert area.sum() == pytest.approx(1)
        assert told["above"] == pytest.approx((own >= threshold).mean())
        assert area[cuts[:-1] >= round(100 * threshold)].sum() == pytest.approx(told["above"])


def test_averages_are_right_to_half_a_hundredth_and_their_intervals_are_the_usual_ones(rows):
    scores, _, group, counts = rows
    for i, told in enumerate(distribution(counts)["groups"][:3]):
        own = np.minimum(np.floor(100 * scores[group == i] + 1e-9), 99) / 100 + 0.005
        assert abs(told["mean"] - scores[group == i].mean()) <= 0.005
        assert told["mean"] == pytest.approx(own.mean())
        half = 1.959963984540054 * own.std(ddof=1) / np.sqrt(len(own))
        assert told["mean_high"] - told["mean"] == pytest.approx(half)
        assert told["mean"] - told["mean_low"] == pytest.approx(half)


def test_the_score_gap_is_that_of_groups_large_enough(rows):
    counts = rows[3]
    found = distribution(counts)
    means = {row["group"]: row["mean"] for row in found["groups"] if row["n"] >= 100}
    gap = found["gap"]
    assert gap["difference"] == pytest.approx(max(means.values()) - min(means.values()))
    assert means[gap["high"]] == max(means.values())
    assert means[gap["low"]] == min(means.values())
    assert gap["low_end"] is gap["high_end"] is None


def test_two_groups_have_an_interval_and_one_has_no_gap(rows):
    from scipy.stats import norm

    counts = rows[3]
    two = Counts(counts.groups[:2], counts.n[:2])
    gap, (a, b) = distribution(two)["gap"], distribution(two)["groups"]
    error = np.hypot(*((row["mean_high"] - row["mean"]) / norm.ppf(0.975) for row in (a, b)))
    assert gap["high_end"] - gap["low_end"] == pytest.approx(2 * norm.ppf(0.975) * error)
    assert distribution(Counts(counts.groups[:1], counts.n[:1]))["gap"] is None
    assert distribution(Counts(counts.groups[1:], counts.n[1:]))["gap"] is None


def test_groups_keep_their_figures_when_rows_and_groups_are_in_another_order(rows):
    scores, label, group, counts = rows
    turned = count(scores[::-1], label[::-1], 3 - group[::-1], counts.groups[::-1])
    first = {row["group"]: row for row in distribution(counts, 1)["groups"]}
    assert {row["group"]: row for row in distribution(turned, 1)["groups"]} == first


def test_the_share_above_is_the_rate_of_the_metrics(rows):
    counts = rows[3]
    rates = metrics.rates(counts, 0.3).under(1)[0]
    told = [row["above"] for row in distribution(counts, 1, 0.3)["groups"]]
    np.testing.assert_array_equal(np.array(told, float), rates)


def test_several_levels_are_refused(rows):
    counts = rows[3]
    with pytest.raises(InputError, match="of one level"):
        distribution(Counts.stack([counts, counts]))
