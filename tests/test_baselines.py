"""Baselines: the table of methods, the plan, and work that survives being killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from tests import toy as toy_data
from tests.conftest import Outcome
from yodo_core import checkpoint, evaluate
from yodo_core.baselines import METHODS, fixed
from yodo_core.baselines.types import Scorer
from yodo_core.commands import baselines
from yodo_core.commands.workers import Workers
from yodo_core.config import TrainConfig
from yodo_core.data.prepare import Prepared
from yodo_core.errors import InputError, InterruptedRun
from yodo_core.fairness.counts import count
from yodo_core.train import Run, train_fixed

ROOT = Path(__file__).parents[1]
PARTS = ("n", "average_precision")


def same_counts(first: checkpoint.Checkpoint, second: checkpoint.Checkpoint) -> bool:
    models = [{(b.method, b.setting, b.seed): b.counts for b in c.baselines} for c in (first, second)]
    return models[0].keys() == models[1].keys() and all(
        np.array_equal(getattr(models[0][key][split], part), getattr(models[1][key][split], part))
        for key in models[0]
        for split in ("tune", "test")
        for part in PARTS
    )


def test_the_default_plan_is_78_trainings() -> None:
    jobs = baselines.plan(("erm", "fixed"), None, 3)
    assert len(jobs) == len(set(jobs)) == 78
    expected = sorted([0.02, *(round(0.05 * i, 2) for i in range(1, 21)), 1.5, 2, 4, 8])
    assert sorted(fixed.PENALTIES) == expected
    assert {job for job in jobs if job[0] == "erm"} == {("erm", None, s) for s in range(3)}


def test_methods_named_twice_are_trained_once() -> None:
    assert baselines.plan(("erm", "erm", "fixed"), (1.0, 1.0), 2) == baselines.plan(("erm", "fixed"), (1.0,), 2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.5", (0.5,)),
        ("0.05:0.2:0.05,2,4", (0.05, 0.1, 0.15, 0.2, 2.0, 4.0)),
        ("0.05:1:0.05", tuple(round(0.05 * i, 2) for i in range(1, 21))),
        ("1,1,0.5:1:0.5", (1.0, 0.5)),
    ],
)
def test_penalties_are_read(text: str, expected: tuple[float, ...]) -> None:
    assert baselines.penalties(text) == expected


@pytest.mark.parametrize(
    "text", ["", "a", "1:2", "1:2:0", "2:1:0.5", "0", "-1", "nan", "1:1e9:0.001", "1e99", "inf:1:1"]
)
def test_penalties_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"Penalties .* cannot be read; write numbers above 0 as 0.05:1:0.05,2,4"):
        baselines.penalties(text)


def test_erm_and_fixed_are_the_lines_net_without_and_with_penalty(toy: Prepared) -> None:
    torch.set_num_threads(1)
    config = toy_data.config(epochs=1)

    table = toy.splits["test"]

    def equal(scorer: Scorer, run: Run) -> bool:
        return np.array_equal(scorer(table), evaluate.scores(run.net, table))

    assert equal(METHODS["erm"].train(toy, config, None, None), train_fixed(toy, config, 0.0))
    assert equal(METHODS["fixed"].train(toy, config, 0.7, None), train_fixed(toy, config, 0.7))
    for setting in (None, 0.0, -1.0):
        with pytest.raises(
            InputError, match=r"A fixed model needs a penalty above 0; got .* Penalty 0 is the method erm"
        ):
            METHODS["fixed"].train(toy, config, setting, None)


@pytest.mark.usefixtures("toy_known")
def test_stored_counts_are_those_of_the_model_named(toy: Prepared, toy_trained: Path) -> None:
    torch.set_num_threads(1)
    ready = checkpoint.read(toy_trained)
    (stored,) = (b for b in ready.baselines if (b.method, b.setting, b.seed) == ("fixed", 2.0, 1))
    run = train_fixed(toy, toy_data.config(seed=1), 2.0)
    table = toy.splits["test"]
    counts = count(evaluate.scores(run.net, table), table.label, table.group, toy.groups)
    assert np.array_equal(stored.counts["test"].n, counts.n)


@pytest.mark.usefixtures("toy_known")
def test_stopped_midway_finished_models_are_kept(toy_copy: Path, toy_trained: Path, monkeypatch) -> None:
    """Ctrl-C after the fourth of six models, over a checkpoint whose own baselines are taken out."""
    ready = checkpoint.read(toy_copy)
    checkpoint.write(toy_copy, ready.manifest, ready.line, ready.curves)
    arguments = (("erm", "fixed"), (0.5, 2.0), 2, Workers(jobs=1), True)
    real, trained = baselines.train_one, []

    def train_one(config: TrainConfig, job: baselines.Job, *rows: object) -> tuple:
        trained.append(job)
        if len(trained) == 4:
            os.kill(os.getpid(), signal.SIGINT)
        return real(config, job, *rows)

    monkeypatch.setattr(baselines, "train_one", train_one)
    with pytest.raises(InterruptedRun, match="Stopped with 4 of 6 models saved"):
        baselines.run(toy_copy, *arguments)
    assert checkpoint.read(toy_copy).baselines == []
    first, trained[:] = list(trained), []
    monkeypatch.setattr(baselines, "train_one", lambda *task: (trained.append(task[1]), real(*task))[1])
    result = baselines.run(toy_copy, *arguments)
    assert (result["models"], result["trained"], result["resumed"]) == (6, 2, 4)
    assert not set(first) & set(trained), "no finished model is trained again"
    assert same_counts(checkpoint.read(toy_copy), checkpoint.read(toy_trained))
    assert not toy_copy.with_name(toy_copy.name + ".partial").exists()


@pytest.mark.usefixtures("toy_known")
def test_further_models_join_those_there_are(toy_copy: Path) -> None:
    baselines.run(toy_copy, ("fixed",), (4.0,), 1, Workers(jobs=1), True)
    settings = [(b.method, b.setting) for b in checkpoint.read(toy_copy).baselines]
    assert sorted(settings, key=str) == sorted(
        [("erm", None), ("fixed", 0.5), ("fixed", 2.0)] * 2 + [("fixed", 4.0)], key=str
    )


def test_killed_in_the_middle_no_finished_model_is_trained_again(
    tmp_path: Path, cli: Callable[..., Outcome], adult_trained: Path
) -> None:
    """A real process, killed with SIGKILL once its first model is on disk; Adult's rows."""
    out = adult_trained
    command = ["baselines", str(out), "--methods", "erm,fixed", "--penalties", "1", "--seeds", "3", "--jobs", "1"]
    process = subprocess.Popen(
        [sys.executable, "-m", "yodo_core", *command], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    partial = out.with_name(out.name + ".partial")
    deadline = time.monotonic() + 90
    while not list(partial.rglob("[!.]*.parquet")):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    before = list(partial.rglob("[!.]*.parquet"))
    assert 1 <= len(before) < 6
    assert checkpoint.read(out).baselines == [], "the checkpoint is as it was"
    told = cli(*command, "--json")
    assert told.code == 0
    assert told.json["models"] == 6
    assert told.json["resumed"] == len(before)
    assert told.json["trained"] == 6 - len(before)
    assert len(checkpoint.read(out).baselines) == 6
    assert not partial.exists()
