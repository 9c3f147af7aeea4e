"""`train --data FILE`: from options to the declaration of a file of one's own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from yodo_core.config import TrainConfig
from yodo_core.data.own import Recipe, attribute_of, declare, look, preview
from yodo_core.data.spec import DataSpec
from yodo_core.data.split import SHARES
from yodo_core.errors import InputError

LEAST_STEPS = 300
"""On 900 to 10,000 rows fewer steps leave the difference where it was, and many more wear accuracy down."""


def enough_epochs(rows: int, config: TrainConfig) -> int:
    """The config's epochs, or as many as a file of so many rows needs for LEAST_STEPS steps."""
    steps = max(1, int((1 - sum(SHARES.values())) * rows) // config.batch_size)
    return max(config.epochs, math.ceil(LEAST_STEPS / steps))


def described(
    path: Path,
    config: TrainConfig,
    target: str | None,
    favourable: str | None,
    weight: str | None,
    drop: Sequence[str] | None,
    keep: Sequence[str] | None,
    reference: str | None,
    unit: str | None = None,
) -> tuple[TrainConfig, DataSpec, dict[str, Any]]:
    """The run, the data set and the preview that these options make of a file.

    The config's attribute is a column, or several joined by + or commas. Raises InputError where something is not
    said, or does not fit the file.
    """
    if config.dataset != TrainConfig().dataset:
        raise InputError(f"Got both --data and --dataset {config.dataset}; give one of them.")
    if target is None:
        names = ", ".join(column.name for column in look(path).columns)
        raise InputError(f"Got --data without --target; say which column is the outcome: {names}.")
    if favourable is None:
        values = ", ".join(value for value, _ in look(path).column(target).values) or "none of them is frequent"
        raise InputError(
            f"Got --target {target} without --favourable; say which of its values is good for the person: {values}."
        )
    columns = _columns(path, config.attribute)
    recipe = Recipe(target, favourable, columns, weight, tuple(drop or ()), tuple(keep or ()), reference, unit)
    spec = declare(path, recipe)
    return replace(config, dataset=spec.id, attribute=attribute_of(spec).id), spec, preview(spec, recipe)


def _columns(path: Path, attribute: str) -> tuple[str, ...]:
    """The one column of this name, or those whose names it joins."""
    parts = tuple(part.strip() for part in attribute.replace(",", "+").split("+"))
    one = len(parts) == 1 or attribute in {column.name for column in look(path).columns}
    return (attribute,) if one else parts
