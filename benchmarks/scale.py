"""Time and memory of training and evaluating against the number of rows, 10^5 to 10^7, beside the paper's loop.

Rows are California's of ACS-Income, drawn with replacement (scale_parts/rows.py). Every figure is of a fresh process
(scale_parts/child.py): `train` prepares the file (load, split, encode, hash) and trains a line for one epoch on its
train rows; `evaluate` counts 21 levels of a checkpoint on all rows of the file, streaming; `paper` makes the dense
one-hot of the file and trains the paper's loop for one epoch, its data held to CAP (RLIMIT_DATA); `whole` is the
`train` command with all its defaults, at 1.6 million rows. Seconds are processor time of one torch thread, which other
work disturbs less; elapsed time stands beside it. Memory is the peak of the resident size in MB of 10^6 bytes, also
above that after imports and one tiny step. The slope is that of log(seconds) on log(rows), with its 95% interval. Runs
are kept below --folder, so that a stopped benchmark goes on where it was. Needs the ACS rows (YODO_PUMS_ROOT).
Usage: python benchmarks/scale.py [--rounds 3] [--sizes 100000,1000000] [--folder FOLDER]
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from common import report
from scale_parts import child, rows
from scale_parts.slope import slope

from yodo_core import data

SIZES = (100_000, 316_228, 1_000_000, 1_600_000, 3_162_278, 10_000_000)
WHOLE = 1_600_000
ONCE_FROM = 1_000_000
SIDES = ("train", "evaluate", "paper")
Run = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--rounds", type=int, default=3, help=f"runs of a size below {ONCE_FROM:,}; larger ones run once"
    )
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()), help="for rows and runs")
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        side, file, folder = arguments.child
        print(json.dumps(child.run(side, Path(file), Path(folder))))
        return
    missing = data.get(rows.SOURCE).absent()
    if missing:
        sys.exit(f"Nothing measured: {missing}")
    sizes = [int(size) for size in arguments.sizes.split(",")]
    work = arguments.folder / "yodo-scale"
    report_all(measure(sizes, arguments.rounds, work), sizes)
    shutil.rmtree(work)


def measure(sizes: list[int], rounds: int, folder: Path) -> list[Run]:
    """All runs, those of an earlier start included; each is written down as it ends."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / "runs.jsonl"
    done: list[Run] = [json.loads(text) for text in kept.read_text().splitlines()] if kept.exists() else []
    if not (folder / "checkpoint").exists():
        in_fresh_process("checkpoint", folder / "none", folder)
    for size in sizes:
        path = folder / f"{size}.parquet"
        sides = SIDES + ("whole",) * (size == WHOLE)
        for side in sides:
            wanted = rounds if size < ONCE_FROM and side != "whole" else 1
            if side == "paper" and any("ended" in run and run["rows"] < size for run in done):
                continue
            for _ in range(sum(run["rows"] == size and run["side"] == side for run in done), wanted):
                if not path.exists():
                    rows.write(path, size)
                run = {"rows": size, "side": side, **in_fresh_process(side, path, folder)}
                with kept.open("a") as file:
                    file.write(json.dumps(run) + "\n")
                done.append(run)
                print(json.dumps(run), flush=True)
        path.unlink(missing_ok=True)
    return done


def in_fresh_process(side: str, path: Path, folder: Path) -> Run:
    """What one process measured; "ended" is its exit code where it did not get to the end."""
    words = [sys.executable, __file__, "--child", side, str(path), str(folder)]
    ended = subprocess.run(words, capture_output=True, text=True, check=False)
    if ended.returncode == 0:
        return json.loads(ended.stdout.splitlines()[-1])
    if side != "paper":
        sys.exit(f"The process of {side} on {path.name} ended with code {ended.returncode}:\n{ended.stderr}")
    return {"ended": ended.returncode, "reason": (ended.stderr.strip().splitlines() or ["killed"])[-1][:200]}


def report_all(done: list[Run], sizes: list[int]) -> None:
    settings = {"attribute": "sex", "threads": 1, "clock": "processor time of one thread", "sizes": sizes}
    for side in ("train", "evaluate"):
        table = by_size([run for run in done if run["side"] == side])
        figures: dict[str, Any] = {"by_size": table, "slope": slope_of(done, side, "cpu_s")}
        if side == "train":
            figures["prepare_slope"] = slope_of(done, side, "prepare_cpu_s")
        report("scale", f"scale-{side}", **figures, **settings)
    whole = [run for run in done if run["side"] == "whole"]
    if whole:
        report("scale", "scale-whole", **whole[0], **settings)
    paper = [run for run in done if run["side"] == "paper"]
    lived = [run for run in paper if "ended" not in run]
    died = [run for run in paper if "ended" in run]
    largest = max((run["rows"] for run in lived), default=None)
    ours = {row["rows"]: row for row in by_size([run for run in done if run["side"] == "train"])}
    theirs = by_size(lived)
    report(
        "scale",
        "scale-paper",
        ratio=ours[largest]["rows_per_cpu_second"] / theirs[-1]["rows_per_cpu_second"] if largest else None,
        by_size=theirs,
        memory_ratio=theirs[-1]["above_mb"] / ours[largest]["above_mb"] if largest else None,
        failed=sorted({run["rows"] for run in died}),
        reasons=sorted({run["reason"] for run in died}),
        **settings,
    )


def by_size(runs: list[Run]) -> list[Run]:
    """The median of each figure at each number of rows, and how many runs it is of."""
    found = []
    for size in sorted({run["rows"] for run in runs}):
        mine = [run for run in runs if run["rows"] == size]
        names = [name for name, value in mine[0].items() if isinstance(value, float)]
        found.append({"rows": size, "runs": len(mine)} | {name: median(run[name] for run in mine) for name in names})
    return found


def slope_of(done: list[Run], side: str, figure: str) -> dict[str, float]:
    mine = [run for run in done if run["side"] == side]
    return slope([run["rows"] for run in mine], [run[figure] for run in mine])


if __name__ == "__main__":
    main()
