"""A file as a place: of the columns of a data set that is known by id, or of a user's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from yodo_core import data
from yodo_core.checkpoint import Checkpoint
from yodo_core.data import acs, batches
from yodo_core.data.places import PUMS
from yodo_core.data.prepare import rows_hash
from yodo_core.data.pums import UNIT, WEIGHT
from yodo_core.data.spec import Column, DataSpec
from yodo_core.data.states import code_of
from yodo_core.elsewhere.place import TEST, Place, fitter
from yodo_core.elsewhere.trained import doubt, problem_of, test_rows, trained_on
from yodo_core.errors import InputError

# Which rows a line was trained on is stored nowhere, only the hash of them all.
OTHER = "of a file that is not the very one"


def of_file(checkpoint: Checkpoint, path: Path) -> Place:
    """The rows of a file with the columns that the line was trained on; its test rows where it is that very file.

    Raises InputError where the file cannot be read or lacks columns.
    """
    return (_of_own if checkpoint.manifest.get("own") else _of_declared)(checkpoint, path)


def _of_own(checkpoint: Checkpoint, path: Path) -> Place:
    # Imported here: whoever has no file need not wait for its readers.
    from yodo_core.elsewhere import own

    spec = own.spec_of(checkpoint)
    place = Place(path.name, path.name, spec, lambda _: iter(()))
    trained = own.trained_of(checkpoint, path)
    if trained is not None:
        rows, lacking = own.rows_of_training(trained, None)
        held = test_rows(checkpoint, trained, rows)

        def test(region: str | None) -> Iterator[pd.DataFrame]:
            yield own.rows_of_training(trained, region)[0][held]

        needs = own.rows_of(trained).recipe.needed
        return replace(place, frames=test, rows=TEST, note=_left_out(lacking, needs) or None)
    needed = [column.name for column in fitter(checkpoint, place).columns]
    frame, lacking = own.frame_of(path, spec, checkpoint.groups, needed, None)

    def frames(region: str | None) -> Iterator[pd.DataFrame]:
        yield own.frame_of(path, spec, checkpoint.groups, needed, region)[0] if region else frame

    note = f"{_left_out(lacking, 'the outcome or the group')} {doubt(checkpoint, OTHER)}".strip()
    return replace(place, frames=frames, note=note)


def _left_out(rows: int, lacks: str) -> str:
    return f"{rows:,} rows lack {lacks} and are left out." if rows else ""


def _of_declared(checkpoint: Checkpoint, path: Path) -> Place:
    spec = data.get(checkpoint.manifest["dataset"])
    place = Place(path.name, path.name, spec, lambda _: iter(()))
    needed = fitter(checkpoint, place).columns
    _refuse_person_file(path, spec)
    optional = [column for column in spec.columns if column not in needed]

    def frames(region: str | None) -> Iterator[pd.DataFrame]:
        named = {column.name for column in (*needed, *optional)}
        further = [] if region is None or region in named else [Column(region, "category")]
        yield from batches.read(path, [*needed, *further], optional)

    held = _held_out_of(checkpoint, spec, frames(None))
    if held is None:
        return replace(place, frames=frames, note=doubt(checkpoint, OTHER))

    def test(region: str | None) -> Iterator[pd.DataFrame]:
        low = 0
        for frame in frames(region):
            yield frame[held[low : low + len(frame)]]
            low += len(frame)

    return replace(place, frames=test, rows=TEST)


def _refuse_person_file(path: Path, spec: DataSpec) -> None:
    """Raises InputError for a person file as the Census Bureau publishes it, which is read as a data set of the survey.

    It has the columns of every person file, and its target holds amounts or codes, not the outcomes of the problem.
    """
    if not spec.id.startswith(acs.PREFIX) or not path.is_file() or not path.name.lower().endswith(batches.READ):
        return
    names = set(batches.header(path))
    if not {WEIGHT, UNIT} <= names or not names & {"ST", "STATE"}:
        return
    if spec.target in names:
        first = next(batches.read(path, [Column(spec.target, "category")]), None)
        texts = [] if first is None else [str(text) for text in first[spec.target].cat.categories]
        if not all(text.lstrip("-").isdecimal() for text in texts):
            return
    year = acs.survey(spec.id).year
    state = (code_of(path.stem[-2:]) or "tx").upper()
    raise InputError(
        f"{path.name} looks like a person file of the Census Bureau, whose rows must pass the problem's filter first. "
        f"Set {PUMS} to the folder that holds it as {year}/1-Year/{path.name}, and say --dataset "
        f"{acs.PREFIX}{problem_of(spec.id)} --states {state} --year {year}, with its own state and year, in place of "
        "--data."
    )


def _held_out_of(checkpoint: Checkpoint, spec: DataSpec, frames: Iterator[pd.DataFrame]) -> np.ndarray | None:
    """Which rows of a file are the checkpoint's test rows, bool (N,), where it was trained on this very file."""
    size = trained_on(checkpoint)
    held: list[pd.DataFrame] = []
    for frame in frames:
        held.append(frame)
        size -= len(frame)
        if size < 0:
            return None
    if size or any(column.name not in held[0] for column in spec.columns):
        return None
    whole = pd.concat(held, ignore_index=True)
    same = rows_hash(whole, spec) == checkpoint.manifest["rows_sha256"]
    return test_rows(checkpoint, spec, whole) if same else None
