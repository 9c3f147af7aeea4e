"""`data fetch`: the files of a data set, downloaded where they are not at hand yet."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from yodo_core.commands.told import Told
from yodo_core.data import places
from yodo_core.data.fetch import PATIENT, Manners, fetch
from yodo_core.data.remote import Remote, remotes
from yodo_core.errors import InputError, InterruptedRun


def run(dataset: str, everything: bool = False, manners: Manners = PATIENT, told: Path | None = None) -> dict[str, Any]:
    """Fetch what is missing, file after file. Returns the JSON figures; `told` is a file that progress is kept in.

    `everything` is as in `remotes`.
    Raises FetchError for a failed download, InterruptedRun where the user stops it, InputError where `told` cannot be
    written.
    """
    began, folder = time.perf_counter(), places.home()
    files: list[dict[str, Any]] = []
    wanted = remotes(dataset, everything)
    missing = [remote for remote in wanted if places.find(remote.name) is None]
    with _progress(told, len(missing)) as bar:
        for remote in wanted:
            path = _one(remote, folder, manners, bar) if remote in missing else places.find(remote.name)
            assert path is not None
            files.append({"path": str(path), "bytes": path.stat().st_size, "fetched": remote in missing})
    return {"dataset": dataset, "files": files, "seconds": time.perf_counter() - began}


def _one(remote: Remote, folder: Path, manners: Manners, bar: Told) -> Path:
    task = bar.add_task(remote.packed, total=None)
    try:
        return fetch(remote, folder, lambda done, total: bar.update(task, completed=done, total=total), manners)
    except KeyboardInterrupt:
        kept = remote.parts(folder)
        what = f"{kept[0].stat().st_size:,} bytes are kept in {kept[0]}" if kept else "nothing was kept"
        raise InterruptedRun(
            f"Stopped while fetching {remote.url}; {what}. Run the same command again to go on."
        ) from None


def _progress(told: Path | None, stages: int) -> Told:
    """Bytes, speed and the time left, on standard error; silent where that is no terminal. A file is a stage."""
    console = Console(stderr=True)
    return Told(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
        tell=None if told is None else lambda record: _write(told, record),
        stages=stages,
    )


def _write(told: Path, record: dict[str, Any]) -> None:
    """The record in its file, whole at every moment."""
    fresh = told.with_name(f".{told.name}")
    try:
        fresh.write_text(json.dumps(record), "utf-8")
        fresh.replace(told)
    except OSError as error:
        raise InputError(
            f"The progress file {told} cannot be written ({error.strerror}); expected one in a folder that is "
            "there. Name another."
        ) from None
