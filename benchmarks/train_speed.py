"""Rows per second and memory of training a line, against the paper's loop: a DataLoader over a dense one-hot matrix.

Each side trains in fresh processes in turn, the same net, rows, columns and epochs, from building the nets to the
trained nets. `ratio` is of processor time, which other work disturbs less than elapsed time (`elapsed_ratio`). Memory
is the peak of the resident size (the system's high-water mark, reset first) while what the loop holds is loaded and
trained on, above the size after imports and one step on tiny made-up rows. `from_file` is the same with reading and
encoding the file, one epoch. At last the line's step is profiled on one thread. Needs the ACS rows (YODO_PUMS_ROOT).
Usage: python benchmarks/train_speed.py [--rounds 3] [--epochs 6] [--threads 1,2]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, replace
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

import torch
from common import report
from speed_parts import gemm, memory, shares
from speed_parts.sides import SIDES

from yodo_core import data
from yodo_core.config import TrainConfig

CONFIG = TrainConfig(dataset="acs-income-ca-2018", attribute="sex")
FROM_FILE, HELD = "file", "held"
NO_WIDTH = 8
Runs = dict[str, list[dict[str, Any]]]


def one_process(side_id: str, source: str, folder: Path, config: TrainConfig) -> dict[str, Any]:
    """What a fresh process does: one step on tiny rows, then what it holds, then the training."""
    torch.set_num_threads(config.threads)
    side = SIDES[side_id]
    if source == FROM_FILE:
        import_module("folktables")
        import_module("sklearn.model_selection")
    side.train(side.tiny(config), replace(config, epochs=1, hidden=NO_WIDTH))
    before, began = memory.peak_from_here(), time.perf_counter()
    held = side.from_file(config) if source == FROM_FILE else side.load(config, folder)
    prepared = time.perf_counter() - began
    if source == FROM_FILE:
        side.save(held, folder)
    began, used = time.perf_counter(), time.process_time()
    rows = side.train(held, config)
    elapsed, cpu = time.perf_counter() - began, time.process_time() - used
    return {
        "rows_per_second": rows / elapsed,
        "rows_per_cpu_second": rows / cpu,
        "peak_mb": memory.peak() - before,
        "before_mb": before,
        "held_mb": side.size(held) / 1e6,
        "prepare_s": prepared,
    }


def in_fresh_process(side: str, source: str, folder: Path, config: TrainConfig) -> dict[str, Any]:
    words = [sys.executable, __file__, "--side", side, source, str(folder), json.dumps(asdict(config))]
    ended = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=False)
    if ended.returncode:
        sys.exit(f"The process of the {side} side ended with code {ended.returncode}.")
    return json.loads(ended.stdout)


def in_turn(config: TrainConfig, rounds: int, folder: Path) -> Runs:
    """What each side's fresh processes measured, the sides in turn."""
    runs: Runs = {side: [] for side in SIDES}
    for _ in range(rounds):
        for side, done in runs.items():
            done.append(in_fresh_process(side, HELD, folder, config))
    return runs


def middle(runs: Runs, figure: str) -> dict[str, float]:
    return {side: median(run[figure] for run in done) for side, done in runs.items()}


def each(runs: Runs, figure: str) -> dict[str, list[float]]:
    return {side: [run[figure] for run in done] for side, done in runs.items()}


def report_rows(runs: Runs, from_file: Runs, config: TrainConfig) -> None:
    speed, cpu = middle(runs, "rows_per_second"), middle(runs, "rows_per_cpu_second")
    report(
        "train_speed",
        f"train-rows-{config.threads}",
        ratio=cpu["line"] / cpu["paper"],
        elapsed_ratio=speed["line"] / speed["paper"],
        rows_per_second=speed,
        rows_per_second_runs=each(runs, "rows_per_second"),
        rows_per_cpu_second=cpu,
        prepare_s=middle(from_file, "prepare_s"),
        **seen(config),
    )


def report_memory(runs: Runs, from_file: Runs, config: TrainConfig) -> None:
    peak, whole = middle(runs, "peak_mb"), middle(from_file, "peak_mb")
    report(
        "train_speed",
        "train-memory",
        ratio=peak["paper"] / peak["line"],
        above_dummy_step_mb=peak,
        runs_mb=each(runs, "peak_mb"),
        held_mb=middle(runs, "held_mb"),
        after_dummy_step_mb=middle(runs, "before_mb"),
        from_file_mb=whole,
        from_file_ratio=whole["paper"] / whole["line"],
        **seen(config),
    )


def seen(config: TrainConfig) -> dict[str, Any]:
    names = ("dataset", "attribute", "threads", "epochs", "batch_size", "hidden", "depth")
    return {name: getattr(config, name) for name in names}


def profile(config: TrainConfig, folder: Path) -> None:
    """Report what one step's time goes to and how near it is to this machine's GEMM, on one thread."""
    torch.set_num_threads(1)
    held = {name: side.load(config, folder) for name, side in SIDES.items()}
    peak = gemm.peak()
    own = {name: gemm.rate(*shape) for name, shape in gemm.shapes(config.batch_size, config.hidden).items()}
    operations = gemm.operations(held["line"], config)
    parts = {name: shares.by_part(name, held[name], config) for name in SIDES}
    step = sum(parts["line"].values())
    without_width = sum(shares.by_part("line", held["line"], replace(config, hidden=NO_WIDTH)).values())
    products_s = operations["matrix_products"] / min(own.values())
    report(
        "train_speed",
        "train-profile",
        step_ms={name: 1000 * sum(seconds.values()) for name, seconds in parts.items()},
        parts={
            name: {part: s / sum(seconds.values()) for part, s in seconds.items()} for name, seconds in parts.items()
        },
        line_step_ms_at_width_8=1000 * without_width,
        operators=shares.by_operator(held["line"], config),
        peak_gflops=peak / 1e9,
        own_shapes_gflops={name: value / 1e9 for name, value in own.items()},
        operations_per_step=operations,
        share_of_peak=sum(operations.values()) / step / peak,
        share_in_matrix_products=products_s / step,
        clock="processor time of one thread",
        **seen(config),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=CONFIG.epochs)
    parser.add_argument("--threads", default="1,2", help="torch threads, of both sides alike")
    parser.add_argument("--side", nargs=4, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.side:
        side, source, folder, config = arguments.side
        print(json.dumps(one_process(side, source, Path(folder), TrainConfig.from_json(json.loads(config)))))
        return
    missing = data.get(CONFIG.dataset).absent()
    if missing:
        sys.exit(f"Nothing measured: {missing}")
    config = replace(CONFIG, epochs=arguments.epochs)
    with tempfile.TemporaryDirectory(prefix="train-speed-") as folder:
        once = replace(config, epochs=1)
        from_file = {side: [in_fresh_process(side, FROM_FILE, Path(folder), once)] for side in SIDES}
        for number, threads in enumerate(map(int, arguments.threads.split(","))):
            config = replace(config, threads=threads)
            runs = in_turn(config, arguments.rounds, Path(folder))
            report_rows(runs, from_file, config)
            if number == 0:
                report_memory(runs, from_file, config)
        profile(replace(config, threads=1), Path(folder))


if __name__ == "__main__":
    main()
