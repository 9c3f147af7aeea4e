"""100 levels from one line against 100 models trained for one trade-off each: the same loop, net, steps, threads.

Trains real fixed models, at penalties spread over those that `baselines` uses, between real lines, and scales the
median fixed model to 100. `ratio` is of processor time, which other work on a shared machine disturbs least (on one
thread and a quiet machine it equals elapsed time); `elapsed_ratio` stands beside it.
Usage: python benchmarks/levels.py [--lines 3] [--fixed 6] [--epochs 16]
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import torch
from common import report

from yodo_core import data, evaluate
from yodo_core.baselines.fixed import PENALTIES
from yodo_core.config import TrainConfig
from yodo_core.data.prepare import Prepared, prepare
from yodo_core.train import train_fixed, train_line

LEVELS = 100
BUDGET = 85


class Cost(NamedTuple):
    """Seconds of processor time, and elapsed."""

    cpu: float
    elapsed: float


class Run(NamedTuple):
    """What one line or model took."""

    training: Cost
    evaluating: Cost
    steps: int

    def total(self, clock: str) -> float:
        return getattr(self.training, clock) + getattr(self.evaluating, clock)


def timed(work: Callable[[], Any]) -> tuple[Cost, Any]:
    began, used = time.perf_counter(), time.process_time()
    result = work()
    return Cost(time.process_time() - used, time.perf_counter() - began), result


def one_line(prepared: Prepared, config: TrainConfig) -> Run:
    """Train a line, evaluate its 100 levels on the test rows."""
    training, run = timed(lambda: train_line(prepared, config))
    positions = [i / (LEVELS - 1) for i in range(LEVELS)]
    table = prepared.splits["test"]
    evaluating, _ = timed(lambda: evaluate.curve(run.net, positions, table, prepared.groups, weighted=False))
    return Run(training, evaluating, run.steps)


def one_fixed(prepared: Prepared, config: TrainConfig, penalty: float) -> Run:
    """Train one fixed model, evaluate it on the test rows."""
    training, run = timed(lambda: train_fixed(prepared, config, penalty))
    table = prepared.splits["test"]
    evaluating, _ = timed(lambda: evaluate.count_net(run.net, table, prepared.groups, weighted=False))
    return Run(training, evaluating, run.steps)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=3)
    parser.add_argument("--fixed", type=int, default=6)
    parser.add_argument("--epochs", type=int, default=TrainConfig().epochs)
    arguments = parser.parse_args()
    config = TrainConfig(epochs=arguments.epochs)
    torch.set_num_threads(config.threads)
    prepared = prepare(data.get(config.dataset), config.attribute)
    # The first steps of a process pay for its memory and its kernels; neither side should.
    one_line(prepared, replace(config, epochs=1))
    one_fixed(prepared, replace(config, epochs=1), 1.0)

    last = len(PENALTIES) - 1
    penalties = [PENALTIES[round(i * last / max(1, arguments.fixed - 1))] for i in range(arguments.fixed)]
    lines, models = [], []
    for turn in range(max(arguments.lines, arguments.fixed)):
        # Spread the fewer of the two evenly among the others, so that a slow minute hits both sides.
        if turn * arguments.lines // max(arguments.lines, arguments.fixed) >= len(lines):
            lines.append(one_line(prepared, replace(config, seed=len(lines))))
        if turn < arguments.fixed:
            models.append(one_fixed(prepared, config, penalties[turn]))
    steps = {run.steps for run in lines + models}
    assert len(steps) == 1, f"both sides must take the same steps, got {steps}"
    seen = {
        "fixed_models_trained": len(models),
        "scaled_to": LEVELS,
        "penalties": penalties,
        "lines_trained": len(lines),
        "steps": steps.pop(),
        "threads": config.threads,
        "test_rows": len(prepared.splits["test"]),
        "clock": "processor time, medians",
    }
    compare(
        "levels-training",
        lambda run, clock: getattr(run.training, clock),
        lines,
        models,
        budget_ratio=BUDGET,
        **seen,
    )
    compare(
        "levels-evaluated",
        Run.total,
        lines,
        models,
        evaluate_100_levels_s=statistics.median(run.evaluating.cpu for run in lines),
        evaluate_one_model_s=statistics.median(run.evaluating.cpu for run in models),
        **seen,
    )


def compare(claim: str, cost: Callable[[Run, str], float], lines: list[Run], models: list[Run], **seen: Any) -> None:
    """Report one comparison: 100 times the median model against the median line."""
    line, fixed = (statistics.median(cost(run, "cpu") for run in side) for side in (lines, models))
    elapsed_line, elapsed_fixed = (statistics.median(cost(run, "elapsed") for run in side) for side in (lines, models))
    report(
        "levels",
        claim,
        ratio=LEVELS * fixed / line,
        elapsed_ratio=LEVELS * elapsed_fixed / elapsed_line,
        line_s=line,
        fixed_model_s=fixed,
        hundred_fixed_models_s=LEVELS * fixed,
        line_runs_s=[cost(run, "cpu") for run in lines],
        fixed_runs_s=[cost(run, "cpu") for run in models],
        line_runs_elapsed_s=[cost(run, "elapsed") for run in lines],
        fixed_runs_elapsed_s=[cost(run, "elapsed") for run in models],
        **seen,
    )


if __name__ == "__main__":
    main()
