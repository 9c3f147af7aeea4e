"""Which rows of another place a line was trained on, as far as that can be told: those do not count there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from yodo_core import data
from yodo_core.data import acs
from yodo_core.data.prepare import rows_hash, split_rows
from yodo_core.data.pums import Survey
from yodo_core.data.spec import DataSpec

if TYPE_CHECKING:
    from yodo_core.checkpoint import Checkpoint


def problem_of(dataset: str) -> str:
    """The problem that a survey's id names."""
    files = acs.survey(dataset)
    return dataset.removeprefix(acs.PREFIX).rpartition(f"-{'+'.join(files.states)}-{files.year}")[0]


def may_share(trained: str, dataset: str) -> bool:
    """Whether two data sets may hold the same people: one id, or the same problem with a state and a year in common."""
    if trained == dataset or not (trained.startswith(acs.PREFIX) and dataset.startswith(acs.PREFIX)):
        return trained == dataset
    one, two = acs.survey(trained), acs.survey(dataset)
    shared = [set(one.states) & set(two.states), set(_years(one)) & set(_years(two))]
    return problem_of(trained) == problem_of(dataset) and all(shared)


def _years(files: Survey) -> range:
    """The years whose people the files hold: a 5-Year survey's are the five that end with its own."""
    last = int(files.year)
    return range(last if files.horizon == acs.HORIZONS[0] else last - 4, last + 1)


def _issue(dataset: str) -> tuple[str, str]:
    """Which of the survey's issues an id's files belong to: year and horizon."""
    files = acs.survey(dataset)
    return files.year, files.horizon


def doubt(checkpoint: Checkpoint, why: str) -> str:
    """Said of rows that may hold some that a line was trained on, where that cannot be told and `why`."""
    return (
        f"Some of these rows may be among those that {checkpoint.id} was trained on, and that cannot be told {why}: "
        "where they are, the figures are too good."
    )


def held_out(checkpoint: Checkpoint, spec: DataSpec) -> tuple[Callable[[pd.DataFrame], np.ndarray] | None, str | None]:
    """What finds the checkpoint's test rows in the rows of `spec`, or None and a note where that cannot be told."""
    manifest = checkpoint.manifest
    trained = data.get(manifest["dataset"])
    if spec.id != trained.id and _issue(spec.id) != _issue(trained.id):
        # Households have other numbers in each.
        return None, doubt(checkpoint, "from one year's or survey's file to another")
    reason = trained.absent()
    frame = None if reason else trained.load()
    if frame is None or rows_hash(frame, trained) != manifest["rows_sha256"]:
        return None, doubt(checkpoint, "without its own rows")
    test = test_rows(checkpoint, trained, frame)
    if spec.id == trained.id or spec.unit is None:
        return lambda _: test, None
    units = set(frame[spec.unit][test].astype(str))
    return lambda rows: rows[spec.unit].astype(str).isin(units).to_numpy(), None


def test_rows(checkpoint: Checkpoint, spec: DataSpec, frame: pd.DataFrame) -> np.ndarray:
    """Which rows of the frame that it was trained on are the checkpoint's test rows, bool (N,)."""
    training = checkpoint.manifest["training"]
    test = np.zeros(len(frame), bool)
    test[split_rows(frame, spec, training["split_seed"], training["split"])["test"]] = True
    return test


def trained_on(checkpoint: Checkpoint) -> int:
    """How many rows the checkpoint was trained and measured on, all splits together."""
    return sum(n for group in checkpoint.manifest["groups"] for split, n in group.items() if split != "name")
