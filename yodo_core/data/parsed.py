"""A file parsed once, then read back from Parquet in the user's cache folder."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from yodo_core.data import places

VERSION = 1
"""To be raised when the same file is read into another frame than before."""


def parsed(source: Path, columns: Sequence[str], read: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """The frame that `read` makes of `source`, from Parquet where it was read before with these columns.

    The file's place, size and time of change are part of the key, so a file that changed is read anew, and the copies
    of its older version go. A copy that is damaged is made anew; where none can be written, `read` serves every time.
    """
    version = _version(source)
    kept = version.with_name(f"{version.name}-{_digest(list(columns))}.parquet")
    # A damaged or foreign file: whatever is wrong with it, the source has the rows.
    with suppress(OSError, pa.ArrowException, ValueError):
        frame = pq.read_table(kept, page_checksum_verification=True).to_pandas()
        if list(frame.columns) == list(columns):
            return frame
    frame = read()
    with suppress(OSError):
        _keep(frame, kept)
        _drop_older(version)
    return frame


def _version(source: Path) -> Path:
    """What the names of the copies of this version of a file begin with: its name, its place, and this version."""
    found = source.stat()
    place, version = _digest(str(source.resolve())), _digest([VERSION, found.st_size, found.st_mtime_ns])
    return places.cache() / "parsed" / f"{source.stem}-{place}-{version}"


def _digest(key: Any) -> str:
    return hashlib.sha256(json.dumps(key).encode()).hexdigest()[:12]


def _drop_older(version: Path) -> None:
    """Remove the copies of other versions of the file, which nobody will ask for again."""
    place = version.name.rpartition("-")[0]
    for copy in version.parent.glob("*.parquet"):
        if copy.name.startswith(f"{place}-") and not copy.name.startswith(f"{version.name}-"):
            copy.unlink(missing_ok=True)


def _keep(frame: pd.DataFrame, place: Path) -> None:
    """Written beside its place and renamed, so that no other process ever sees half of it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(".tmp", place.stem, place.parent)
    os.close(handle)
    try:
        pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), name, write_page_checksum=True)
        os.replace(name, place)
    finally:
        Path(name).unlink(missing_ok=True)
