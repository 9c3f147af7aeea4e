"""Prejudice remover: cross-entropy plus a weight times the mutual information of prediction and group.

Kamishima, Akaho, Asoh and Sakuma, "Fairness-aware classifier with prejudice remover regularizer", ECML PKDD 2012;
as the benchmark FFB (Han et al., ICLR 2024) runs it, on mini-batches and for any net: P(Y | S) and P(Y) are the mean
scores of the batch, by group and of all scored groups together. For `eo` and `eodds` the information is taken within
the notion's conditions (among the rows with that label) and summed over them: our extension, as the paper has dp only.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from yodo_core.baselines.parts import above_zero, first_net, net_scorer, scored_groups
from yodo_core.baselines.types import Scorer
from yodo_core.config import TrainConfig
from yodo_core.data.prepare import Prepared
from yodo_core.fairness.penalties import ScoredGroups
from yodo_core.objective import Batch
from yodo_core.train import OnStep, fit

WEIGHTS: tuple[float, ...] = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
TINY = 1e-6


def information(scored: ScoredGroups, scores: Tensor, label: Tensor, group: Tensor) -> Tensor:
    """Mutual information in nats between a decision drawn from the scores and the group, summed over conditions.

    I = sum_g P(g) sum_y P(y | g) log(P(y | g) / P(y)); 0 is parity. Groups without rows in the batch add nothing.
    """
    means, rows, pooled = scored.means(scores, label, group)
    share = rows / rows.sum(1, keepdim=True).clamp_min(1)
    total = torch.zeros(())
    for given, overall in ((means, pooled), (1 - means, 1 - pooled)):
        ratio = given.clamp_min(TINY) / overall.clamp_min(TINY)
        total = total + (share * given * ratio.log()).sum()
    return total


class PrejudiceRemover:
    """The objective: CE + `weight` * information, at the scores of the batch."""

    def __init__(self, net: nn.Module, scored: ScoredGroups, weight: float) -> None:
        self.net, self.scored, self.weight = net, scored, weight
        self.state: dict[str, Tensor] = {}

    def loss(self, step: int, draw: float, batch: Batch) -> Tensor:
        logits = self.net(*batch.inputs)
        held = information(self.scored, logits.sigmoid(), batch.label, batch.group)
        return binary_cross_entropy_with_logits(logits, batch.label) + self.weight * held


def train(prepared: Prepared, config: TrainConfig, setting: float | None, on_step: OnStep | None = None) -> Scorer:
    """One model at the weight `setting`: the line's net, steps and schedule."""
    weight = above_zero(setting, "A prejudice remover needs a weight")
    net = first_net(prepared, config)
    objective = PrejudiceRemover(net, scored_groups(prepared, config), weight)
    return net_scorer(fit(net, objective, prepared.splits["train"], config, on_step).net)
