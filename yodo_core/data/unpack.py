"""What was downloaded, checked and put in its place: the expected file of a zip, or a gzip as it is."""

from __future__ import annotations

import errno
import gzip
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from yodo_core.errors import InputError

MOST = 16 * 2**30
"""Bytes of an unpacked file; the largest, California over five years, has two or three GiB."""
BROKEN = (
    *(zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, struct.error),
    *(EOFError, NotImplementedError, RuntimeError, ValueError),
)
"""What reading a damaged, encrypted or foreign archive raises."""
BLOCK = 2**20


def unpack(source: Path, target: Path, member: str | None, most: int = MOST) -> None:
    """Put the zip's `member` at `target`, or without one the gzip itself, once it was read to its end.

    Nothing else in a zip is looked at and no name in it becomes a path. The file appears whole or not at all. Raises
    InputError, a reason to be put into a sentence, for what is damaged, empty, of another form, or larger than `most`
    bytes.
    """
    try:
        if member is None:
            with gzip.open(source) as packed:
                for _ in _blocks(packed, most):
                    pass
            os.replace(source, target)
        else:
            with zipfile.ZipFile(source) as archive:
                _extract(archive, member, target, most)
    except KeyError:
        raise InputError(f"it holds no {member}") from None
    except (OSError, *BROKEN) as error:
        # A damaged zip may name a place before its beginning; any other failure of the disk is not the file's.
        if isinstance(error, OSError) and not isinstance(error, BROKEN) and error.errno != errno.EINVAL:
            raise
        reason = " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"it is damaged or no {'zip' if member else 'gzip'} file ({reason})") from None


def _extract(archive: zipfile.ZipFile, member: str, target: Path, most: int) -> None:
    size = archive.getinfo(member).file_size
    if size > most:
        raise InputError(f"its {member} would take {size:,} bytes, more than the {most:,} allowed")
    beside = target.with_name(f".{target.name}.tmp")
    try:
        with archive.open(member) as packed, beside.open("wb") as out:
            for block in _blocks(packed, most):
                out.write(block)
            out.flush()
            os.fsync(out.fileno())
        os.replace(beside, target)
    finally:
        beside.unlink(missing_ok=True)


def _blocks(packed: IO[bytes] | gzip.GzipFile, most: int) -> Iterator[bytes]:
    """The content, block by block; a checksum that does not fit, or no content at all, raises at its end."""
    done = 0
    while block := packed.read(BLOCK):
        done += len(block)
        if done > most:
            raise InputError(f"it unpacks to more than the {most:,} bytes allowed")
        yield block
    if not done:
        raise InputError("what it holds is empty")
