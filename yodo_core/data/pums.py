"""Rows of the Census Bureau's person files (ACS PUMS) for folktables' problems; nothing is downloaded here."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv

from yodo_core.data import places
from yodo_core.data.parsed import parsed
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
# As folktables reads them; every other column holds numbers or codes.
TEXTS = {"RT", "SERIALNO", "SOCP", "NAICSP"}
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

    The columns PWGTP1 to PWGTP80 follow, float32, where every file has them. Raises RowsAbsentError where a file is
    missing, InputError where its columns are.
    """
    missing = survey.absent(task.fetch)
    if missing:
        raise RowsAbsentError(missing)
    needed = list(dict.fromkeys([*(column.name for column in task.columns), *task.also]))
    paths = [place for name in survey.names() if (place := places.find(name))]
    problem = task.find()
    target = renamed(problem.target, survey.year)
    # State by state, so that those who do not pass are never held all together.
    parts = [
        _passing(_read(path, state, survey, task, needed), problem, task, needed)
        for path, state in zip(paths, survey.states, strict=True)
    ]
    rows = pd.concat([part for part, _ in parts], ignore_index=True) if len(parts) > 1 else parts[0][0]
    made = {
        column.name: _outcome(rows[target], problem, task) if column.name == target else _values(rows, column)
        for column in task.columns
    }
    frame = pd.DataFrame(made)
    weights = [part for _, part in parts if part is not None]
    if len(weights) < len(parts):
        return frame
    replicates = np.concatenate(weights) if len(weights) > 1 else weights[0]
    return pd.concat([frame, pd.DataFrame(replicates, columns=list(REPLICATES), copy=False)], axis=1)


def _passing(
    raw: pd.DataFrame, problem: Any, task: Task, needed: Sequence[str]
) -> tuple[pd.DataFrame, np.ndarray | None]:
    """The rows of one state that pass the problem's filter, and their replicate weights (N, 80), if there are any."""
    rows = _filtered(problem, task, raw[list(needed)].assign(**{ROW: np.arange(len(raw))}))
    if not set(REPLICATES) <= set(raw.columns):
        return rows, None
    # Picked by the row's place, since filtering 80 more columns step by step takes most of a second.
    return rows, raw[list(REPLICATES)].to_numpy(np.float32)[rows[ROW].to_numpy()]


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


def _read(path: Path, state: str, survey: Survey, task: Task, needed: Sequence[str]) -> pd.DataFrame:
    """The needed columns of one state, and its replicate weights. Raises InputError that names those it lacks."""
    file = f"The ACS file of {state.upper()} in {survey.year}"
    header: list[str] = []
    try:
        with csv.open_csv(path) as opened:
            header = opened.schema.names
        missing = [name for name in needed if name not in header]
        if missing:
            raise InputError(
                f"{file} lacks the columns {', '.join(missing)}, which {task.name} needs; bring the complete person "
                "file or take another problem."
            )
        replicates = REPLICATES if set(REPLICATES) <= set(header) else ()
        columns = [*needed, *(name for name in replicates if name not in needed)]
        return parsed(path, columns, lambda: _parse(path, columns))
    except (pa.ArrowException, OSError) as error:
        text = re.search(r"In CSV column #(\d+): .* invalid value '(.*)'", str(error))
        if text:
            name, value = header[int(text[1])], text[2][:20]
            raise InputError(
                f"{file} holds the text {value!r} in the column {name}; expected codes. Copy or fetch it again."
            ) from None
        reason = " ".join(f"{type(error).__name__} {error}".split())[:200]
        raise InputError(
            f"{file} cannot be read ({reason}); expected a person file as the Census Bureau publishes it. Copy or "
            "fetch it again."
        ) from None


def _parse(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    """These columns of a person file, numbers as floats. Spaces within texts are taken out, as folktables does."""
    kinds = {name: pa.string() if name in TEXTS else pa.float64() for name in columns}
    kinds |= {name: pa.float32() for name in REPLICATES if name in kinds}
    options = csv.ConvertOptions(
        include_columns=list(columns), column_types=kinds, null_values=[""], strings_can_be_null=True
    )
    raw = csv.read_csv(path, convert_options=options).to_pandas()
    return raw.assign(**{name: raw[name].str.replace(" ", "") for name in columns if name in TEXTS})
