"""What a line is not: two models trained apart and joined, predictions mixed instead of weights, dropout left on."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from paper_parts.measure import columns, figures
from paper_parts.panels import LEVELS, PANELS, Panel
from paper_parts.run import fixed_net, line_of
from paper_parts.tasks import Task
from yodo_core import evaluate
from yodo_core.line import Line

APART = 100
"""Added to the seed of the second model, so that it starts elsewhere."""


def interpolation_task(panel: Panel, seed: int, start: str, **changes: Any) -> Task:
    """ERM and the fixed model at A = 1, trained apart, then joined: weights between, and predictions between.

    `start` says whether both began at the same weights ("same") or at independent ones.
    """

    def work() -> dict[str, Any]:
        accurate = fixed_net(panel, seed, 0.0, **changes)
        fair = fixed_net(panel, seed if start == "same" else seed + APART, 1.0, **changes)
        return weights_and_predictions(panel, Line.between(accurate, fair))

    return Task("apart", panel, {"seed": seed, "start": start, **changes}, work)


def mixing_task(panel: Panel, seed: int, **changes: Any) -> Task:
    """The two ends of a line: the blends of their weights, and the blends of their predictions."""

    def work() -> dict[str, Any]:
        return weights_and_predictions(panel, line_of(panel, seed, **changes).line)

    return Task("mixing", panel, {"seed": seed, **changes}, work)


def weights_and_predictions(panel: Panel, line: Line) -> dict[str, Any]:
    """Figures of 21 blends of weights, and of the blends (1 - a) f(x; start) + a f(x; end) of scores."""
    test = panel.prepared.splits["test"]
    start, end = (evaluate.scores(line.at(position), test) for position in (0.0, 1.0))
    weights = [figures(panel, evaluate.scores(line.at(level), test)) for level in LEVELS]
    mixed = [figures(panel, np.clip((1 - level) * start + level * end, 0, 1)) for level in LEVELS]
    return {"alpha": LEVELS, "weights": columns(weights), "predictions": columns(mixed)}


class Dropping(nn.Module):
    """Dropout that goes on in evaluation, as in the authors' code."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, values: Tensor) -> Tensor:
        return nn.functional.dropout(values, self.share, training=True)


def dropout_task(panel: Panel, seed: int, **changes: Any) -> Task:
    """The line and ERM, trained as elsewhere, measured with dropout left on."""

    def work() -> dict[str, Any]:
        test, line = panel.prepared.splits["test"], line_of(panel, seed, **changes).line
        nets = [*(line.at(level) for level in LEVELS), copy.deepcopy(fixed_net(panel, seed, 0.0, **changes))]
        rows = []
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            for net in nets:
                rows.append(figures(panel, evaluate.scores(_dropping(net), test)))
        return {"alpha": LEVELS, "line": columns(rows[:-1]), "erm": columns(rows[-1:])}

    return Task("dropout", panel, {"seed": seed, **changes}, work)


def _dropping(net: nn.Module) -> nn.Module:
    rest = net.rest
    assert isinstance(rest, nn.Sequential)
    for i, layer in enumerate(rest):
        if isinstance(layer, nn.Dropout):
            rest[i] = Dropping(layer.p)
    return net


def tasks(quick: bool = False) -> Iterator[Task]:
    if quick:
        yield interpolation_task(PANELS[0], 0, "independent", epochs=1)
        yield mixing_task(PANELS[0], 0, epochs=1)
        yield dropout_task(PANELS[0], 0, epochs=1)
        return
    for panel in PANELS:
        if panel.id not in ("adult-sex-dp", "acs-i-sex-dp"):
            continue
        for seed in (0, 1, 2) if panel.dataset == "adult" else (0,):
            for start in ("independent", "same"):
                yield interpolation_task(panel, seed, start)
            yield mixing_task(panel, seed)
            yield dropout_task(panel, seed)
