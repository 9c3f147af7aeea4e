"""A progress display that also tells another process how far a run is."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

from rich.progress import Progress, ProgressColumn, TaskID

EVERY = 0.25
"""Seconds between two records, at least; the first of a stage and the last of a run are told at once."""

Tell = Callable[[dict[str, Any]], None]


class Told(Progress):
    """rich's display; `tell` gets a record of the stage at hand, which has as many as `stages` beside it.

    A record has: stage ("training", "levels", "seed 3"), number and stages (which of how many, the latter null where
    not known), done and total (of this stage; total null before it is known), seconds since the run began, left
    (seconds left of this stage, null where not known), finished (all stages are done and the result is being written).
    """

    def __init__(self, *columns: ProgressColumn, tell: Tell | None = None, stages: int | None = None, **options: Any):
        super().__init__(*columns, **options)
        self._tell, self._stages = tell, stages
        self._began = self._stage_began = time.monotonic()
        self._told = 0.0
        self._number = 0

    def add_task(self, description: str, *arguments: Any, **options: Any) -> TaskID:
        """As rich's; the task is the stage at hand from now on."""
        task = super().add_task(description, *arguments, **options)
        self._stage_began, self._number = time.monotonic(), self._number + 1
        self._report(at_once=True)
        return task

    def update(self, task_id: TaskID, **changes: Any) -> None:
        """As rich's."""
        super().update(task_id, **changes)
        self._report()

    def advance(self, task_id: TaskID, advance: float = 1) -> None:
        """As rich's."""
        super().advance(task_id, advance)
        self._report()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)
        if kind is None and self.tasks:
            self._report(at_once=True, finished=True)

    def _report(self, at_once: bool = False, finished: bool = False) -> None:
        now = time.monotonic()
        if self._tell is None or not (at_once or now - self._told >= EVERY):
            return
        self._told = now
        task = self.tasks[-1]
        done, total = task.completed, task.total
        left = (now - self._stage_began) / done * (total - done) if done and total else None
        self._tell(
            {
                "stage": _stage(task.description),
                "number": self._number,
                "stages": self._stages,
                "done": int(done),
                "total": None if total is None else int(total),
                "seconds": round(now - self._began, 2),
                "left": None if left is None else round(left, 2),
                "finished": finished,
            }
        )


def _stage(description: str) -> str:
    """ "101 levels, seed 0" is the stage "levels"."""
    return description.split(",")[0].lstrip("0123456789 ")
