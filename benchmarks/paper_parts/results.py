"""Reading results/paper.jsonl: result lines by claim and panel, averages over seeds, fronts of one seed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from paper_parts.panels import BY_ID, Panel
from yodo_core.frontier import hypervolume

Line = dict[str, Any]
Pair = tuple[np.ndarray, np.ndarray]
"""Gaps and errors (2, M) of the line, and of what it is compared with, at one seed."""
PLAIN = {"run": "paper", "penalty": 1.0, "cosine_weight": 1.0, "epochs": None}


class Results:
    """The result lines, the last of each key."""

    def __init__(self, path: Path) -> None:
        texts = path.read_text("utf-8").splitlines() if path.is_file() else []
        lines = [json.loads(text) for text in texts if text]
        self.lines: list[Line] = list({line["key"]: line for line in lines}.values())

    def pick(self, claim: str, panel: str, **about: Any) -> list[Line]:
        """Lines of a claim on a panel whose settings are these, in order of their seeds."""
        found = [line for line in self.lines if line["claim"] == claim and line["panel"] == panel]
        found = [line for line in found if all(line.get(name) == value for name, value in about.items())]
        return sorted(found, key=lambda line: line.get("seed", 0))

    def trained(self, panel: str, method: str, **about: Any) -> list[Line]:
        """One line a seed: the paper's line ("line"), or the models of a method."""
        if method == "line":
            return self.pick("line", panel, **{**PLAIN, **about})
        return self.pick("models", panel, method=method, **{"epochs": None, **about})

    def floor(self, panel: Panel) -> float:
        """The 95th percentile of the parity floor of the gap on decisions, in points; NaN before it is there."""
        found = self.pick("floor", panel.id)
        return float(found[0]["floor_95"]) if found else float("nan")

    def panels(self, notion: str = "") -> list[Panel]:
        """The panels that have a line, in the order of the paper's list."""
        return [p for p in BY_ID.values() if notion in ("", p.notion) and self.trained(p.id, "line")]


def sizes(lines: Sequence[Line], name: str) -> np.ndarray:
    """A figure (seeds, settings); of gaps their sizes."""
    values = np.array([line[name] for line in lines], dtype=float)
    return np.abs(values) if name.endswith("gap") else values


def gap_name(panel: Panel) -> str:
    """The panel's gap on decisions."""
    return f"{panel.notion}_gap"


def spearman(x: Sequence[float] | np.ndarray, y: Sequence[float] | np.ndarray) -> float:
    """Rank correlation; NaN where one of them does not vary."""
    from scipy.stats import spearmanr

    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return float("nan")
    return float(spearmanr(x, y).statistic)


def matched(
    results: Results,
    panel: Panel,
    gap: str,
    error: str,
    every: bool = False,
    settings: Sequence[float] | None = None,
    **about: Any,
) -> list[Pair]:
    """Per seed gaps and errors (2, M) of the line, read at alpha = A, and of ERM with the fixed models.

    Both have as many models, so neither gains by having more to choose from; with `every` the line has all levels.
    With `settings` only those fixed models count.
    """
    found = []
    fixed = {line["seed"]: line for line in results.trained(panel.id, "fixed", **about)}
    erm = {line["seed"]: line for line in results.trained(panel.id, "erm", **about)}
    for line in results.trained(panel.id, "line", **about):
        if line["seed"] not in fixed or line["seed"] not in erm:
            continue
        models, start = fixed[line["seed"]], erm[line["seed"]]
        at = [i for i, setting in enumerate(models["settings"]) if settings is None or setting in settings]
        asked = line["alpha"] if every else [0.0, *(models["settings"][i] for i in at)]
        levels = [line["alpha"].index(level) for level in asked]
        own = np.array([[abs(line[gap][i]) for i in levels], [line[error][i] for i in levels]])
        other = np.array([[*start[name], *(models[name][i] for i in at)] for name in (gap, error)])
        found.append((own, np.abs(other)))
    return found


def areas(pairs: Sequence[Pair]) -> np.ndarray:
    """Hypervolumes (seeds, 2) of both sides, in square points, below ERM's mean gap and the largest error of all."""
    gap = float(np.mean([other[0, 0] for _, other in pairs]))
    error = max(float(side[1].max()) for pair in pairs for side in pair)
    return np.array([[hypervolume(side[0], 100 - side[1], gap, 100 - error) for side in pair] for pair in pairs])


def volumes(pairs: Sequence[Pair]) -> tuple[float, float]:
    """Mean area of either side."""
    own, other = areas(pairs).mean(0)
    return float(own), float(other)


def wander(values: np.ndarray) -> float:
    """Points that a series goes to and fro beyond its way from first to last: 0 is monotone."""
    steps = np.diff(values)
    return float(np.abs(steps).sum() - abs(steps.sum()))


def least_error(gap: np.ndarray, error: np.ndarray, limit: float) -> float:
    """The least error among models whose gap is at most the limit; NaN without any."""
    inside = gap <= limit
    return float(error[inside].min()) if inside.any() else float("nan")
