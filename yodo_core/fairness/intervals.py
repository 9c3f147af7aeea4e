"""Intervals for rates, gaps and paired changes, vectorised."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from yodo_core.errors import InputError
from yodo_core.fairness.counts import Counts, threshold_index


def _quantile(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise InputError(f"Confidence {confidence!r} is outside (0, 1); try 0.95.")
    return float(ndtri(0.5 + confidence / 2))


def accuracy_interval(correct: ArrayLike, n: ArrayLike, confidence: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Two-sided interval of a proportion correct/n, in [0, 1]; NaN where n is 0. Wilson 1927."""
    z = _quantile(confidence)
    k, size = np.asarray(correct, dtype=float), np.asarray(n, dtype=float)
    known = size > 0
    size = np.where(known, size, 1)
    p = k / size
    centre = (p + z**2 / (2 * size)) / (1 + z**2 / size)
    half = z / (1 + z**2 / size) * np.sqrt(p * (1 - p) / size + z**2 / (4 * size**2))
    low = np.where(k <= 0, 0.0, np.clip(centre - half, 0, 1))
    high = np.where(k >= size, 1.0, np.clip(centre + half, 0, 1))
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def gap_interval(
    k1: ArrayLike, n1: ArrayLike, k2: ArrayLike, n2: ArrayLike, confidence: float = 0.95
) -> tuple[np.ndarray, np.ndarray]:
    """Interval of the signed gap k1/n1 - k2/n2, in [-1, 1]; NaN where a group is empty.

    Newcombe 1998, method 10: the two Wilson intervals' distances from their rates, squared and added. For
    two groups named beforehand; a worst-case gap of several groups is better read against its parity floor.
    """
    low1, high1 = accuracy_interval(k1, n1, confidence)
    low2, high2 = accuracy_interval(k2, n2, confidence)
    with np.errstate(invalid="ignore", divide="ignore"):
        p1, p2 = np.asarray(k1, float) / np.asarray(n1, float), np.asarray(k2, float) / np.asarray(n2, float)
    gap = p1 - p2
    return (
        gap - np.sqrt((p1 - low1) ** 2 + (high2 - p2) ** 2),
        gap + np.sqrt((high1 - p1) ** 2 + (p2 - low2) ** 2),
    )


def paired_change(
    counts: Counts, threshold: float = 0.5, confidence: float = 0.95
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Accuracy minus that of alpha 0 on the same rows (...), with its interval: (change, low, high).

    Only rows whose decision changed matter, so the interval is far narrower than that of two separate
    accuracies. Wald interval for paired proportions (McNemar 1947; Agresti 2013, 11.1.1); of zero width
    where no decision changed. Raises InputError if the counts hold no decisions gained and lost.
    """
    if counts.gained is None or counts.lost is None:
        raise InputError("No decisions at alpha 0 to compare with; count these rows with start_scores.")
    t = threshold_index(threshold)
    z = _quantile(confidence)
    gained, lost = counts.gained[..., t - 1].sum(axis=-2), counts.lost[..., t - 1].sum(axis=-2)
    righted, wronged = gained[..., 1] + lost[..., 0], lost[..., 1] + gained[..., 0]
    n = counts.n.sum(axis=(-3, -2, -1)).astype(float)
    n = np.where(n > 0, n, np.nan)
    change = (righted - wronged) / n
    half = z * np.sqrt(np.maximum(righted + wronged - (righted - wronged) ** 2 / n, 0)) / n
    return change, change - half, change + half
