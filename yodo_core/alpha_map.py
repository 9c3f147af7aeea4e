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
FINE = 2001
"""Places between the first and the last position at which a share is looked up: its largest to a part in a thousand."""


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

    What is left of the disparity under each condition is compared with the largest at the first level; where a notion
    has several conditions, the one with most left counts. For two groups and one condition this is the share of the
    signed gap that is gone. NaN where the first level has no disparity.
    """
    left = _left(counts, notion_id, threshold, weighted)
    return 1 - np.take_along_axis(left, np.abs(left).argmax(-1)[:, None], -1)[:, 0]


def _left(counts: Counts, notion_id: str, threshold: float, weighted: bool = False) -> np.ndarray:
    """Signed disparity left under each condition at each level (L, C), in units of the largest at the first level.

    Deviations are compared along those of the first level, weighted by rows; a condition is as large as the gap between
    its groups at the first level. NaN without any disparity there.
    """
    deviation, size = deviations(counts, notion_id, threshold, weighted)
    start = deviation[0]
    along, whole = (deviation * start * size).sum(-1), (start * start * size[0]).sum(-1)
    gap = np.ptp(start, axis=-1)
    if not gap.any():
        return np.full(along.shape, np.nan)
    return np.divide(along, whole, out=np.zeros_like(along), where=whole > 0) * gap / gap.max()


def fit(counts: Counts, positions: Sequence[float], notion_id: str, threshold: float = 0.5) -> dict[str, Any] | None:
    """Knots {alphas, positions, threshold} at which that share of the disparity is gone; None where none can be told.

    counts: levels at rising `positions`, the first 0. What is left under each condition is made monotone (isotonic
    regression); the last alphas keep to the place with the least left, where something always is. There is no map
    where the gap at position 0 is within the parity floor or cannot be estimated.
    """
    # Imported here: only training needs it, and it takes a second.
    from sklearn.isotonic import IsotonicRegression

    first = counts.level(0)
    gap, floor = metrics.gap(metrics.rates(first, threshold), notion_id), metrics.floor_of(first, notion_id, threshold)
    left = _left(counts, notion_id, threshold)
    if not float(gap) > floor[1] or np.isnan(left).any():
        return None
    places = np.linspace(positions[0], positions[-1], FINE)
    smooth = [IsotonicRegression(increasing=bool(one[-1] > one[0])).fit_transform(positions, one) for one in left.T]
    share = 1 - np.abs([np.interp(places, positions, one) for one in smooth]).max(0)
    share[0] = 0.0
    # Of places with the same share, but for rounding, the first one; at 0 that is the start.
    rising, at = np.unique(np.maximum.accumulate(share).round(9), return_index=True)
    alphas = np.linspace(0, 1, KNOTS)
    found = np.interp(alphas, rising, places[at])
    return {
        "alphas": [round(float(a), 4) for a in alphas],
        "positions": [round(float(p), 6) for p in found],
        "threshold": threshold,
    }
