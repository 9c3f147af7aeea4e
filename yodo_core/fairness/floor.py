"""The parity floor: the worst-case gap that chance alone shows when all groups share one rate."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from yodo_core.errors import InputError
from yodo_core.fairness.counts import Counts, threshold_index
from yodo_core.fairness.notions import MIN_GAP, get_notion

DRAWS = 4000
_RATE_STEPS = 1_000_000


@lru_cache(maxsize=8192)
def _simulated(parts: tuple[tuple[tuple[int, ...], int], ...], draws: int, seed: int) -> tuple[float, float]:
    """Mean and 95th percentile of the worst-case gap; a part is (denominators, rate in millionths)."""
    generator = np.random.default_rng(seed)
    worst = np.zeros(draws)
    for sizes, millionths in parts:
        n = np.asarray(sizes)[:, None]
        drawn = generator.binomial(n, millionths / _RATE_STEPS, size=(len(sizes), draws)) / n
        np.maximum(worst, drawn.max(axis=0) - drawn.min(axis=0), out=worst)
    return float(worst.mean()), float(np.percentile(worst, 95))


def parity_floor(
    denominators: Sequence[int] | np.ndarray, pooled_rate: float, draws: int = DRAWS, seed: int = 0
) -> tuple[float, float]:
    """Mean and 95th percentile of the worst-case gap if all groups had the pooled rate.

    denominators (G,) rows; groups under MIN_GAP are left out, as in the gap; (NaN, NaN) with fewer than two
    others. pooled_rate in [0, 1], used to the millionth. Binomial Monte Carlo with a fixed seed, cached.
    """
    if np.isnan(pooled_rate):
        return np.nan, np.nan
    if not 0 <= pooled_rate <= 1:
        raise InputError(f"The pooled rate {pooled_rate!r} is no fraction; expected a number in [0, 1].")
    sizes = tuple(int(n) for n in denominators if n >= MIN_GAP)
    if len(sizes) < 2:
        return np.nan, np.nan
    return _simulated(((sizes, round(float(pooled_rate) * _RATE_STEPS)),), draws, seed)


def floor_of(counts: Counts, notion_id: str, threshold: float = 0.5, weighted: bool = False) -> tuple[float, float]:
    """Mean and 95th percentile of the parity floor of one level's counts (no leading axis), for a notion.

    Weighted, the rate is the weighted one and a group counts as its effective size (sum w)^2 / sum w^2 (Kish
    1965); which groups enter is still decided on rows. (NaN, NaN) with fewer than two groups large enough.
    """
    if counts.leading:
        raise InputError(f"The floor is of one level; these counts have leading axes {counts.leading}.")
    t = threshold_index(threshold)
    labels = [slice(None) if c is None else slice(c, c + 1) for c in get_notion(notion_id).conditions]
    entered = np.all([counts.n[:, rows].sum(axis=(1, 2)) >= MIN_GAP for rows in labels], axis=0)
    if entered.sum() < 2:
        return np.nan, np.nan
    mass = counts.weight if weighted else counts.n
    if mass is None:
        raise InputError("A weighted floor was asked for, but these rows carry no weight.")
    parts = []
    for rows in labels:
        cells = mass[entered][:, rows]
        size = cells.sum(axis=(1, 2))
        if not size.all():
            return np.nan, np.nan
        rate = cells[..., t:].sum() / size.sum()
        if weighted and counts.weight_sq is not None:
            size = np.rint(size**2 / counts.weight_sq[entered][:, rows].sum(axis=(1, 2)))
        parts.append((tuple(int(n) for n in size), round(float(rate) * _RATE_STEPS)))
    return _simulated(tuple(parts), DRAWS, 0)
