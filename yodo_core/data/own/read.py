"""Bytes of a stranger's file to a table of columns: what it is, whether it is safe, whether it is whole.

A CSV becomes columns of text, each value once with codes; a Parquet file keeps its types. Nothing in a cell is run.
"""

from __future__ import annotations

import mmap
import os
import unicodedata
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from yodo_core.data.own import delimited, limits, parquet, vectors
from yodo_core.errors import InputError

MOST_COLUMNS = 1_000
LONGEST_NAME = 200
# First bytes by which a file gives itself away, whatever it is called.
_PACKED = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "a zip or an Excel workbook",
    b"PK\x05\x06": "an empty zip",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "zstandard",
    b"7z\xbc\xaf": "7-Zip",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
}
_WIDE = (b"\xff\xfe", b"\xfe\xff")


def read_table(path: Path) -> pa.Table:
    """The file's columns under their names. Raises InputError: one line on what is wrong and what to do."""
    size = _size(path)
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(parquet.MAGIC):
        table = parquet.read(path, size)
    elif head.startswith(b"PK") and (vectors.is_npz(path) or path.suffix.lower() == vectors.ENDING):
        return _checked(path, vectors.read(path), vectors.MOST_WIDE + MOST_COLUMNS)
    else:
        refuse_what_is_no_text(path)
        table = delimited.read(path)
    table = _checked(path, table, MOST_COLUMNS)
    # Vectors may be wider than a table may have columns of other kinds.
    return vectors.spread(path, table)


def _size(path: Path) -> int:
    if path.is_dir():
        raise InputError(f"{path} is a folder; expected one CSV or Parquet file. Name a file in it.")
    if not path.is_file():
        raise InputError(f"There is no file {path}; expected a CSV or Parquet file. Check its name and folder.")
    if not os.access(path, os.R_OK):
        raise InputError(f"{path.name} may not be read; change its permissions.")
    size, most = path.stat().st_size, limits.most_bytes()
    if size > most:
        raise InputError(
            f"{path.name} has {size / 2**20:,.1f} MB; the limit is {most // 2**20:,} MB. Leave out rows or columns, or "
            f"raise {limits.MB_VARIABLE}."
        )
    if not size:
        raise InputError(f"{path.name} is empty; expected a first row of column names and rows below it.")
    return size


def refuse_what_is_no_text(path: Path, most: int = 0) -> None:
    """Raises InputError for a file that is packed, in UTF-16, or has a NUL in its first `most` bytes, 0 for all."""
    with path.open("rb") as file:
        head = file.read(8)
    for signature, kind in _PACKED.items():
        if head.startswith(signature):
            raise InputError(
                f"{path.name} is packed ({kind}), whatever its name says; expected plain CSV or Parquet. Unpack it, or "
                "save the sheet as CSV."
            )
    if head.startswith(_WIDE):
        raise InputError(f"{path.name} is text in UTF-16; expected UTF-8. Save it again as CSV UTF-8.")
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), min(most, path.stat().st_size), access=mmap.ACCESS_READ) as content,
    ):
        place = content.find(b"\0")
    if place >= 0:
        raise InputError(
            f"{path.name} holds a NUL byte (at byte {place + 1:,}), which no CSV does; expected CSV in UTF-8 or "
            "Parquet. Save it again."
        )


def _checked(path: Path, table: pa.Table, most: int) -> pa.Table:
    names = table.column_names
    if len(names) > most:
        raise InputError(f"{path.name} has {len(names):,} columns; the limit is {most:,}. Leave some out.")
    long = next((name for name in names if len(name) > LONGEST_NAME), None)
    if long is not None:
        raise InputError(f"{path.name} has a column name of {len(long):,} characters; shorten it to {LONGEST_NAME}.")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(
            f"{path.name} has the columns {', '.join(map(repr, twice[:5]))} more than once; rename or remove the "
            "doubles."
        )
    _refuse_what_no_command_can_take(path, table)
    if table.num_rows > limits.most_rows():
        raise limits.too_many_rows(path)
    if table.num_rows < 2:
        what = "a row of column names and no rows" if not table.num_rows else "one row"
        raise InputError(f"{path.name} holds {what}; expected hundreds of rows. Bring a file with more.")
    return table


def _refuse_what_no_command_can_take(path: Path, table: pa.Table) -> None:
    """Names and values go to the training as words of a command line, which end at a NUL."""
    for name, column in zip(table.column_names, table.columns, strict=True):
        if any(unicodedata.category(sign) == "Cc" for sign in name):
            raise InputError(f"{path.name} has a control character in the column name {name!r}; rename the column.")
        if any(_holds_nul(chunk) for chunk in column.chunks):
            raise InputError(f"{path.name} has a NUL character in a cell of the column {name!r}; remove it.")


def _holds_nul(chunk: pa.Array) -> bool:
    values = chunk.dictionary if isinstance(chunk, pa.DictionaryArray) else chunk
    if not (pa.types.is_string(values.type) or pa.types.is_large_string(values.type)):
        return False
    return bool(pc.any(pc.match_substring(values, "\0")).as_py())
