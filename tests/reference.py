"""Plain NumPy formulas for every rate and gap, from raw decisions: no counts, no yodo_core, no cleverness.

decisions, label (N,) in {0, 1}; group (N,) integers; weight (N,) or None. Minimum sizes are arguments.
"""

from __future__ import annotations

import numpy as np


def decide(scores: np.ndarray, threshold: float) -> np.ndarray:
    return (np.asarray(scores, dtype=np.float64) >= threshold).astype(int)


def mean(values: np.ndarray, rows: np.ndarray, weight: np.ndarray | None = None) -> float:
    """Mean of values over the rows of a mask; NaN over none."""
    if not rows.any():
        return float("nan")
    w = np.ones(len(values)) if weight is None else weight
    return float((values[rows] * w[rows]).sum() / w[rows].sum())


def accuracy(decisions, label, rows, weight=None) -> float:
    return mean((decisions == label).astype(float), rows, weight)


def decision_rate(decisions, label, rows, weight=None) -> float:
    return mean(decisions, rows, weight)


def true_positive_rate(decisions, label, rows, weight=None) -> float:
    return mean(decisions, rows & (label == 1), weight)


def false_positive_rate(decisions, label, rows, weight=None) -> float:
    return mean(decisions, rows & (label == 0), weight)


RATES = {
    "accuracy": accuracy,
    "decision_rate": decision_rate,
    "true_positive_rate": true_positive_rate,
    "false_positive_rate": false_positive_rate,
}


def sizes(label, group, metric) -> dict[int, int]:
    """Rows in the metric's denominator, by group."""
    keep = {"true_positive_rate": label == 1, "false_positive_rate": label == 0}.get(metric, label >= 0)
    return {int(g): int((keep & (group == g)).sum()) for g in np.unique(group)}


def by_group(metric, decisions, label, group, weight=None) -> dict[int, float]:
    return {int(g): RATES[metric](decisions, label, group == g, weight) for g in np.unique(group)}


NOTION_METRICS = {
    "dp": ["decision_rate"],
    "eo": ["true_positive_rate"],
    "eodds": ["true_positive_rate", "false_positive_rate"],
}


def gap(notion, decisions, label, group, weight=None, minimum=100) -> float:
    """Worst-case gap over groups with `minimum` rows in every denominator of the notion; NaN under two."""
    metrics = NOTION_METRICS[notion]
    by_metric = [sizes(label, group, metric) for metric in metrics]
    kept = [int(g) for g in np.unique(group) if all(size[int(g)] >= minimum for size in by_metric)]
    if len(kept) < 2:
        return float("nan")
    spreads = []
    for metric in metrics:
        values = by_group(metric, decisions, label, group, weight)
        spreads.append(max(values[g] for g in kept) - min(values[g] for g in kept))
    return max(spreads)


def impact_ratio(decisions, label, group, weight=None, minimum=100) -> float:
    values = by_group("decision_rate", decisions, label, group, weight)
    kept = [values[g] for g, n in sizes(label, group, "decision_rate").items() if n >= minimum]
    return min(kept) / max(kept)


def moved(before, after, rows) -> tuple[int, int]:
    """Decisions gained (0 -> 1) and lost (1 -> 0) among the rows of a mask."""
    return int((rows & (before == 0) & (after == 1)).sum()), int((rows & (before == 1) & (after == 0)).sum())


def paired_change(before, after, label, z=1.959963984540054) -> tuple[float, float, float]:
    """Mean of the rows' change in correctness, with the normal interval from their standard deviation."""
    change = (after == label).astype(float) - (before == label).astype(float)
    half = z * change.std(ddof=0) / np.sqrt(len(change))
    return change.mean(), change.mean() - half, change.mean() + half


def covered_area(gap, accuracy, reference_gap, reference_accuracy, steps=1000) -> float:
    """Area dominated inside the reference box, by asking each cell's middle on a grid of steps x steps."""
    gaps = (np.arange(steps) + 0.5) / steps * reference_gap
    levels = list(zip(gap, accuracy, strict=True))
    best = np.array([max([a for g, a in levels if g <= x], default=-1) for x in gaps])
    top = max(max(accuracy), reference_accuracy + 1e-9)
    heights = reference_accuracy + (np.arange(steps) + 0.5) / steps * (top - reference_accuracy)
    inside = (heights[None, :] <= best[:, None]).mean()
    return float(inside * reference_gap * (top - reference_accuracy))
