"""Counts: the histogram of scores per group and label from which every figure of the project derives.

Scores fall into 100 bins of one hundredth each, so decisions at every threshold 0.01 ... 0.99 are exact:
a row decides 1 at threshold t/100 if and only if its bin is t or above. Counts of disjoint parts add up.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from yodo_core.errors import InputError
from yodo_core.fairness.precision import average_precision

BINS = 100
EDGES = np.arange(1, BINS) / BINS
_LOW, _HIGH = np.append(0.0, EDGES), np.append(EDGES, np.inf)
_FIELDS = ("n", "weight", "weight_sq", "gained", "lost", "average_precision")


@dataclass(frozen=True)
class Counts:
    """Rows counted per group, label and score bin; leading axes (levels, seeds) come first.

    n: int64 (..., G, 2, 100), axis -2 is the label 0 and 1. weight, weight_sq: float64 of the same shape,
    sums of w and of w squared, or None. gained, lost: int64 (..., G, 2, 99) or None, index t-1: rows whose
    decision at threshold t/100 went 0 -> 1, or 1 -> 0, against alpha 0. average_precision: float64 (...)
    or None, NaN where no row has label 1.
    """

    groups: tuple[str, ...]
    n: np.ndarray
    weight: np.ndarray | None = None
    weight_sq: np.ndarray | None = None
    gained: np.ndarray | None = None
    lost: np.ndarray | None = None
    average_precision: np.ndarray | None = None

    def __post_init__(self) -> None:
        head = (len(self.groups), 2)
        for name, bins in zip(_FIELDS[:5], (BINS, BINS, BINS, BINS - 1, BINS - 1), strict=True):
            values = getattr(self, name)
            if values is not None and values.shape != (*self.n.shape[:-3], *head, bins):
                raise InputError(f"Counts.{name} is {values.shape}, expected (..., {head[0]}, 2, {bins}).")

    @property
    def leading(self) -> tuple[int, ...]:
        """The shape of the leading axes; () for the counts of one model."""
        return self.n.shape[:-3]

    def __add__(self, other: Counts) -> Counts:
        """Counts of two disjoint sets of rows together. Average precision does not add up: it is None."""
        _check_alike([self, other])
        sums: dict[str, Any] = {
            name: None if getattr(self, name) is None else getattr(self, name) + getattr(other, name)
            for name in _FIELDS[:5]
        }
        return Counts(self.groups, **sums)

    def level(self, index: int) -> Counts:
        """The counts at one index of the first leading axis."""
        if not self.leading:
            raise InputError(f"These counts have no levels; level {index} was asked for.")
        held = {name: getattr(self, name) for name in _FIELDS if getattr(self, name) is not None}
        return Counts(self.groups, **{name: np.asarray(values[index]) for name, values in held.items()})

    @classmethod
    def stack(cls, parts: Sequence[Counts]) -> Counts:
        """Counts of several models on a new first axis. Average precision is kept if every part has it.

        Raises InputError if there are none, or if groups, shapes or optional parts differ.
        """
        parts = list(parts)
        if not parts:
            raise InputError("No counts to stack; expected at least one level.")
        _check_alike(parts)
        arrays: dict[str, Any] = {}
        for name in _FIELDS:
            values = [getattr(part, name) for part in parts]
            arrays[name] = None if any(value is None for value in values) else np.stack(values)
        return cls(parts[0].groups, **arrays)


def _check_alike(parts: Sequence[Counts]) -> None:
    first = parts[0]
    for part in parts[1:]:
        if part.groups != first.groups:
            raise InputError(f"Counts of different groups: {first.groups}, {part.groups}; count them alike.")
        if part.n.shape != first.n.shape:
            raise InputError(f"Counts of different shapes: {first.n.shape} and {part.n.shape}.")
        for name in _FIELDS[1:5]:
            if (getattr(part, name) is None) != (getattr(first, name) is None):
                raise InputError(f"Only some of the counts have {name!r}; count all parts with it or none.")


def score_bin(scores: np.ndarray, what: str = "scores") -> np.ndarray:
    """The bin 0 ... 99 of each score in [0, 1]; a score exactly on a threshold decides 1 there.

    Raises InputError for NaN and values outside [0, 1].
    """
    values = np.asarray(scores).astype(np.float64)
    if values.ndim != 1:
        raise InputError(f"The {what} have shape {values.shape}, expected one score a row: (N,).")
    bad = ~((values >= 0) & (values <= 1))
    if bad.any():
        row = int(np.argmax(bad))
        raise InputError(
            f"{int(bad.sum())} of {values.size} {what} are not probabilities (row {row}: {values[row]}); "
            "expected numbers in [0, 1], so apply a sigmoid or repair the model."
        )
    # Cheaper than a binary search; the product may round across an edge, which the comparisons put right.
    bins = np.minimum((values * BINS).astype(np.int64), BINS - 1)
    bins -= values < _LOW[bins]
    return bins + (values >= _HIGH[bins])


def count(
    scores: np.ndarray,
    label: np.ndarray,
    group: np.ndarray,
    groups: Sequence[str],
    weight: np.ndarray | None = None,
    start_scores: np.ndarray | None = None,
    precision: bool = True,
) -> Counts:
    """Counts of one model's scores (N,) in [0, 1], with no leading axis.

    label (N,) in {0, 1}; group (N,) indices into `groups`; weight (N,) >= 0; start_scores (N,) the scores of
    the same rows at alpha 0, which give `gained` and `lost`. Without `precision` there is no average precision, which
    costs a sort and does not add up. Raises InputError for anything else.
    """
    bins = score_bin(scores)
    label = _codes(label, "labels", 2, bins.size)
    group = _codes(group, "groups", len(groups), bins.size)
    cell = group * 2 + label
    shape = (len(groups), 2, BINS)
    flat = cell * BINS + bins
    size = math.prod(shape)
    sums: dict[str, np.ndarray] = {}
    if weight is not None:
        w = np.asarray(weight, dtype=np.float64)
        if w.shape != bins.shape or not (np.isfinite(w) & (w >= 0)).all():
            raise InputError(f"Weights must be {bins.size} finite numbers of at least 0, one a row.")
        sums["weight"] = np.bincount(flat, weights=w, minlength=size).reshape(shape)
        sums["weight_sq"] = np.bincount(flat, weights=w * w, minlength=size).reshape(shape)
    if start_scores is not None:
        start = score_bin(start_scores, "start scores")
        if start.shape != bins.shape:
            raise InputError(f"{start.size} start scores for {bins.size} scores; expected the same rows.")
        sums["gained"] = _moved(cell, start, bins, len(groups))
        sums["lost"] = _moved(cell, bins, start, len(groups))
    if precision:
        sums["average_precision"] = np.asarray(average_precision(label, np.asarray(scores).astype(np.float64)))
    return Counts(
        groups=tuple(groups),
        n=np.bincount(flat, minlength=size).reshape(shape).astype(np.int64),
        **sums,
    )


def _codes(values: np.ndarray, what: str, known: int, size: int) -> np.ndarray:
    """Integer codes (N,) in 0 ... known-1, checked."""
    raw = np.asarray(values)
    if raw.shape != (size,):
        raise InputError(f"The {what} have shape {raw.shape}, expected one a score: ({size},).")
    bad = ~np.isin(raw, np.arange(known))
    if bad.any():
        first = raw[bad][0]
        raise InputError(f"{int(bad.sum())} of {size} {what} are not in 0 ... {known - 1}: {first!r}.")
    return raw.astype(np.int64)


def _moved(cell: np.ndarray, low: np.ndarray, high: np.ndarray, groups: int) -> np.ndarray:
    """Rows per cell and threshold t with low < t <= high: (G, 2, 99), index t-1.

    Each such row adds 1 at t = low + 1 and takes it back at t = high + 1; a running sum fills in between.
    """
    up = high > low
    size = groups * 2 * BINS
    base = cell[up] * BINS
    steps = np.bincount(base + low[up], minlength=size) - np.bincount(base + high[up], minlength=size)
    return np.cumsum(steps.reshape(groups, 2, BINS), axis=-1)[..., : BINS - 1].astype(np.int64)


def threshold_index(threshold: float) -> int:
    """The index t in 1 ... 99 of the threshold t/100. Off the grid: InputError that names the neighbours."""
    try:
        value = float(threshold)
    except (TypeError, ValueError):
        value = math.nan
    if not 0 < value < 1:
        raise InputError(f"Threshold {threshold!r} is outside the grid; expected 0.01, 0.02 ... 0.99.")
    nearest = round(value * BINS)
    if 1 <= nearest < BINS and abs(value * BINS - nearest) < 1e-7:
        return nearest
    near = [f"{t / BINS:.2f}" for t in (math.floor(value * BINS), math.ceil(value * BINS)) if 1 <= t < BINS]
    raise InputError(f"Threshold {threshold!r} is not a whole hundredth; use {' or '.join(near)}.")
