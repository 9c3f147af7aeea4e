"""The outcome and the groups of a file: values matched as a user writes them, numbers in bands, rare values pooled."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from yodo_core.data.encoder import RARE
from yodo_core.data.own.columns import Cells
from yodo_core.errors import InputError

MISSING = "missing"
POOLED = "Other groups"
MOST_OUTCOMES, MOST_GROUPS, BANDS = 20, 50, 5


def favourable(column: Cells, wanted: str) -> tuple[Cells, str]:
    """The target as text, and the value of it that `wanted` names: as written, or as 1 for 1.0 and True.

    Raises InputError for one value only, for too many, or where none or several fit.
    """
    text = column.as_text()
    values = [str(value) for value in text.sizes().index]
    name = column.name
    if not values:
        raise InputError(f"Column {name!r} is empty; expected an outcome such as yes and no. Choose another target.")
    if len(values) > MOST_OUTCOMES:
        kind = "numbers" if column.is_number else "values"
        raise InputError(
            f"Column {name!r} holds {len(values):,} different {kind}; expected an outcome with at most "
            f"{MOST_OUTCOMES}, such as yes and no. Add a column that says which of them are good for the person, or "
            "choose another."
        )
    fits = [v for v in values if v == wanted] or [v for v in values if plain(v) == plain(wanted)]
    if len(fits) != 1:
        raise InputError(
            f"Column {name!r} has no value {wanted!r}; it holds {', '.join(values)}. Give the one that is good for the "
            "person."
        )
    if len(values) == 1:
        raise InputError(
            f"Column {name!r} holds one value only ({values[0]}); expected an outcome with two. Choose another target."
        )
    return text, fits[0]


def plain(value: str) -> str:
    """A value with nothing left of how it was written: 1 for 1.0 and True, lower case."""
    text = value.strip().casefold()
    text = {"true": "1", "false": "0"}.get(text, text)
    return re.sub(r"\.0+$", "", text) if re.fullmatch(r"[+-]?\d+\.0+", text) else text


def grouped(column: Cells, file: str) -> tuple[pd.Series, int]:
    """Each row's group as a categorical without gaps, and how many rows were pooled into "Other groups".

    A number with more than MOST_OUTCOMES values becomes up to five bands of about equal size; values under RARE rows
    are pooled, so that no name of a few stands anywhere. Raises InputError for one group or more than MOST_GROUPS.
    """
    if column.is_number and column.values.nunique() > MOST_OUTCOMES:
        return bands(column.values.to_numpy(), column.name), 0
    values = column.as_text().values.cat.remove_unused_categories()
    sizes = values.value_counts()
    rare = sizes.index[sizes < RARE]
    kept = sizes.index[sizes >= RARE]
    if len(kept) > MOST_GROUPS:
        raise InputError(
            f"Column {column.name!r} of {file} has {len(kept):,} groups of {RARE} rows or more; expected at most "
            f"{MOST_GROUPS}. Choose a column with fewer, or one that joins them."
        )
    pooled = int(sizes[rare].sum())
    names = {value: readable(column.name, value) for value in kept} | dict.fromkeys(rare, POOLED)
    if any(names[value] != value for value in names):
        values = values.astype(object).map(names).astype("category")
    if values.nunique() < 2:
        what = "one group only" if len(sizes) == 1 else f"no group of {RARE} rows or more"
        raise InputError(
            f"Column {column.name!r} of {file} holds {what}; expected at least two. Choose another attribute."
        )
    return values, pooled


def readable(column: str, value: str) -> str:
    """A group's name: a bare number says nothing in a sentence, so that 1 of the column sex is "sex 1"."""
    return (
        f"{' '.join(column.replace('_', ' ').split())} {value}" if re.fullmatch(r"[+-]?\d+(\.\d+)?", value) else value
    )


def bands(values: np.ndarray, name: str) -> pd.Series:
    """Up to five bands of about equal size, named by their edges as in "age 25 to 33"."""
    whole = bool((values == np.round(values)).all())
    quantiles = np.quantile(values, np.arange(1, BANDS) / BANDS)
    edges = np.ceil(quantiles) if whole else np.array([float(f"{q:.3g}") for q in quantiles])
    edges = np.unique(edges[(edges > values.min()) & (edges <= values.max())])
    if not len(edges):
        raise InputError(
            f"Column {name!r} cannot be cut into bands: nearly all rows hold one number. Choose another attribute, or "
            "add a column that names the groups."
        )
    shown = [f"{int(edge)}" if whole else f"{edge:g}" for edge in edges]
    last = [f"to {int(edge) - 1}" if whole else f"to under {edge:g}" for edge in edges[1:]]
    between = [f"{name} {low} {high}" for low, high in zip(shown, last, strict=False)]
    names = [f"{name} under {shown[0]}", *between, f"{name} {shown[-1]} and over"]
    codes = np.searchsorted(edges, values, side="right")
    return pd.Series(pd.Categorical.from_codes(codes, names)).cat.remove_unused_categories()
