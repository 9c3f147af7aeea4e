"""What one session has brought and made: a file, what was seen in it, a training, its checkpoint. All of it private.

A desk ends with its session: Streamlit tells when a session's connection is gone, and a session that does not come
back within `GRACE` has ended. The folder, the training and whatever memory holds of the rows go with it.
"""

from __future__ import annotations

import atexit
import os
import re
import shutil
import threading
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from app.store import levels, private
from app.store.asked import asked
from app.store.cards import card_at
from app.store.training import Job, minded
from yodo_core.errors import YodoError

if TYPE_CHECKING:
    from yodo_core.data.own import OwnFile

GRACE = 30.0
"""Seconds a session may be without connection, as when a page is loaded again, before it counts as ended."""
MADE = "your_data"
"""The id of a session's own checkpoint; the underscore keeps it apart from the names that one may save under."""
GONE = "The file is no longer here; bring it again."
ENDINGS = ("csv", "parquet", "npz")
READING = threading.RLock()
"""One session reads at a time, as cells may fill many times the room of the upload; a policy and the rows it is for are
two files of one."""


class Desk:
    """One session's file and what came of it. Every method that can fail on what a user did returns one line."""

    def __init__(self) -> None:
        self.folder = private.home().folder()
        self.closed = False
        self.file: Path | None = None
        self.seen: dict[str, Any] | None = None
        self.job: Job | None = None
        self._previewed: tuple[Any, Any] = (None, None)
        self._leaving: threading.Timer | None = None
        atexit.register(self.close)

    @property
    def made(self) -> Path:
        """Where this session's own checkpoint lies, if there is one."""
        return self.folder / "made" / MADE

    @property
    def _partial(self) -> Path:
        """Where a training keeps what it has so far."""
        return self.made.with_name(f"{MADE}.partial")

    def bring(self, name: str, content: memoryview | bytes) -> str:
        """Keep an uploaded file and look at it. Returns "", or the one line that says why it cannot be used."""
        self.discard_file()
        # Imported here and below: the first screen does not wait for readers of files.
        from yodo_core.data import own

        try:
            path = self._fresh("file") / safe_name(name)
            path.touch(0o600)
            path.write_bytes(content)
            limit_as_uploads()
            with READING:
                self.seen = _plain(own.look(path))
        except (YodoError, OSError) as error:
            self.discard_file()
            return str(error) if isinstance(error, YodoError) else f"The file cannot be kept ({error.strerror})."
        self.file = path
        return ""

    def preview(self, recipe: dict[str, Any]) -> tuple[dict[str, Any] | None, str]:
        """What would be used and what not, and ""; or None and the one line that says why it does not fit."""
        if self._previewed[0] != recipe:
            self._previewed = (recipe, self._preview(recipe))
        found: tuple[dict[str, Any] | None, str] = self._previewed[1]
        return found

    def _preview(self, recipe: dict[str, Any]) -> tuple[dict[str, Any] | None, str]:
        if self.file is None or not self.file.is_file():
            return None, GONE
        from yodo_core.data import own

        try:
            made = own.Recipe.from_json(recipe)
            with READING:
                return own.preview(own.declare(self.file, made), made), ""
        except YodoError as error:
            return None, str(error)

    def train(self, recipe: dict[str, Any], notion: str, with_attribute: bool, quick: bool) -> None:
        """Begin a training, or wait for its turn; an earlier checkpoint stays until this is written.

        Quick is one training; otherwise four more are made, whose curves stand beside it.
        """
        self.stop()
        if self.file is None:
            return
        command = asked(self.file, recipe, notion, with_attribute, quick, self.made)
        self.job = Job(minded(*command), self._fresh("job"), self._partial / "progress.json")

    def look(self) -> dict[str, Any]:
        """Where the training stands, as `Job.look`; what one that was stopped or failed has left is removed."""
        if not self.job:
            return {"state": "stopped", "error": "", "ahead": 0, "stage": None, "share": None, "left": None}
        told = self.job.look()
        if self.job.over:
            shutil.rmtree(self._partial, ignore_errors=True)
        return told

    def stop(self) -> None:
        """End a training and remove what it has left."""
        if self.job:
            self.job.close()
            self.job = None
        shutil.rmtree(self._partial, ignore_errors=True)

    def card(self) -> dict[str, Any] | None:
        """The card of this session's own checkpoint, whose rows are at hand; None where there is none."""
        found = card_at(self.made) if self.made.is_dir() else None
        return found | {"dataset": MADE, "data": str(self.file)} if isinstance(found, dict) else None

    def discard(self) -> None:
        """Remove the checkpoint, and what memory holds of the rows."""
        found = self.card()
        if found:
            levels.forget(found["sha256"])
        shutil.rmtree(self.made.parent, ignore_errors=True)

    def discard_file(self) -> None:
        """Remove the file and all that came of it."""
        self.stop()
        self.discard()
        shutil.rmtree(self.folder / "file", ignore_errors=True)
        self.file, self.seen, self._previewed = None, None, (None, None)

    def leave(self) -> None:
        """The session has lost its connection: the desk closes unless it comes back in time."""
        self.stay()
        self._leaving = threading.Timer(GRACE, self.close)
        self._leaving.daemon = True
        self._leaving.start()

    def stay(self) -> None:
        """The session is there."""
        if self._leaving:
            self._leaving.cancel()
            self._leaving = None

    def close(self) -> None:
        """The session is over: nothing of it is left."""
        self.closed = True
        self.stay()
        atexit.unregister(self.close)
        self.discard_file()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _fresh(self, name: str) -> Path:
        """An empty folder of this name."""
        shutil.rmtree(self.folder / name, ignore_errors=True)
        (self.folder / name).mkdir(mode=0o700, parents=True)
        return self.folder / name


@st.cache_resource(scope="session", show_spinner=False, on_release=Desk.leave)
def _hold(folder: str, _desk: Desk) -> Desk:
    return _desk


def hold(desk: Desk) -> None:
    """Tie a desk to the session that runs; to be called in each run, as a lost connection unties it."""
    _hold(str(desk.folder), desk).stay()


def limit_as_uploads() -> None:
    """What unpacks from an upload is measured by the largest upload, here and in the training that follows."""
    from yodo_core.data.own.limits import MB_VARIABLE

    os.environ.setdefault(MB_VARIABLE, str(st.get_option("server.maxUploadSize")))


def _plain(found: OwnFile) -> dict[str, Any]:
    """What was seen in a file: its name, rows and columns, and what may be asked of them, as plain values."""
    from yodo_core.data.own import groups
    from yodo_core.data.split import SMALL_CELL

    columns = [asdict(column) for column in found.columns]
    most = {"most_outcomes": groups.MOST_OUTCOMES, "most_groups": groups.MOST_GROUPS, "least_units": SMALL_CELL}
    return {"name": found.path.name, "rows": found.rows, "bytes": found.bytes, "columns": columns, **most}


def safe_name(name: str) -> str:
    """A file's name that is safe as one: letters, digits and signs of its own, the ending kept."""
    stem, _, ending = Path(name).name.rpartition(".")
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", stem).strip("-")[:60] or "file"
    return f"{plain}.{ending.lower() if ending.lower() in ENDINGS else ENDINGS[0]}"
