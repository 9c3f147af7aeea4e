"""Vectors in a file, as those of a text model: .npz of arrays, or Parquet with a column of lists, as plain columns."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yodo_core.data.own import limits
from yodo_core.errors import InputError

ENDING = ".npz"
MOST_WIDE = 4096
MOST_ARRAYS = 100
SWELL = 4
"""How many times the size limit the arrays may fill once unpacked."""


def is_npz(path: Path) -> bool:
    """Whether the file is a zip of .npy members only."""
    try:
        with zipfile.ZipFile(path) as packed:
            names = packed.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
    return bool(names) and all(name.endswith(".npy") for name in names)


def read(path: Path) -> pa.Table:
    """The arrays (N,) and (N, D) as columns, the latter as NAME_0 to NAME_(D-1). Raises InputError for others."""
    try:
        with zipfile.ZipFile(path) as packed:
            members = packed.infolist()
            _check_size(path, members)
            for member in members:
                with packed.open(member) as file:
                    _check_header(path, member, file)
        with np.load(path, allow_pickle=False) as held:
            arrays = {name: held[name] for name in held.files}
    except (ValueError, OSError, EOFError, KeyError, MemoryError, zipfile.BadZipFile, zlib.error) as error:
        raise _other(path, " ".join(str(error).split())[:100] or type(error).__name__) from None
    lengths = {len(array) if array.ndim else 0 for array in arrays.values()}
    if len(lengths) != 1:
        raise _other(path, f"its arrays have {', '.join(map(str, sorted(lengths)))} rows, expected the same number")
    columns: dict[str, pa.Array] = {}
    for name, array in arrays.items():
        if array.ndim > 2 or array.dtype.kind not in "fiubU" or (array.ndim == 2 and array.dtype.kind == "U"):
            raise _other(path, f"{name} is {array.ndim}-dimensional of {array.dtype}, expected numbers, or one column")
        columns |= {name: pa.array(array)} if array.ndim == 1 else _spread(path, name, array)
    return pa.table({name: _texts(values) for name, values in columns.items()})


def spread(path: Path, table: pa.Table) -> pa.Table:
    """The table with each column of vectors, lists of as many numbers each, as plain columns; others stay."""
    columns: dict[str, pa.ChunkedArray | pa.Array] = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        if _is_vectors(column):
            flat = pc.list_flatten(column).to_numpy(zero_copy_only=False)
            columns |= _spread(path, name, flat.reshape(len(column), -1))
        else:
            columns[name] = column
    return pa.table(columns).replace_schema_metadata(table.schema.metadata)


def _is_vectors(column: pa.ChunkedArray) -> bool:
    return _are_lists(column) and _why_unequal(column) is None


def why_none(column: pa.ChunkedArray) -> str:
    """Why a column that is no plain one is no column of vectors either, in a few words."""
    return (_why_unequal(column) if _are_lists(column) else None) or "neither numbers nor text"


def _are_lists(column: pa.ChunkedArray) -> bool:
    kind = column.type
    if not (pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)):
        return False
    return bool(pa.types.is_floating(kind.value_type) or pa.types.is_integer(kind.value_type))


def _why_unequal(column: pa.ChunkedArray) -> str | None:
    """Why lists of numbers are no vectors; None where they are."""
    if column.null_count:
        return f"lists of numbers, of which {column.null_count:,} are missing"
    lengths = pc.min_max(pc.list_value_length(column))
    low, high = lengths["min"].as_py(), lengths["max"].as_py()
    if low != high:
        return f"lists of {low:,} to {high:,} numbers; vectors have one length"
    return None if high and high > 1 else "lists of fewer than two numbers"


def _spread(path: Path, name: str, values: np.ndarray) -> dict[str, pa.Array]:
    if not 1 <= values.shape[1] <= MOST_WIDE:
        raise _other(path, f"the vectors of {name} have {values.shape[1]:,} numbers, expected 1 to {MOST_WIDE:,}")
    digits = len(str(values.shape[1] - 1))
    return {f"{name}_{place:0{digits}}": pa.array(column) for place, column in enumerate(values.T.astype(np.float64))}


def _texts(values: pa.Array) -> pa.Array:
    return values.dictionary_encode() if pa.types.is_string(values.type) else values


def _check_size(path: Path, members: list[zipfile.ZipInfo]) -> None:
    total, most = sum(member.file_size for member in members), limits.most_bytes() * SWELL
    if total > most or len(members) > MOST_ARRAYS:
        raise InputError(
            f"{path.name} unpacks to {total / 2**20:,.0f} MB in {len(members)} arrays; the limit is "
            f"{most / 2**20:,.0f} MB in {MOST_ARRAYS}. Leave out rows, or raise {limits.MB_VARIABLE}."
        )


def _check_header(path: Path, member: zipfile.ZipInfo, file: object) -> None:
    """The array must be as large as its member, lest a header that lies takes the memory."""
    version = np.lib.format.read_magic(file)  # type: ignore[arg-type]
    read_header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, kind = read_header(file)  # type: ignore[arg-type]
    if kind.hasobject or int(np.prod(shape, dtype=object)) * kind.itemsize > member.file_size:
        raise ValueError(f"{member.filename} holds objects, or less than its header says")


def _other(path: Path, reason: str) -> InputError:
    return InputError(
        f"{path.name} cannot be read as vectors ({reason}); expected arrays of one length: vectors (N, D), label and "
        "group (N,). Save it again."
    )
