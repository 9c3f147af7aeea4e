"""The paper's figures and its runtime table on these rows: Han et al., "You Only Debias Once", CPAL 2025.

Each result is a line of results/paper.jsonl under a content key: what is there is not run again, so the run may be
stopped at any time. docs/paper.md is made from these lines by scripts/paper_tables.py. KDD and ACS rows are found
through YODO_DATA and YODO_PUMS_ROOT; panels without rows are left out, and named.
Usage: python benchmarks/paper.py [--panels runtime,adult-sex] [--quick]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import common
from paper_parts import between, fronts, runtime, tasks, views

PARTS = {
    "fronts": fronts.tasks,
    "ablations": fronts.ablations,
    "between": between.tasks,
    "views": views.tasks,
    "runtime": runtime.tasks,
}


def wanted(words: str, quick: bool) -> list[tasks.Task]:
    """The tasks, each once, whose part's name or id holds one of the words; panel by panel, so lines are reused."""
    found: dict[tuple[str, str], tasks.Task] = {}
    for part, make in PARTS.items():
        for task in make(quick):
            if words == "all" or any(word and (word == part or word in task.id) for word in words.split(",")):
                found.setdefault((task.id, str(task.about)), task)
    order = [task.panel.dataset for task in found.values()]
    return sorted(found.values(), key=lambda task: order.index(task.panel.dataset))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--panels", default="all", help=f"parts ({', '.join(PARTS)}) or pieces of ids; default all")
    parser.add_argument("--quick", action="store_true", help="one epoch of one panel, kept apart from the results")
    arguments = parser.parse_args()
    if arguments.quick:
        common.RESULTS = Path(tempfile.mkdtemp(prefix="paper-quick-"))
    known, absent = tasks.done(common.RESULTS / "paper.jsonl"), set()
    waiting = []
    for task in wanted(arguments.panels, arguments.quick):
        reason = task.panel.absent
        if reason is not None:
            absent.add(reason)
        elif task.key not in known:
            waiting.append(task)
    for reason in sorted(absent):
        print(f"Left out: {reason}", file=sys.stderr)
    for number, task in enumerate(waiting, 1):
        began = time.process_time()
        found = {"panel": task.panel.id, **task.about, **task.work()}
        seconds = time.process_time() - began
        common.report("paper", task.claim, key=task.key, **found, task_cpu_s=seconds)
        print(f"{number} of {len(waiting)}: {task.id}, {seconds:.1f} s", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
