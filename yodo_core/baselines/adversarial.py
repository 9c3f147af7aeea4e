"""Adversarial training: a second net learns to tell the group from the prediction, the first to leave it no trace.

Zhang, Lemoine and Mitchell, "Mitigating unwanted biases with adversarial learning", AIES 2018: the adversary sees the
logit for `dp`, and the logit and the label for `eo` (among label 1) and `eodds`. As in the benchmark FFB (Han et al.,
ICLR 2024) both learn at once through gradient reversal (Ganin and Lempitsky 2015), without the paper's projection of
the gradient and its rising weight: the predictor minimises CE - weight * CE of the adversary.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from yodo_core.baselines.parts import above_zero, first_net, net_scorer, scored_groups, seeded
from yodo_core.baselines.types import Scorer
from yodo_core.config import TrainConfig
from yodo_core.data.prepare import Prepared
from yodo_core.fairness.penalties import ScoredGroups
from yodo_core.objective import Batch
from yodo_core.train import OnStep, fit

WEIGHTS: tuple[float, ...] = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
HIDDEN = 64


class _Reverse(torch.autograd.Function):
    """Passes values on, and gradients back with the sign turned and scaled by `weight`."""

    @staticmethod
    def forward(context: Any, values: Tensor, weight: float) -> Tensor:
        context.weight = weight
        return values.view_as(values)

    @staticmethod
    def backward(context: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        return -context.weight * gradients[0], None


class Pair(nn.Module):
    """The predictor and its adversary, together because one optimizer trains both; it predicts as the first."""

    def __init__(self, net: nn.Module, adversary: nn.Module) -> None:
        super().__init__()
        self.net, self.adversary = net, adversary

    def forward(self, *inputs: Tensor) -> Tensor:
        return self.net(*inputs)


class Adversarial:
    """The objective. The adversary learns from rows in a condition of the notion, of groups that are scored there."""

    def __init__(self, pair: Pair, scored: ScoredGroups, weight: float) -> None:
        self.pair, self.scored, self.weight = pair, scored, weight
        self.state: dict[str, Tensor] = {}

    def loss(self, step: int, draw: float, batch: Batch) -> Tensor:
        logits = self.pair(*batch.inputs)
        loss = binary_cross_entropy_with_logits(logits, batch.label)
        rows = self._concerned(batch)
        if not bool(rows.any()):
            return loss
        seen = [_Reverse.apply(logits[rows], self.weight)]
        if None not in self.scored.notion.conditions:
            seen.append(batch.label[rows])
        told = self.pair.adversary(torch.stack(seen, dim=1))
        # Groups that are not scored anywhere are no answer that the adversary could give.
        told = told.masked_fill(~self.scored.eligible.any(0), -torch.inf)
        return loss + cross_entropy(told, batch.group[rows])

    def _concerned(self, batch: Batch) -> Tensor:
        rows = torch.zeros(len(batch.label), dtype=torch.bool)
        for condition, eligible in zip(self.scored.notion.conditions, self.scored.eligible, strict=True):
            within = eligible[batch.group]
            rows |= within if condition is None else within & (batch.label == condition)
        return rows


def train(prepared: Prepared, config: TrainConfig, setting: float | None, on_step: OnStep | None = None) -> Scorer:
    """One model at the weight `setting`: the line's net, steps and schedule; the adversary is then put aside."""
    weight = above_zero(setting, "Adversarial training needs a weight")
    scored = scored_groups(prepared, config)
    inputs, groups = 1 if None in scored.notion.conditions else 2, len(prepared.groups)
    adversary = seeded(lambda: _adversary(inputs, groups), config.seed)
    pair = Pair(first_net(prepared, config), adversary)
    fit(pair, Adversarial(pair, scored, weight), prepared.splits["train"], config, on_step)
    return net_scorer(pair.net)


def _adversary(inputs: int, groups: int) -> nn.Module:
    middle = [nn.Linear(inputs, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, HIDDEN), nn.ReLU()]
    return nn.Sequential(*middle, nn.Linear(HIDDEN, groups))
