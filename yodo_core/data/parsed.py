"""A file parsed once, then read back from Parquet in the user's cache folder."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from yodo_core.data import places

VERSION = 1
"""To be raised when the same file is read into another frame than before."""


def parsed(source: Path, columns: Sequence[str], read: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """The frame that `read` makes of `source`, from Parquet where it was read before with these columns.

    The file's place, size and time of change are part of the key, so a file that changed is read anew. A copy that is
    damaged is made anew; where none can be written, `read` serves every time.
    """
    kept = _place(source, columns)
    # A damaged or foreign file: whatever is wrong with it, the source has the rows.
    with suppress(OSError, pa.ArrowException, ValueError):
        frame = pq.read_table(kept, page_checksum_verification=True).to_pandas()
        if list(frame.columns) == list(columns):
            return frame
    frame = read()
    with suppress(OSError):
        _keep(frame, kept)
    return frame


def _place(source: Path, columns: Sequence[str]) -> Path:
    found = source.stat()
    key = [VERSION, str(source.resolve()), found.st_size, found.st_mtime_ns, list(columns)]
    digest = hashlib.sha256(json.dumps(key).encode()).hexdigest()[:20]
    return places.cache() / "parsed" / f"{source.stem}-{digest}.parquet"


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
