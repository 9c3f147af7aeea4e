"""What every part reads off raw rows: the label, the groups and the hash of the content."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd

from yodo_core.data.encoder import category_codes, finite_numbers
from yodo_core.data.spec import JOIN, Attribute, DataSpec
from yodo_core.errors import InputError


def rows_hash(frame: pd.DataFrame, spec: DataSpec) -> str:
    """sha256 of the declared columns' content, in hex; it changes with any value and with the row order.

    It does not depend on how the frame holds a category (text or codes), on the machine or on versions:
    a category column enters as its sorted values and little-endian codes, a number as little-endian float64.
    """
    digest = hashlib.sha256()

    def feed(part: bytes) -> None:
        digest.update(len(part).to_bytes(8, "little") + part)

    for column in spec.columns:
        feed(column.name.encode())
        feed(column.kind.encode())
        if column.kind == "number":
            # Adding 0.0 makes one zero of the two.
            feed((frame[column.name].to_numpy(np.float64) + 0.0).astype("<f8").tobytes())
            continue
        raw, texts = category_codes(frame[column.name])
        used = sorted(np.unique(raw[raw >= 0]).tolist(), key=texts.__getitem__)
        # No dictionary of the values: there may be as many as rows.
        ranks = np.full(len(texts) + 1, -1, "<i4")
        ranks[used] = np.arange(len(used))
        feed(len(used).to_bytes(8, "little"))
        for code in used:
            feed(texts[code].encode())
        feed(ranks[raw].tobytes())
    return digest.hexdigest()


def labels(frame: pd.DataFrame, spec: DataSpec) -> np.ndarray:
    """1 where the target is the favourable value, as int64 (N,). Raises InputError where one is missing."""
    codes, texts = category_codes(frame[spec.target])
    if (codes < 0).any():
        raise InputError(
            f"Column {spec.target!r} is empty in {int((codes < 0).sum())} rows; expected an outcome in each. "
            "Leave those rows out."
        )
    return np.array([*(text == spec.favourable for text in texts), False], np.int64)[codes]


def groups_of(frame: pd.DataFrame, spec: DataSpec, attribute: Attribute) -> tuple[np.ndarray, tuple[str, ...]]:
    """Group index int64 (N,) and readable names by size, the largest first, ties by name.

    Raises InputError for raw values that the attribute does not declare.
    """
    names = group_names(frame, spec, attribute)
    values, inverse, sizes = np.unique(names, return_inverse=True, return_counts=True)
    order = np.argsort(-sizes, kind="stable")
    return np.argsort(order)[inverse].astype(np.int64), tuple(str(values[i]) for i in order)


def group_names(frame: pd.DataFrame, spec: DataSpec, attribute: Attribute, declared: bool = True) -> np.ndarray:
    """The readable name of each row's group, text (N,).

    Raw values that the attribute does not declare raise InputError; where they need not be `declared`, they are names.
    """
    names = np.full(len(frame), "", dtype=object)
    for place, column in enumerate(attribute.columns):
        part = attribute if len(attribute.columns) == 1 else spec.single(column)
        shown = _readable(frame[column], part, declared)
        names = shown if place == 0 else names + JOIN + shown
    return names


def _readable(values: pd.Series, attribute: Attribute | None, declared: bool) -> np.ndarray:
    """Readable names (N,) of one column's values, object: as the attribute of that column says, or as they are."""
    if attribute and attribute.bands:
        bands = np.digitize(finite_numbers(values.to_frame(), str(values.name)), attribute.bands)
        return np.array(attribute.band_names(), dtype=object)[bands]
    codes, texts = category_codes(values)
    readable = attribute.groups if attribute else {}
    came = {texts[code] if code >= 0 else "missing" for code in np.unique(codes)}
    strange = sorted(came - set(readable))
    if declared and readable and strange:
        raise InputError(
            f"Column {values.name!r} has the undeclared values {', '.join(strange[:5])}; expected "
            f"{', '.join(readable)}. Declare them or leave those rows out."
        )
    return np.array([*(readable.get(text, text) for text in texts), "missing"], dtype=object)[codes]
