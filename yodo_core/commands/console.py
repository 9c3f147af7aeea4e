"""Progress with an ETA on standard error, and Ctrl-C as a flag that long work looks at."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from yodo_core.commands.told import Tell, Told


def progress(shown: bool = True, tell: Tell | None = None, stages: int | None = None) -> Told:
    """A progress display on standard error; silent where that is no terminal, or where it is not to be shown.

    `tell` is told of it too, with the number of `stages` that the run has.
    """
    console = Console(stderr=True)
    return Told(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=console,
        disable=not (shown and console.is_terminal),
        tell=tell,
        stages=stages,
    )


class Stop:
    """True once the user has pressed Ctrl-C (or the process was asked to end)."""

    def __init__(self) -> None:
        self.asked = False

    def __bool__(self) -> bool:
        return self.asked


@contextmanager
def stoppable() -> Iterator[Stop]:
    """Within the block SIGINT and SIGTERM set a flag; a second one ends the process as usual."""
    stop = Stop()

    def handle(number: int, frame: FrameType | None) -> None:
        stop.asked = True
        for kind, before in earlier.items():
            signal.signal(kind, before)

    earlier = {kind: signal.signal(kind, handle) for kind in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for kind, before in earlier.items():
            signal.signal(kind, before)
