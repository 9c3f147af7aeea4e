"""Looking at a trained line: thresholds, the groups' score distributions, single people's scores along alpha."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from paper_parts.fronts import SEEDS
from paper_parts.measure import columns, figures, pair
from paper_parts.panels import LEVELS, PANELS, Panel
from paper_parts.run import line_of, scores_of
from paper_parts.tasks import Task
from yodo_core import evaluate
from yodo_core.fairness.counts import count
from yodo_core.fairness.floor import floor_of
from yodo_core.fairness.notions import get_notion

THRESHOLDS = tuple(round(i / 20, 2) for i in range(1, 20))
TOLERANCES = (0.0, 0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.15, 0.2)
SHOWN = (0.0, 0.25, 0.5, 0.75, 1.0)
STEADY = 0.01
"""Scores that move less than this from the lowest to the highest level say nothing about a direction."""


def threshold_task(panel: Panel, seed: int, **changes: Any) -> Task:
    """The line at thresholds other than 0.5; ERM with its one threshold moved, and with one for each group."""

    def work() -> dict[str, Any]:
        line, test = line_of(panel, seed, **changes).line, panel.prepared.splits["test"]
        found = {}
        for level in (0.0, 0.5, 1.0):
            scores = evaluate.scores(line.at(level), test)
            found[str(level)] = columns([figures(panel, scores, threshold) for threshold in THRESHOLDS])
        erm, _ = scores_of(panel, "erm", None, seed, **changes)
        groups = [scores_of(panel, "group-thresholds", tolerance, seed, **changes)[0] for tolerance in TOLERANCES]
        return {
            "thresholds": THRESHOLDS, "line": found,
            "erm": columns([figures(panel, erm, threshold) for threshold in THRESHOLDS]),
            "tolerances": TOLERANCES, "group_thresholds": columns([figures(panel, scores) for scores in groups]),
        }  # fmt: skip

    return Task("thresholds", panel, {"seed": seed, **changes}, work)


def floor_task(panel: Panel, **changes: Any) -> Task:
    """The parity floor of the gap on decisions, in points, at ERM's rates."""

    def work() -> dict[str, Any]:
        prepared = panel.prepared
        test = prepared.splits["test"]
        erm, _ = scores_of(panel, "erm", None, 0, **changes)
        mean, high = floor_of(count(erm, test.label, test.group, prepared.groups), panel.notion)
        return {"floor_mean": 100 * mean, "floor_95": 100 * high}

    return Task("floor", panel, changes, work)


def people_task(panel: Panel, seed: int, **changes: Any) -> Task:
    """Score distributions of the two groups at five levels, and how single people's scores go along 21."""

    def work() -> dict[str, Any]:
        prepared = panel.prepared
        test = prepared.splits["test"]
        line = line_of(panel, seed, **changes).line
        along = np.stack([evaluate.scores(line.at(level), test) for level in LEVELS])
        condition = get_notion(panel.notion).conditions[0]
        concerned = np.ones(len(test), bool) if condition is None else test.label == condition
        label, group, along = test.label[concerned], test.group[concerned], along[:, concerned]
        at = [LEVELS.index(level) for level in SHOWN]
        counted = [count(along[i], label, group, prepared.groups).n.sum(1) for i in at]
        names = ["other", "reference"]
        found: dict[str, Any] = {"levels": SHOWN, "overlap": [_overlap(histograms) for histograms in counted]}
        for name, index in zip(names, pair(prepared), strict=True):
            mine = along[:, group == index]
            quartiles = np.percentile(mine[at], [10, 25, 50, 75, 90], axis=1).T
            found[name] = {
                "group": prepared.groups[index], "mean": mine[at].mean(1).tolist(),
                "percentiles_10_25_50_75_90": quartiles.tolist(), **_directions(mine),
            }  # fmt: skip
        return found

    return Task("people", panel, {"seed": seed, **changes}, work)


def _overlap(histograms: np.ndarray) -> float:
    """Shared area of the two groups' score histograms (2, 100), in [0, 1]; 1 is the same distribution."""
    shares = histograms / histograms.sum(1, keepdims=True)
    return float(np.minimum(*shares).sum())


def _directions(along: np.ndarray) -> dict[str, Any]:
    """Of scores (21, N): shares of people whose score goes one way, up or down, or both ways; and three people.

    One way: it never comes back by more than STEADY from the furthest it has gone. The three stand at the
    quartiles of the scores at alpha 0.
    """
    net = along[-1] - along[0]
    fallen = (np.maximum.accumulate(along) - along).max(0)
    risen = (along - np.minimum.accumulate(along)).max(0)
    against = np.where(net >= 0, fallen, risen) > STEADY
    moved = np.ptp(along, axis=0) >= STEADY
    order = np.argsort(along[0], kind="stable")
    three = [order[round(share * (len(order) - 1))] for share in (0.25, 0.5, 0.75)]
    return {
        "up": float((moved & ~against & (net > 0)).mean()),
        "down": float((moved & ~against & (net <= 0)).mean()),
        "both_ways": float((moved & against).mean()),
        "still": float((~moved).mean()),
        "median_change": float(np.median(net)),
        "three": along[[LEVELS.index(level) for level in SHOWN]][:, three].T.tolist(),
    }


def tasks(quick: bool = False) -> Iterator[Task]:
    if quick:
        yield threshold_task(PANELS[0], 0, epochs=1)
        yield people_task(PANELS[0], 0, epochs=1)
        yield floor_task(PANELS[0], epochs=1)
        return
    for panel in PANELS:
        yield floor_task(panel)
        for seed in SEEDS:
            yield people_task(panel, seed)
    for panel in PANELS:
        if panel.id in ("adult-sex-dp", "acs-i-sex-dp"):
            for seed in SEEDS if panel.dataset == "adult" else (0,):
                yield threshold_task(panel, seed)
