from __future__ import annotations

import json
import subprocess
import sys

import fairlearn.metrics as fl
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import reference
from tests.fairness.helpers import names, people
from yodo_core.errors import InputError
from yodo_core.fairness import metrics
from yodo_core.fairness.counts import Counts, count
from yodo_core.fairness.floor import floor_of

SIZES = {2: [900, 700], 5: [900, 700, 500, 400, 350]}
THRESHOLDS = [0.05, 0.29, 0.35, 0.5, 0.57, 0.9]


@pytest.mark.parametrize("threshold", THRESHOLDS)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("groups", [2, 5])
def test_rates_and_gaps_equal_the_plain_formulas_and_fairlearn(groups, weighted, threshold):
    scores, _, label, group, weight = people(SIZES[groups], seed=groups)
    used = weight if weighted else None
    counts = count(scores, label, group, names(groups), weight)
    found = metrics.rates(counts, threshold, weighted)
    decisions = reference.decide(scores, threshold)
    for metric in reference.RATES:
        expected = reference.by_group(metric, decisions, label, group, used)
        np.testing.assert_allclose(getattr(found, metric), list(expected.values()), rtol=0, atol=1e-12)
    for notion in ("dp", "eo", "eodds"):
        expected = reference.gap(notion, decisions, label, group, used)
        assert float(metrics.gap(found, notion)) == pytest.approx(expected, abs=1e-12)
    asked = {"sensitive_features": group, "sample_weight": used}
    for notion, function in (
        ("dp", fl.demographic_parity_difference),
        ("eo", fl.equal_opportunity_difference),
        ("eo", fl.true_positive_rate_difference),
        ("eodds", fl.equalized_odds_difference),
    ):
        theirs = function(label, decisions, **asked)
        assert float(metrics.gap(found, notion)) == pytest.approx(theirs, abs=1e-12)
    ratio = fl.demographic_parity_ratio(label, decisions, **asked)
    assert float(metrics.impact_ratio(found)) == pytest.approx(ratio, abs=1e-12)
    assert float(metrics.impact_ratio(found)) == pytest.approx(
        reference.impact_ratio(decisions, label, group, used), abs=1e-12
    )
    functions = {
        "decision_rate": fl.selection_rate,
        "true_positive_rate": fl.true_positive_rate,
        "false_positive_rate": fl.false_positive_rate,
    }
    frame = fl.MetricFrame(
        metrics=functions, y_true=label, y_pred=decisions, sensitive_features=group,
        sample_params={name: {"sample_weight": used} for name in functions},
    )  # fmt: skip
    for metric in functions:
        np.testing.assert_allclose(getattr(found, metric), frame.by_group[metric], rtol=0, atol=1e-12)
    everyone = np.ones(group.size, bool)
    total = metrics.overall(counts, threshold, weighted)
    for metric in ("accuracy", "decision_rate"):
        expected = reference.RATES[metric](decisions, label, everyone, used)
        assert float(total[metric]) == pytest.approx(expected, abs=1e-12)


def test_a_stack_of_levels_gives_each_level_its_own_figures():
    scores, start, label, group, _ = people(SIZES[5], seed=7)
    parts = [count((1 - a) * start + a * scores, label, group, names(5), None, start) for a in (0, 0.4, 1)]
    stacked = metrics.rates(Counts.stack(parts), 0.4)
    for notion in ("dp", "eo", "eodds"):
        hi, lo = metrics.extremes(stacked, notion)
        for i, part in enumerate(parts):
            single = metrics.rates(part, 0.4)
            assert metrics.gap(stacked, notion)[i] == metrics.gap(single, notion)
            assert (hi[i], lo[i]) == metrics.extremes(single, notion)
            assert np.array_equal(stacked.gained[i], single.gained)
            signed = metrics.signed_gap(stacked, notion, int(hi[i]), int(lo[i]))[i]
            assert signed == pytest.approx(metrics.gap(single, notion), abs=1e-15)
    assert len(set(metrics.gap(stacked, "dp").tolist())) == 3
    assert np.array_equal(stacked.gained[0], np.zeros(5))


def test_a_group_of_80_is_shown_and_set_aside_and_one_of_20_cannot_be_estimated():
    scores, _, label, group, _ = people([1000, 800, 80, 20], seed=8)
    # The two small groups are given the extreme decisions, so that counting them in would show.
    scores = np.where(group == 2, 0.99, np.where(group == 3, 0.0, scores))
    counts = count(scores, label, group, ("A", "B", "eighty", "twenty"))
    decisions = reference.decide(scores, 0.5)
    found = metrics.rates(counts, 0.5)
    for notion in ("dp", "eo", "eodds"):
        expected = reference.gap(notion, decisions[group < 2], label[group < 2], group[group < 2])
        assert float(metrics.gap(found, notion)) == pytest.approx(expected, abs=1e-12)
        assert set(np.ravel(metrics.extremes(found, notion))) == {0, 1}
    assert found.decision_rate[2] == 1
    result = metrics.point(counts, 0.5)
    eighty, twenty = result["groups"][2:]
    assert eighty["decision_rate"] == 1
    assert eighty["n"] == 80
    assert twenty["n"] == 20
    assert twenty["decisions"] == 0
    assert [twenty[k] for k in reference.RATES] == [None] * 4
    listed = {(row["group"], row["metric"]): (row["n"], row["reason"]) for row in result["left_out"]}
    assert listed["eighty", "decision_rate"] == (80, "set aside from the worst-case gap: fewer than 100")
    assert ("eighty", "accuracy") not in listed
    for metric in reference.RATES:
        size = reference.sizes(label, group, metric)[3]
        assert listed["twenty", metric] == (size, "cannot be estimated: fewer than 30")
    assert not {"A", "B"} & {name for name, _ in listed}


def test_minimum_sizes_are_met_exactly_at_100_and_30():
    label = np.ones(99 + 100 + 101 + 29 + 30, int)
    group = np.repeat(np.arange(5), [99, 100, 101, 29, 30])
    found = metrics.rates(count(np.full(label.size, 0.7), label, group, names(5)), 0.5)
    assert metrics.eligible(found, "dp").tolist() == [False, True, True, False, False]
    assert metrics.eligible(found, "eodds").tolist() == [False] * 5
    assert np.isnan(found.decision_rate).tolist() == [False, False, False, True, False]
    assert float(metrics.gap(found, "eo")) == 0
    assert np.isnan(metrics.gap(found, "eodds"))
    assert metrics.extremes(found, "eodds") == (-1, -1)


def test_weights_do_not_decide_on_minimum_sizes():
    scores, _, label, group, weight = people([500, 400, 50], seed=9)
    weight = np.where(group == 2, 1000.0, weight * 0.001)
    found = metrics.rates(count(scores, label, group, names(3), weight), 0.5, weighted=True)
    assert metrics.eligible(found, "dp").tolist() == [True, True, False]
    assert found.rows.tolist() == [500, 400, 50]


def test_one_large_group_has_no_gap_and_nobody_chosen_has_no_ratio():
    scores, _, label, group, _ = people([500, 40], seed=10)
    result = metrics.point(count(scores, label, group, names(2)), 0.5)
    for key in ("dp_gap", "eo_gap", "eodds_gap", "dp_floor", "eo_floor", "impact_ratio"):
        assert result[key] is None
    scores, _, label, group, _ = people([500, 400], seed=10)
    refused = metrics.point(count(scores * 0, label, group, names(2)), 0.5)
    assert refused["dp_gap"] == 0
    assert refused["impact_ratio"] is None


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), threshold=st.sampled_from(THRESHOLDS))
def test_gaps_do_not_depend_on_row_order_or_on_the_names_and_order_of_groups(seed, threshold):
    scores, start, label, group, _ = people([400, 350, 300, 60], seed=seed)
    rng = np.random.default_rng(seed)
    order, renamed = rng.permutation(group.size), rng.permutation(4)
    before = metrics.rates(count(scores, label, group, names(4), None, start), threshold)
    after = metrics.rates(
        count(scores[order], label[order], renamed[group[order]], ("w", "x", "y", "z"), None, start[order]),
        threshold,
    )
    for notion in ("dp", "eo", "eodds"):
        assert metrics.gap(before, notion) == metrics.gap(after, notion)
        forward = metrics.signed_gap(before, notion, 0, 1)
        assert forward == metrics.signed_gap(after, notion, int(renamed[0]), int(renamed[1]))
        assert forward == -metrics.signed_gap(before, notion, "g1", "g0")
    assert metrics.impact_ratio(before) == metrics.impact_ratio(after)
    for name in ("n", "decisions", "gained", "lost", "accuracy"):
        assert np.array_equal(getattr(before, name), getattr(after, name)[renamed], equal_nan=True)


def test_point_has_the_promised_keys_in_order_and_is_json():
    scores, start, label, group, weight = people(SIZES[2], seed=11)
    counts = count(scores, label, group, names(2), weight, start)
    result = metrics.point(counts, 0.35)
    assert list(result) == [
        "n",
        "accuracy",
        "average_precision",
        "decision_rate",
        "dp_gap",
        "eo_gap",
        "eodds_gap",
        "dp_floor",
        "eo_floor",
        "impact_ratio",
        "gained",
        "lost",
        "groups",
        "left_out",
    ]
    assert list(result["groups"][0]) == [
        "group",
        "n",
        "positives",
        "decisions",
        "true_positives",
        "accuracy",
        "decision_rate",
        "true_positive_rate",
        "false_positive_rate",
        "gained",
        "lost",
    ]
    assert json.loads(json.dumps(result, allow_nan=False)) == result
    old, new = reference.decide(start, 0.35), reference.decide(scores, 0.35)
    assert (result["gained"], result["lost"]) == reference.moved(old, new, np.ones(group.size, bool))
    assert result["n"] == 1600
    assert type(result["n"]) is int
    assert result["dp_floor"] == floor_of(counts, "dp", 0.35)[1]
    assert result["left_out"] == []
    assert metrics.point(count(scores, label, group, names(2)), 0.35)["gained"] is None


def test_a_weighted_point_is_weighted_throughout_and_says_what_it_lacks():
    scores, start, label, group, weight = people(SIZES[2], seed=12)
    result = metrics.point(count(scores, label, group, names(2), weight, start), 0.5, weighted=True)
    assert result["n"] == pytest.approx(weight.sum(), rel=1e-12)
    assert result["groups"][1]["positives"] == pytest.approx(weight[(group == 1) & (label == 1)].sum())
    assert result["gained"] is None
    assert result["groups"][0]["lost"] is None
    assert [row["metric"] for row in result["left_out"]] == ["average_precision", "gained, lost"]
    assert result["average_precision"] is None
    with pytest.raises(InputError, match="no weight"):
        metrics.point(count(scores, label, group, names(2)), 0.5, weighted=True)


def test_unknown_names_are_refused_with_what_is_known():
    scores, _, label, group, _ = people([200, 200], seed=13)
    found = metrics.rates(count(scores, label, group, names(2)), 0.5)
    with pytest.raises(InputError, match=r"Unknown notion 'eop'.*Did you mean 'eo'"):
        metrics.gap(found, "eop")
    with pytest.raises(InputError, match="Unknown group 'g7'"):
        metrics.signed_gap(found, "dp", "g7", "g0")
    with pytest.raises(InputError, match="Unknown group '-1'"):
        metrics.signed_gap(found, "dp", -1, 0)


def test_metrics_never_import_torch():
    code = "import sys, yodo_core.fairness.metrics, yodo_core.frontier; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
