"""What is used of a file and how, as the command line prints it and the app shows it. Pure."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from yodo_core.data.own.checks import Held, concerns_of
from yodo_core.data.own.groups import MISSING
from yodo_core.data.own.recipe import Recipe
from yodo_core.data.spec import Column, DataSpec


def preview(spec: DataSpec, recipe: Recipe) -> dict[str, Any]:
    """What is used of a file and how, as plain JSON values. `spec` is that of `declare`; rates are fractions.

    Keys: dataset, file, rows, rows_used, rows_left_out {outcome, group, weight, unit: rows}, target, favourable,
    outcomes, favourable_rate, attribute, reference, weight, unit, units (how many), features [{name, kind, log,
    missing, handled}], left_out [{name, reason}], groups [{group, rows, favourable_rate}], concerns
    [{kind, columns, sentence}].
    """
    held = Held.of(spec, recipe)
    shaped = held.shaped
    features = [column for column in spec.features(held.attribute) if column.name in shaped.cells]
    return {
        "dataset": spec.id,
        "file": spec.source,
        "rows": len(shaped.cells[recipe.target].values),
        "rows_used": len(shaped.frame),
        "rows_left_out": shaped.lacking,
        "target": recipe.target,
        "favourable": shaped.favourable,
        "outcomes": list(shaped.outcomes),
        "favourable_rate": float(held.label.mean()),
        "attribute": held.attribute.id,
        "reference": held.attribute.reference,
        "weight": recipe.weight,
        "unit": recipe.unit,
        "units": None if recipe.unit is None else len(shaped.frame[recipe.unit].cat.categories),
        "features": [_feature(column, held) for column in features],
        "left_out": [{"name": name, "reason": reason} for name, reason in shaped.left_out.items()],
        "groups": [_group(name, held.label[held.group == place]) for place, name in enumerate(held.groups)],
        "concerns": [asdict(concern) | {"columns": list(concern.columns)} for concern in concerns_of(held)],
    }


def _group(name: str, label: Any) -> dict[str, Any]:
    return {"group": name, "rows": len(label), "favourable_rate": float(label.mean())}


def _feature(column: Column, held: Held) -> dict[str, Any]:
    values = held.shaped.frame[column.name]
    number = column.kind == "number"
    missing = int((values.isna() if number else values == MISSING).sum())
    how = "median of the training rows, and marked" if number else "a value of its own"
    return {
        "name": column.name,
        "kind": column.kind,
        "log": column.log,
        "missing": missing,
        "handled": how if missing else None,
    }
