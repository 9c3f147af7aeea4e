"""What several baselines are made of: the line's own net, the groups of a notion, a net as a scorer."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Generic, TypeVar

import torch
from torch import nn

from yodo_core import evaluate
from yodo_core.baselines.types import Scorer
from yodo_core.config import TrainConfig
from yodo_core.data.prepare import Prepared
from yodo_core.errors import InputError
from yodo_core.fairness.notions import get_notion
from yodo_core.fairness.penalties import ScoredGroups
from yodo_core.train import OnStep, new_line

T = TypeVar("T")
Module = TypeVar("Module", bound=nn.Module)


def first_net(prepared: Prepared, config: TrainConfig) -> nn.Module:
    """The untrained net that ERM and the fixed models of this seed start from."""
    return new_line(prepared, config).start


def seeded(make: Callable[[], Module], seed: int) -> Module:
    """A further module, initialised from the run's seed; the random state of the process stays as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return make()


def scored_groups(prepared: Prepared, config: TrainConfig) -> ScoredGroups:
    """Which groups the run's notion compares, on the train rows."""
    table = prepared.splits["train"]
    return ScoredGroups(get_notion(config.notion), table.label, table.group, prepared.groups)


def net_scorer(net: nn.Module) -> Scorer:
    """The net's probabilities; it sees codes and numbers, not the group."""
    return lambda table: evaluate.scores(net, table)


def above_zero(setting: float | None, what: str) -> float:
    """The setting of a method whose settings are finite numbers above 0. Raises InputError for others."""
    if setting is None or not 0 < setting < math.inf:
        raise InputError(f"{what} above 0; got {setting}. Without any it is the method erm.")
    return setting


class Shared(Generic[T]):
    """What several settings of one seed are made from, kept within this process: the last few of them.

    Training repeats bit for bit, so one that is kept and one made anew are the same. With a callback, which is to be
    told of every step and may stop the run, nothing is kept or reused.
    """

    def __init__(self, most: int = 8) -> None:
        self._most = most
        self._held: dict[tuple[str, TrainConfig], T] = {}

    def get(self, prepared: Prepared, config: TrainConfig, on_step: OnStep | None, make: Callable[[], T]) -> T:
        """The thing made from these rows under this config; `make` is called if it is not there."""
        if on_step is not None:
            return make()
        key = (prepared.rows_sha256, config)
        if key not in self._held:
            while len(self._held) >= self._most:
                del self._held[next(iter(self._held))]
            self._held[key] = make()
        return self._held[key]
