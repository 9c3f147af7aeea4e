"""What a training step minimises: the calibrated and the paper's objective for lines, and the fixed one.

An objective holds its running figures in `state`, a dictionary of tensors that a partial run saves and restores. The
cosine term depends on no row: `TwoEnds` adds its gradient, and no loss here holds it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, softplus

from yodo_core.config import TrainConfig
from yodo_core.fairness.penalties import ScoredGroups
from yodo_core.line import Line
from yodo_core.weights import TwoEnds

GOLDEN = (5**0.5 - 1) / 2
MEMORY = 0.98
RECENT = 50
"""Steps of the trunk, its last ones, whose decisions go into d(0)."""
SETTLE = 8.0
CAP = 10.0
BEYOND = 1.15
BARELY = 0.01
LEAST = 2
"""Rows that a net is given at least: batch statistics of one row are none."""
FEW = 0.1
"""A group whose rows in a condition are a smaller share of all rows has its strength moved faster, by FEW over that."""


@dataclass(frozen=True)
class Batch:
    """Encoded rows of one step: codes (B, C), numbers (B, D), label (B,) float, group (B,), pixels (B, ...) if any."""

    codes: Tensor
    numbers: Tensor
    label: Tensor
    group: Tensor
    pixels: Tensor | None = None

    @property
    def inputs(self) -> tuple[Tensor, ...]:
        """What a net takes, as `Table.inputs`."""
        return (self.codes, self.numbers) if self.pixels is None else (self.pixels,)

    def cut(self, rows: int) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
        """What a net takes of the first rows, and of the others."""
        return tuple(x[:rows] for x in self.inputs), tuple(x[rows:] for x in self.inputs)


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
        logits = self.net(*batch.inputs)
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
        logits = self.line(*batch.inputs, position=draw)
        gap = self.scored.gap(logits.sigmoid(), batch.label, batch.group)
        return binary_cross_entropy_with_logits(logits, batch.label) + draw * self.config.penalty * gap


class _Pulled(torch.autograd.Function):
    """Cross-entropy of logits (N,), in parts, with labels (N,) plus pull (N,) times score: a mean, as one operation."""

    @staticmethod
    def forward(context: Any, label: Tensor, pull: Tensor | None, *parts: Tensor) -> Tensor:
        logits = torch.cat(parts) if len(parts) > 1 else parts[0]
        scores = logits.sigmoid()
        loss, gradient = softplus(logits).sum() - logits @ label, scores - label
        if pull is not None:
            loss = loss + scores @ pull
            gradient.addcmul_(scores * pull, 1 - scores)
        context.save_for_backward(gradient / len(logits))
        context.sizes = [len(part) for part in parts]
        return loss / len(logits)

    @staticmethod
    def backward(context: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        return None, None, *(context.saved_tensors[0] * gradients[0]).split(context.sizes)


class Calibrated:
    """Target tracking: each level is asked for its share of the start's disparity, deviation(0), to be gone.

    The deviations d (C, G) are those of decisions at threshold 0.5: a group's rate minus that of all scored groups.
    The loss is CE + mean_i pull_i * score_i with pull = alpha * (m_group - mean of m) among the rows that a condition
    concerns: a linear Lagrangian, whose gradient is unbiased on a noisy batch and whose optimum decides at 0.5 as the
    best group-blind rule of that strength does (Menon and Williamson 2018). Scores carry the gradient, decisions the
    target (a proxy Lagrangian, Cotter et al. 2019). A row's pull is at most CAP times its own part in the
    cross-entropy, so that a small group cannot wreck the training.

    The strength m (C, G) of the end finds itself by dual ascent: each level's residual d - (1 - BEYOND * alpha) *
    d(0), weighted by alpha and by rows / (rows + SETTLE), in units of the start's own disparity, moves m by
    `dual_rate` / sqrt(steps) * (1 + |m|), less and less towards the end of the run, and faster for a group with less
    than FEW of all rows in a condition: a pull on few rows does little. The strength along the line is proportional to
    alpha; the end aims a little beyond parity, and an alpha_map then finds where each share is gone. d(0) is a running
    mean over the rows at alpha 0, those of the trunk's last RECENT steps first.

    The first `trunk` of the steps train both ends as one, for accuracy alone. Each later step trains both: `at_start`
    of its rows are at alpha 0, unpenalised, the others at one level, which is alpha 1 in so many steps that `at_end` of
    all rows are there, and else evenly between, in an even (golden ratio) order.
    """

    def __init__(self, line: Line | TwoEnds, scored: ScoredGroups, config: TrainConfig, steps: int) -> None:
        self.line, self.scored, self.config, self.steps = line, scored, config, steps
        self.pace = torch.where(scored.eligible, (FEW / scored.shares).clamp_min(1), 0.0) / steps**0.5
        names = ("anchor", "anchor_rows", "multipliers")
        self.state: dict[str, Tensor] = {
            name: torch.zeros_like(scored.eligible, dtype=torch.get_default_dtype()) for name in names
        }

    def loss(self, step: int, draw: float, batch: Batch) -> Tensor:
        if step < self.config.trunk * self.steps:
            logits = self.line(*batch.inputs, position=0.5)
            if step + RECENT >= self.config.trunk * self.steps:
                cells = self.scored.cells(batch.label, batch.group)
                deviations, rows = self._deviations(logits.detach(), cells, 1)
                self._remember_start(deviations[0], rows[0])
            return _Pulled.apply(batch.label, None, logits)
        alpha, cut = self.level(step), self.rows_at_start(len(batch.label))
        first, rest = batch.cut(cut)
        parts = [self.line(*first, position=0.0)] if cut else []
        parts.append(self.line(*rest, position=alpha))
        cells = self.scored.cells(batch.label, batch.group, cut)
        pull = self.scored.per_row(self._pull(alpha), cells, 2)
        deviations, rows = self._deviations(torch.cat([part.detach() for part in parts]), cells, 2)
        if cut:
            self._remember_start(deviations[0], rows[0])
        self._ascend(alpha, deviations[1], rows[1], step)
        return _Pulled.apply(batch.label, pull, *parts)

    def rows_at_start(self, rows: int) -> int:
        """How many of the rows of a step after the trunk are at alpha 0: none, or LEAST at least on either side."""
        if not self.config.at_start or rows < 2 * LEAST:
            return 0
        return min(max(round(rows * self.config.at_start), LEAST), rows - LEAST)

    def smallest(self, rows: int) -> int:
        """The fewest rows that a net is given at once, of a batch of so many."""
        cut = self.rows_at_start(rows)
        return min(cut or rows, rows - cut)

    def level(self, step: int) -> float:
        """The alpha of the other rows of a step after the trunk."""
        between = 1 - self.config.at_end / (1 - self.config.at_start)
        place = (0.5 + step * GOLDEN) % 1
        return min(place / between, 1.0)

    def _deviations(self, logits: Tensor, cells: Tensor, tables: int) -> tuple[Tensor, Tensor]:
        """Deviations of decisions and the rows behind them (T, C, G)."""
        return self.scored.deviations((logits >= 0).to(logits.dtype), cells, tables)

    def _remember_start(self, deviations: Tensor, rows: Tensor) -> None:
        """Running mean of d(0), each step weighted by the rows behind it, older steps fading."""
        seen = self.state["anchor_rows"] * MEMORY
        behind = seen + rows
        mixed = (self.state["anchor"] * seen + deviations * rows) / behind
        self.state["anchor"] = torch.where(behind > 0, mixed, 0.0)
        self.state["anchor_rows"] = behind

    def _pull(self, alpha: float) -> Tensor:
        """What a row of each condition and group (C, G) is pulled by, at most CAP; 0 on average over scored rows."""
        strength = self.state["multipliers"]
        mean = (strength * self.scored.weights).sum(1, keepdim=True)
        return (strength - mean).clamp_(-CAP, CAP).mul_(self.scored.use).mul_(alpha)

    def _ascend(self, alpha: float, deviations: Tensor, rows: Tensor, step: int) -> None:
        anchor, strength = self.state["anchor"], self.state["multipliers"]
        residual = torch.add(deviations, anchor, alpha=BEYOND * alpha - 1).mul_(rows / (rows + SETTLE))
        whole = (anchor * anchor).mul_(self.scored.weights).sum(1, keepdim=True).sqrt_().add_(BARELY)
        left = (1 - step / self.steps) / (1 - self.config.trunk)
        rate = strength.abs().add_(1).mul_(self.pace)
        strength.addcdiv_(rate.mul_(residual), whole, value=self.config.dual_rate * left * alpha).clamp_(-CAP, CAP)


def line_objective(line: Line | TwoEnds, scored: ScoredGroups, config: TrainConfig, steps: int) -> Objective:
    """The objective that the config names, for a run of `steps` steps."""
    if config.objective == "paper":
        return Paper(line, scored, config)
    return Calibrated(line, scored, config, steps)
