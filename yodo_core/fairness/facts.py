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


def facts(counts: Counts, threshold: float, weighted: bool = False) -> dict[str, Any]:
    """One level as `point` gives it, with intervals and, for each notion, who is ahead of whom.

    `weighted`: in survey weights, with the intervals of so many rows as the weights are worth, (sum w)^2 / sum w^2
    (Kish 1965); clustering is not in them. Raises InputError where the counts hold no weights.
    """
    point = metrics.point(counts, threshold, weighted)
    rates = metrics.rates(counts, threshold, weighted)
    everyone, each = _worth(counts, weighted, None, (0, 1, 2)), _worth(counts, weighted)
    low, high = accuracy_interval((point["accuracy"] or 0) * everyone, everyone)
    change: tuple[Any, Any, Any] = (None, None, None)
    if counts.gained is not None and not weighted:
        change = paired_change(counts, threshold)
    return point | {
        "accuracy_low": clean(low),
        "accuracy_high": clean(high),
        "accuracy_change": clean(change[0]),
        "accuracy_change_low": clean(change[1]),
        "accuracy_change_high": clean(change[2]),
        "gaps": {notion: _gap(counts, rates, notion, threshold) for notion in NOTIONS},
        "groups": [group | _interval(group, n) for group, n in zip(point["groups"], each, strict=True)],
    }


def _worth(counts: Counts, weighted: bool, condition: int | None = None, over: tuple[int, ...] = (1, 2)) -> np.ndarray:
    """Rows of a condition, summed `over` axes of (G, 2, 100); weighted, as many as their weights are worth."""
    labels = slice(None) if condition is None else slice(condition, condition + 1)
    if not weighted or counts.weight is None or counts.weight_sq is None:
        return np.asarray(counts.n[:, labels].sum(over))
    whole, squares = counts.weight[:, labels].sum(over), counts.weight_sq[:, labels].sum(over)
    return np.asarray(whole**2 / np.where(squares > 0, squares, 1))


def _interval(group: dict[str, Any], rows: float) -> dict[str, Any]:
    """The 95% interval of a group's decision rate, None where the rate itself is not shown."""
    rate = group["decision_rate"]
    low, high = (None, None) if rate is None else accuracy_interval(rate * rows, rows)
    return {"decision_rate_low": clean(low), "decision_rate_high": clean(high)}


def _gap(counts: Counts, rates: metrics.Rates, notion: str, threshold: float) -> dict[str, Any]:
    """A worst-case gap, its floor, the pair behind it and, for two groups, the interval of their difference."""
    value = clean(metrics.gap(rates, notion))
    gap = {"gap": value, "floor": clean(metrics.floor_of(counts, notion, threshold, rates.weighted)[1])}
    if value is None:
        return gap | dict.fromkeys(("high", "low", "condition", "low_end", "high_end"))
    top, bottom = (int(index) for index in metrics.extremes(rates, notion))
    condition = max(
        get_notion(notion).conditions,
        key=lambda c: getattr(rates, _CONDITION_RATE[c])[top] - getattr(rates, _CONDITION_RATE[c])[bottom],
    )
    rate, size = rates.under(condition)[0], _worth(counts, rates.weighted, condition)
    ends: list[float | None] = [None, None]
    if len(counts.groups) == 2:
        hits = rate * size
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
