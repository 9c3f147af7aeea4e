"""`data fetch`: the files of a data set, downloaded where they are not at hand yet."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from yodo_core.data import places
from yodo_core.data.fetch import PATIENT, Manners, fetch
from yodo_core.data.remote import Remote, remotes
from yodo_core.errors import InterruptedRun


def run(dataset: str, manners: Manners = PATIENT) -> dict[str, Any]:
    """Fetch what is missing, file after file. Returns the JSON figures.

    Raises FetchError for a failed download, InterruptedRun where the user stops it.
    """
    began, folder = time.perf_counter(), places.home()
    files: list[dict[str, Any]] = []
    for remote in remotes(dataset):
        held = places.find(remote.name)
        path = held or _one(remote, folder, manners)
        files.append({"path": str(path), "bytes": path.stat().st_size, "fetched": held is None})
    return {"dataset": dataset, "files": files, "seconds": time.perf_counter() - began}


def _one(remote: Remote, folder: Path, manners: Manners) -> Path:
    with _progress() as bar:
        task = bar.add_task(remote.packed, total=None)
        try:
            return fetch(remote, folder, lambda done, total: bar.update(task, completed=done, total=total), manners)
        except KeyboardInterrupt:
            kept = remote.parts(folder)
            what = f"{kept[0].stat().st_size:,} bytes are kept in {kept[0]}" if kept else "nothing was kept"
            raise InterruptedRun(
                f"Stopped while fetching {remote.url}; {what}. Run the same command again to go on."
            ) from None


def _progress() -> Progress:
    """Bytes, speed and the time left, on standard error; silent where that is no terminal."""
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )
