"""Trainings and downloads in processes of their own: one of a kind at a time; who asks later waits and comes next."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

AT_ONCE = 1
LAST_WAIT = 5.0
"""Seconds a process has to end by itself once its session is over."""
ROOT = Path(__file__).resolve().parents[2]

_LOCK = threading.RLock()


class Queue:
    """Jobs of one kind, in the order in which they came; AT_ONCE of them run.

    `noun` is what they are called, `advice` what helps where memory ran out, `longest` the seconds that one may take.
    """

    def __init__(self, noun: str, advice: str, longest: float = math.inf) -> None:
        self.noun, self.advice, self.longest = noun, advice, longest
        self.waiting: list[Job] = []
        self.running: list[Job] = []

    def advance(self) -> None:
        """Take note of what has ended, and start who comes next."""
        with _LOCK:
            self.running[:] = [job for job in self.running if not job._end()]
            while self.waiting and len(self.running) < AT_ONCE:
                job = self.waiting.pop(0)
                try:
                    job._begin()
                except (OSError, ValueError) as error:
                    why = error.strerror if isinstance(error, OSError) else error
                    job.state = "failed"
                    job.error = f"The {self.noun} could not be started ({why}). Try again."
                else:
                    self.running.append(job)


TRAININGS = Queue("training", "Try fewer rows or columns.")
# A server that sends a byte now and then would hold up everyone else's downloads.
DOWNLOADS = Queue("download", "Try again.", longest=2 * 3600)


class Job:
    """One run of a command: `state` is waiting, running, stopping, then done, failed or stopped.

    `folder` takes what the command prints, `progress` is the file it writes its progress to.
    """

    def __init__(self, command: Sequence[str], folder: Path, progress: Path, queue: Queue = TRAININGS) -> None:
        self.command, self.folder, self.progress, self.queue = list(command), folder, progress, queue
        self.state, self.error = "waiting", ""
        self._process: subprocess.Popen[bytes] | None = None
        self._told: dict[str, Any] = {}
        self._since = math.inf
        with _LOCK:
            queue.waiting.append(self)
        queue.advance()

    @property
    def over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ("done", "failed", "stopped")

    def look(self) -> dict[str, Any]:
        """Where it stands: state, error, ahead (how many come first), and what the command tells of its progress."""
        self.queue.advance()
        with suppress(OSError, ValueError):
            told = json.loads(self.progress.read_text("utf-8"))
            self._told = told if isinstance(told, dict) else self._told
        with _LOCK:
            waiting = self.queue.waiting
            ahead = len(self.queue.running) + waiting.index(self) if self in waiting else 0
        return {"state": self.state, "error": self.error, "ahead": ahead, **_plain(self._told)}

    def stop(self) -> None:
        """Ask it to end cleanly; it is over a moment later, and at once if it has not begun."""
        with _LOCK:
            if self in self.queue.waiting:
                self.queue.waiting.remove(self)
                self.state = "stopped"
            elif self.state == "running":
                self.state = "stopping"
                self._let_go()

    def close(self) -> None:
        """End it, cleanly if it can be done in a few seconds."""
        self.stop()
        if self._process and not self.over:
            try:
                self._process.wait(LAST_WAIT)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self.queue.advance()

    def _begin(self) -> None:
        with (self.folder / "said.json").open("wb") as said, (self.folder / "errors.txt").open("wb") as errors:
            # A session of its own: Ctrl-C in the app's terminal reaches the app alone, which then lets go.
            self._process = subprocess.Popen(
                self.command, cwd=ROOT, stdin=subprocess.PIPE, stdout=said, stderr=errors, start_new_session=True
            )
        self.state, self._since = "running", time.monotonic()

    def _let_go(self) -> None:
        """Close the process's standard input, which it takes for being asked to stop; see `app.minder`."""
        if self._process and self._process.stdin:
            self._process.stdin.close()

    @property
    def _overdue(self) -> bool:
        return time.monotonic() - self._since > self.queue.longest

    def _end(self) -> bool:
        """Take note where the process has ended, and ask it to where it takes too long. Returns whether it has."""
        code = self._process.poll() if self._process else None
        if code is None:
            if self._overdue:
                self._let_go()
            return False
        self._let_go()
        if code == 0:
            self.state = "done"
        elif self.state == "stopping":
            self.state = "stopped"
        else:
            self.state, self.error = "failed", self._reason(code)
        return True

    def _reason(self, code: int) -> str:
        """The one line that the command said, or what its exit code tells."""
        noun, advice, longest = self.queue.noun, self.queue.advice, self.queue.longest
        if self._overdue:
            return f"The {noun} took longer than {longest / 3600:.0f} hours and was ended. Begin it again to go on."
        with suppress(OSError, ValueError, KeyError, TypeError):
            return str(json.loads((self.folder / "said.json").read_text("utf-8"))["error"]["message"])
        if code < 0:
            return f"The {noun} was ended from outside (signal {-code}), perhaps because memory ran out. {advice}"
        return f"The {noun} ended with code {code} and said nothing. Try again."


def minded(*arguments: str) -> list[str]:
    """A command of the core as a process that ends with this one."""
    return [sys.executable, "-m", "app.minder", *arguments]


def _plain(told: dict[str, Any]) -> dict[str, Any]:
    """What the command tells: stage, share of the whole run done in [0, 1], seconds left; None where not known.

    A stage counts as much as another: of a line they are its training and its levels. The time left is at least that
    of the stage at hand, which the command knows better.
    """
    done, total, number, stages, seconds, stage_left = (
        _number(told.get(name)) for name in ("done", "total", "number", "stages", "seconds", "left")
    )
    share = left = None
    if number and stages:
        here = done / total if done and total else 0.0
        share = min(1.0, max(0.0, (number - 1 + here) / stages))
        left = max(seconds * (1 - share) / share, stage_left or 0.0) if seconds and share > 0 else stage_left
    stage = told.get("stage")
    return {"stage": str(stage) if stage else None, "share": share, "left": left}


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and value == value else None
