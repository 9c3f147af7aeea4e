"""100 levels from one line against 100 models trained for one trade-off each: the same loop, net, steps, threads.

Trains real fixed models, at penalties spread over those that `baselines` uses, between real lines, and scales the
median fixed model to 100. Usage: python benchmarks/levels.py [--lines 3] [--fixed 6] [--epochs 16]
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch
from common import report

from yodo_core import data, evaluate
from yodo_core.baselines.fixed import PENALTIES
from yodo_core.config import TrainConfig
from yodo_core.data.prepare import Prepared, prepare
from yodo_core.train import train_fixed, train_line

LEVELS = 100
BUDGET = 85


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def one_line(prepared: Prepared, config: TrainConfig) -> tuple[float, float, int]:
    """Seconds to train a line, seconds to evaluate its 100 levels on the test rows, steps."""
    training, run = timed(lambda: train_line(prepared, config))
    positions = [i / (LEVELS - 1) for i in range(LEVELS)]
    table = prepared.splits["test"]
    evaluating, _ = timed(lambda: evaluate.curve(run.net, positions, table, prepared.groups, weighted=False))
    return training, evaluating, run.steps


def one_fixed(prepared: Prepared, config: TrainConfig, penalty: float) -> tuple[float, float, int]:
    """Seconds to train one fixed model, seconds to evaluate it on the test rows, steps."""
    training, run = timed(lambda: train_fixed(prepared, config, penalty))
    table = prepared.splits["test"]
    evaluating, _ = timed(lambda: evaluate.count_net(run.net, table, prepared.groups, weighted=False))
    return training, evaluating, run.steps


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
    steps = {run[2] for run in lines + models}
    assert len(steps) == 1, f"both sides must take the same steps, got {steps}"

    seen = {
        "fixed_models_trained": len(models),
        "scaled_to": LEVELS,
        "penalties": penalties,
        "lines_trained": len(lines),
        "steps": steps.pop(),
        "threads": config.threads,
        "test_rows": len(prepared.splits["test"]),
    }
    line, fixed = (statistics.median(run[0] for run in side) for side in (lines, models))
    report(
        "levels",
        "levels-training",
        ratio=LEVELS * fixed / line,
        budget_ratio=BUDGET,
        line_s=line,
        fixed_model_s=fixed,
        hundred_fixed_models_s=LEVELS * fixed,
        line_runs_s=[run[0] for run in lines],
        fixed_runs_s=[run[0] for run in models],
        **seen,
    )
    line, fixed = (statistics.median(run[0] + run[1] for run in side) for side in (lines, models))
    report(
        "levels",
        "levels-evaluated",
        ratio=LEVELS * fixed / line,
        line_s=line,
        fixed_model_s=fixed,
        hundred_fixed_models_s=LEVELS * fixed,
        evaluate_100_levels_s=statistics.median(run[1] for run in lines),
        evaluate_one_model_s=statistics.median(run[1] for run in models),
        **seen,
    )


if __name__ == "__main__":
    main()
