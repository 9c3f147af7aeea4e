"""Trainings as processes: one at a time, stopped cleanly, and none that outlives the app. The commands are small."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.store import training
from app.store.training import TRAININGS, Job, Queue

# Stands for a training: it goes on until it is let go of, as `app.minder` makes of a command of the core.
LONG = "import sys; print('going', flush=True); sys.stdin.read(); sys.exit(130)"
DEAF = "import time; print('going', flush=True); time.sleep(60)"


@pytest.fixture
def job(tmp_path: Path) -> Any:
    """Make jobs of Python code; all are ended afterwards."""
    made: list[Job] = []

    def make(code: str, *arguments: str, queue: Queue = TRAININGS) -> Job:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(Job([sys.executable, "-c", code, *arguments], folder, folder / "progress.json", queue))
        return made[-1]

    yield make
    for each in made:
        each.close()


def ended(job: Job) -> Job:
    assert job._process
    job._process.wait(20)
    job.look()
    return job


def test_a_command_that_ends_well_is_done(job: Callable[..., Job]) -> None:
    assert ended(job("print('{}')")).state == "done"


def test_a_failure_is_the_one_line_that_the_command_said(job: Callable[..., Job]) -> None:
    said = json.dumps({"error": {"code": "wrong_input", "message": "Got <b>; expected two groups."}})
    found = ended(job("import sys; print(sys.argv[1]); sys.exit(2)", said))
    assert (found.state, found.error) == ("failed", "Got <b>; expected two groups.")


def test_a_command_that_is_killed_or_silent_is_told_of_in_one_line(job: Callable[..., Job]) -> None:
    killed = ended(job("import os, signal; os.kill(os.getpid(), signal.SIGKILL)"))
    assert killed.state == "failed"
    assert "ended from outside (signal 9), perhaps because memory ran out" in killed.error
    silent = ended(job("import sys; sys.exit(7)"))
    assert "code 7" in silent.error


def test_stopping_ends_it_cleanly_and_is_no_failure(job: Callable[..., Job]) -> None:
    found = job(LONG)
    found.stop()
    assert found.look()["state"] in ("stopping", "stopped")
    assert (ended(found).state, found.error) == ("stopped", "")


def test_one_runs_and_the_next_waits_and_follows_by_itself(job: Callable[..., Job]) -> None:
    first, second, third = job(LONG), job(LONG), job("")
    assert [each.look()["state"] for each in (first, second, third)] == ["running", "waiting", "waiting"]
    assert [each.look()["ahead"] for each in (first, second, third)] == [0, 1, 2]
    second.stop()
    assert second.state == "stopped"
    first.close()
    assert first.state == "stopped"
    assert ended(third).state == "done"


def test_queues_do_not_wait_for_one_another_and_name_their_jobs(job: Callable[..., Job]) -> None:
    downloads = Queue("download", "Try again.")
    other, second, own = job(LONG, queue=downloads), job(LONG, queue=downloads), job(LONG)
    assert [each.look()["state"] for each in (other, second, own)] == ["running", "waiting", "running"]
    assert [each.look()["ahead"] for each in (other, second, own)] == [0, 1, 0]
    other.close()
    second.close()
    failed = ended(job("import sys; sys.exit(7)", queue=downloads))
    assert failed.error == "The download ended with code 7 and said nothing. Try again."


def test_what_takes_too_long_is_ended_and_the_next_follows(job: Callable[..., Job]) -> None:
    downloads = Queue("download", "Try again.", longest=0.0)
    slow = job(LONG, queue=downloads)
    slow.look()
    assert ended(slow).state == "failed"
    assert slow.error == "The download took longer than 0 hours and was ended. Begin it again to go on."


def test_closing_ends_even_what_does_not_listen(job: Callable[..., Job], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "LAST_WAIT", 0.2)
    found = job(DEAF)
    found.close()
    assert found.state == "stopped"
    assert found._process.returncode == -signal.SIGKILL


def test_progress_is_what_the_command_wrote_last(job: Callable[..., Job]) -> None:
    found = job(LONG)
    assert found.look()["share"] is None
    told = {"stage": "levels", "number": 2, "stages": 4, "done": 50, "total": 100, "seconds": 6.0, "left": 1.0}
    found.progress.write_text(json.dumps(told))
    assert {k: found.look()[k] for k in ("stage", "share", "left")} == {"stage": "levels", "share": 0.375, "left": 10.0}
    found.progress.write_text(json.dumps(told | {"left": 40.0}))
    assert found.look()["left"] == 40.0
    for half in ('{"stage": ', "[1]", '{"stage": null, "number": 1, "stages": 0}'):
        found.progress.write_text(half)
        assert found.look()["state"] == "running"


@pytest.fixture
def core(tmp_path: Path) -> Path:
    """A folder with a package in the core's name that works until it is interrupted."""
    (tmp_path / "yodo_core").mkdir()
    (tmp_path / "yodo_core" / "__init__.py").touch()
    (tmp_path / "yodo_core" / "__main__.py").write_text(
        "import os, sys, time\n"
        "try:\n    print(sys.argv[1:], os.nice(0), flush=True)\n    time.sleep(60)\n"
        "except KeyboardInterrupt:\n    print('saved', flush=True)\n    sys.exit(130)\n"
    )
    return tmp_path


def test_a_minded_command_is_nice_and_stops_as_at_ctrl_c_when_let_go(core: Path) -> None:
    command = training.minded("train", "--data=x y.csv")
    assert command[0] == sys.executable
    with subprocess.Popen(command, cwd=core, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        arguments, nice = process.stdout.readline().rsplit(" ", 1)
        assert arguments == "['train', '--data=x y.csv']"
        assert int(nice) == min(19, os.nice(0) + 10)
        process.stdin.close()
        assert process.stdout.read() == "saved\n"
        assert process.wait(20) == 130


def test_a_minded_command_ends_when_the_app_is_killed(core: Path) -> None:
    parent = (
        "import subprocess, sys; write = int(sys.argv[1]); "
        "child = subprocess.Popen([sys.executable, '-m', 'app.minder', 'train'], stdin=subprocess.PIPE, "
        "stdout=subprocess.PIPE, pass_fds=(write,)); child.stdout.readline(); print('up', flush=True); child.wait()"
    )
    read, write = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-c", parent, str(write)], cwd=core, stdout=subprocess.PIPE, pass_fds=(write,)
    ) as app:
        os.close(write)
        assert app.stdout
        assert app.stdout.readline() == b"up\n"
        assert select.select([read], [], [], 0.2)[0] == [], "the command works while the app lives"
        app.send_signal(signal.SIGKILL)
    # The pipe ends once nobody holds its other end: when the command is gone.
    assert select.select([read], [], [], 20)[0] == [read]
    assert os.read(read, 1) == b""
    os.close(read)


def test_what_cannot_be_started_fails_alone(job: Callable[..., Job]) -> None:
    first, poison, third = job(LONG), job("", "--target=y\0x"), job("")
    first.stop()
    ended(first)
    assert (poison.look()["state"], poison.look()["error"]) == (
        "failed",
        "The training could not be started (embedded null byte). Try again.",
    )
    assert ended(third).state == "done"


def test_many_who_look_at_once_start_one_only(job: Callable[..., Job]) -> None:
    jobs = [job(LONG) for _ in range(4)]
    threads = [threading.Thread(target=TRAININGS.advance) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [each.state for each in jobs] == ["running", "waiting", "waiting", "waiting"]
