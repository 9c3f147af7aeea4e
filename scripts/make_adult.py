"""Make the packaged Adult rows from the two original UCI files: adult.data, then adult.test.

    python scripts/make_adult.py PATH/adult.data PATH/adult.test [--out yodo_core/data/adult.parquet]

The originals are https://archive.ics.uci.edu/dataset/2/adult (CC BY 4.0); their md5 sums are checked. The
same rows always come out; the bytes may differ between versions of pyarrow.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import os
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

MD5 = {"data": "5d7c39d7b8804f071cdd1f2a7c460872", "test": "35238206dfdf7f1fe215bbb874adecdc"}
ORIGINAL = (
    *("age", "workclass", "fnlwgt", "education", "education_num", "marital_status", "occupation"),
    *("relationship", "race", "sex", "capital_gain", "capital_loss", "hours_per_week", "native_country"),
    "income",
)
NUMBERS = ("age", "fnlwgt", "capital_gain", "capital_loss", "hours_per_week")
# Repeats `education` as a number; education enters once.
LEFT_OUT = "education_num"
ROWS = 48_842
OUT = Path(__file__).resolve().parent.parent / "yodo_core" / "data" / "adult.parquet"


def read_rows(path: Path, md5: str) -> list[list[str]]:
    """The rows of one original file as lists of 15 strings. Raises ValueError where it is not that file."""
    raw = path.read_bytes()
    found = hashlib.md5(raw, usedforsecurity=False).hexdigest()
    if found != md5:
        raise ValueError(f"{path} has md5 {found}, expected {md5}; give the original file from UCI.")
    rows = csv.reader(raw.decode("ascii").splitlines(), skipinitialspace=True)
    return [row for row in rows if len(row) == len(ORIGINAL)]


def make_table(data: Path, test: Path) -> pa.Table:
    """The packaged table: numbers as float64, categories as sorted dictionaries, rows in published order."""
    rows = read_rows(data, MD5["data"]) + read_rows(test, MD5["test"])
    if len(rows) != ROWS:
        raise ValueError(f"The two files give {len(rows)} rows, expected {ROWS}.")
    columns = dict(zip(ORIGINAL, zip(*rows, strict=True), strict=True))
    arrays = {}
    for name, values in columns.items():
        if name == LEFT_OUT:
            continue
        if name in NUMBERS:
            arrays[name] = pa.array([float(value) for value in values], pa.float64())
            continue
        # adult.test ends its labels with a full stop, which is no part of the value.
        cleaned = [value.rstrip(".") if name == "income" else value for value in values]
        codes = {value: code for code, value in enumerate(sorted(set(cleaned)))}
        indices = pa.array([codes[value] for value in cleaned], pa.int8())
        arrays[name] = pa.DictionaryArray.from_arrays(indices, pa.array(list(codes), pa.string()))
    return pa.table(arrays)


def main(arguments: list[str] | None = None) -> int:
    """Parse, make, write beside the target and rename. Returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path, help="the original adult.data")
    parser.add_argument("test", type=Path, help="the original adult.test")
    parser.add_argument("--out", type=Path, default=OUT, help="where to write (default: the package data)")
    options = parser.parse_args(arguments)
    try:
        table = make_table(options.data, options.test)
        partial = options.out.with_name(options.out.name + ".partial")
        pq.write_table(table, partial, compression="zstd", compression_level=19)
        os.replace(partial, options.out)
    except (OSError, ValueError) as error:
        print(f"make_adult: {error}", file=sys.stderr)
        return 2
    print(f"{options.out}: {table.num_rows} rows, {options.out.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
