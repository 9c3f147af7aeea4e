"""Training as the paper describes it: the core's loop, objectives and methods, with the paper's net and rate in place.

The core has one net and one schedule. Here its two functions that make them are exchanged while a model trains, so
that lines and every baseline take the paper's without a second loop. Trained models are kept within the process.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from unittest.mock import patch

import numpy as np
import torch
from torch import nn

from paper_parts.panels import PANELS, Panel
from yodo_core import train
from yodo_core.baselines import METHODS
from yodo_core.config import TrainConfig
from yodo_core.data.prepare import Prepared
from yodo_core.line import Line

THIRD = 6
"""Where the third hidden layer's ReLU stands in TabularMLP.rest; its dropout is next."""

core_net = train.make_net


def paper_net(prepared: Prepared, config: TrainConfig) -> nn.Module:
    """Four linear layers with ReLU, ReLU, sigmoid; dropout after the first two only. Logits, as in the core."""
    net = core_net(prepared, config)
    rest = net.rest
    assert isinstance(rest, nn.Sequential)
    assert isinstance(rest[THIRD], nn.ReLU)
    rest[THIRD], rest[THIRD + 1] = nn.Sigmoid(), nn.Identity()
    return net


def constant(step: int, steps: int, peak: float) -> float:
    """The paper's rate; in place of the core's one-cycle."""
    return peak


@contextmanager
def as_paper(paper: bool = True) -> Iterator[None]:
    """Within it the core trains the paper's net at a constant rate; with `paper` false, its own net and schedule."""
    torch.set_num_threads(1)
    if not paper:
        yield
        return
    with patch.object(train, "make_net", paper_net), patch.object(train, "one_cycle", constant):
        yield


@dataclass(frozen=True, eq=False)
class Trained:
    """A line and the processor seconds of its training."""

    line: Line
    seconds: float
    steps: int


def line_of(panel: Panel, seed: int, paper: bool = True, **changes: Any) -> Trained:
    """The line of this panel and seed under the paper's objective."""
    return _line(panel, seed, paper, tuple(sorted(changes.items())))


@lru_cache(maxsize=64)
def _line(panel: Panel, seed: int, paper: bool, changes: tuple[tuple[str, Any], ...]) -> Trained:
    config = panel.config(seed, **dict(changes))
    began = time.process_time()
    with as_paper(paper):
        run = train.train_line(panel.prepared, config)
    assert isinstance(run.net, Line)
    return Trained(run.net, time.process_time() - began, run.steps)


@lru_cache(maxsize=64)
def fixed_net(panel: Panel, seed: int, penalty: float, **changes: Any) -> nn.Module:
    """The net trained for one penalty; 0 is ERM."""
    with as_paper():
        return train.train_fixed(panel.prepared, panel.config(seed, **changes), penalty).net


def scores_of(panel: Panel, method: str, setting: float | None, seed: int, **changes: Any) -> tuple[np.ndarray, float]:
    """Scores on the test rows (N,) of one model of a method, and the processor seconds it took.

    ERM knows neither notion nor attribute, and here it sees all columns: one training serves a data set's panels.
    """
    if method == "erm":
        panel = next(p for p in PANELS if p.dataset == panel.dataset)
    return _scores(panel, method, setting, seed, tuple(sorted(changes.items())))


@lru_cache(maxsize=64)
def _scores(panel: Panel, method: str, setting: float | None, seed: int, changes: Any) -> tuple[np.ndarray, float]:
    began = time.process_time()
    with as_paper():
        scorer = METHODS[method].train(panel.prepared, panel.config(seed, **dict(changes)), setting, None)
    seconds = time.process_time() - began
    return scorer(panel.prepared.splits["test"]), seconds
