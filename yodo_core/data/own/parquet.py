"""Parquet: the header checked before it is believed, then the columns with bounded memory."""

from __future__ import annotations

import struct
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from yodo_core.data.own import limits
from yodo_core.errors import InputError

MAGIC = b"PAR1"
MOST_FOOTER = 16 * 2**20
CELL, SWELL = 8, 4
"""Bytes of a cell once unpacked, and how many times the size limit they may fill: as in a CSV, of two bytes a cell."""


def read(path: Path, size: int) -> pa.Table:
    """The file's columns. Raises InputError where its header lies, is too large, or promises more than allowed."""
    _check_footer(path, size)
    try:
        # Strings are read as dictionaries: each value once.
        plain = pq.ParquetFile(path, thrift_string_size_limit=MOST_FOOTER, thrift_container_size_limit=10**6)
        schema = plain.schema_arrow
        texts = [
            field.name for field in schema if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)
        ]
        plain.close()
        with pq.ParquetFile(
            path, read_dictionary=texts, thrift_string_size_limit=MOST_FOOTER, thrift_container_size_limit=10**6
        ) as file:
            _check_promises(path, file.metadata)
            return _batches(path, file)
    except (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError) as error:
        raise _lies(path, " ".join(str(error).split())[:100]) from None


def _check_footer(path: Path, size: int) -> None:
    with path.open("rb") as file:
        file.seek(-min(8, size), 2)
        tail = file.read()
    length = struct.unpack("<I", tail[:4])[0] if len(tail) == 8 else 0
    if size < 12 or tail[4:] != MAGIC or not 0 < length <= size - 12:
        raise _lies(path, "its last bytes do not close it")
    if length > MOST_FOOTER:
        raise _lies(path, f"its header has {length:,} bytes, more than the {MOST_FOOTER:,} allowed")


def _check_promises(path: Path, metadata: pq.FileMetaData) -> None:
    groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
    if metadata.num_rows > limits.most_rows():
        raise limits.too_many_rows(path)
    if sum(group.num_rows for group in groups) != metadata.num_rows or any(group.num_rows < 0 for group in groups):
        raise _lies(path, "its parts do not have as many rows as it says")
    most = limits.most_bytes() * SWELL
    promised = sum(_promised(group) for group in groups)
    if promised > most:
        raise InputError(
            f"{path.name} unpacks to {promised / 2**20:,.0f} MB; the limit is {most / 2**20:,.0f} MB. Leave out rows "
            f"or columns, or raise {limits.MB_VARIABLE}."
        )


def _promised(group: pq.RowGroupMetaData) -> int:
    """Bytes of a part once unpacked: values that repeat are stored once, and take their room each."""
    cells = sum(max(0, group.column(i).num_values) for i in range(group.num_columns))
    return max(0, group.total_byte_size, cells * CELL)


def _batches(path: Path, file: pq.ParquetFile) -> pa.Table:
    batches, held, most = [], 0, limits.most_bytes() * SWELL
    for batch in file.iter_batches(batch_size=2**16, use_threads=False):
        batches.append(batch)
        held += batch.nbytes
        if held > most:
            raise _lies(path, f"it unpacks to more than {most / 2**20:,.0f} MB")
    table = pa.Table.from_batches(batches, batches[0].schema if batches else file.schema_arrow)
    # Codes beyond their dictionary, and text that is not UTF-8, would only show later.
    table.validate(full=True)
    if table.num_rows != file.metadata.num_rows:
        raise _lies(path, f"it holds {table.num_rows:,} rows and says {file.metadata.num_rows:,}")
    return table


def _lies(path: Path, reason: str) -> InputError:
    return InputError(f"{path.name} is no sound Parquet file ({reason.rstrip('.')}); write or copy it again.")
