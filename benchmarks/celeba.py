"""CelebA (target Attractive, attribute Male, 64x64): a line of our ResNet-18 against ERM, the same net and steps.

Needs the pictures in $YODO_DATA/celeba. Aggregate figures only: no picture, no score of one, no weights are kept.

    python benchmarks/celeba.py --epochs 20 --hidden 128
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import numpy as np
import torch
from common import report
from scipy.stats import spearmanr

from yodo_core import alpha_map, evaluate
from yodo_core.calibrate import calibrate
from yodo_core.config import TrainConfig
from yodo_core.data import get
from yodo_core.data.prepare import Prepared, prepare
from yodo_core.fairness import metrics
from yodo_core.fairness.counts import count
from yodo_core.train import OnStep, Progress, train_fixed, train_line

LEVELS = 11


def main() -> None:
    """Train both, read the line at 11 alphas on the rows of one split, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("epochs", "hidden", "batch_size", "seed"):
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default={"epochs": 20, "hidden": 128}.get(name))
    for name in ("learning_rate", "weight_decay", "dropout", "trunk"):
        parser.add_argument(f"--{name.replace('_', '-')}", type=float)
    parser.add_argument("--dataset", default="celeba-attractive")
    parser.add_argument("--attribute", default="male")
    parser.add_argument("--only-erm", action="store_true")
    parser.add_argument("--split", default="test", help="tune while settings are chosen, test once for the figures")
    given = {name: value for name, value in vars(parser.parse_args()).items() if value is not None}
    split, alone = given.pop("split"), given.pop("only_erm")
    config = TrainConfig(**{"batch_size": 128, **given})
    torch.set_num_threads(config.threads)
    prepared = prepare(get(config.dataset), config.attribute)
    erm = of_erm(prepared, config, split)
    if alone:
        report("celeba", f"ERM, {config.dataset}, {config.attribute}, {split} rows", config=given, erm=erm)
        return
    line = of_line(prepared, config, split)
    gaps = [level["dp_gap"] for level in line["levels"]]
    report(
        "celeba",
        f"line against ERM, {config.dataset}, {config.attribute}, {split} rows",
        config=given | {"batch_size": config.batch_size, "seed": config.seed, "depth": config.depth},
        rows={name: len(table) for name, table in prepared.splits.items()},
        span_of_erm=(gaps[0] - gaps[-1]) / erm["dp_gap"],
        spearman=float(spearmanr(np.linspace(0, 1, LEVELS), gaps).statistic),
        erm=erm,
        line=line,
    )


def of_erm(prepared: Prepared, config: TrainConfig, split: str) -> dict[str, Any]:
    """The figures of a net trained for accuracy alone, and what its training took."""
    began = time.process_time(), time.perf_counter()
    run = train_fixed(prepared, config, 0.0, progress("ERM"))
    took = spent(began)
    table = prepared.splits[split]
    counts = count(evaluate.scores(run.net, table), table.label, table.group, prepared.groups)
    return figures(counts) | {"steps": run.steps, **took}


def of_line(prepared: Prepared, config: TrainConfig, split: str) -> dict[str, Any]:
    """The figures of the line at even alphas, and what its training took, end and map included."""
    began = time.process_time(), time.perf_counter()
    run = train_line(prepared, config, progress("line"))
    line, knots, _ = calibrate(
        run.net, prepared.splits["tune"], prepared.groups, config.notion, prepared.splits["train"]
    )
    took = spent(began)
    alphas = [i / (LEVELS - 1) for i in range(LEVELS)]
    positions = [alpha_map.position(knots, alpha) for alpha in alphas]
    counts = evaluate.curve(line, positions, prepared.splits[split], prepared.groups)
    levels = [{"alpha": alpha, **figures(counts.level(i))} for i, alpha in enumerate(alphas)]
    return {"levels": levels, "mapped": knots is not None, "steps": run.steps, **took}


def figures(counts: Any) -> dict[str, Any]:
    """Accuracy and the gaps of one model, at threshold 0.5."""
    found = metrics.point(counts)
    return {name: found[name] for name in ("accuracy", "decision_rate", "dp_gap", "eo_gap", "dp_floor")}


def spent(began: tuple[float, float]) -> dict[str, float]:
    """Seconds since then, of the processor and of the clock."""
    return {"cpu_seconds": time.process_time() - began[0], "seconds": time.perf_counter() - began[1]}


def progress(what: str) -> OnStep:
    """Says on the way where a training is; it never stops one."""

    def tell(now: Progress) -> bool:
        if now.step % 100 == 0:
            print(f"{what}: step {now.step} of {now.steps}, loss {now.loss:.3f}", flush=True)
        return False

    return tell


if __name__ == "__main__":
    main()
