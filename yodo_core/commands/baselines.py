"""`baselines`: train what a curve is compared with, in parallel, without losing a finished model."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from yodo_core import checkpoint, evaluate
from yodo_core.baselines import METHODS, BaselineResult
from yodo_core.commands.console import progress, stoppable
from yodo_core.commands.rows import file_of, rows_of
from yodo_core.commands.workers import Workers
from yodo_core.config import TrainConfig
from yodo_core.data.own.rows import Rows
from yodo_core.errors import InputError, InterruptedRun, unknown
from yodo_core.fairness.counts import count
from yodo_core.partial import PartialRun
from yodo_core.stored import BASELINE_KEYS

Job = tuple[str, float | None, int]
SPLITS = ("tune", "test")


def penalties(text: str) -> tuple[float, ...]:
    """'0.05:1:0.05,2,4' as numbers: start:stop:step with both ends, and single values.

    Raises InputError for anything else, for more than 1,000 values, or for values that are not above 0.
    """
    values: list[float] = []
    try:
        for part in text.split(","):
            numbers = [float(x) for x in part.split(":")]
            if len(numbers) == 3:
                first, last, step = numbers
                if not (step > 0 and first <= last and (last - first) / step < 1000):
                    raise ValueError
                values += [round(first + i * step, 10) for i in range(int((last - first) / step + 1e-9) + 1)]
            elif len(numbers) == 1:
                values += numbers
            else:
                raise ValueError
    except ValueError:
        values = []
    if not values or len(values) > 1000 or not all(0 < v < 1e6 for v in values):
        raise InputError(f"Penalties {text!r} cannot be read; write numbers above 0 as 0.05:1:0.05,2,4.")
    return tuple(dict.fromkeys(values))


def plan(methods: Sequence[str], settings: Sequence[float] | None, seeds: int) -> list[Job]:
    """Every model to train. Raises InputError for an unknown method or no seed."""
    if seeds < 1:
        raise InputError(f"Got {seeds} seeds; ask for at least 1.")
    jobs: list[Job] = []
    for name in methods:
        if name not in METHODS:
            raise unknown("method", name, METHODS)
        wanted = METHODS[name].settings
        if settings and METHODS[name].setting == "penalty":
            wanted = tuple(settings)
        jobs += [(name, setting, seed) for setting in wanted for seed in range(seeds)]
    return list(dict.fromkeys(jobs))


def run(
    path: Path,
    methods: Sequence[str],
    settings: Sequence[float] | None,
    seeds: int,
    workers: Workers,
    resume: bool,
    data: Path | None = None,
) -> dict[str, Any]:
    """Train the models that are not yet there and store their counts in the checkpoint.

    `data` is the file where the rows are a file of one's own.
    """
    ready = checkpoint.read(path)
    config = TrainConfig.from_json(ready.manifest["training"])
    wanted = plan(methods, settings, seeds)
    about = {"rows_sha256": ready.manifest["rows_sha256"], **config.to_json()}
    partial = PartialRun(path, about, "baselines")
    partial.begin(resume)
    done: dict[Job, BaselineResult] = {
        (b.method, b.setting, b.seed): b for b in ready.baselines if set(SPLITS) <= set(b.counts)
    }
    done = {job: done[job] for job in wanted if job in done}
    for job in set(wanted) - set(done):
        stored = partial.counts(_name(job), BASELINE_KEYS, ready.groups)
        if stored:
            done[job] = BaselineResult.gather(stored)[0]
    found = len(done)
    waiting = [job for job in wanted if job not in done]
    file = file_of(evaluate.rows(ready, data).spec)
    tasks = [(config, job, ready.manifest["rows_sha256"], file) for job in waiting]
    with (
        stoppable() as stop,
        progress(tell=partial.save_progress, stages=1) as bar,
        closing(workers.each(train_one, tasks)) as trained,
    ):
        task = bar.add_task("baselines", total=len(wanted), completed=found)
        for job, result in trained:
            partial.save_counts(_name(job), result.entries())
            done[job] = result
            bar.advance(task)
            if stop:
                raise InterruptedRun(
                    f"Stopped with {len(done)} of {len(wanted)} models saved in {partial.folder}. "
                    "Run `baselines` again to go on."
                )
    kept = [b for b in ready.baselines if (b.method, b.setting, b.seed) not in done]
    results = kept + [done[job] for job in wanted]
    checkpoint.write(path, ready.manifest, ready.line, ready.curves, results)
    partial.end()
    return {
        "checkpoint": ready.id,
        "path": str(path),
        "models": len(results),
        "trained": len(waiting),
        "resumed": found,
    }


def _name(job: Job) -> str:
    method, setting, seed = job
    return f"{method}-{'none' if setting is None else f'{setting!r}'}-seed{seed}"


def train_one(config: TrainConfig, job: Job, rows_sha256: str, file: Rows | None = None) -> tuple[Job, BaselineResult]:
    """One model, in a process of its own: the line's net, steps and schedule, on one thread."""
    torch.set_num_threads(1)
    method, setting, seed = job
    prepared = rows_of(config, rows_sha256, file)
    scorer = METHODS[method].train(prepared, replace(config, seed=seed), setting, None)
    tables = {split: prepared.splits[split] for split in SPLITS}
    counts = {name: count(scorer(table), table.label, table.group, prepared.groups) for name, table in tables.items()}
    return job, BaselineResult(method, setting, seed, counts)
