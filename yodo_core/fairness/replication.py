"""Standard errors of weighted figures from a survey's replicate weights, by successive difference replication.

The survey's design, clusters and strata, is in its replicate weights: a figure is computed once with each of them, and
its variance is 4 / R times the sum of the squared differences from the figure itself, R being 80 in the ACS (Fay and
Train 1995; U.S. Census Bureau, Accuracy of the Public Use Microdata Sample).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from yodo_core.errors import InputError
from yodo_core.fairness import metrics
from yodo_core.fairness.counts import BINS, Counts, count, score_bin
from yodo_core.fairness.notions import get_notion

FIGURES = ("accuracy", "decision_rate", "dp_gap", "eo_gap", "eodds_gap")


def replicated(counts: Counts, scores: np.ndarray, label: np.ndarray, group: np.ndarray, weights: np.ndarray) -> Counts:
    """Counts with a leading axis over the R replicate weights (N, R) of the rows that `counts` were made of.

    Replicate weights may be below 0, as the survey publishes them.
    """
    if weights.ndim != 2 or len(weights) != len(scores):
        raise InputError(f"The replicate weights have shape {weights.shape}; expected ({len(scores)}, R).")
    flat = (np.asarray(group) * 2 + np.asarray(label)) * BINS + score_bin(scores)
    sums = [np.bincount(flat, weights=column, minlength=counts.n.size) for column in weights.T.astype(np.float64)]
    return Counts(
        counts.groups,
        np.broadcast_to(counts.n, (len(sums), *counts.n.shape)),
        weight=np.stack(sums).reshape(len(sums), *counts.n.shape),
    )


def spread(estimate: np.ndarray, replicates: np.ndarray) -> np.ndarray:
    """The standard error (...) of an estimate (...) from those of the replicates (R, ...); NaN where one is."""
    return np.sqrt(4 / len(replicates) * ((replicates - estimate) ** 2).sum(axis=0))


def standard_errors(
    scores: np.ndarray,
    label: np.ndarray,
    group: np.ndarray,
    groups: Sequence[str],
    weight: np.ndarray,
    replicates: np.ndarray,
    threshold: float = 0.5,
) -> dict[str, Any]:
    """The standard error of each of FIGURES, under its name with _se, and of each group's decision rate.

    scores, label, group, weight (N,) and replicates (N, R). `groups` holds one number a group, in the order of its
    names. What is undefined is None. A gap is that between the two groups, and for eodds in the rate, that are furthest
    apart in the figure itself: taken anew in each replicate it could not fall below 0, and its error would look too
    small; and from one rate to the other it could jump, and its error would look too large.
    """
    base = count(scores, label, group, groups, weight)
    many = replicated(base, scores, label, group, replicates)
    one, each = (_rates(counts, threshold) for counts in (base, many))
    errors = {name: spread(one[name], each[name]) for name in ("accuracy", "decision_rate")}
    found = {f"{name}_se": _plain(error) for name, error in errors.items()}
    rates, replicated_rates = one["rates"], each["rates"]
    for notion in ("dp", "eo", "eodds"):
        high, low = (int(i) for i in metrics.extremes(rates, notion))
        estimate, again = (_apart(r, notion, high, low) for r in (rates, replicated_rates))
        worst = np.argmax(np.abs(estimate))
        found[f"{notion}_gap_se"] = _plain(spread(estimate[worst], again[worst])) if high >= 0 else None
    by_group = spread(rates.decision_rate, replicated_rates.decision_rate)
    return {**found, "groups": [_plain(error) for error in by_group]}


def _apart(rates: metrics.Rates, notion: str, high: int, low: int) -> np.ndarray:
    """The signed difference (C, ...) between two groups in each of the notion's rates."""
    each = [rates.under(condition)[0] for condition in get_notion(notion).conditions]
    return np.stack([rate[..., high] - rate[..., low] for rate in each])


def _rates(counts: Counts, threshold: float) -> dict[str, Any]:
    return {"rates": metrics.rates(counts, threshold, True), **metrics.overall(counts, threshold, True)}


def _plain(value: np.ndarray) -> float | None:
    return None if np.isnan(value) else float(value)
