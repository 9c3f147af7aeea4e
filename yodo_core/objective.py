"""What a training step minimises: the calibrated and the paper's objective for lines, and the fixed one.

An objective holds its running figures in `state`, a dictionary of tensors that a partial run saves and restores. The
cosine term depends on no row: `TwoEnds` adds its gradient, and no loss here holds it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from yodo_core.config import TrainConfig
from yodo_core.fairness.penalties import ScoredGroups
from yodo_core.line import Line
from yodo_core.weights import TwoEnds

KNOTS = 11
ANCHOR_EVERY = 4
MEMORY = 0.97
SETTLE = 32.0


@dataclass(frozen=True)
class Batch:
    """Encoded rows of one step: codes (B, C), numbers (B, D), label (B,) float, group (B,)."""

    codes: Tensor
    numbers: Tensor
    label: Tensor
    group: Tensor


class Objective(Protocol):
    """A step's loss. `draw` is this step's uniform random number in [0, 1)."""

    state: dict[str, Tensor]

    def loss(self, step: int, draw: float, batch: Batch) -> Tensor: ...


class Fixed:
    """Cross-entropy plus `penalty` times the gap of mean scores: one model for one trade-off. Penalty 0 is ERM."""

    def __init__(self, net: nn.Module, scored: ScoredGroups, penalty: float) -> None:
        self.net, self.scored, self.penalty = net, scored, penalty
        self.state: dict[str, Tensor] = {}

    def loss(self, step: int, draw: float, batch: Batch) -> Tensor:
        logits = self.net(batch.codes, batch.numbers)
        loss = binary_cross_entropy_with_logits(logits, batch.label)
        if self.penalty:
            loss = loss + self.penalty * self.scored.gap(logits.sigmoid(), batch.label, batch.group)
        return loss


class Paper:
    """CE + alpha * A * gap at one alpha ~ U[0, 1] a step; with beta * cos^2, which `TwoEnds` adds, it is equation 3.

    Han et al., CPAL 2025.
    """

    def __init__(self, line: Line | TwoEnds, scored: ScoredGroups, config: TrainConfig) -> None:
        self.line, self.scored, self.config = line, scored, config
        self.state: dict[str, Tensor] = {}

    def loss(self, step: int, draw: float, batch: Batch) -> Tensor:
        logits = self.line(batch.codes, batch.numbers, position=draw)
        gap = self.scored.gap(logits.sigmoid(), batch.label, batch.group)
        return binary_cross_entropy_with_logits(logits, batch.label) + draw * self.config.penalty * gap


class Calibrated:
    """Target tracking: each level is asked for its share, deviation(alpha) = (1 - alpha) * deviation(0).

    d (C, G) are signed deviations of the groups' mean scores from the mean of all scored groups. On every
    fourth step alpha is 0 exactly, unpenalised: the start stays a true ERM, and d(0) is a running mean over
    these steps. Elsewhere the loss is CE + sum_k m_k * d_k with m = lambda(alpha) + proportional * residual,
    where lambda lives on 11 knots over alpha and rises by dual ascent on residual = d - (1 - alpha) * d(0).
    A linear Lagrangian has an unbiased gradient on a noisy batch, so it finds its strength by itself. The means
    are of sigmoid(sharpness * logit), a smooth stand-in for decisions at 0.5: with plain scores the decision gap
    passes through zero and turns back before alpha 1 (tune rows of Adult, sex, dp, seeds 0-2: Spearman of alpha
    and gap -0.97, -1.00, -1.00 at sharpness 1; -1.00 each at 8). The
    residual is weighted by rows / (rows + 32), so that a group with few rows in the batch pulls weakly but
    steadily, and by the share of the batch that the condition concerns (all rows for dp, the positives for
    eo): a rate among few rows moves with less force.
    """

    def __init__(self, line: Line | TwoEnds, scored: ScoredGroups, config: TrainConfig) -> None:
        self.line, self.scored, self.config = line, scored, config
        shape = scored.eligible.shape
        self.state: dict[str, Tensor] = {
            "anchor": torch.zeros(shape),
            "anchor_rows": torch.zeros(shape),
            "multipliers": torch.zeros(KNOTS, *shape),
        }

    def loss(self, step: int, draw: float, batch: Batch) -> Tensor:
        alpha = 0.0 if step % ANCHOR_EVERY == 0 else draw
        logits = self.line(batch.codes, batch.numbers, position=alpha)
        near_decisions = (self.config.sharpness * logits).sigmoid()
        deviations, rows = self.scored.deviations(near_decisions, batch.label, batch.group)
        with torch.no_grad():
            if alpha == 0.0:
                self._remember(deviations, rows)
            force = self._force(alpha, deviations, rows, len(batch.label))
        return binary_cross_entropy_with_logits(logits, batch.label) + (force * deviations).sum()

    def _remember(self, deviations: Tensor, rows: Tensor) -> None:
        """Running mean of d(0), each step weighted by the rows behind it, older steps fading."""
        seen = self.state["anchor_rows"] * MEMORY
        mixed = (self.state["anchor"] * seen + deviations * rows) / (seen + rows)
        self.state["anchor"] = torch.where(seen + rows > 0, mixed, 0.0)
        self.state["anchor_rows"] = seen + rows

    def _force(self, alpha: float, deviations: Tensor, rows: Tensor, len_batch: int) -> Tensor:
        if alpha == 0.0:
            return torch.zeros_like(deviations)
        concerned = rows.sum(1, keepdim=True) / len_batch
        weight = rows / (rows + SETTLE) * concerned
        residual = (deviations - (1 - alpha) * self.state["anchor"]) * weight
        place = alpha * (KNOTS - 1)
        low = min(int(place), KNOTS - 2)
        share = place - low
        multipliers = self.state["multipliers"]
        force = (1 - share) * multipliers[low] + share * multipliers[low + 1] + self.config.proportional * residual
        multipliers[low] += self.config.dual_rate * (1 - share) * residual
        multipliers[low + 1] += self.config.dual_rate * share * residual
        return force


def line_objective(line: Line | TwoEnds, scored: ScoredGroups, config: TrainConfig) -> Objective:
    """The objective that the config names."""
    kinds: dict[str, type[Calibrated] | type[Paper]] = {"calibrated": Calibrated, "paper": Paper}
    return kinds[config.objective](line, scored, config)
