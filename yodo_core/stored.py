"""Counts as tables: the rows of curve.parquet and baselines.parquet, and back. Pure; no files.

One row a (keys, group, label, bin), rows without a count left out. Columns beside the keys: group and label
(int8), bin (int8, score in hundredths), n, gained, lost (int32; gained and lost at threshold bin/100), weight,
weight_sq (float64, null where not kept), average_precision (float64, the same on all rows of one model).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from yodo_core.errors import InputError
from yodo_core.fairness.counts import BINS, Counts

CURVE_KEYS = ("split", "seed", "alpha")
BASELINE_KEYS = ("method", "setting", "seed", "split")
VALUES = ("n", "weight", "weight_sq", "gained", "lost")
COLUMNS = ("group", "label", "bin", *VALUES, "average_precision")

MOST_MODELS = 5_000
"""Models (levels, seeds, splits) in one table; more than ten times what a checkpoint holds."""

Entry = tuple[dict[str, Any], Counts]


def to_frame(entries: Sequence[Entry]) -> pd.DataFrame:
    """One frame for counts without leading axes, each under its keys."""
    return pd.concat([_one(keys, counts) for keys, counts in entries], ignore_index=True)


def _one(keys: dict[str, Any], counts: Counts) -> pd.DataFrame:
    columns: dict[str, np.ndarray | None] = {
        "n": counts.n,
        "weight": counts.weight,
        "weight_sq": counts.weight_sq,
    }
    for name in ("gained", "lost"):
        values = getattr(counts, name)
        # Threshold t/100 stands on the row of bin t; bin 0 has no threshold.
        columns[name] = None if values is None else np.concatenate([np.zeros_like(values[..., :1]), values], axis=-1)
    kept = np.zeros(counts.n.shape, bool)
    for name in ("n", "gained", "lost"):
        values = columns[name]
        if values is not None:
            kept |= values > 0
    group, label, bins = np.nonzero(kept)
    frame = pd.DataFrame({"group": group.astype(np.int8), "label": label.astype(np.int8), "bin": bins.astype(np.int8)})
    for name in VALUES:
        values = columns[name]
        kind = np.float64 if name.startswith("weight") else np.int32
        frame[name] = (
            pd.array([pd.NA] * len(frame), dtype="Float64" if kind is np.float64 else "Int32")
            if values is None
            else pd.array(values[kept].astype(kind), dtype="Float64" if kind is np.float64 else "Int32")
        )
    precision = counts.average_precision
    frame["average_precision"] = np.nan if precision is None else float(precision)
    for name, value in reversed(keys.items()):
        frame.insert(0, name, pd.Series([value] * len(frame), dtype=_key_type(name)))
    return frame


def _key_type(name: str) -> str:
    return {"seed": "int32", "alpha": "float64", "setting": "float64"}.get(name, "object")


def from_frame(frame: pd.DataFrame, keys: Sequence[str], groups: tuple[str, ...]) -> list[Entry]:
    """The inverse of `to_frame`, in order of first appearance.

    Raises InputError where columns are missing or a value is out of range.
    """
    missing = [name for name in (*keys, *COLUMNS) if name not in frame.columns]
    if missing:
        raise InputError(f"the columns {', '.join(missing)} are missing")
    limits = {"group": len(groups), "label": 2, "bin": BINS}
    for name, limit in limits.items():
        values = frame[name].to_numpy()
        if not np.issubdtype(values.dtype, np.integer) or (values < 0).any() or (values >= limit).any():
            raise InputError(f"column {name!r} has values outside 0 ... {limit - 1}")
    for name in VALUES:
        if not pd.api.types.is_numeric_dtype(frame[name]) or (frame[name].fillna(0) < 0).any():
            raise InputError(f"column {name!r} must hold numbers of 0 or more")
    if frame["n"].isna().any():
        raise InputError("column 'n' has empty cells")
    for name in keys:
        column = frame[name]
        fits = pd.api.types.is_numeric_dtype if _key_type(name) != "object" else pd.api.types.is_string_dtype
        if not fits(column) or (name != "setting" and column.isna().any()):
            raise InputError(f"column {name!r} has values of another kind than expected, or empty cells")
    key_codes = [pd.factorize(frame[name], use_na_sentinel=False)[0] for name in keys]
    combined = np.zeros(len(frame), np.int64)
    for codes in key_codes:
        combined = combined * (int(codes.max(initial=0)) + 1) + codes
    number, _ = pd.factorize(combined)
    # The first row of each model: `number` rises by one where a new one appears.
    first = np.flatnonzero(np.diff(np.maximum.accumulate(number), prepend=-1))
    if len(first) > MOST_MODELS:
        raise InputError(f"{len(first):,} models, more than the {MOST_MODELS:,} allowed")
    shape = (len(first), len(groups), 2, BINS)
    cell = np.ravel_multi_index((number, frame["group"], frame["label"], frame["bin"]), shape)
    if (np.bincount(cell, minlength=1) > 1).any():
        raise InputError("some counts stand twice")
    dense: dict[str, np.ndarray] = {}
    for name in VALUES:
        values = frame[name].to_numpy(np.float64, na_value=np.nan)
        if np.isinf(values).any() or (not name.startswith("weight") and (np.nan_to_num(values) % 1 != 0).any()):
            raise InputError(f"column {name!r} must hold finite numbers, whole ones for counts")
        array = np.zeros(shape, np.float64)
        array.reshape(-1)[cell] = values
        dense[name] = array
    present = frame.iloc[first]
    _check_range(present, "average_precision")
    if "alpha" in keys:
        _check_range(present, "alpha")
    columns = [[_plain(value) for value in present[name].tolist()] for name in keys]
    precision = present["average_precision"].to_numpy(np.float64, na_value=np.nan)
    return [
        (dict(zip(keys, values, strict=True)), _counts(dense, i, groups, precision[i]))
        for i, values in enumerate(zip(*columns, strict=True))
    ]


def _check_range(frame: pd.DataFrame, name: str) -> None:
    values = frame[name].to_numpy(np.float64, na_value=np.nan)
    if ((values < 0) | (values > 1)).any():
        raise InputError(f"column {name!r} has values outside 0 ... 1")


def _counts(dense: dict[str, np.ndarray], i: int, groups: tuple[str, ...], precision: float) -> Counts:
    parts: dict[str, np.ndarray | None] = {}
    for name in VALUES[1:]:
        values = dense[name][i]
        if np.isnan(values).any():
            parts[name] = None
        elif name in ("gained", "lost"):
            parts[name] = values[..., 1:].astype(np.int64)
        else:
            parts[name] = values
    n = dense["n"][i].astype(np.int64)
    return Counts(groups, n, average_precision=np.asarray(precision, np.float64), **parts)


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and np.isnan(value) else value
