"""What a user should know of a file before it is trained on, and the preview that shows it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from yodo_core.data.encoder import RARE, category_codes
from yodo_core.data.own.declare import attribute_of, rows_of
from yodo_core.data.own.groups import POOLED
from yodo_core.data.own.recipe import Recipe
from yodo_core.data.own.rows import Shaped
from yodo_core.data.rows import groups_of, labels
from yodo_core.data.spec import DataSpec
from yodo_core.data.split import SHARES
from yodo_core.data.standins import association, bins

ALIKE = 0.9
"""Cramér's V from which a column nearly equals another: 95 rows of 100 alike, where two values are as frequent."""
ONE_SIDED = 0.05
SMALL, TINY = 100, 30
FEW_ROWS = 1_000


@dataclass(frozen=True)
class Concern:
    """Something about the rows that a user should know. `kind` is one word or two, `columns` those concerned."""

    kind: str
    columns: tuple[str, ...]
    sentence: str


def concerns(spec: DataSpec, recipe: Recipe) -> list[Concern]:
    """Everything worth a word, the most serious first. `spec` is that of `declare`."""
    shaped = rows_of(spec).shaped
    label = labels(shaped.frame, spec)
    group, groups = groups_of(shaped.frame, spec, attribute_of(spec))
    return [
        *_label(label, spec),
        *_alike(shaped, spec, recipe, label, group),
        *_sizes(np.bincount(group, minlength=len(groups)), groups, recipe),
        *_rows(shaped, spec, recipe),
        *_cells(shaped, spec),
    ]


def _label(label: np.ndarray, spec: DataSpec) -> Iterator[Concern]:
    rate = float(label.mean())
    if min(rate, 1 - rate) < ONE_SIDED:
        always, right = ("yes", rate) if rate > 0.5 else ("no", 1 - rate)
        yield Concern(
            "one-sided outcome",
            (spec.target,),
            f"{rate:.1%} of the rows have the favourable outcome, so a model that says {always} to everyone is already "
            f"{right:.1%} right; accuracy says little here.",
        )


def _alike(shaped: Shaped, spec: DataSpec, recipe: Recipe, label: np.ndarray, group: np.ndarray) -> Iterator[Concern]:
    for column in spec.features(attribute_of(spec)):
        values = _codes(shaped.frame[column.name])
        if (association(values, label) or 0) >= ALIKE:
            yield Concern(
                "tells the outcome",
                (column.name,),
                f"{column.name} nearly equals the outcome; if it is known only afterwards, drop it, or every figure is "
                "too good.",
            )
        if (association(values, group) or 0) >= ALIKE:
            yield Concern(
                "tells the group",
                (column.name,),
                f"{column.name} nearly equals {attribute_of(spec).noun}, so a model that does not see the one can read "
                "it off the other; drop it if that is not meant.",
            )


def _codes(values: pd.Series) -> np.ndarray:
    """Each row's category, rare ones together, or the decile of its number, as int64 (N,)."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        codes = category_codes(values)[0]
        rare = np.bincount(codes) < RARE
        return np.where(rare[codes], -1, codes)
    numbers = values.to_numpy(np.float64)
    return np.where(np.isnan(numbers), -1, bins(np.nan_to_num(numbers, nan=float(np.nanmedian(numbers)))))


def _sizes(sizes: np.ndarray, groups: tuple[str, ...], recipe: Recipe) -> Iterator[Concern]:
    for name, size in zip(groups, sizes, strict=True):
        tested = int(size * SHARES["test"])
        if tested >= SMALL:
            continue
        what = (
            f"fewer than {TINY}, so its rates are not shown"
            if tested < TINY
            else f"fewer than {SMALL}, so it is set aside when the largest difference is taken"
        )
        kind = "tiny group" if tested < TINY else "small group"
        yield Concern(
            kind, recipe.attribute, f"{name} has {size:,} rows, about {tested:,} of them for testing: {what}."
        )


def _rows(shaped: Shaped, spec: DataSpec, recipe: Recipe) -> Iterator[Concern]:
    names = {"outcome": (recipe.target,), "group": recipe.attribute, "weight": (recipe.weight or "",)}
    for what, gone in shaped.lacking.items():
        if gone:
            yield Concern("rows left out", names[what], f"{gone:,} rows have no {what} and are left out.")
    if len(shaped.outcomes) > 2:
        others = ", ".join(value for value in shaped.outcomes if value != shaped.favourable)
        yield Concern(
            "several outcomes",
            (recipe.target,),
            f"{recipe.target} has {len(shaped.outcomes)} values; {shaped.favourable} is set against all the others "
            f"({others}).",
        )
    if len(shaped.frame) < FEW_ROWS:
        yield Concern("few rows", (), f"{len(shaped.frame):,} rows are few: every figure will be wide open.")
    for name, rows in shaped.pooled.items():
        if rows:
            yield Concern(
                "rare groups pooled",
                (name,),
                f"{rows:,} rows whose {name} is on fewer than {RARE} rows are put together as “{POOLED}”.",
            )


def _cells(shaped: Shaped, spec: DataSpec) -> Iterator[Concern]:
    features = {column.name for column in spec.features(attribute_of(spec))}
    for name, column in shaped.cells.items():
        if name not in features:
            continue
        if column.stray:
            yield Concern(
                "not numbers",
                (name,),
                f"{column.stray:,} cells of {name}, a column of numbers, are no number and count as missing.",
            )
        if column.formulas:
            yield Concern(
                "formulas",
                (name,),
                f"{column.formulas:,} cells of {name} begin with =, +, - or @ as formulas do; they are text and "
                "never run.",
            )
        if not column.is_number:
            sizes = shaped.frame[name].value_counts()
            rare = int(sizes[sizes < RARE].sum())
            if rare:
                yield Concern(
                    "rare values pooled",
                    (name,),
                    f"{rare:,} rows of {name} hold a value seen on fewer than {RARE} rows; these enter as “other”.",
                )


def preview(spec: DataSpec, recipe: Recipe) -> dict[str, Any]:
    """What is used of a file and how, as plain JSON values. `spec` is that of `declare`; rates are fractions.

    Keys: dataset, file, rows, rows_used, rows_left_out {outcome, group, weight: rows}, target, favourable, outcomes,
    favourable_rate, attribute, reference, weight, features [{name, kind, missing, handled}], left_out [{name,
    reason}], groups [{group, rows, favourable_rate}], concerns [{kind, columns, sentence}].
    """
    shaped = rows_of(spec).shaped
    attribute = attribute_of(spec)
    label = labels(shaped.frame, spec)
    group, groups = groups_of(shaped.frame, spec, attribute)
    return {
        "dataset": spec.id,
        "file": spec.source,
        "rows": len(shaped.cells[recipe.target].values),
        "rows_used": len(shaped.frame),
        "rows_left_out": shaped.lacking,
        "target": recipe.target,
        "favourable": shaped.favourable,
        "outcomes": list(shaped.outcomes),
        "favourable_rate": float(label.mean()),
        "attribute": attribute.id,
        "reference": attribute.reference,
        "weight": recipe.weight,
        "features": [_feature(shaped, name) for name in _feature_names(shaped, spec)],
        "left_out": [{"name": name, "reason": reason} for name, reason in shaped.left_out.items()],
        "groups": [
            {"group": name, "rows": int((group == i).sum()), "favourable_rate": float(label[group == i].mean())}
            for i, name in enumerate(groups)
        ],
        "concerns": [asdict(concern) | {"columns": list(concern.columns)} for concern in concerns(spec, recipe)],
    }


def _feature_names(shaped: Shaped, spec: DataSpec) -> list[str]:
    """Features that are columns of the file, without those that only say where another is missing."""
    return [column.name for column in spec.features(attribute_of(spec)) if column.name in shaped.cells]


def _feature(shaped: Shaped, name: str) -> dict[str, Any]:
    column = next(column for column in shaped.columns if column.name == name)
    values = shaped.frame[name]
    missing = int(values.isna().sum()) if column.kind == "number" else int((values == "missing").sum())
    how = None
    if missing:
        how = "median of the training rows, and marked" if column.kind == "number" else "a value of its own"
    return {"name": name, "kind": column.kind, "log": column.log, "missing": missing, "handled": how}
