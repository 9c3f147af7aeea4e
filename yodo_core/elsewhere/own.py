"""Another file read as the file of one's own that a line was trained on: the same columns, kinds and bands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from yodo_core import evaluate
from yodo_core.checkpoint import Checkpoint
from yodo_core.data.own.columns import Cells, read_columns
from yodo_core.data.own.declare import rows_of
from yodo_core.data.own.groups import MISSING, POOLED, plain, readable
from yodo_core.data.own.read import read_table
from yodo_core.data.own.recipe import Recipe
from yodo_core.data.rows import rows_hash
from yodo_core.data.spec import JOIN, Attribute, Column, DataSpec
from yodo_core.errors import InputError

_BAND = re.compile(r"(under )?(-?[\d.e+-]+)(?: to (?:under )?-?[\d.e+-]+| and over)?$")


def spec_of(checkpoint: Checkpoint) -> DataSpec:
    """What the manifest says of the file that the line was trained on, as a data set without rows."""
    manifest = checkpoint.manifest
    recipe = Recipe.from_json(manifest["own"])
    attribute = Attribute(
        manifest["attribute"], recipe.attribute, manifest["reference_group"], manifest["attribute_noun"]
    )
    return DataSpec(
        id=manifest["dataset"],
        title=manifest["dataset_title"],
        columns=tuple(Column(c["name"], c["kind"], bool(c["log"])) for c in manifest["columns"]),
        target=recipe.target,
        favourable=manifest["favourable"],
        weight=recipe.weight,
        unit=recipe.unit,
        attributes=(attribute,),
        people=manifest["people"],
        decision_noun=manifest["decision_noun"],
        qualified_phrase=manifest["qualified_phrase"],
        teaching_note="",
        licence=manifest["licence"],
        attribution=manifest["attribution"],
        source=manifest["source"],
        known_problems=(),
        load=lambda: pd.DataFrame(),
    )


def frame_of(
    path: Path, spec: DataSpec, groups: Sequence[str], columns: Sequence[str], region: str | None
) -> tuple[pd.DataFrame, int]:
    """The `columns`, and the region's where named, of the rows with an outcome and a group; how many lack one.

    Raises InputError for a bad file, or one that lacks columns.
    """
    cells = read_columns(read_table(path))
    kinds = {column.name: column.kind for column in spec.columns}
    gaps = {name: name[: name.rindex(f" {MISSING}")] for name in columns if name not in cells and f" {MISSING}" in name}
    wanted = [*columns, *([region] if region and region not in columns else [])]
    missing = [name for name in wanted if name not in cells and gaps.get(name) not in cells]
    if missing:
        raise InputError(f"{path.name} lacks the columns {', '.join(missing)}; bring rows that have them.")
    attribute = spec.attributes[0].columns
    made: dict[str, Any] = {}
    for name in wanted:
        if name in gaps:
            made[name] = np.where(cells[gaps[name]].values.isna(), "yes", "no")
        elif name == spec.target:
            made[name] = _outcome(cells[name], spec.favourable)
        elif name in attribute:
            made[name] = _groups(cells[name], {group.split(JOIN)[attribute.index(name)] for group in groups})
        elif kinds.get(name) == "number":
            made[name] = _numbers(cells[name])
        else:
            made[name] = _texts(cells[name])
    frame = pd.DataFrame(made)
    told = frame[[spec.target, *attribute]].notna().all(axis=1)
    return frame[told].reset_index(drop=True), int((~told).sum())


def _texts(column: Cells) -> pd.Series:
    return column.as_text().values.astype(object).fillna(MISSING)


def _numbers(column: Cells) -> pd.Series:
    return column.values if column.is_number else pd.to_numeric(column.values.astype(object), errors="coerce")


def _outcome(column: Cells, favourable: str) -> pd.Series:
    """The target as text, the favourable value as the line knows it, however it is written here."""
    values = column.as_text().values.astype(object)
    return values.mask(values.map(lambda text: plain(str(text)) == plain(favourable)) & values.notna(), favourable)


def _groups(column: Cells, known: set[str]) -> pd.Series:
    """The groups as text; numbers in the bands that the line knows, where it knows bands.

    Where rare values were pooled in training, so is here what the line does not know, and gets no name of its own.
    """
    bands = [_BAND.match(name.removeprefix(f"{column.name} ")) for name in known]
    if not all(bands) or not any(" and over" in name for name in known):
        values = column.as_text().values.astype(object)
        values = values.map({value: readable(column.name, value) for value in values.dropna().unique()})
        return values.where(values.isna() | values.isin(known), POOLED) if POOLED in known else values
    lows = {name: -np.inf if band[1] else float(band[2]) for name, band in zip(known, bands, strict=True) if band}
    names = np.array(sorted(known, key=lows.__getitem__), dtype=object)
    values = _numbers(column)
    places = np.searchsorted(sorted(lows.values())[1:], values.fillna(0), side="right")
    return pd.Series(names[places]).mask(values.isna())


def trained_of(checkpoint: Checkpoint, path: Path) -> DataSpec | None:
    """The data set as it was declared to train the line, where the file is that very one; else None."""
    try:
        spec = evaluate.spec_of(checkpoint, path)
        return spec if rows_hash(spec.load(), spec) == checkpoint.manifest["rows_sha256"] else None
    except InputError:
        return None


def rows_of_training(spec: DataSpec, region: str | None) -> tuple[pd.DataFrame, int]:
    """The rows that a line was trained and measured on, with the region's column; how many others the file has.

    `spec` is that of `trained_of`. Raises InputError for a region that is no column.
    """
    shaped = rows_of(spec).shaped
    frame, unused = shaped.frame, sum(shaped.lacking.values())
    if region is None or region in frame:
        return frame, unused
    if region not in shaped.cells:
        raise InputError(f"{spec.source} lacks the columns {region}; bring rows that have them.")
    roles = [name for name in (spec.target, *spec.attributes[-1].columns, spec.weight, spec.unit) if name]
    used = np.all([shaped.cells[name].values.notna() for name in roles], axis=0)
    return frame.assign(**{region: _texts(shaped.cells[region])[used].to_numpy()}), unused
