"""Figures of many models at once, from decision counts; pure. Checked against yodo_core.fairness.metrics by a test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from yodo_core.fairness.notions import MIN_GAP, get_notion
from yodo_core.frontier import hypervolume, nondominated

LIMITS = (0.10, 0.25, 0.50, 0.75, 0.90)
ROOM = 0.05


@dataclass(frozen=True)
class Cells:
    """People and positive decisions by group and label: n (..., G, 2), above (..., M, G, 2)."""

    n: np.ndarray
    above: np.ndarray

    @property
    def accuracy(self) -> np.ndarray:
        """Share of right decisions (..., M)."""
        n = self.n[..., None, :, :]
        right = self.above[..., 1] + n[..., 0] - self.above[..., 0]
        return right.sum(-1) / n.sum((-1, -2))


def membership(label: np.ndarray, group: np.ndarray, groups: int) -> np.ndarray:
    """Which group and label each person has, float32 (N, G * 2)."""
    return np.eye(2 * groups, dtype=np.float32)[2 * group + label]


def cells(decisions: np.ndarray, member: np.ndarray, times: np.ndarray | None = None) -> Cells:
    """Counts of decisions float32 (M, N); `times` (N,) says how often each person was drawn."""
    weighted = member if times is None else member * times[:, None].astype(np.float32)
    shape = (-1, 2)
    above = (decisions @ weighted).reshape(len(decisions), *shape)
    return Cells(weighted.sum(0, dtype=np.float64).reshape(shape), above.astype(np.float64))


def eligible(n: np.ndarray, notion: str) -> np.ndarray:
    """Groups (G,) with MIN_GAP rows in every denominator of the notion; n (G, 2)."""
    sizes = {None: n.sum(-1), 1: n[..., 1], 0: n[..., 0]}
    return np.all([sizes[c] >= MIN_GAP for c in get_notion(notion).conditions], axis=0)


def rates(found: Cells, notion: str) -> np.ndarray:
    """Rates of positive decisions (..., C, M, G), one a condition of the notion."""
    n = found.n[..., None, :, :]
    take = {None: (found.above.sum(-1), n.sum(-1)), 1: (found.above[..., 1], n[..., 1])}
    take[0] = (found.above[..., 0], n[..., 0])
    return np.stack([a / np.maximum(b, 1) for a, b in (take[c] for c in get_notion(notion).conditions)])


def gaps(found: Cells, notion: str, use: np.ndarray) -> np.ndarray:
    """Worst-case gap (M,) over the groups of the mask `use` (G,)."""
    rate = rates(found, notion)[..., use]
    return (rate.max(-1) - rate.min(-1)).max(0)


def deviations(found: Cells, notion: str, use: np.ndarray) -> np.ndarray:
    """Signed deviation of each group's rate from that of all groups in `use` together (C, M, G_use)."""
    n = found.n[use]
    sizes = {None: n.sum(-1), 1: n[..., 1], 0: n[..., 0]}
    size = np.stack([sizes[c] for c in get_notion(notion).conditions])[:, None]
    rate = rates(found, notion)[..., use]
    return rate - (rate * size).sum(-1, keepdims=True) / size.sum(-1, keepdims=True)


def choose(gap: np.ndarray, accuracy: np.ndarray, limit: float) -> int:
    """The most accurate model within the limit (the smaller gap on a tie); else the one with the smallest gap."""
    within = gap <= limit
    if not within.any():
        return int(np.lexsort((-accuracy, gap))[0])
    return int(np.flatnonzero(within)[np.lexsort((gap[within], -accuracy[within]))[0]])


def volume(
    tune: tuple[np.ndarray, np.ndarray],
    test: tuple[np.ndarray, np.ndarray],
    erm: tuple[float, float],
    chord: bool = False,
) -> float:
    """Normalised hypervolume on test rows of the models that none beats on tune rows; (gap, accuracy) pairs.

    The reference, from ERM on tune rows, is 5 points under its accuracy and 1.05 times its gap. NaN where ERM has no
    gap, as where fewer than two groups are large enough.
    """
    if erm[0] <= 0:
        return float("nan")
    front = nondominated(*tune)
    gap, accuracy = 1.05 * erm[0], erm[1] - ROOM
    # The rectangle that ERM's accuracy spans at no gap.
    return hypervolume(test[0][front], test[1][front], gap, accuracy, chord) / (gap * ROOM)
