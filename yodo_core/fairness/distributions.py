"""How the scores of each group are spread, from counts: shares along the score, averages, how far these lie apart."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import ndtri

from yodo_core.errors import InputError
from yodo_core.fairness import metrics
from yodo_core.fairness.counts import BINS, Counts, threshold_index
from yodo_core.fairness.notions import MIN_GAP, MIN_SHOW

WIDTH = 5
"""Hundredths of score in a bin: wide enough that a few hundred rows make a shape, narrow enough to see it move."""

_MIDDLES = (np.arange(BINS) + 0.5) / BINS
_Z = float(ndtri(0.975))


def edges(threshold: float, width: int = WIDTH) -> np.ndarray:
    """Edges of the bins (B+1,), in hundredths from 0 to 100; the threshold is always one of them.

    Counted from the threshold both ways, so that what lies right of it is the share of positive decisions. What
    is left at the two ends joins the bin beside it.
    """
    t = threshold_index(threshold)
    below, above = range(t, width - 1, -width), range(t, BINS - width + 1, width)
    return np.unique([0, t, *below, *above, BINS])


def distribution(counts: Counts, condition: int | None = None, threshold: float = 0.5) -> dict[str, Any]:
    """One level's scores among the rows of a condition (None: everyone; 0, 1: that label). Plain values.

    edges: of the bins, in hundredths. groups: [{group, n, above, mean, mean_low, mean_high, heights}], in which
    above is the share at or above the threshold, mean the average score with its 95% interval, and heights the
    share of the group per WIDTH hundredths of score in each bin, so that a group's area is 1 whatever its size; all
    None in groups of fewer than MIN_SHOW rows. gap: see `score_gap`. A score counts as the middle of its hundredth,
    so an average is right to half a hundredth. Raises InputError for counts of several levels.
    """
    if counts.leading:
        raise InputError(f"A distribution is of one level; these counts have leading axes {counts.leading}.")
    rows = counts.n.sum(axis=1) if condition is None else counts.n[:, condition]
    found = metrics.rates(counts, threshold)
    above, n = found.under(condition)
    mean, error = _averages(rows)
    cuts = edges(threshold)
    heights = np.add.reduceat(rows, cuts[:-1], axis=1) * (WIDTH / np.diff(cuts)) / np.maximum(n, 1)[:, None]
    low, high = np.clip(mean - _Z * error, 0, 1), np.clip(mean + _Z * error, 0, 1)
    groups = []
    for i, name in enumerate(counts.groups):
        shown = bool(n[i] >= MIN_SHOW)
        values = {"above": above[i], "mean": mean[i], "mean_low": low[i], "mean_high": high[i]}
        plain = {key: float(value) if shown else None for key, value in values.items()}
        groups.append({"group": name, "n": int(n[i])} | plain | {"heights": heights[i].tolist() if shown else None})
    return {"edges": cuts.tolist(), "groups": groups, "gap": score_gap(counts.groups, n, mean, error)}


def score_gap(groups: tuple[str, ...], n: np.ndarray, mean: np.ndarray, error: np.ndarray) -> dict[str, Any] | None:
    """Highest minus lowest average score over the groups of MIN_GAP rows: {high, low, difference, low_end, high_end}.

    n, mean, error (G,). The ends are a 95% interval for two groups (Welch 1947, large samples) and None for more,
    where the pair is chosen by its distance. None with fewer than two groups large enough.
    """
    use = np.flatnonzero(n >= MIN_GAP)
    if len(use) < 2:
        return None
    top, bottom = use[np.argmax(mean[use])], use[np.argmin(mean[use])]
    difference = float(mean[top] - mean[bottom])
    half = _Z * float(np.hypot(error[top], error[bottom]))
    ends = (difference - half, difference + half) if len(groups) == 2 else (None, None)
    return {
        "high": groups[top], "low": groups[bottom], "difference": difference, "low_end": ends[0], "high_end": ends[1],
    }  # fmt: skip


def _averages(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Average score and its standard error (G,), from rows (G, 100)."""
    n = rows.sum(axis=1)
    mean = rows @ _MIDDLES / np.maximum(n, 1)
    squares = (rows * (_MIDDLES - mean[:, None]) ** 2).sum(axis=1)
    return mean, np.sqrt(squares / np.maximum(n - 1, 1) / np.maximum(n, 1))
