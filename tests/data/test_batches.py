"""Files in batches: values are read the same whatever batch they come in, and what is wrong is said in one line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from yodo_core.data import batches
from yodo_core.data.encoder import category_codes
from yodo_core.data.spec import Column
from yodo_core.errors import InputError

COLUMNS = (Column("place", "category"), Column("size", "number"))
WEIGHT = (Column("weight", "number"),)
ROWS = pd.DataFrame({"size": [1.5, 2.0, 3.0], "place": ["b", None, "a"], "more": [1, 2, 3]})


def texts(frames: list[pd.DataFrame], name: str = "place") -> list[str | None]:
    """Each row's text, None where missing."""
    found: list[str | None] = []
    for frame in frames:
        codes, values = category_codes(frame[name])
        found += [values[code] if code >= 0 else None for code in codes]
    return found


@pytest.mark.parametrize("ending", ["parquet", "csv", "csv.gz"])
@pytest.mark.parametrize("rows", [1, 2, 10])
def test_columns_come_in_the_file_s_order_of_rows(tmp_path: Path, ending: str, rows: int) -> None:
    path = tmp_path / f"rows.{ending}"
    ROWS.to_parquet(path) if ending == "parquet" else ROWS.to_csv(path, index=False)
    frames = list(batches.read(path, COLUMNS, WEIGHT, rows))
    assert all(list(frame) == ["place", "size"] for frame in frames)
    assert texts(frames) == ["b", None, "a"]
    assert np.concatenate([frame["size"] for frame in frames]).tolist() == [1.5, 2.0, 3.0]
    if ending == "parquet":
        assert len(frames) == -(-3 // rows)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pa.array([1, None, 12], pa.int32()), ["1", None, "12"]),
        (pa.array([1.0, 2.5, None]), ["1", "2.5", None]),
        (pa.array(["1.0", "1", "01.00x"]), ["1", "1", "01.00x"]),
        (pa.array([True, False, None]), ["True", "False", None]),
        (pa.array(["x", "y", "x"]).dictionary_encode(), ["x", "y", "x"]),
    ],
)
def test_a_category_is_its_value_as_text(tmp_path: Path, values: pa.Array, expected: list[str | None]) -> None:
    path = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"place": values, "size": pa.array([1, 2, 3]), "weight": pa.array(["1", "2", "3"])}), path)
    for rows in (1, 3):
        frames = list(batches.read(path, COLUMNS, WEIGHT, rows))
        assert texts(frames) == expected
        assert np.concatenate([frame["weight"] for frame in frames]).tolist() == [1, 2, 3]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_a_csv_may_be_written_in_the_ways_that_own_files_may(tmp_path: Path, delimiter: str) -> None:
    text = f"\ufeff\n\nsize{delimiter} place\n1.5{delimiter}b\n2{delimiter}a\n"
    frames = list(batches.read(write(tmp_path, "rows.csv", text.encode()), COLUMNS))
    assert texts(frames) == ["b", "a"]
    assert np.concatenate([frame["size"] for frame in frames]).tolist() == [1.5, 2.0]


def write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("rows.xlsx", b"", r"rows.xlsx is of another kind; expected rows as .parquet or .csv or .csv.gz"),
        ("rows.parquet", b"", "rows.parquet cannot be read"),
        ("rows.parquet", b"PAR1" + b"\0" * 40 + b"PAR1", "rows.parquet cannot be read"),
        ("rows.csv", b"", "rows.csv is empty; expected a first row of column names"),
        ("rows.csv", "place,größe\n".encode("latin-1"), "rows.csv is not UTF-8 text; expected UTF-8"),
        ("rows.csv", b"place,size\na\0,1\n", "rows.csv holds a NUL byte .at byte 13"),
        ("rows.csv", b"PK\x03\x04place,size\n", "rows.csv is packed .a zip or an Excel workbook"),
        ("rows.csv", b"place,other\na,1\n", "rows.csv lacks the columns size; bring rows that have them"),
        ("rows.csv", b"place,size,size\na,1,1\n", "rows.csv holds the columns size more than once"),
        ("rows.csv", b"place,size\na,many\n", "rows.csv cannot be read .in the column size: .*many"),
        ("rows.csv", b"place,size\n\xff\xfe,1\n", "rows.csv is not UTF-8 text"),
        ("rows.csv.gz", b"place,size\na,1\n", "rows.csv.gz cannot be read"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    path = write(tmp_path, name, content)
    with pytest.raises(InputError, match=rf"\A{message}[^\n]*\Z"):
        list(batches.read(path, COLUMNS))


def test_a_missing_file_and_a_missing_column_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"No file at .*none.csv; expected"):
        list(batches.read(tmp_path / "none.csv", COLUMNS))
    ROWS.to_parquet(tmp_path / "rows.parquet")
    with pytest.raises(InputError, match=r"rows.parquet lacks the columns weight"):
        list(batches.read(tmp_path / "rows.parquet", (*COLUMNS, *WEIGHT)))
