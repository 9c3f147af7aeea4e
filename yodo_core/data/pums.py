"""Rows of the Census Bureau's person files (ACS PUMS) for folktables' problems; nothing is downloaded here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from yodo_core.data import places
from yodo_core.data.person_file import TEXTS, PersonFile
from yodo_core.data.spec import Column
from yodo_core.errors import InputError, RowsAbsentError

# The code of each state in the names of its files.
STATES = {
    **{"al": "01", "ak": "02", "az": "04", "ar": "05", "ca": "06", "co": "08", "ct": "09", "de": "10", "fl": "12"},
    **{"ga": "13", "hi": "15", "id": "16", "il": "17", "in": "18", "ia": "19", "ks": "20", "ky": "21", "la": "22"},
    **{"me": "23", "md": "24", "ma": "25", "mi": "26", "mn": "27", "ms": "28", "mo": "29", "mt": "30", "ne": "31"},
    **{"nv": "32", "nh": "33", "nj": "34", "nm": "35", "ny": "36", "nc": "37", "nd": "38", "oh": "39", "ok": "40"},
    **{"or": "41", "pa": "42", "ri": "44", "sc": "45", "sd": "46", "tn": "47", "tx": "48", "ut": "49", "vt": "50"},
    **{"va": "51", "wa": "53", "wv": "54", "wi": "55", "wy": "56", "pr": "72"},
}
HORIZONS = ("1-Year", "5-Year")
WEIGHT, UNIT = "PWGTP", "SERIALNO"
REPLICATES = tuple(f"{WEIGHT}{i}" for i in range(1, 81))
ROW = "place in the files"
# Columns that have another name from a year on. RELSHIPP and JWTRNS have other codes, too.
RENAMED = {"RELP": (2019, "RELSHIPP"), "JWTR": (2019, "JWTRNS"), "ST": (2023, "STATE")}


def renamed(column: str, year: str) -> str:
    """What the files of this year call a column of folktables' problems."""
    since, name = RENAMED.get(column, (0, column))
    return name if int(year) >= since else column


@dataclass(frozen=True)
class Survey:
    """Which person files: states as in STATES, a year, and 1-Year or 5-Year (the five years that end with it)."""

    states: tuple[str, ...]
    year: str
    horizon: str

    def names(self) -> list[str]:
        """The files' names below a data folder, one a state, as folktables stores them."""
        new = int(self.year) >= 2017
        files = (f"psam_p{STATES[s]}.csv" if new else f"ss{self.year[-2:]}p{s}.csv" for s in self.states)
        return [f"pums/{self.year}/{self.horizon}/{file}" for file in files]

    def absent(self, problem: str) -> str | None:
        """Which files are missing and what to do, in one sentence; None where every file is there."""
        missing = [name for name in self.names() if places.find(name) is None]
        if not missing:
            return None
        states = ",".join(state.upper() for state in self.states)
        fetch = f"python -m yodo_core data fetch {problem} --states {states} --year {self.year}"
        if self.horizon != HORIZONS[0]:
            fetch += f" --horizon {self.horizon}"
        return (
            f"The ACS files {', '.join(Path(name).name for name in missing)} are not in {places.looked(missing[0])}; "
            f"run `{fetch}`, or set {places.PUMS} to the folder that holds them as folktables does, in "
            f"{self.year}/{self.horizon}/."
        )


@dataclass(frozen=True)
class Task:
    """What `load` makes of a survey: a problem of folktables, `find`, under the name that messages use.

    `outcomes` are the target's values where the problem's transform does not hold, and where it does. `also` are
    columns that only its filter reads. `fetch` is the data set that `data fetch` knows these files by.
    """

    name: str
    find: Callable[[], Any]
    columns: tuple[Column, ...]
    outcomes: tuple[str, str]
    also: tuple[str, ...]
    fetch: str


def load(task: Task, survey: Survey) -> pd.DataFrame:
    """The columns of every state in turn, of the rows that pass the problem's filter; what does not apply is 0.

    Raises RowsAbsentError where a file is missing, InputError where its columns are, or nobody passes.
    """
    problem = task.find()
    target = renamed(problem.target, survey.year)
    parts = [rows for _, rows in _passing(task, survey)]
    rows = pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]
    if rows.empty:
        files = ", ".join(Path(name).name for name in survey.names())
        raise InputError(f"Nobody in {files} passes the filter of {task.name}. Take other files or another problem.")
    return pd.DataFrame(
        {
            column.name: _outcome(rows[target], problem, task) if column.name == target else _values(rows, column)
            for column in task.columns
        }
    )


def replicates(task: Task, survey: Survey) -> np.ndarray | None:
    """The replicate weights float32 (N, 80) of the rows of `load`, in their order; None where a file has none.

    Apart from `load`, since they take more memory than all the rest and few figures need them.
    """
    found = []
    for file, rows in _passing(task, survey):
        if not set(REPLICATES) <= set(file.header()):
            return None
        found.append(file.read(REPLICATES, task.name).to_numpy(np.float32)[rows[ROW].to_numpy()])
    return np.concatenate(found)


def _passing(task: Task, survey: Survey) -> Iterator[tuple[PersonFile, pd.DataFrame]]:
    """Each state's file and the rows that pass, so that those who do not are never held all together."""
    missing = survey.absent(task.fetch)
    if missing:
        raise RowsAbsentError(missing)
    needed = tuple(dict.fromkeys([*(column.name for column in task.columns), *task.also]))
    problem = task.find()
    for name, state in zip(survey.names(), survey.states, strict=True):
        file = PersonFile(places.find(name) or places.candidates(name)[0], state, survey.year)
        raw = file.read(needed, task.name)
        yield file, _filtered(problem, task, raw.assign(**{ROW: np.arange(len(raw))}))


def _filtered(problem: Any, task: Task, raw: pd.DataFrame) -> pd.DataFrame:
    """The rows that pass the problem's filter."""
    try:
        # The filter has no public name, and df_to_pandas would lose the weight and the household.
        rows: pd.DataFrame = problem._preprocess(raw)
    except KeyError as error:
        raise InputError(
            f"The filter of {task.name} reads the column {error}, which is none of its own; name it in `also`."
        ) from None
    return rows.reset_index(drop=True)


def _values(rows: pd.DataFrame, column: Column) -> Any:
    values = rows[column.name]
    if column.name in TEXTS:
        return values.fillna("0").astype("category")
    if column.kind == "number":
        # A weight that is missing is no weight of 0.
        return (values if column.name == WEIGHT else values.fillna(0)).astype(np.float64)
    codes, places = np.unique(values.fillna(0).to_numpy(np.int64), return_inverse=True)
    return pd.Categorical.from_codes(places, [str(code) for code in codes])


def _outcome(values: pd.Series, problem: Any, task: Task) -> pd.Categorical:
    transform = problem.target_transform
    holds = (values if transform is None else transform(values)).to_numpy()
    if not np.isin(holds, (0, 1)).all():
        raise InputError(f"The target of {task.name} is not yes or no; give its BasicProblem a target_transform.")
    return pd.Categorical.from_codes(holds.astype(np.int8), list(task.outcomes))
