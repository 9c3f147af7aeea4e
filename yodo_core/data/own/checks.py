"""What a user should know of a file before it is trained on. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from yodo_core.data.encoder import RARE, category_codes
from yodo_core.data.own.declare import attribute_of, rows_of
from yodo_core.data.own.groups import POOLED
from yodo_core.data.own.reasons import MANY
from yodo_core.data.own.recipe import Recipe
from yodo_core.data.own.rows import Shaped
from yodo_core.data.rows import groups_of, labels
from yodo_core.data.spec import Attribute, DataSpec
from yodo_core.data.split import SHARES
from yodo_core.data.standins import association, bins

ALIKE = 0.9
"""Cramér's V from which a column nearly equals another: 95 rows of 100 alike, where two values are as frequent."""
COMPARED = 100_000
"""Rows on which that is measured at most, spread evenly over the file."""
ONE_SIDED = 0.05
SMALL, TINY = 100, 30
FEW_ROWS = 1_000


@dataclass(frozen=True)
class Concern:
    """Something about the rows that a user should know. `kind` is a few words, `columns` those concerned."""

    kind: str
    columns: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, eq=False)
class Held:
    """A declared file with each used row's label and group: int64 (N,), the latter indices into `groups`."""

    spec: DataSpec
    recipe: Recipe
    shaped: Shaped
    attribute: Attribute
    label: np.ndarray
    group: np.ndarray
    groups: tuple[str, ...]

    @classmethod
    def of(cls, spec: DataSpec, recipe: Recipe) -> Held:
        """Of a spec that `declare` made. Raises InputError for another."""
        shaped, attribute = rows_of(spec).shaped, attribute_of(spec)
        group, groups = groups_of(shaped.frame, spec, attribute)
        return cls(spec, recipe, shaped, attribute, labels(shaped.frame, spec), group, groups)


def concerns(spec: DataSpec, recipe: Recipe) -> list[Concern]:
    """Everything worth a word, the most serious first. `spec` is that of `declare`."""
    return concerns_of(Held.of(spec, recipe))


def concerns_of(held: Held) -> list[Concern]:
    """The same of a file that is at hand."""
    return [*_outcome(held), *_alike(held), *_small(held), *_units(held), *_rows(held), *_cells(held)]


def _outcome(held: Held) -> Iterator[Concern]:
    rate, target, shaped = float(held.label.mean()), held.recipe.target, held.shaped
    if min(rate, 1 - rate) < ONE_SIDED:
        always, right = ("yes", rate) if rate > 0.5 else ("no", 1 - rate)
        yield Concern(
            "one-sided outcome",
            (target,),
            f"{rate:.1%} of the rows have the favourable outcome, so a model that says {always} to everyone is already "
            f"{right:.1%} right; accuracy says little here.",
        )
    if len(shaped.outcomes) > 2:
        others = ", ".join(value for value in shaped.outcomes if value != shaped.favourable)
        yield Concern(
            "several outcomes",
            (target,),
            f"{target} has {len(shaped.outcomes)} values; {shaped.favourable} is set against all others: {others}.",
        )


def _alike(held: Held) -> Iterator[Concern]:
    some = slice(None, None, 1 + len(held.label) // COMPARED)
    if (association(held.group[some], held.label[some]) or 0) >= ALIKE:
        yield Concern(
            "group tells the outcome",
            held.recipe.attribute,
            f"{held.attribute.noun} nearly equals the outcome, so being right and being even exclude each other; "
            "choose another attribute or outcome, unless that is what you mean to look at.",
        )
    for column in held.spec.features(held.attribute):
        values = _codes(held.shaped.frame[column.name].iloc[some])
        if (association(values, held.label[some]) or 0) >= ALIKE:
            yield Concern(
                "tells the outcome",
                (column.name,),
                f"{column.name} nearly equals the outcome; if it is known only afterwards, drop it, or every figure is "
                "too good.",
            )
        if (association(values, held.group[some]) or 0) >= ALIKE:
            yield Concern(
                "tells the group",
                (column.name,),
                f"{column.name} nearly equals {held.attribute.noun}, so a model that does not see the one can read it "
                "off the other; drop it if that is not meant.",
            )


def _codes(values: pd.Series) -> np.ndarray:
    """Each row's category, rare ones together, or the decile of its number, as int64 (N,); -1 where missing."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        codes = category_codes(values)[0]
        rare = np.bincount(codes) < RARE
        return np.where(rare[codes], -1, codes)
    numbers = values.to_numpy(np.float64)
    gaps = np.isnan(numbers)
    return np.where(gaps, -1, bins(np.where(gaps, np.median(numbers[~gaps]) if not gaps.all() else 0.0, numbers)))


def _small(held: Held) -> Iterator[Concern]:
    sizes = np.bincount(held.group, minlength=len(held.groups))
    if (sizes * SHARES["test"] >= SMALL).sum() < 2:
        told = f"Fewer than two groups have {SMALL} rows for testing, so no largest difference can be measured there."
        yield Concern("no difference measurable", held.recipe.attribute, told)
    for name, size in zip(held.groups, sizes, strict=True):
        tested = int(size * SHARES["test"])
        has = f"{name} has {rows(size)}, about {tested:,} of them for testing"
        if tested < TINY:
            told = f"{has}: fewer than {TINY}, so its rates are not shown."
            yield Concern("tiny group", held.recipe.attribute, told)
        elif tested < SMALL:
            told = f"{has}: fewer than {SMALL}, so it is set aside when the largest difference is taken."
            yield Concern("small group", held.recipe.attribute, told)


def _units(held: Held) -> Iterator[Concern]:
    unit, total = held.recipe.unit, len(held.label)
    if unit is None:
        return
    largest = int(held.shaped.frame[unit].value_counts().max())
    if largest == 1:
        told = f"No two rows share a value of {unit}, so there is nothing to keep together."
        yield Concern("nothing together", (unit,), told)
    elif largest > ONE_SIDED * total:
        told = f"{rows(largest)} share one value of {unit} and stay together, so the parts of the split are uneven."
        yield Concern("large unit", (unit,), told)


def _rows(held: Held) -> Iterator[Concern]:
    recipe = held.recipe
    for what, gone in held.shaped.lacking.items():
        if gone:
            yield Concern("rows left out", recipe.roles[what], f"Left out, as they have no {what}: {rows(gone)}.")
    for name, pooled in held.shaped.pooled.items():
        if pooled:
            told = f"Values of {name} seen fewer than {RARE} times form the group “{POOLED}”: {rows(pooled)}."
            yield Concern("rare groups pooled", (name,), told)
    if len(held.label) < FEW_ROWS:
        yield Concern("few rows", (), f"{rows(len(held.label))} are few: every figure comes with a wide interval.")


def _cells(held: Held) -> Iterator[Concern]:
    features = {column.name for column in held.spec.features(held.attribute)}
    for name, column in held.shaped.cells.items():
        if column.formulas and name in {*features, *held.recipe.attribute, held.recipe.target}:
            told = f"Cells of {name} that begin as formulas do are text and never run: {rows(column.formulas)}."
            yield Concern("formulas", (name,), told)
        if name not in features:
            continue
        if column.stray:
            told = f"Cells of {name} that hold no number count as missing: {rows(column.stray)}."
            yield Concern("not numbers", (name,), told)
        if not column.is_number:
            sizes = held.shaped.frame[name].value_counts()
            if len(sizes) > MANY:
                told = f"{name} has {len(sizes):,} different values; if they tell single people apart, drop it."
                yield Concern("many values", (name,), told)
            rare = int(sizes[sizes < RARE].sum())
            if rare:
                told = f"Values of {name} seen fewer than {RARE} times enter as “other”: {rows(rare)}."
                yield Concern("rare values pooled", (name,), told)


def rows(count: int) -> str:
    """ "1 row", "2,000 rows"."""
    return "1 row" if count == 1 else f"{count:,} rows"
