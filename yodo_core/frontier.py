"""Fronts of accuracy against gap: which levels no other beats, and how much a front covers."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from yodo_core.errors import InputError


def _pairs(gap: ArrayLike, accuracy: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    g, a = np.asarray(gap, dtype=float), np.asarray(accuracy, dtype=float)
    if g.ndim != 1 or g.shape != a.shape:
        raise InputError(f"Gaps of shape {g.shape} and accuracies of shape {a.shape}; expected two of (M,).")
    return g, a


def nondominated(gap: ArrayLike, accuracy: ArrayLike) -> np.ndarray:
    """Mask (M,) of the levels that no other beats: none has a gap as small and an accuracy as high, and one
    of the two better. Equal levels are kept together; a level with NaN is never on the front.
    """
    g, a = _pairs(gap, accuracy)
    mask = np.zeros(g.size, dtype=bool)
    usable = np.flatnonzero(~(np.isnan(g) | np.isnan(a)))
    order = usable[np.lexsort((-a[usable], g[usable]))]
    best = -np.inf
    best_gap = np.nan
    for i in order:
        if a[i] > best or (a[i] == best and g[i] == best_gap):
            mask[i] = True
            best, best_gap = a[i], g[i]
    return mask


def hypervolume(
    gap: ArrayLike,
    accuracy: ArrayLike,
    reference_gap: float,
    reference_accuracy: float,
    chord: bool = False,
) -> float:
    """Area that the levels cover below the reference gap and above the reference accuracy; larger is better.

    gap, accuracy (M,) and the reference in one unit; the area is in its square. By default a staircase: at
    gap g counts the best accuracy of a level with a gap of at most g. With `chord`, also mixtures that decide
    by one of two levels at random, on the straight line between them. 0 with no level inside.
    Zitzler and Thiele 1998.
    """
    g, a = _pairs(gap, accuracy)
    front = nondominated(g, a)
    order = np.argsort(g[front], kind="stable")
    g, a = g[front][order], a[front][order]
    if chord:
        return _area_under_hull(g, a, reference_gap, reference_accuracy)
    inside = (g < reference_gap) & (a > reference_accuracy)
    g, a = g[inside], a[inside]
    return float(np.sum((a - reference_accuracy) * np.diff(g, append=reference_gap)))


def _area_under_hull(g: np.ndarray, a: np.ndarray, reference_gap: float, reference_accuracy: float) -> float:
    """Area between the concave hull of a front (sorted by gap, rising) and the reference."""
    hull: list[tuple[float, float]] = []
    for x, y in zip(g.tolist(), a.tolist(), strict=True):
        if hull and x == hull[-1][0]:
            continue
        while len(hull) >= 2:
            (x0, y0), (x1, y1) = hull[-2:]
            if (y1 - y0) * (x - x0) > (y - y0) * (x1 - x0):
                break
            hull.pop()
        hull.append((x, y))
    if not hull or hull[0][0] >= reference_gap or hull[-1][1] <= reference_accuracy:
        return 0.0
    xs, ys = (np.array(values) for values in zip(*hull, strict=True))
    # The hull rises, so it enters the reference box once; after its last level it stays level.
    start = float(np.interp(reference_accuracy, ys, xs)) if ys[0] < reference_accuracy else float(xs[0])
    if start >= reference_gap:
        return 0.0
    knots = np.concatenate([[start], xs[(xs > start) & (xs < reference_gap)], [reference_gap]])
    return float(np.trapezoid(np.interp(knots, xs, ys) - reference_accuracy, knots))
