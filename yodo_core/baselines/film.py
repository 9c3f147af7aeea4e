"""One net told its penalty: the gap's weight is an input, drawn anew at every step, and chosen when the net is used.

"You only train once", Dosovitskiy and Djolonga, ICLR 2020; for fairness as Taufiq et al., NeurIPS 2024. The penalty
is drawn log-uniformly over the range of the fixed models' and enters every hidden layer, before its ReLU, as a scale
and a shift (feature-wise linear modulation, FiLM: Perez et al. 2018). One training serves all settings of a seed.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from yodo_core.baselines.fixed import PENALTIES
from yodo_core.baselines.parts import Shared, first_net, net_scorer, scored_groups, seeded
from yodo_core.baselines.types import Scorer
from yodo_core.config import TrainConfig
from yodo_core.data.prepare import Prepared
from yodo_core.errors import InputError
from yodo_core.fairness.penalties import ScoredGroups
from yodo_core.nets.mlp import TabularMLP
from yodo_core.objective import Batch
from yodo_core.train import OnStep, fit

LOW, HIGH = min(PENALTIES), max(PENALTIES)
READ_AT: tuple[float, ...] = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 2.0, 4.0, 8.0)
HIDDEN = 64


class Conditioned(nn.Module):
    """The line's net, its hidden layers scaled and shifted before their ReLU by a small net that sees the penalty."""

    def __init__(self, net: TabularMLP, hidden: int) -> None:
        super().__init__()
        self.net = net
        self.layers = sum(isinstance(layer, nn.ReLU) for layer in net.rest)
        last = nn.Linear(HIDDEN, 2 * hidden * self.layers)
        # Starts as the plain net: scale 1 and shift 0 at every penalty.
        nn.init.zeros_(last.weight)
        nn.init.zeros_(last.bias)
        self.told = nn.Sequential(nn.Linear(1, HIDDEN), nn.ReLU(), last)

    def forward(self, codes: Tensor, numbers: Tensor, penalty: float) -> Tensor:
        """Logits (N,) at one penalty for all rows."""
        place = 2 * math.log(penalty / LOW) / math.log(HIGH / LOW) - 1
        scales, shifts = self.told(torch.tensor([place])).view(2, self.layers, -1)
        values, layer = self.net.first(codes, numbers), 0
        for step in self.net.rest:
            if isinstance(step, nn.ReLU):
                values = values * (1 + scales[layer]) + shifts[layer]
                layer += 1
            values = step(values)
        return values.squeeze(-1)


class At(nn.Module):
    """A conditioned net with its penalty filled in."""

    def __init__(self, net: Conditioned, penalty: float) -> None:
        super().__init__()
        self.net, self.penalty = net, penalty

    def forward(self, codes: Tensor, numbers: Tensor) -> Tensor:
        return self.net(codes, numbers, self.penalty)


class Told:
    """The objective of the fixed models over 1 + penalty, at the penalty LOW * (HIGH / LOW) ^ draw of each step.

    A fixed model's optimizer evens out the size of its loss; here one optimizer sees all penalties, and without the
    division the large ones leave the small ones little. With it the net is more accurate at every penalty it was read
    at (tune rows of Adult, sex, dp, 24 epochs, seeds 0 and 1, six penalties: by 0.2 to 0.9 points).
    """

    def __init__(self, net: Conditioned, scored: ScoredGroups) -> None:
        self.net, self.scored = net, scored
        self.state: dict[str, Tensor] = {}

    def loss(self, step: int, draw: float, batch: Batch) -> Tensor:
        penalty = LOW * (HIGH / LOW) ** draw
        logits = self.net(batch.codes, batch.numbers, penalty)
        gap = self.scored.gap(logits.sigmoid(), batch.label, batch.group)
        return (binary_cross_entropy_with_logits(logits, batch.label) + penalty * gap) / (1 + penalty)


_nets: Shared[Conditioned] = Shared()


def train(prepared: Prepared, config: TrainConfig, setting: float | None, on_step: OnStep | None = None) -> Scorer:
    """The net of this seed, trained once and read at the penalty `setting`, which must be in the range trained for."""
    if setting is None or not LOW <= setting <= HIGH:
        raise InputError(f"This net is told a penalty from {LOW:g} to {HIGH:g}; got {setting}.")
    net = _nets.get(prepared, config, on_step, lambda: _train(prepared, config, on_step))
    return net_scorer(At(net, setting))


def _train(prepared: Prepared, config: TrainConfig, on_step: OnStep | None) -> Conditioned:
    plain = first_net(prepared, config)
    if not isinstance(plain, TabularMLP):
        raise InputError(f"Only the tabular net can be told its penalty so far, not {type(plain).__name__}.")
    net = seeded(lambda: Conditioned(plain, config.hidden), config.seed)
    fit(net, Told(net, scored_groups(prepared, config)), prepared.splits["train"], config, on_step)
    return net
