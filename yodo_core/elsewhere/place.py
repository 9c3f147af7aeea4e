"""Where else a line can be measured: other states and years of the survey, other data sets, a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from yodo_core import data
from yodo_core.data import acs, places
from yodo_core.data.acs_codes import read_as
from yodo_core.data.fitted import Fitter
from yodo_core.data.prepare import Encoder, Table
from yodo_core.data.spec import DataSpec
from yodo_core.data.states import NAMES
from yodo_core.elsewhere.trained import held_out, may_share, problem_of
from yodo_core.errors import InputError, RowsAbsentError

if TYPE_CHECKING:
    from yodo_core.checkpoint import Checkpoint

STATE = "ST"
"""What regions are called that are the survey's states, by code, as in TX, whatever its files have in a column ST."""
ALL, TEST = "all", "test"


@dataclass(frozen=True)
class Place:
    """Rows that a line is measured on. `frames` reads them, with a further category column where one is named.

    `rows` says which are used: all, or only the test rows, where the line was trained on the others. `note` is a
    sentence where that could not be told.
    """

    name: str
    dataset: str
    spec: DataSpec
    frames: Callable[[str | None], Iterator[pd.DataFrame]]
    rows: str = ALL
    note: str | None = None

    @property
    def state(self) -> str | None:
        """The state's code, as in TX, where all rows are the survey's of one; None for a file."""
        if self.dataset != self.spec.id or not self.spec.id.startswith(acs.PREFIX):
            return None
        return "+".join(acs.survey(self.spec.id).states).upper()


def fitter(checkpoint: Checkpoint, place: Place, weighted: bool = True) -> Fitter:
    """What encodes a place's rows for the checkpoint. Raises InputError where their outcome is another one."""
    manifest, spec = checkpoint.manifest, place.spec
    made = Fitter(
        spec,
        spec.attribute(manifest["attribute"]),
        Encoder.from_json(manifest["encoder"]),
        checkpoint.groups,
        weighted,
    )
    made.check([column.name for column in spec.columns], f"The data set {place.dataset}")
    if spec.favourable != manifest["favourable"]:
        raise InputError(
            f"{checkpoint.id} predicts {manifest['favourable']!r}, the good outcome of {place.dataset} is "
            f"{spec.favourable!r}; name rows with the same outcome."
        )
    return made


def _read(checkpoint: Checkpoint, spec: DataSpec) -> tuple[DataSpec, str | None]:
    """A data set with the columns and codes that the line was trained on, where others took their place, and a note.

    Raises InputError where it has no such columns, or another outcome.
    """
    found, note = read_as(spec, Encoder.from_json(checkpoint.manifest["encoder"]).names_categories)
    fitter(checkpoint, Place(called(spec.id), spec.id, found, lambda _: iter(())))
    return found, note


def tables(fit: Fitter, place: Place, region: str | None = None) -> Iterator[tuple[Table, np.ndarray, pd.DataFrame]]:
    """The place's rows as `fit` encodes them, which are kept, and the frames.

    Raises InputError that names the place for rows that cannot be used.
    """
    for frame in place.frames(region):
        try:
            table, kept = fit.fit(frame)
        except InputError as error:
            raise InputError(f"{place.name}: {error}") from None
        yield table, kept, frame


def listed(dataset: str, states: str | None, years: str | None, horizon: str | None) -> list[str]:
    """The ids of the data sets that the options name: one a state and year of the survey, or `dataset` itself.

    states and years are joined by commas. Raises InputError where they do not fit together or name one place twice.

    >>> listed("acs-income", "TX,PR", "2018", None)
    ['acs-income-tx-2018', 'acs-income-pr-2018']
    """
    if states is None and years is None and horizon is None:
        return _apart(dataset)
    each = [part.strip() for part in (states or "").split(",")] if states else [None]
    when = [part.strip() for part in (years or "").split(",")] if years else [None]
    found = [data.resolve(dataset, state, year, horizon) for year in when for state in each]
    if len(set(found)) < len(found):
        raise InputError(f"Got {', '.join(found)}; expected each state and year once. Leave out what is repeated.")
    return found


def _apart(dataset: str) -> list[str]:
    """One id a state of a survey's id that joins several."""
    if not dataset.startswith(acs.PREFIX):
        return [dataset]
    files = acs.survey(dataset)
    return [acs.identify(problem_of(dataset), [state], files.year, files.horizon) for state in files.states]


def called(dataset: str) -> str:
    """A data set's place in a reader's words: "Texas 2018" for one of the survey, else the id itself."""
    if not dataset.startswith(acs.PREFIX):
        return dataset
    files = acs.survey(dataset)
    states = " and ".join(NAMES[state] for state in files.states)
    return f"{states} {files.year}" + ("" if files.horizon == acs.HORIZONS[0] else f", {files.horizon}")


def years(checkpoint: Checkpoint) -> list[str]:
    """Years of the survey whose rows could be fetched for the line, newest first: those with the columns it reads.

    None for a line that was trained on anything but one of the survey's known problems.
    """
    trained, found = checkpoint.manifest["dataset"], []
    if not trained.startswith(acs.PREFIX) or problem_of(trained) not in acs.PROBLEMS:
        return []
    horizon = acs.survey(trained).horizon
    for year in map(str, _issues(horizon)):
        spec = acs.declare(acs.identify(problem_of(trained), acs.survey(trained).states, year, horizon))
        with suppress(InputError):
            _read(checkpoint, spec)
            found.append(year)
    return found[::-1]


def _issues(horizon: str) -> list[int]:
    """The years of which there are files; the Census Bureau has no standard file of 2020."""
    return [y for y in range(acs.FIRST_YEAR, date.today().year) if (y, horizon) != (2020, acs.HORIZONS[0])]


def at_hand(checkpoint: Checkpoint) -> list[tuple[str, Path]]:
    """The states and years whose rows fit the line and lie on this machine: (id, file), by name.

    None for a line that was trained on anything but the survey. A file that lacks columns does not fit.
    """
    trained = checkpoint.manifest["dataset"]
    if not trained.startswith(acs.PREFIX):
        return []
    horizon, found = acs.survey(trained).horizon, []
    for year in _issues(horizon):
        for state in NAMES:
            name = acs.identify(problem_of(trained), [state], str(year), horizon)
            file = places.find(acs.survey(name).names()[0])
            if file and _fits(checkpoint, name, file):
                found.append((name, file))
    return sorted(found, key=lambda entry: called(entry[0]))


def _fits(checkpoint: Checkpoint, name: str, file: Path) -> bool:
    """Whether a state's rows have the columns that the line reads, and its file the columns they are made from."""
    try:
        spec = data.get(name)
        _read(checkpoint, spec)
    except InputError:
        return False
    with file.open(encoding="utf-8", errors="replace") as rows:
        header = {cell.strip('" \n\r') for cell in rows.readline().split(",")}
    return {column.name for column in spec.columns} <= header


def of_datasets(checkpoint: Checkpoint, ids: Sequence[str]) -> list[Place]:
    """The places of these data sets.

    Raises InputError where one is of other columns or another outcome than the line was trained on, RowsAbsentError
    that names every one whose rows are not at hand.
    """
    found = [_read(checkpoint, data.get(name)) for name in ids]
    missing = [(spec.id, reason) for spec, _ in found if (reason := spec.absent())]
    if missing:
        names = ", ".join(name for name, _ in missing)
        raise RowsAbsentError(f"The rows of {names} are not on this machine: {missing[0][1]}")
    return [_of_spec(checkpoint, spec, codes) for spec, codes in found]


def _of_spec(checkpoint: Checkpoint, spec: DataSpec, codes: str | None) -> Place:
    """A data set's place; where the line was trained on some of these rows, only its test rows are read."""
    held, doubt = held_out(checkpoint, spec) if may_share(checkpoint.manifest["dataset"], spec.id) else (None, None)

    def frames(_: str | None) -> Iterator[pd.DataFrame]:
        frame = spec.load()
        yield frame if held is None else frame[held(frame)]

    note = " ".join(said for said in (codes, doubt) if said)
    return Place(called(spec.id), spec.id, spec, frames, ALL if held is None else TEST, note or None)
