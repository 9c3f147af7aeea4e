"""A module family as a line in weight space: two ends of one architecture and every blend between them.

Position 0 is `start`, the accuracy end; position 1 is `end`, the fairness end. Han et al., CPAL 2025, section 3.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call

from yodo_core.errors import InputError

MOST_POSITIONS = 64


class Line(nn.Module):
    """Two independently initialised nets of any one architecture, and the blends between them.

    `make_net` is called twice, under seeds drawn from `generator`, so that a generator fixes both ends.

    >>> line = Line(lambda: torch.nn.Linear(3, 1), torch.Generator().manual_seed(0))
    >>> line(torch.ones(2, 3), position=0.5).shape
    torch.Size([2, 1])
    """

    statistics: dict[str, Tensor]
    """Buffers of the net as they are along the line, by name: (K, ...) at K even positions from 0 to 1.

    Empty until `yodo_core.batch_stats` fills it; a buffer that is not in it is blended as the weights are.
    """

    def __init__(self, make_net: Callable[[], nn.Module], generator: torch.Generator) -> None:
        super().__init__()
        self.statistics = {}
        self.start, self.end = (_seeded(make_net, generator) for _ in range(2))
        self._check_ends()

    @classmethod
    def between(cls, net_a: nn.Module, net_b: nn.Module) -> Line:
        """The line from `net_a` (position 0) to `net_b` (position 1). Raises InputError if they differ in shape."""
        line = cls.__new__(cls)
        nn.Module.__init__(line)
        line.statistics = {}
        line.start, line.end = net_a, net_b
        line._check_ends()
        return line

    def _check_ends(self) -> None:
        start = {name: tuple(p.shape) for name, p in self.start.state_dict().items()}
        end = {name: tuple(p.shape) for name, p in self.end.state_dict().items()}
        if start != end:
            differing = sorted(set(start.items()) ^ set(end.items()))
            raise InputError(f"The two ends differ in {differing[:4]}; a line needs one architecture twice.")

    def blended(self, position: float | Tensor) -> dict[str, Tensor]:
        """Parameters and buffers at a position in [0, 1]; gradients reach both ends, as (1 - p) : p."""
        ends = zip(_tensors(self.start).items(), _tensors(self.end).values(), strict=True)
        found = {name: torch.lerp(a, b, position) if a.is_floating_point() else a.clone() for (name, a), b in ends}
        return found | {name: _between(values, float(position)) for name, values in self.statistics.items()}

    def forward(self, *inputs: Any, position: float | Tensor) -> Tensor:
        """The net at `position`, a number or one number a row (at most 64 different ones), on `inputs`.

        Raises InputError for positions outside [0, 1], of a wrong shape, or too many different ones.
        """
        if isinstance(position, Tensor) and position.ndim == 1:
            return self._by_row(inputs, position)
        if isinstance(position, Tensor) and position.ndim > 1:
            raise InputError(f"Got positions of shape {tuple(position.shape)}; give one number, or one a row: (N,).")
        _check_position(float(position))
        return functional_call(self.start, self.blended(float(position)), inputs)

    def _by_row(self, inputs: tuple[Any, ...], positions: Tensor) -> Tensor:
        rows = len(positions)
        if any(len(x) != rows for x in inputs):
            raise InputError(f"Got {rows} positions for inputs of {[len(x) for x in inputs]} rows; give one a row.")
        if not rows:
            return self(*inputs, position=0.0)
        values, which = positions.unique(return_inverse=True)
        if len(values) > MOST_POSITIONS:
            raise InputError(f"Got {len(values)} different positions; at most {MOST_POSITIONS}: round them first.")
        parts = [(which == i).nonzero(as_tuple=True)[0] for i in range(len(values))]
        outputs = [self(*(x[i] for x in inputs), position=float(v)) for v, i in zip(values, parts, strict=True)]
        back = torch.argsort(torch.cat(parts))
        return torch.cat(outputs)[back]

    def at(self, position: float) -> nn.Module:
        """A plain module with the blended weights and nothing of the two ends in it."""
        _check_position(position)
        net = copy.deepcopy(self.start)
        with torch.no_grad():
            for tensor, value in zip(_tensors(net).values(), self.blended(position).values(), strict=True):
                tensor.copy_(value)
        return net

    def stretched(self, position: float) -> Line:
        """A line from the same start to what lies at `position` (0 or more) of this one, beyond its end for over 1.

        What is known of batch statistics along this line does not hold along the other.
        """
        if not position >= 0:
            raise InputError(f"Got the position {position} for a new end; give 0 or more.")
        end = copy.deepcopy(self.start)
        with torch.no_grad():
            for tensor, value in zip(_tensors(end).values(), self.blended(position).values(), strict=True):
                tensor.copy_(value)
        return Line.between(copy.deepcopy(self.start), end)

    def squared_cosine(self) -> Tensor:
        """cos(start, end)^2 over weights (parameters of two or more dimensions, not biases), in [0, 1]."""
        pairs = [
            (a.flatten(), b.flatten())
            for a, b in zip(self.start.parameters(), self.end.parameters(), strict=True)
            if a.ndim >= 2
        ]
        if not pairs:
            return torch.zeros(())
        dot = torch.stack([a @ b for a, b in pairs]).sum()
        norms = torch.stack([a @ a for a, _ in pairs]).sum() * torch.stack([b @ b for _, b in pairs]).sum()
        return dot**2 / norms.clamp_min(1e-24)


def _check_position(position: float) -> None:
    if not 0.0 <= position <= 1.0:
        raise InputError(f"Position {position} is outside the line; give a number from 0 to 1.")


def _seeded(make_net: Callable[[], nn.Module], generator: torch.Generator) -> nn.Module:
    seed = int(torch.randint(2**62, (1,), generator=generator))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return make_net()


def _between(values: Tensor, position: float) -> Tensor:
    """From values (K, ...) at even places from 0 to 1, those at a position: between its two neighbours."""
    place = min(max(position, 0.0), 1.0) * (len(values) - 1)
    low = min(int(place), len(values) - 2)
    return torch.lerp(values[low], values[low + 1], place - low)


def _tensors(net: nn.Module) -> dict[str, Tensor]:
    return {**dict(net.named_parameters()), **dict(net.named_buffers())}
