"""Rows of any number: those of ACS-Income, California 2018, drawn with replacement, as one Parquet file.

Ages and hours worked are moved by up to two, within their range; all else of a row stays. Each pass over as many rows
as California has makes households of its own, so that households grow with the rows as they would with more states.
"""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from yodo_core import data
from yodo_core.data.pums import UNIT
from yodo_core.data.spec import DataSpec

SOURCE = "acs-income-ca-2018"
JITTERED = ("AGEP", "WKHP")
MOVE = 2
GROUP = 2**17
SEED = 0


def write(path: Path, rows: int) -> None:
    """Draw and write them, one row group at a time; the file has its name only once it is whole."""
    frame, draw = data.get(SOURCE).load(), np.random.default_rng(SEED)
    fresh, writer = path.with_suffix(".part"), None
    for low in range(0, rows, GROUP):
        place = np.arange(low, min(low + GROUP, rows))
        table = pa.Table.from_pandas(_drawn(frame, place // len(frame), draw), preserve_index=False)
        writer = writer or pq.ParquetWriter(fresh, table.schema)
        writer.write_table(table)
    if writer:
        writer.close()
        os.replace(fresh, path)


def _drawn(frame: pd.DataFrame, passes: np.ndarray, draw: np.random.Generator) -> pd.DataFrame:
    """One row for each number of a pass (N,)."""
    made = frame.iloc[draw.integers(len(frame), size=len(passes))].reset_index(drop=True)
    for name in JITTERED:
        moved = made[name] + draw.integers(-MOVE, MOVE + 1, len(made))
        made[name] = moved.clip(frame[name].min(), frame[name].max())
    made[UNIT] = made[UNIT].astype(str) + "-" + pd.Series(passes).astype(str)
    return made


def spec(path: Path) -> DataSpec:
    """California's declaration, read from this file."""
    return replace(data.get(SOURCE), title=f"{path.stem} rows", load=partial(load, path), absent=lambda: None)


def load(path: Path) -> pd.DataFrame:
    """The whole file as a frame, as a data set's `load` gives it."""
    names = [column.name for column in data.get(SOURCE).columns if column.kind == "category"]
    return (
        pq.read_table(path, read_dictionary=names).unify_dictionaries().to_pandas(self_destruct=True, split_blocks=True)
    )
