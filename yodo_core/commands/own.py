"""`train --data FILE`: from options to the declaration of a file of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from yodo_core.config import TrainConfig
from yodo_core.data.own import Recipe, attribute_of, declare, look, preview
from yodo_core.data.spec import DataSpec
from yodo_core.errors import InputError


def described(
    path: Path,
    config: TrainConfig,
    target: str | None,
    favourable: str | None,
    weight: str | None,
    drop: Sequence[str] | None,
    keep: Sequence[str] | None,
    reference: str | None,
) -> tuple[TrainConfig, DataSpec, dict[str, Any]]:
    """The run, the data set and the preview that these options make of a file.

    The config's attribute is a column, or several joined by + or commas. Raises InputError where something is not
    said, or does not fit the file.
    """
    if config.dataset != TrainConfig().dataset:
        raise InputError(f"Got both --data and --dataset {config.dataset}; give one of them.")
    seen = look(path)
    names = [column.name for column in seen.columns]
    if target is None:
        raise InputError(f"Got --data without --target; say which column is the outcome: {', '.join(names)}.")
    if favourable is None:
        values = ", ".join(value for value, _ in seen.column(target).values) or "none of them is frequent"
        raise InputError(
            f"Got --target {target} without --favourable; say which of its values is good for the person: {values}."
        )
    asked = config.attribute
    columns = (asked,) if asked in names else tuple(part.strip() for part in asked.replace(",", "+").split("+"))
    recipe = Recipe(target, favourable, columns, weight, tuple(drop or ()), tuple(keep or ()), reference)
    spec = declare(path, recipe)
    return replace(config, dataset=spec.id, attribute=attribute_of(spec).id), spec, preview(spec, recipe)
