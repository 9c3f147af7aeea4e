"""100 levels from one line against 100 models trained for one trade-off each: the same loop, net, batches, threads.

Trains real fixed models, at penalties spread over those that `baselines` uses, between real lines, and scales the
median fixed model to 100: at the same steps, and with each side at the fewest steps that hold its own front
(`level_parts/fewest.py` has the rule). Evaluated means counted on the test rows, every threshold and the average
precision: each fixed model once, the line at 100 alphas, and for its end and map 17 levels on tune and train rows too.
`ratio` is of processor time, which other work on a shared machine disturbs least (on one thread and a quiet machine it
equals elapsed time); `elapsed_ratio` stands beside it. Before that, the cost of a step, on average over a whole run:
those of a line's trunk cost less than its others.
Usage: python benchmarks/levels.py [--lines 3] [--fixed 6] [--rounds 7] [--splits 5] [--parts step,same,fewest]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import median
from typing import Any

import numpy as np
import torch
from common import report
from fronts.settings import Setting
from level_parts import fewest
from level_parts.cost import LEVELS, Spent, in_turn, middle, one_fixed, one_line, step_ms

from yodo_core import data
from yodo_core.baselines.fixed import PENALTIES
from yodo_core.config import TrainConfig
from yodo_core.data.prepare import Prepared, prepare

BUDGET, STEP_BUDGET = 85, 1.15
STEPS = {"adult": "adult", "acs": "acs-income-ca-2018"}
FRONT = Setting("adult", "sex", "dp")


def rows_of(config: TrainConfig) -> Prepared:
    return prepare(data.get(config.dataset), config.attribute)


def step_cost(name: str, dataset: str, rounds: int) -> None:
    """Report one step of the line against one of a fixed model with a penalty."""
    missing = data.get(dataset).absent()
    if missing:
        print(f"No step cost on {dataset}: {missing}", file=sys.stderr)
        return
    config = TrainConfig(dataset=dataset, attribute="sex")
    each = step_ms(rows_of(config), config, rounds)
    line, fixed = median(each["line"]), median(each["fixed"])
    report(
        "levels",
        f"step-{name}",
        ratio=fixed / line,
        line_over_fixed=line / fixed,
        budget_line_over_fixed=STEP_BUDGET,
        line_ms=line,
        fixed_ms=fixed,
        line_rounds_ms=each["line"],
        fixed_rounds_ms=each["fixed"],
        dataset=dataset,
        **{key: getattr(config, key) for key in ("attribute", "notion", "batch_size", "hidden", "depth", "threads")},
        clock="processor time, medians of rounds",
    )


def both(
    claims: tuple[str, str], line: TrainConfig, fixed: TrainConfig, penalties: Sequence[float], lines: int, **seen: Any
) -> None:
    """Measure and report one comparison, training only and with the evaluation."""
    prepared = rows_of(line)
    # The first steps of a process pay for its memory and its kernels; neither side should.
    one_line(prepared, replace(line, epochs=1))
    one_fixed(prepared, replace(fixed, epochs=1), 1.0)
    spent = in_turn(prepared, line, fixed, penalties, lines)
    seen |= {
        "fixed_models_trained": len(spent[1]),
        "scaled_to": LEVELS,
        "penalties": list(penalties),
        "lines_trained": len(spent[0]),
        "steps": {"line": spent[0][0].steps, "fixed": spent[1][0].steps},
        "threads": line.threads,
        "clock": "processor time, medians",
    }
    compare(claims[0], Spent.trained, *spent, **seen)
    compare(
        claims[1],
        Spent.evaluated,
        *spent,
        ratio_without_map=LEVELS * middle(spent[1], Spent.unmapped) / middle(spent[0], Spent.unmapped),
        map_101_levels_s=median(s.mapping.cpu for s in spent[0]),
        evaluate_100_levels_s=median(s.evaluating.cpu for s in spent[0]),
        evaluate_one_model_s=median(s.evaluating.cpu for s in spent[1]),
        rows={part: len(prepared.splits[part]) for part in ("tune", "test")},
        **seen,
    )


def compare(
    claim: str, cost: Callable[[Spent, str], float], lines: list[Spent], models: list[Spent], **seen: Any
) -> None:
    """Report one comparison: 100 times the median model against the median line."""
    line, fixed = middle(lines, cost), middle(models, cost)
    report(
        "levels",
        claim,
        ratio=LEVELS * fixed / line,
        elapsed_ratio=LEVELS * middle(models, cost, "elapsed") / middle(lines, cost, "elapsed"),
        budget_ratio=BUDGET,
        line_s=line,
        fixed_model_s=fixed,
        hundred_fixed_models_s=LEVELS * fixed,
        line_runs_s=[cost(spent, "cpu") for spent in lines],
        fixed_runs_s=[cost(spent, "cpu") for spent in models],
        line_runs_elapsed_s=[cost(spent, "elapsed") for spent in lines],
        fixed_runs_elapsed_s=[cost(spent, "elapsed") for spent in models],
        **seen,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=3)
    parser.add_argument("--fixed", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--splits", type=int, default=5)
    parser.add_argument("--parts", default="step,same,fewest")
    arguments = parser.parse_args()
    parts = arguments.parts.split(",")
    config = TrainConfig(dataset=FRONT.dataset, attribute=FRONT.attribute, notion=FRONT.notion)
    torch.set_num_threads(config.threads)
    last = len(PENALTIES) - 1
    penalties = [PENALTIES[round(i * last / max(1, arguments.fixed - 1))] for i in range(arguments.fixed)]
    if "step" in parts:
        for name, dataset in STEPS.items():
            step_cost(name, dataset, arguments.rounds)
    if "same" in parts:
        both(("levels-training", "levels-evaluated"), config, config, penalties, arguments.lines)
    if "fewest" in parts:
        found = fewest.volumes(FRONT, arguments.splits)
        line, fixed = (replace(config, epochs=fewest.fewest(found[side])) for side in fewest.SIDES)
        both(
            ("levels-fewest-training", "levels-fewest-evaluated"),
            line,
            fixed,
            penalties,
            arguments.lines,
            epochs={"line": line.epochs, "fixed": fixed.epochs},
            least_share=fewest.SHARE,
            shares_of_own_volume={side: fewest.shares(found[side]) for side in fewest.SIDES},
            volumes={side: {e: float(np.mean(v)) for e, v in found[side].items()} for side in fewest.SIDES},
            volumes_by_split=found,
            front_rows="halves of the tune rows",
        )


if __name__ == "__main__":
    main()
