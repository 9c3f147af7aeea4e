"""Private folders: one a server process, in it one a session. Nobody else can look in, and none outlives its owner.

A server's folder holds a file that stays locked as long as the process lives; the kernel lets go of the lock at
its end, a crash included. A folder whose lock is free is swept away at the next start of any server.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import tempfile
import threading
import time
from pathlib import Path

PREFIX, LOCK = "yodo-private-", "owner.lock"
YOUNG = 60.0
"""Seconds a folder without a lock is left alone: it may be one that is just being made."""


class Home:
    """The folder of one server process, mode 0700 under a random name; gone at the end of the process."""

    def __init__(self, root: Path) -> None:
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=root))
        fresh = self.path / f".{LOCK}"
        self._lock = fresh.open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        # Only a locked file ever bears the name that `sweep` looks for.
        fresh.rename(self.path / LOCK)
        atexit.register(self.close)

    def folder(self) -> Path:
        """A new folder for one session, mode 0700 under a random name."""
        return Path(tempfile.mkdtemp(dir=self.path))

    def close(self) -> None:
        """Remove the folder and all in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        self._lock.close()
        atexit.unregister(self.close)


def root() -> Path:
    """Where servers keep their folders: the user's or the system's temporary folder."""
    return Path(tempfile.gettempdir())


def sweep(where: Path) -> list[Path]:
    """Remove the folders of servers that are gone. Returns what was removed; others' folders are never touched."""
    gone = [path for path in where.glob(f"{PREFIX}*") if _is_mine(path) and _is_left(path)]
    for path in gone:
        shutil.rmtree(path, ignore_errors=True)
    return gone


def _is_mine(path: Path) -> bool:
    try:
        about = path.lstat()
    except OSError:
        return False
    return path.is_dir() and not path.is_symlink() and about.st_uid == os.getuid()


def _is_left(path: Path) -> bool:
    try:
        with (path / LOCK).open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
    except BlockingIOError:
        return False
    except OSError:
        try:
            return time.time() - path.stat().st_mtime > YOUNG
        except OSError:
            return False


_HOME: list[Home] = []
_MAKING = threading.Lock()


def home() -> Home:
    """This process's folder, made when first asked for."""
    with _MAKING:
        if not _HOME or not _HOME[0].path.is_dir():
            _HOME[:] = [Home(root())]
        return _HOME[0]
