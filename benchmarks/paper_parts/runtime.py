"""Table 1: processor seconds to train one fixed model and one line, in turns, on each of the paper's data sets here."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Any

from levels import timed

from paper_parts.panels import PANELS, Panel
from paper_parts.run import as_paper
from paper_parts.tasks import Task
from yodo_core import train

TURNS = {"adult": 5, "kdd": 3, "acs": 2}


def runtime_task(panel: Panel, turns: int, **changes: Any) -> Task:
    """Training only, as in the paper; 100 fixed models are scaled from the median one."""

    def work() -> dict[str, Any]:
        prepared, config = panel.prepared, panel.config(0, **changes)
        fixed, lines = [], []
        with as_paper():
            # The first steps of a process pay for its memory and its kernels.
            train.train_fixed(prepared, panel.config(0, epochs=1), 1.0)
            for _ in range(turns):
                fixed.append(timed(lambda: train.train_fixed(prepared, config, 1.0))[0].cpu)
                lines.append(timed(lambda: train.train_line(prepared, config))[0].cpu)
        one, line = median(fixed), median(lines)
        return {"fixed_s": one, "line_s": line, "ratio": 100 * one / line, "fixed_runs_s": fixed, "line_runs_s": lines}

    return Task("runtime", panel, {"turns": turns, **changes}, work)


def tasks(quick: bool = False) -> Iterator[Task]:
    if quick:
        yield runtime_task(PANELS[0], 1, epochs=1)
        return
    for panel in PANELS:
        if panel.attribute == "sex" and panel.notion == "dp":
            yield runtime_task(panel, TURNS[panel.dataset.split("-")[0]])
