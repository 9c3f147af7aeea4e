"""One process at a time does something to a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout


class TakenError(Exception):
    """Another process holds the lock."""


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Holds this file, made with its folders, for the block. Raises TakenError at once where another process holds it.

    A process that is killed lets go of it. Afterwards the file is gone, and so are folders that nothing else came into.
    """
    missing = [folder for folder in lock.parents if not folder.exists()]
    lock.parent.mkdir(parents=True, exist_ok=True)
    held = FileLock(lock)
    try:
        held.acquire(blocking=False)
    except Timeout:
        raise TakenError from None
    try:
        yield
    finally:
        with suppress(OSError):
            lock.unlink()
        held.release()
        with suppress(OSError):
            for folder in missing:
                folder.rmdir()
