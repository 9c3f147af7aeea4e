"""A session's file for as long as one reads it: in a private folder, unpacked within a limit, one session at a time."""

from __future__ import annotations

import gzip
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from app.store import private
from app.store.desk import READING, limit_as_uploads, safe_name
from yodo_core.errors import InputError

PACKED, PIECE = ".gz", 2**20
SWELL = 4
"""How many times the largest upload a packed file may fill, as a Parquet file may."""


@contextmanager
def kept(name: str, content: bytes) -> Iterator[Path]:
    """A file of this content, unpacked where it is a .gz. Raises InputError where it cannot be, or is too large."""
    limit_as_uploads()
    folder = private.home().folder()
    try:
        with READING:
            packed = name.lower().endswith(PACKED)
            path = folder / safe_name(name[: -len(PACKED)] if packed else name)
            if packed:
                _unpack(name, content, path)
            else:
                path.write_bytes(content)
            yield path
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unpack(name: str, content: bytes, path: Path) -> None:
    # Imported here: the first screen does not wait for readers of files.
    from yodo_core.data.own import limits

    most, size = SWELL * limits.most_bytes(), 0
    try:
        with gzip.open(BytesIO(content)) as packed, path.open("wb") as plain:
            while piece := packed.read(PIECE):
                size += len(piece)
                if size > most:
                    raise InputError(
                        f"{name} unpacks to more than {most // 2**20:,} MB, the limit; bring a part of its rows, or "
                        "run python -m yodo_core evaluate CHECKPOINT --data FILE."
                    )
                plain.write(piece)
    except (OSError, EOFError, zlib.error):
        raise InputError(f"{name} cannot be unpacked; expected a whole .csv.gz. Pack the file again.") from None
