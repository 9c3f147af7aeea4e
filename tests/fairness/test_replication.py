"""Standard errors from replicate weights, against the formula written out and against repeated sampling."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from scipy.linalg import hadamard

from tests import reference
from tests.fairness.helpers import names, people
from yodo_core.errors import InputError
from yodo_core.fairness import replication
from yodo_core.fairness.counts import count
from yodo_core.fairness.replication import FIGURES, spread, standard_errors

SIZES = (700, 400, 20)


def replicates(weight: np.ndarray, seed: int = 0) -> np.ndarray:
    """80 replicate weights, some of them below 0."""
    return (weight[:, None] * np.random.default_rng(seed).normal(1, 0.8, (len(weight), 80))).astype(np.float32)


def by_hand(figure, weight: np.ndarray, weights: np.ndarray) -> float:
    """The formula of the Census Bureau: the root of 4/80 times the sum of squared differences."""
    estimate = figure(weight)
    total = 0.0
    for column in weights.T.astype(np.float64):
        total += (figure(column) - estimate) ** 2
    return (4 / 80 * total) ** 0.5


@pytest.mark.parametrize("threshold", [0.3, 0.5])
def test_as_the_formula_written_out(threshold: float) -> None:
    scores, _, label, group, weight = people(SIZES)
    weights = replicates(weight)
    found = standard_errors(scores, label, group, names(3), weight, weights, threshold)
    decisions, everyone = reference.decide(scores, threshold), np.ones(len(scores), bool)
    expected = {
        "accuracy_se": lambda w: reference.accuracy(decisions, label, everyone, w),
        "decision_rate_se": lambda w: reference.decision_rate(decisions, label, everyone, w),
    }

    def apart(notion: str, w: np.ndarray) -> float:
        """The signed gap between the two groups that are large enough, in the rate in which they are furthest apart."""

        def each(w: np.ndarray) -> list[float]:
            rates = [reference.by_group(m, decisions, label, group, w) for m in reference.NOTION_METRICS[notion]]
            return [rate[0] - rate[1] for rate in rates]

        return each(w)[np.argmax(np.abs(each(weight)))]

    expected |= {f"{notion}_gap_se": partial(apart, notion) for notion in ("dp", "eo", "eodds")}
    assert set(found) == {*expected, "groups"} == {*(f"{name}_se" for name in FIGURES), "groups"}
    for name, figure in expected.items():
        assert found[name] == pytest.approx(by_hand(figure, weight, weights), rel=1e-9), name
    for i in range(2):
        rate = by_hand(lambda w, i=i: reference.decision_rate(decisions, label, group == i, w), weight, weights)
        assert found["groups"][i] == pytest.approx(rate, rel=1e-9)
    assert found["groups"][2] is None, "20 rows are too few for a rate"


def test_two_rates_that_differ_in_opposite_ways_are_not_mixed() -> None:
    """The true-positive rates differ by as much one way as the false-positive rates do the other way."""
    size = 2_000
    label, group = np.tile([1, 1, 0, 0], size), np.tile([0, 1, 0, 1], size)
    scores = np.random.default_rng(1).random(4 * size) ** np.tile([0.8, 1.0, 1.0, 0.8], size)
    weight = np.ones(4 * size)
    weights = replicates(weight)
    found = standard_errors(scores, label, group, names(2), weight, weights)

    def apart(condition: int, w: np.ndarray) -> float:
        rows = [(label == condition) & (group == i) for i in range(2)]
        return float(np.subtract(*(np.average(scores[use] >= 0.5, weights=w[use]) for use in rows)))

    assert apart(1, weight) * apart(0, weight) < 0
    worst = max((0, 1), key=lambda condition: abs(apart(condition, weight)))
    assert found["eodds_gap_se"] == pytest.approx(by_hand(partial(apart, worst), weight, weights), rel=1e-9)
    assert found["eodds_gap_se"] < 0.05


def test_equal_replicates_have_no_error_and_few_rows_no_figure() -> None:
    scores, _, label, group, weight = people((120, 90))
    found = standard_errors(scores, label, group, names(2), weight, np.repeat(weight[:, None], 80, axis=1))
    assert (found["accuracy_se"], found["decision_rate_se"]) == pytest.approx((0, 0), abs=1e-12)
    assert found["dp_gap_se"] is None, "one group alone is large enough"
    with pytest.raises(InputError, match=r"shape \(210,\); expected \(210, R\)"):
        standard_errors(scores, label, group, names(2), weight, weight)


@pytest.mark.parametrize("slope", [1.0, 0.5])
def test_the_replicates_of_a_simple_sample_give_its_textbook_error(slope: float) -> None:
    """Rows drawn one by one, and replicates made after Fay and Train from a Hadamard matrix: sqrt(p (1 - p) / n)."""
    rows = 4_000
    signs, place = hadamard(128), np.arange(rows) % 127
    factors = 1 + 2**-1.5 * (signs[:, place + 1] - signs[:, (place + 1) % 127 + 1]).T
    squares = []
    for seed in range(10):
        rng = np.random.default_rng(seed)
        label, group = rng.integers(0, 2, rows), rng.integers(0, 2, rows)
        scores = np.where(group == 0, rng.random(rows), rng.random(rows) ** slope)
        found = standard_errors(scores, label, group, names(2), np.ones(rows), factors)
        squares.append(np.square([found["accuracy_se"], *found["groups"], found["dp_gap_se"]]))
    share = 1 - 0.5 ** (1 / slope)
    errors = np.sqrt([0.25 / (rows / 2), share * (1 - share) / (rows / 2)])
    assert np.sqrt(np.mean(squares, axis=0)) == pytest.approx(
        [np.sqrt(0.25 / rows), *errors, np.hypot(*errors)], rel=0.1
    )


def test_counts_of_replicates_add_up() -> None:
    scores, _, label, group, weight = people(SIZES)
    weights = replicates(weight)
    counts = replication.replicated(count(scores, label, group, names(3)), scores, label, group, weights)
    assert counts.weight is not None
    assert counts.leading == (80,)
    assert counts.weight.sum(axis=(1, 2, 3)) == pytest.approx(weights.sum(axis=0, dtype=float), rel=1e-6)
    assert (counts.n == counts.n[0]).all()
    assert np.isnan(spread(np.array(0.5), np.array([0.5, np.nan])))
