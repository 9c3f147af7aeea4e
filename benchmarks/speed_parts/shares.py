"""Where a step's processor time goes, by parts of the loop and by torch's operators."""

from __future__ import annotations

import os
from typing import Any

import torch
from torch.profiler import ProfilerActivity
from torch.utils.data import DataLoader

from speed_parts import paper_loop
from speed_parts.sides import SIDES
from speed_parts.stopwatch import Stopwatch
from yodo_core import train
from yodo_core.adam import AdamW
from yodo_core.config import TrainConfig
from yodo_core.nets.mlp import TabularMLP
from yodo_core.objective import Calibrated
from yodo_core.weights import TwoEnds

RUNS, OPERATORS = 3, 12
PLACES: dict[str, dict[tuple[Any, str], str]] = {
    "line": {
        (train, "_batches"): "gathering rows",
        (TwoEnds, "__call__"): "blending",
        (TabularMLP, "forward"): "forward",
        (Calibrated, "loss"): "loss and penalty",
        (torch.Tensor, "backward"): "backward",
        (TwoEnds, "gather"): "handing on the gradient",
        (AdamW, "step"): "Adam",
    },
    "paper": {
        (DataLoader, "__iter__"): "gathering rows",
        (paper_loop, "blend"): "blending",
        (paper_loop, "scores_at"): "forward",
        (paper_loop, "prediction_loss"): "loss and penalty",
        (paper_loop, "squared_cosine"): "squared cosine",
        (torch.Tensor, "backward"): "backward",
        (torch.optim.Adam, "step"): "Adam",
    },
}


def by_part(side: str, held: Any, config: TrainConfig) -> dict[str, float]:
    """Seconds of processor time a step by part, the largest first: the quickest of several runs, one to warm up."""
    SIDES[side].train(held, config)
    found = []
    for _ in range(RUNS):
        watch = Stopwatch()
        with watch.watching(PLACES[side]):
            rows = SIDES[side].train(held, config)
        found.append({part: seconds / (rows / config.batch_size) for part, seconds in watch.seconds.most_common()})
    return min(found, key=lambda parts: sum(parts.values()))


def by_operator(held: Any, config: TrainConfig) -> dict[str, float]:
    """Shares of the operators that take the line most time, without the time of those that they call."""
    os.environ.setdefault("KINETO_LOG_LEVEL", "99")  # It would say on standard error that it starts and stops.
    with torch.profiler.profile(activities=[ProfilerActivity.CPU]) as profiler:
        SIDES["line"].train(held, config)
    events = sorted(profiler.key_averages(), key=lambda event: -event.self_cpu_time_total)
    whole = sum(event.self_cpu_time_total for event in events)
    return {event.key: event.self_cpu_time_total / whole for event in events[:OPERATORS]}
