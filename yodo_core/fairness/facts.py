"""One level's counts as plain figures: `point`, with intervals and who is ahead of whom. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from yodo_core.fairness import metrics
from yodo_core.fairness.counts import Counts
from yodo_core.fairness.intervals import accuracy_interval, gap_interval, paired_change
from yodo_core.fairness.notions import NOTIONS, get_notion

_CONDITION_RATE = {None: "decision_rate", 1: "true_positive_rate", 0: "false_positive_rate"}


def facts(counts: Counts, threshold: float) -> dict[str, Any]:
    """One level as `point` gives it, with intervals and, for each notion, who is ahead of whom."""
    point = metrics.point(counts, threshold)
    rates = metrics.rates(counts, threshold)
    low, high = accuracy_interval(round((point["accuracy"] or 0) * point["n"]), point["n"])
    change: tuple[Any, Any, Any] = (None, None, None)
    if counts.gained is not None:
        change = paired_change(counts, threshold)
    return point | {
        "accuracy_low": clean(low),
        "accuracy_high": clean(high),
        "accuracy_change": clean(change[0]),
        "accuracy_change_low": clean(change[1]),
        "accuracy_change_high": clean(change[2]),
        "gaps": {notion: _gap(counts, rates, notion, threshold) for notion in NOTIONS},
        "groups": [group | _interval(group) for group in point["groups"]],
    }


def _interval(group: dict[str, Any]) -> dict[str, Any]:
    """The 95% interval of a group's decision rate, None where the rate itself is not shown."""
    low, high = (None, None) if group["decision_rate"] is None else accuracy_interval(group["decisions"], group["n"])
    return {"decision_rate_low": clean(low), "decision_rate_high": clean(high)}


def _gap(counts: Counts, rates: metrics.Rates, notion: str, threshold: float) -> dict[str, Any]:
    """A worst-case gap, its floor, the pair behind it and, for two groups, the interval of their difference."""
    value = clean(metrics.gap(rates, notion))
    gap = {"gap": value, "floor": clean(metrics.floor_of(counts, notion, threshold)[1])}
    if value is None:
        return gap | dict.fromkeys(("high", "low", "condition", "low_end", "high_end"))
    top, bottom = (int(index) for index in metrics.extremes(rates, notion))
    condition = max(
        get_notion(notion).conditions,
        key=lambda c: getattr(rates, _CONDITION_RATE[c])[top] - getattr(rates, _CONDITION_RATE[c])[bottom],
    )
    rate, size = rates.under(condition)
    ends: list[float | None] = [None, None]
    if len(counts.groups) == 2:
        hits = np.rint(rate * size)
        ends = [clean(end) for end in gap_interval(hits[top], size[top], hits[bottom], size[bottom])]
    return gap | {
        "high": counts.groups[top],
        "low": counts.groups[bottom],
        "condition": condition,
        "low_end": ends[0],
        "high_end": ends[1],
    }


def signed(gap: Mapping[str, Any], reference: str | None) -> float | None:
    """A gap of `facts` in [-1, 1], below 0 where the reference group is ahead; its size without a reference."""
    return None if gap["gap"] is None else -gap["gap"] if gap["high"] == reference else gap["gap"]


def clean(value: Any) -> Any:
    """Plain Python numbers, None in place of NaN."""
    if value is None:
        return None
    listed = np.asarray(value).tolist()
    if isinstance(listed, list):
        return [None if v != v else v for v in listed]
    return None if isinstance(listed, float) and listed != listed else listed
