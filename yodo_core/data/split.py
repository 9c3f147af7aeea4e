"""One split per data set and split seed, the same whatever attribute or notion is studied."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from yodo_core.data.encoder import category_codes
from yodo_core.data.rows import groups_of, labels
from yodo_core.data.spec import DataSpec
from yodo_core.errors import InputError, unknown

SPLITS: dict[str, tuple[str, ...]] = {
    "default": ("train", "tune", "certify", "test"),
    "paper": ("train", "tune", "test"),
}
# Held out, as a share of all rows; train is what is left (60% and 70%).
SHARES: dict[str, float] = {"test": 0.2, "certify": 0.1, "tune": 0.1}
SMALL_CELL = 10


def split_rows(
    frame: pd.DataFrame, spec: DataSpec, split_seed: int = 1314, kind: str = "default"
) -> dict[str, np.ndarray]:
    """Sorted row indices per split: disjoint, together all rows, the same whatever attribute is studied.

    "default" is train / tune / certify / test = 60 / 10 / 10 / 20, stratified on label and every declared
    attribute of one column, cells under SMALL_CELL rows merged; "paper" is train / tune / test = 70 / 10 / 20
    stratified on the label (Han et al. 2025). Where the data set has a unit, its values are split in these
    shares, without strata, so that no household stands on both sides. Raises InputError for another kind or too
    few rows of a label, or too few units.
    """
    # Imported here: whoever only reads stored counts need not wait a second for scikit-learn.
    from sklearn.model_selection import GroupShuffleSplit, train_test_split

    if kind not in SPLITS:
        raise unknown("split", kind, SPLITS)
    label = labels(frame, spec)
    sizes = np.bincount(label, minlength=2)
    if sizes.min() < SMALL_CELL:
        raise InputError(
            f"{spec.id} has {sizes[1]} rows with {spec.target} {spec.favourable!r} and {sizes[0]} without; "
            f"expected at least {SMALL_CELL} of each. Check the favourable value, or bring more rows."
        )
    rest = np.arange(len(frame))
    found: dict[str, np.ndarray] = {}
    if spec.unit is None:
        cells = label if kind == "paper" else _cells(frame, spec, label)
    else:
        units = _units(frame, spec, spec.unit)
    for name in ("test", "certify", "tune"):
        if name not in SPLITS[kind]:
            continue
        if spec.unit is None:
            count, strata = math.ceil(SHARES[name] * len(frame)), cells[rest]
            rest, found[name] = train_test_split(rest, test_size=count, stratify=strata, random_state=split_seed)
        else:
            count = math.ceil(SHARES[name] * (units.max() + 1))
            cut = GroupShuffleSplit(1, test_size=count, random_state=split_seed)
            kept, held = next(cut.split(rest, groups=units[rest]))
            rest, found[name] = rest[kept], rest[held]
    found["train"] = rest
    return {name: np.sort(found[name]) for name in SPLITS[kind]}


def _units(frame: pd.DataFrame, spec: DataSpec, unit: str) -> np.ndarray:
    """Which unit each row belongs to, int64 (N,), from 0 without holes. Raises InputError for too few."""
    units = np.unique(category_codes(frame[unit])[0], return_inverse=True)[1].astype(np.int64)
    total = int(units.max()) + 1
    if total < SMALL_CELL:
        raise InputError(
            f"{spec.id} has {total} values of {unit}, and rows that share one stay together; expected at least "
            f"{SMALL_CELL}. Bring more rows."
        )
    return units


def _cells(frame: pd.DataFrame, spec: DataSpec, label: np.ndarray) -> np.ndarray:
    """Stratum of each row, int64 (N,): label x attributes, small cells merged within their label."""
    cells = label.copy()
    for attribute in spec.single_attributes():
        group, groups = groups_of(frame, spec, attribute)
        cells = cells * len(groups) + group
    cells = np.unique(cells, return_inverse=True)[1].astype(np.int64)
    for value in (0, 1):
        mine = label == value
        sizes = np.bincount(cells, weights=mine).astype(int)
        small = np.flatnonzero((sizes > 0) & (sizes < SMALL_CELL))
        if len(small):
            # Together they form one cell where they are enough; else they join the largest of their label.
            target = small[0] if sizes[small].sum() >= SMALL_CELL else int(sizes.argmax())
            cells[np.isin(cells, small)] = target
    return cells
