"""Rows of a file that may be larger than memory: Parquet or CSV, a batch of columns at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from yodo_core.data.own import delimited
from yodo_core.data.own.read import refuse_what_is_no_text
from yodo_core.data.spec import Column
from yodo_core.errors import InputError, some

ROWS = 2**15
"""Rows of a Parquet batch."""
BYTES = 2**22
"""Bytes read at once: of a CSV file, and of each column of a Parquet file."""
PARQUET, CSV = (".parquet", ".pq"), (".csv", ".csv.gz")
READ = (*PARQUET, *CSV)


def read(
    path: str | Path, columns: Sequence[Column], optional: Sequence[Column] = (), rows: int = ROWS
) -> Iterator[pd.DataFrame]:
    """Frames of these columns, in the file's order, categories as text and numbers as float64.

    A column of `optional` that the file lacks is left out. Raises InputError for a file that is missing, of another
    kind or damaged, that lacks columns, or whose numbers are none.
    """
    file = Path(path)
    if not file.is_file():
        raise InputError(f"No file at {file}; expected rows as {' or '.join((PARQUET[0], *CSV))}.")
    names = file.name.lower()
    if not names.endswith(READ):
        raise InputError(f"{file.name} is of another kind; expected rows as {' or '.join((PARQUET[0], *CSV))}.")
    batches = _parquet if names.endswith(PARQUET) else _csv
    try:
        for batch in batches(file, columns, optional, rows):
            kinds = {column.name: column.kind for column in (*columns, *optional)}
            yield pd.DataFrame({name: _values(batch[name], kinds[name]) for name in batch.schema.names}, copy=False)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())[:200]
        place = re.search(r"In CSV column #(\d+): ", reason)
        if place:
            reason = f"in the column {_peek(file)[1][int(place[1])]}: {reason[place.end() :]}"
        if "UTF8" in reason:
            raise delimited.unreadable(file, reason) from None
        raise InputError(f"{file.name} cannot be read ({reason}); correct the file or copy it again.") from None


def _parquet(file: Path, columns: Sequence[Column], optional: Sequence[Column], rows: int) -> Iterator[pa.RecordBatch]:
    # Without a buffer of its own size the reader would hold whole row groups, however large they are.
    with pq.ParquetFile(file, buffer_size=BYTES, pre_buffer=False) as source:
        present = _present(file, source.schema_arrow.names, columns, optional)
        yield from source.iter_batches(rows, columns=[column.name for column in present], use_threads=False)


def header(file: Path) -> list[str]:
    """The names of a file's columns. Raises InputError for what is no file of rows, as far as its beginning tells."""
    if file.name.lower().endswith(PARQUET):
        return list(pq.read_schema(file).names)
    return _peek(file)[1]


def _peek(file: Path) -> tuple[str, list[str], int]:
    """The delimiter, the columns' names and the blank lines above them; a packed file is not looked into so far."""
    if file.name.lower().endswith(".gz"):
        with pa.input_stream(str(file), compression="detect") as source:
            names = pyarrow.csv.open_csv(source, pyarrow.csv.ReadOptions(block_size=BYTES)).schema.names
        return ",", list(names), 0
    if not file.stat().st_size:
        raise InputError(f"{file.name} is empty; expected a first row of column names and rows below it.")
    refuse_what_is_no_text(file, BYTES)
    return delimited.peek(file)


def _csv(file: Path, columns: Sequence[Column], optional: Sequence[Column], _: int) -> Iterator[pa.RecordBatch]:
    delimiter, names, blank = _peek(file)
    present = _present(file, names, columns, optional)
    kinds = {column.name: pa.float64() if column.kind == "number" else pa.string() for column in present}
    convert = pyarrow.csv.ConvertOptions(
        include_columns=list(kinds), column_types=kinds, null_values=[""], strings_can_be_null=True
    )
    with pa.input_stream(str(file), compression="detect") as source:
        options = pyarrow.csv.ReadOptions(
            block_size=BYTES, use_threads=False, skip_rows=blank, column_names=names, skip_rows_after_names=1
        )
        parse = pyarrow.csv.ParseOptions(delimiter=delimiter)
        yield from pyarrow.csv.open_csv(source, options, parse, convert)


def _present(file: Path, names: Sequence[str], columns: Sequence[Column], optional: Sequence[Column]) -> list[Column]:
    """The columns to read. Raises InputError that names those the file lacks, or holds twice."""
    missing = [column.name for column in columns if column.name not in names]
    if missing:
        raise InputError(f"{file.name} lacks the columns {some(missing)}; bring rows that have them.")
    present = [*columns, *(column for column in optional if column.name in names)]
    twice = [column.name for column in present if list(names).count(column.name) > 1]
    if twice:
        raise InputError(f"{file.name} holds the columns {', '.join(twice)} more than once; leave one of each.")
    return present


def _values(values: pa.Array, kind: str) -> pd.Categorical | pd.Series:
    """One column of a batch: text by its value alone, so that it never depends on the batch it comes in."""
    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    if kind == "number":
        return values.cast(pa.float64()).to_numpy(zero_copy_only=False)
    coded = values.dictionary_encode()
    texts = [_whole(str(value)) for value in coded.dictionary.to_pylist()]
    once = {text: code for code, text in enumerate(dict.fromkeys(texts))}
    codes = np.array([*(once[text] for text in texts), -1])
    return pd.Categorical.from_codes(codes[coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)], list(once))


def _whole(text: str) -> str:
    """ "1" for "1.0": codes that went through a program which knows only numbers with a point."""
    return text.partition(".")[0] if re.fullmatch(r"-?\d+\.0+", text) else text
