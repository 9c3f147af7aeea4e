"""What a fresh process of benchmarks/scale.py does, given the file of rows and the folder with the checkpoint."""

from __future__ import annotations

import resource
import time
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import torch
from speed_parts import memory, paper_loop, sides

from scale_parts import rows
from yodo_core import checkpoint, data, train
from yodo_core import evaluate as levels
from yodo_core.commands import train as command
from yodo_core.config import TrainConfig
from yodo_core.data.prepare import Encoder, Table, prepare
from yodo_core.elsewhere.file import of_file
from yodo_core.elsewhere.measure import measure

CONFIG = TrainConfig(dataset=rows.SOURCE, attribute="sex", epochs=1, threads=1)
LEVELS = 21
CAP = 8 * 2**30
"""Bytes of data (RLIMIT_DATA) that the paper's loop may hold."""
Figures = dict[str, Any]


class Clock:
    """Elapsed seconds and processor seconds since it was made."""

    def __init__(self) -> None:
        self.began, self.used = time.perf_counter(), time.process_time()

    def read(self) -> tuple[float, float]:
        return time.perf_counter() - self.began, time.process_time() - self.used


def train_line(path: Path, _: Path) -> Figures:
    """Prepare the file and train one epoch."""
    sides.line_train(sides.line_tiny(CONFIG), CONFIG)
    before, clock = memory.peak_from_here(), Clock()
    prepared = prepare(rows.spec(path), CONFIG.attribute)
    prepared = replace(prepared, splits={"train": prepared.splits["train"]})
    preparing, clock = clock.read(), Clock()
    trained = train.train_line(prepared, CONFIG).rows
    return _figures(before, trained, clock.read(), preparing)


def evaluate(path: Path, folder: Path) -> Figures:
    """Count levels of the checkpoint on all rows of the file, as the `evaluate` command does."""
    ready = checkpoint.read(folder / "checkpoint")
    alphas = [i / (LEVELS - 1) for i in range(LEVELS)]
    levels.curve(ready.line, alphas, _tiny(Encoder.from_json(ready.manifest["encoder"])), ready.groups)
    before, clock = memory.peak_from_here(), Clock()
    found = measure(ready, of_file(ready, path), alphas)
    return _figures(before, int(found.counts.level(0).n.sum()), clock.read())


def _tiny(encoder: Encoder) -> Table:
    """Rows of "other" in every column, of both groups and labels."""
    half = np.arange(sides.TINY) % 2
    codes = np.zeros((sides.TINY, len(encoder.categories)), np.int16)
    return Table(codes, np.zeros((sides.TINY, len(encoder.numbers)), np.float32), half, half, None)


def paper(path: Path, _: Path) -> Figures:
    """Make the dense one-hot and train the paper's loop for one epoch, within CAP."""
    paper_loop.train(*sides.paper_tiny(CONFIG), CONFIG)
    before = memory.peak_from_here()
    resource.setrlimit(resource.RLIMIT_DATA, (CAP, CAP))
    clock = Clock()
    held = sides.one_hot(rows.spec(path), CONFIG)
    preparing, clock = clock.read(), Clock()
    trained = sides.paper_train(held, CONFIG)
    return _figures(before, trained, clock.read(), preparing) | {"columns": held[0].shape[1]}


def whole(path: Path, folder: Path) -> Figures:
    """The `train` command on the file, with all its defaults: six epochs, the alpha map, 101 levels on three splits."""
    data.DATASETS[rows.SOURCE] = rows.spec(path)
    before, clock = memory.peak_from_here(), Clock()
    config = replace(CONFIG, epochs=TrainConfig.epochs)
    made = command.run(config, folder / "whole", 0, False, True, "benchmarks/scale.py")
    return _figures(before, made["steps"] * config.batch_size, clock.read())


def make_checkpoint(_: Path, folder: Path) -> Figures:
    """The line that is evaluated: California's, trained for one epoch."""
    return command.run(CONFIG, folder / "checkpoint", 0, False, True, "benchmarks/scale.py")


def _figures(
    before: float, count: int, took: tuple[float, float], preparing: tuple[float, float] | None = None
) -> Figures:
    """`count` rows were trained on or counted; seconds elapsed and of the processor, the same of what came before."""
    peak = memory.peak()
    found: Figures = {"counted": count, "elapsed_s": took[0], "cpu_s": took[1], "rows_per_cpu_second": count / took[1]}
    if preparing:
        found |= {"prepare_elapsed_s": preparing[0], "prepare_cpu_s": preparing[1]}
    return found | {"above_mb": peak - before, "peak_mb": peak}


SIDES = {"train": train_line, "evaluate": evaluate, "paper": paper, "whole": whole, "checkpoint": make_checkpoint}


def run(side: str, path: Path, folder: Path) -> Figures:
    """What one side measures in this process, which should be fresh."""
    torch.set_num_threads(1)
    # What a first call would import is not counted as memory of the rows.
    import_module("sklearn.model_selection")
    return SIDES[side](path, folder)
