"""Rows that are not on this machine: whether they can be had by download, and the download as a process."""

from __future__ import annotations

import shutil
import threading
from typing import Any
from urllib.parse import urlsplit

from app.store import private
from app.store.training import DOWNLOADS, Job, minded
from yodo_core.data import get, places
from yodo_core.data.remote import Remote, remotes
from yodo_core.errors import InputError

_JOBS: dict[str, Job] = {}
_LOCK = threading.Lock()


def _remotes(card: dict[str, Any]) -> list[Remote]:
    try:
        return remotes(card["dataset"])
    except InputError:
        return []


def _absent(card: dict[str, Any]) -> str | None:
    """Why the rows cannot be loaded, as where the data set is one that only its maker's process knows."""
    try:
        return get(card["dataset"]).absent()
    except InputError as error:
        return str(error)


def state_of_rows(card: dict[str, Any]) -> tuple[object, ...]:
    """What changes where rows come or go: which published files lie here, since when, and what is missing."""
    if card.get("own"):
        return ()
    found = [places.find(remote.name) for remote in _remotes(card)]
    return (_absent(card), *((str(path), path.stat().st_mtime_ns) for path in found if path))


def other_rows(card: dict[str, Any]) -> bool:
    """Whether rows of this data set lie here: where they could not be used, they are not those of the training."""
    return not card.get("own") and _absent(card) is None


def downloadable(card: dict[str, Any]) -> dict[str, Any] | None:
    """What a download would bring: from which hosts, how many files, where to, under which licence.

    None where the rows are no published files, or where these lie here already.
    """
    wanted = [remote for remote in _remotes(card) if places.find(remote.name) is None]
    if not wanted or _absent(card) is None:
        return None
    hosts = sorted({str(urlsplit(remote.url).hostname) for remote in wanted})
    return {"hosts": hosts, "files": len(wanted), "folder": str(places.home()), "licence": card["licence"]}


def arrived() -> int:
    """How many downloads have ended well since the server began: rows may have come with them."""
    return sum(job.state == "done" for job in list(_JOBS.values()))


def download(card: dict[str, Any]) -> None:
    """Begin to fetch the rows, once a server however many sessions ask."""
    with _LOCK:
        running = _JOBS.get(card["dataset"])
        if running is None or running.over:
            folder = private.home().folder()
            told = folder / "progress.json"
            command = minded("data", "fetch", card["dataset"], f"--progress-file={told}", "--json")
            _JOBS[card["dataset"]] = Job(command, folder, told, DOWNLOADS)


def downloading(card: dict[str, Any]) -> dict[str, Any] | None:
    """Where the download stands, as `Job.look`; None where none was begun. What one that is over has left goes."""
    job = _JOBS.get(card["dataset"])
    if job is None:
        return None
    told = job.look()
    if job.over:
        shutil.rmtree(job.folder, ignore_errors=True)
    return told


def stop_download(card: dict[str, Any]) -> None:
    """End the download; what has come is kept, and the next one goes on with it."""
    job = _JOBS.get(card["dataset"])
    if job:
        job.stop()
