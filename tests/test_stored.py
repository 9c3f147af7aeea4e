"""Counts as rows of a table, there and back."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from tests.fairness.helpers import names, people
from yodo_core.errors import InputError
from yodo_core.fairness.counts import Counts, count
from yodo_core.stored import BASELINE_KEYS, CURVE_KEYS, Entry, from_frame, to_frame

SIZES = (300, 200, 4)
PARTS = ("n", "weight", "weight_sq", "gained", "lost", "average_precision")


def counted(seed: int, weighted: bool = True, changes: bool = True) -> Counts:
    scores, start, label, group, weight = people(SIZES, seed)
    return count(scores, label, group, names(3), weight if weighted else None, start if changes else None)


def equal(first: Counts, second: Counts) -> bool:
    pairs = [(getattr(first, name), getattr(second, name)) for name in PARTS]
    return first.groups == second.groups and all(
        a is b is None or (a is not None and b is not None and np.array_equal(a, b) and a.dtype == b.dtype)
        for a, b in pairs
    )


def curve_entries(**kind: bool) -> list[Entry]:
    keys = [("test", 0, 0.0), ("test", 0, 0.07), ("tune", 0, 0.07), ("test", 3, 1.0)]
    return [(dict(zip(CURVE_KEYS, key, strict=True)), counted(i, **kind)) for i, key in enumerate(keys)]


@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize("changes", [True, False])
def test_a_curve_comes_back_bit_for_bit(weighted: bool, changes: bool) -> None:
    entries = curve_entries(weighted=weighted, changes=changes)
    sink = io.BytesIO()
    to_frame(entries).to_parquet(sink)
    found = from_frame(pd.read_parquet(sink), CURVE_KEYS, names(3))
    assert [keys for keys, _ in found] == [keys for keys, _ in entries]
    assert all(equal(a, b) for (_, a), (_, b) in zip(entries, found, strict=True))


def test_weighted_and_unweighted_entries_stand_in_one_table() -> None:
    entries = [*curve_entries()[:1], *curve_entries(weighted=False, changes=False)[1:]]
    found = from_frame(to_frame(entries), CURVE_KEYS, names(3))
    assert all(equal(a, b) for (_, a), (_, b) in zip(entries, found, strict=True))


def test_baselines_without_a_setting_come_back_as_none() -> None:
    keys = [("erm", None, 0, "test"), ("fixed", 0.05, 0, "test"), ("fixed", 0.05, 1, "test")]
    entries = [(dict(zip(BASELINE_KEYS, k, strict=True)), counted(i, False, False)) for i, k in enumerate(keys)]
    found = from_frame(to_frame(entries), BASELINE_KEYS, names(3))
    assert [tuple(keys.values()) for keys, _ in found] == keys
    assert all(equal(a, b) for (_, a), (_, b) in zip(entries, found, strict=True))


def test_a_change_on_a_bin_without_rows_is_kept() -> None:
    """At threshold 0.60 a decision may be gained although no score lies in bin 60."""
    counts = count(np.array([0.9]), np.array([1]), np.array([0]), ("a", "b"), start_scores=np.array([0.1]))
    assert counts.gained is not None
    assert counts.gained[0, 1, 59] == 1
    frame = to_frame([({"split": "test", "seed": 0, "alpha": 1.0}, counts)])
    assert len(frame) == 80
    assert equal(from_frame(frame, CURVE_KEYS, ("a", "b"))[0][1], counts)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda f: f.drop(columns=["bin", "gained"]), "the columns bin, gained are missing"),
        (lambda f: f.assign(group=3), r"column 'group' has values outside 0 ... 2"),
        (lambda f: f.assign(label=-1), r"column 'label' has values outside 0 ... 1"),
        (lambda f: f.assign(bin=100), r"column 'bin' has values outside 0 ... 99"),
        (lambda f: f.assign(bin=0.5), r"column 'bin' has values outside"),
        (lambda f: f.assign(n=-1), "column 'n' must hold numbers of 0 or more"),
        (lambda f: f.assign(weight="x"), "column 'weight' must hold numbers"),
        (lambda f: f.assign(n=f["n"].where(f.index != 3)), "column 'n' has empty cells"),
        (lambda f: f.assign(alpha="x"), "column 'alpha' has values of another kind"),
        (lambda f: f.assign(split=1), "column 'split' has values of another kind"),
        (lambda f: f.assign(seed=f["seed"].astype("Int32").where(f.index != 3)), "column 'seed' has values of another"),
        (lambda f: pd.concat([f, f]), "some counts stand twice"),
    ],
)
def test_tables_that_are_no_counts_are_refused(damage: Callable, message: str) -> None:
    with pytest.raises(InputError, match=message):
        from_frame(damage(to_frame(curve_entries())), CURVE_KEYS, names(3))
