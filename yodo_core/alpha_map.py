"""What alpha means: the share of the disparity that is gone, and the map from alpha to positions that makes it so.

Pure: counts of a line's levels come in, shares and knots go out. A map is fitted at one threshold, on rows that are not
test rows, and holds there only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from yodo_core.fairness import metrics
from yodo_core.fairness.counts import Counts
from yodo_core.fairness.notions import get_notion

KNOTS = 21


def position(knots: Mapping[str, Any] | None, alpha: float) -> float:
    """Where on the line an alpha in [0, 1] lies: between the map's knots, or at alpha itself where there is no map."""
    return float(alpha) if knots is None else float(np.interp(alpha, knots["alphas"], knots["positions"]))


def deviations(
    counts: Counts, notion_id: str, threshold: float = 0.5, weighted: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Signed deviation of each group's rate from that of all groups together, and the rows behind it, (..., C, G).

    One row a condition of the notion. Groups too small to be shown deviate by 0 and have 0 rows. `weighted` compares
    the rates in survey weights, each group still counting as its rows.
    """
    rates = metrics.rates(counts, threshold, weighted)
    found, sizes = [], []
    for condition in get_notion(notion_id).conditions:
        rate, size = rates.under(condition)
        size = np.where(np.isnan(rate), 0, size)
        rate = np.nan_to_num(rate)
        pooled = (rate * size).sum(-1, keepdims=True) / np.maximum(size.sum(-1, keepdims=True), 1)
        found.append(np.where(size > 0, rate - pooled, 0.0))
        sizes.append(size)
    return np.stack(found, -2), np.stack(sizes, -2)


def share_gone(counts: Counts, notion_id: str, threshold: float = 0.5, weighted: bool = False) -> np.ndarray:
    """Share of the first level's disparity that is gone at each level (L,): 0 there, 1 at none, above 1 if reversed.

    Deviations are compared along those of the first level, weighted by rows; for two groups this is the share of the
    signed gap that is gone. NaN where the first level has no disparity.
    """
    deviation, size = deviations(counts, notion_id, threshold, weighted)
    start = deviation[0]
    along, whole = (deviation * start * size).sum((-2, -1)), (start * start * size[0]).sum()
    return 1 - along / whole if whole > 0 else np.full(len(deviation), np.nan)


def fit(counts: Counts, positions: Sequence[float], notion_id: str, threshold: float = 0.5) -> dict[str, Any] | None:
    """Knots {alphas, positions, threshold} at which that share of the disparity is gone; None where none can be told.

    counts: levels at rising `positions`, the first 0. The share is made monotone (isotonic regression);
    where it never reaches 1, the last alphas keep to its largest. There is no map where the gap at position 0 is
    within the parity floor or cannot be estimated.
    """
    # Imported here: only training needs it, and it takes a second.
    from sklearn.isotonic import IsotonicRegression

    first = counts.level(0)
    gap, floor = metrics.gap(metrics.rates(first, threshold), notion_id), metrics.floor_of(first, notion_id, threshold)
    share = share_gone(counts, notion_id, threshold)
    if not float(gap) > floor[1] or np.isnan(share).any():
        return None
    smooth = IsotonicRegression(y_min=0.0).fit_transform(positions, share)
    smooth[0] = 0.0
    # Of places with the same share, but for rounding, the first one; at 0 that is the start.
    rising, at = np.unique(smooth.round(9), return_index=True)
    alphas = np.linspace(0, 1, KNOTS)
    found = np.interp(alphas, rising, np.asarray(positions, np.float64)[at])
    return {
        "alphas": [round(float(a), 4) for a in alphas],
        "positions": [round(float(p), 6) for p in found],
        "threshold": threshold,
    }
