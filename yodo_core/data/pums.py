"""Rows of the Census Bureau's person files (ACS PUMS, 1-Year) through folktables; nothing is ever downloaded."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from yodo_core.data.spec import Column
from yodo_core.errors import InputError, RowsAbsentError

ROOT = "YODO_PUMS_ROOT"
# From 2019 on the files hold RELSHIPP in place of RELP, which folktables' problems read.
YEARS = ("2014", "2015", "2016", "2017", "2018")
# The code of each state in the names of its files.
STATES = {
    **{"al": "01", "ak": "02", "az": "04", "ar": "05", "ca": "06", "co": "08", "ct": "09", "de": "10", "fl": "12"},
    **{"ga": "13", "hi": "15", "id": "16", "il": "17", "in": "18", "ia": "19", "ks": "20", "ky": "21", "la": "22"},
    **{"me": "23", "md": "24", "ma": "25", "mi": "26", "mn": "27", "ms": "28", "mo": "29", "mt": "30", "ne": "31"},
    **{"nv": "32", "nh": "33", "nj": "34", "nm": "35", "ny": "36", "nc": "37", "nd": "38", "oh": "39", "ok": "40"},
    **{"or": "41", "pa": "42", "ri": "44", "sc": "45", "sd": "46", "tn": "47", "tx": "48", "ut": "49", "vt": "50"},
    **{"va": "51", "wa": "53", "wv": "54", "wi": "55", "wy": "56", "pr": "72"},
}
WEIGHT, UNIT = "PWGTP", "SERIALNO"


def absent(states: Sequence[str], year: str) -> str | None:
    """Which files are missing and what to set, in one sentence; None where every file is there."""
    advice = f"set {ROOT} to the folder that holds them as folktables does, in <year>/1-Year/"
    root = os.environ.get(ROOT)
    if not root:
        return f"ACS rows are read from the Census Bureau's person files, and {ROOT} is not set; {advice}."
    folder = Path(root) / year / "1-Year"
    names = (f"psam_p{STATES[s]}.csv" if int(year) >= 2017 else f"ss{year[-2:]}p{s}.csv" for s in states)
    missing = [name for name in names if not (folder / name).is_file()]
    return f"{folder} has no {', '.join(missing)}; put the person files there or {advice}." if missing else None


def load(
    problem: str, states: Sequence[str], year: str, columns: Sequence[Column], outcomes: tuple[str, str]
) -> pd.DataFrame:
    """The columns of every state in turn, of the rows that pass the filter of folktables' `problem`.

    The target is `outcomes[1]` where its transform holds, else `outcomes[0]`. What does not apply is 0, as
    folktables leaves it. Raises RowsAbsentError where a file is missing, InputError where its columns are.
    """
    missing = absent(states, year)
    if missing:
        raise RowsAbsentError(missing)
    # Imported here: it takes half a second, and only who loads rows needs it.
    import folktables

    task = getattr(folktables, problem)
    source = folktables.ACSDataSource(year, "1-Year", "person", root_dir=os.environ[ROOT])
    # One by one, as folktables takes the header of the first file for all.
    files = [_read(source, state, year, problem, [column.name for column in columns]) for state in states]
    # The filter has no public name, and df_to_pandas would lose the weight and the household.
    raw = task._preprocess(pd.concat(files, ignore_index=True)).reset_index(drop=True)
    made: dict[str, Any] = {}
    for column in columns:
        values = raw[column.name]
        if column.name == task.target:
            good = task.target_transform(values).to_numpy(np.int8)
            made[column.name] = pd.Categorical.from_codes(good, list(outcomes))
        elif column.name == UNIT:
            made[column.name] = values.astype("category")
        elif column.name == WEIGHT:
            made[column.name] = values.astype(np.float64)
        elif column.kind == "number":
            made[column.name] = values.fillna(0).astype(np.float64)
        else:
            codes, places = np.unique(values.fillna(0).to_numpy(np.int64), return_inverse=True)
            made[column.name] = pd.Categorical.from_codes(places, [str(code) for code in codes])
    return pd.DataFrame(made)


def _read(source: Any, state: str, year: str, problem: str, needed: list[str]) -> pd.DataFrame:
    """The needed columns of one state. Raises InputError that names those the file lacks."""
    file = f"The ACS file of {state.upper()} in {year}"
    try:
        with warnings.catch_warnings():
            # Complete files have columns of mixed content, none of which is needed here.
            warnings.simplefilter("ignore", pd.errors.DtypeWarning)
            raw = source.get_data([state.upper()], download=False)
    except (ValueError, StopIteration) as error:
        reason = " ".join(f"{type(error).__name__} {error}".split())
        raise InputError(
            f"{file} cannot be read ({reason}); expected a person file as the Census Bureau "
            "publishes it. Copy it again."
        ) from None
    missing = [name for name in needed if name not in raw.columns]
    if missing:
        raise InputError(
            f"{file} lacks the columns {', '.join(missing)}, which {problem} needs; bring the complete person file "
            "or take another problem."
        )
    texts = [name for name in needed if name != UNIT and not pd.api.types.is_numeric_dtype(raw[name])]
    if texts:
        raise InputError(f"{file} holds text in the columns {', '.join(texts)}; expected codes. Copy it again.")
    return raw[needed]
