"""The rows of a file through a recipe: which are used, which columns are features, who is in which group."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from yodo_core.data.encoder import MOST
from yodo_core.data.own import limits
from yodo_core.data.own.columns import Cells, read_columns
from yodo_core.data.own.groups import MISSING, favourable, grouped
from yodo_core.data.own.read import read_table
from yodo_core.data.own.recipe import Recipe
from yodo_core.data.spec import Column
from yodo_core.data.split import SMALL_CELL
from yodo_core.errors import InputError, unknown

LEAST_ROWS = 100


@dataclass(frozen=True, eq=False)
class Shaped:
    """A file through a recipe. `frame` holds the rows that are used, with exactly `columns`.

    `cells` are all columns as found, over all rows. `outcomes` are the values of the target, the most frequent
    first, `favourable` the one that is good for the person. `lacking` counts the rows left out by what they lack;
    `left_out` says why a column is no feature; `pooled` counts the rows in "Other groups" by attribute column.
    """

    cells: dict[str, Cells]
    frame: pd.DataFrame
    columns: tuple[Column, ...]
    favourable: str
    outcomes: tuple[str, ...]
    lacking: dict[str, int]
    left_out: dict[str, str]
    pooled: dict[str, int]


@dataclass(frozen=True)
class Rows:
    """The `load` of a file's DataSpec: read and shaped once, and again in a process that it is sent to."""

    path: Path
    recipe: Recipe

    @cached_property
    def shaped(self) -> Shaped:
        return shape(read_columns(read_table(self.path)), self.recipe, self.path.name)

    def __call__(self) -> pd.DataFrame:
        return self.shaped.frame

    def __reduce__(self) -> tuple[type[Rows], tuple[Path, Recipe]]:
        return Rows, (self.path, self.recipe)


def shape(cells: dict[str, Cells], recipe: Recipe, file: str) -> Shaped:
    """The used rows and columns. Raises InputError for columns or values that the recipe names and the file lacks."""
    _check_names(cells, recipe, file)
    outcome, good = favourable(cells[recipe.target], recipe.favourable)
    used, lacking = _used(cells, recipe)
    if used.sum() < LEAST_ROWS:
        raise InputError(
            f"{file} has {int(used.sum())} rows with outcome, group and weight; expected at least {LEAST_ROWS}, and "
            "better thousands. Bring a file with more rows."
        )
    made: dict[str, pd.Series] = {}
    columns: list[Column] = []
    pooled: dict[str, int] = {}
    left_out: dict[str, str] = {}

    def add(column: Column, values: pd.Series) -> None:
        columns.append(column)
        made[column.name] = values.reset_index(drop=True)

    for name, column in cells.items():
        if name == recipe.target:
            add(Column(name, "category", help="The outcome."), _present(outcome.values[used]))
        elif name == recipe.weight:
            weight = Column(name, "number", help="Survey weight: how many people the row stands for.")
            add(weight, column.values[used].astype(np.float64))
        elif name == recipe.unit:
            add(Column(name, "category", help="Whose rows stay together."), _present(column.as_text().values[used]))
        elif name in recipe.attribute:
            _check_size(column, file)
            values, pooled[name] = grouped(replace(column, values=column.values[used]), file)
            add(Column(name, "category", help="Tells the groups."), values)
        elif name in recipe.drop:
            left_out[name] = "left out as you asked"
        elif column.left_out and name not in recipe.keep:
            left_out[name] = column.left_out
        else:
            _check_size(column, file)
            for part, values in _feature(column, used, set(cells)):
                add(part, values)
    if not {c.name for c in columns}.difference(*recipe.roles.values()):
        why = "; ".join(f"{name}: {reason}" for name, reason in list(left_out.items())[:3])
        raise InputError(
            f"{file} has no column left to learn from ({why or 'it has none'}); keep some (--keep), or bring a file "
            "with more."
        )
    if recipe.unit is not None:
        _check_unit(cells[recipe.unit], len(made[recipe.unit].cat.categories), file)
    sizes = made[recipe.target].value_counts()
    outcomes = tuple(sizes.index.astype(str))
    _check_outcome(int(sizes.get(good, 0)), int(sizes.sum()), f"{recipe.target} {good}", file)
    return Shaped(cells, pd.DataFrame(made), tuple(columns), good, outcomes, lacking, left_out, pooled)


def _check_outcome(good: int, total: int, outcome: str, file: str) -> None:
    if min(good, total - good) < SMALL_CELL:
        raise InputError(
            f"{file} has {good:,} rows of {total:,} with {outcome}; expected at least {SMALL_CELL} with it and as many "
            "without. Choose another outcome, or bring more rows."
        )


def _check_names(cells: dict[str, Cells], recipe: Recipe, file: str) -> None:
    roles = [name for names in recipe.roles.values() for name in names]
    for name in (*roles, *recipe.drop, *recipe.keep):
        if name not in cells:
            raise unknown(f"column of {file}", name, cells)
    for name in (n for n in cells if n in {*roles, *recipe.keep}):
        if cells[name].unusable:
            raise InputError(
                f"Column {name!r} of {file} is {cells[name].left_out}; expected text or numbers. Choose another."
            )
    if recipe.weight is not None:
        _check_weight(cells[recipe.weight], file)


def _check_weight(column: Cells, file: str) -> None:
    bad = column.stray
    try:
        values = column.values.astype(np.float64)
        bad += int(((values < limits.LEAST_WEIGHT) | (values > MOST)).sum())
    except ValueError:
        bad = len(column.values) - column.missing
    if bad:
        raise InputError(
            f"Column {column.name!r} of {file} cannot be the weight: {bad:,} of its cells are no finite number "
            f"above 0, from {limits.LEAST_WEIGHT:g} to {MOST:g}. Correct those rows, or choose another weight or none."
        )


def _check_size(column: Cells, file: str) -> None:
    """Raises InputError for numbers too large to compute with."""
    if column.is_number and (large := int((column.values.abs() > MOST).sum())):
        raise InputError(
            f"Column {column.name!r} of {file} has {large:,} cells beyond {MOST:g}, as {column.values.abs().max():g}; "
            f"expected numbers from {-MOST:g} to {MOST:g}. Correct those cells, or drop the column."
        )


def _check_unit(column: Cells, units: int, file: str) -> None:
    """Raises InputError for a column of numbers with text among them, which is lost, or of too few values to split."""
    if column.stray:
        raise InputError(
            f"Column {column.name!r} of {file} cannot be the unit: {column.stray:,} of its cells are no number, all "
            "others are. Write all of them as text, as in h12, or choose another."
        )
    if units < SMALL_CELL:
        raise InputError(
            f"Column {column.name!r} of {file} cannot be the unit: it has {units} values, and rows that share one stay "
            f"together; expected at least {SMALL_CELL}, as households have. Choose another, or none."
        )


def _used(cells: dict[str, Cells], recipe: Recipe) -> tuple[np.ndarray, dict[str, int]]:
    """Which rows have all that the recipe's roles ask for, bool (N,), and how many lack each, a row counted once."""
    used = np.ones(len(cells[recipe.target].values), bool)
    lacking: dict[str, int] = {}
    for what, names in recipe.roles.items():
        for name in names:
            gone = used & cells[name].values.isna().to_numpy()
            lacking[what] = lacking.get(what, 0) + int(gone.sum())
            used &= ~gone
    return used, lacking


def _feature(column: Cells, used: np.ndarray, names: set[str]) -> list[tuple[Column, pd.Series]]:
    """A feature's column, and for a number with gaps a second one that says where they are."""
    values = column.values[used]
    gaps = values.isna()
    if not column.is_number:
        values = _present(values)
        if gaps.any():
            values = values.cat.add_categories([n for n in (MISSING,) if n not in values.cat.categories])
            values = values.fillna(MISSING)
        return [(Column(column.name, "category", help="As in the file."), values)]
    help = "As in the file; missing cells take the median of the training rows." if gaps.any() else "As in the file."
    found = [(Column(column.name, "number", _spreads(values), help, bool(gaps.any())), values)]
    if gaps.any():
        name = f"{column.name} {MISSING}"
        while name in names:
            name += "?"
        said = pd.Series(pd.Categorical.from_codes(gaps.astype(int).to_numpy(), ["no", "yes"]))
        found.append((Column(name, "category", help=f"Whether {column.name} is missing."), said))
    return found


def _spreads(values: pd.Series) -> bool:
    """Whether a number enters as log(1 + value): none is negative and the largest is far above the mean."""
    return bool(values.min() >= 0 and values.max() >= 100 and values.max() > 20 * values.mean())


def _present(values: pd.Series) -> pd.Series:
    return values.cat.remove_unused_categories()
