"""All weights that a run moves, as one vector an end: one blend, one gradient and one Adam step for the whole net."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from yodo_core.line import Line


def ordered(net: nn.Module) -> list[nn.Parameter]:
    """The net's parameters, those of two or more dimensions ("weights") first."""
    return sorted(net.parameters(), key=lambda parameter: parameter.ndim < 2)


def tie(net: nn.Module, vector: Tensor) -> list[nn.Parameter]:
    """Make every parameter of the net a part of this vector (P,), in the order that is returned."""
    place, parameters = 0, ordered(net)
    for parameter in parameters:
        part = slice(place, place + parameter.numel())
        vector[part].copy_(parameter.detach().flatten())
        parameter.data = vector[part].view_as(parameter)
        place = part.stop
    return parameters


def untie(net: nn.Module) -> None:
    """Give every parameter its own memory again."""
    for parameter in net.parameters():
        parameter.data = parameter.detach().clone()


def collect(parameters: Sequence[nn.Parameter], out: Tensor) -> None:
    """Put the gradients of these parameters, 0 where none arrived, into `out` (P,) and take them away.

    What has no gradient gets the next one as it is: nothing is set to 0 and added to.
    """
    parts = [torch.zeros_like(p) if p.grad is None else p.grad for p in parameters]
    torch.cat([part.flatten() for part in parts], out=out)
    for parameter in parameters:
        parameter.grad = None


class OneNet:
    """One net in training. `ends` (1, P) holds its weights and `ends.grad` their gradient."""

    def __init__(self, net: nn.Module) -> None:
        self.net = net
        self.ends = torch.cat([p.detach().flatten() for p in ordered(net)])[None]
        self.ends.grad = torch.zeros_like(self.ends)
        self._parameters = tie(net, self.ends[0])
        self.moving = 1

    def join(self, *moments: Tensor) -> None:
        """There is nothing to join."""

    def part(self) -> None:
        """There is nothing to part."""

    def gather(self) -> None:
        """Put the net's gradient where the optimizer looks for it."""
        assert self.ends.grad is not None
        collect(self._parameters, self.ends.grad[0])

    def finish(self) -> nn.Module:
        """The trained net, with memory of its own."""
        untie(self.net)
        return self.net.eval()


class _Place:
    """A net whose weights are one vector (P,), and the `position` that it was called at in this step, if it was."""

    def __init__(self, net: nn.Module, weights: Tensor, spread: Callable[[nn.Module], Callable[..., Tensor]]) -> None:
        self.weights, self.parameters = weights, tie(net, weights)
        self.run = spread(net.train())
        self.position: float | None = None


class TwoEnds:
    """A line in training: its two ends as they are, and a net whose weights a step overwrites with a blend of them.

    `ends` (2, P) holds start and end. Called as the line is, with a position p, at most once a step for each of 0, 1
    and a place between: another call would overwrite what the first one's gradient needs. `gather` then hands the
    gradients to the ends as (1 - p) : p and adds that of cosine_weight * cos(start, end)^2 in closed form, over weights
    only. The same gradient as through `Line.forward` and `Line.squared_cosine`, at little more than the price of one
    net. `spread` makes of a net what is called with a batch, as `Ranks.spread` does.
    """

    def __init__(
        self,
        line: Line,
        cosine_weight: float,
        spread: Callable[[nn.Module], Callable[..., Tensor]] = lambda net: net,
    ) -> None:
        self.line, self.cosine_weight = line, cosine_weight
        self.net, nets = line.start, (line.start, line.end, copy.deepcopy(line.start))
        self.ends = torch.stack([torch.cat([p.detach().flatten() for p in ordered(net)]) for net in nets[:2]])
        self.ends.grad = torch.zeros_like(self.ends)
        for net in nets[1:]:
            _share_buffers(self.net, net)
        vectors = *self.ends, torch.empty_like(self.ends[0])
        self._start, self._end, self._between = (
            _Place(net, vector, spread) for net, vector in zip(nets, vectors, strict=True)
        )
        self.weights = sum(p.numel() for p in line.start.parameters() if p.ndim >= 2)
        self.moving = 2
        self._moments: tuple[Tensor, ...] = ()

    def join(self, *moments: Tensor) -> None:
        """From here on move the start alone, for both ends, until a position other than the middle is asked for.

        Nothing happens unless both ends are equal and so are both rows of the optimizer's `moments` (2, P): at the
        middle they get the same gradient then, and stay so.
        """
        if not self.cosine_weight and all(torch.equal(*pair) for pair in (self.ends, *moments)):
            self.moving, self._moments = 1, moments

    def part(self) -> None:
        """Let the end, and its moments, be where the start's are, and move both from here on."""
        if self.moving == 1:
            for pair in (self.ends, *self._moments):
                pair[1].copy_(pair[0])
        self.moving, self._moments = 2, ()

    def __call__(self, *inputs: Any, position: float) -> Tensor:
        """The net at `position` on `inputs`. Raises RuntimeError while a call there is not gathered yet."""
        if position != 0.5:
            self.part()
        place = self._place(position)
        if place.position is not None:
            raise RuntimeError("The line was called twice at one place in a step; gather the gradient first.")
        if torch.is_grad_enabled():
            place.position = position
        if place is self._between:
            torch.lerp(self.ends[0], self.ends[1], position, out=place.weights)
        return place.run(*inputs)

    def _place(self, position: float) -> _Place:
        if position == 0 or self.moving == 1:
            return self._start
        return self._end if position == 1 else self._between

    def gather(self) -> None:
        """Hand the gradients of the step's calls to the two ends, and that of the cosine term."""
        assert self.ends.grad is not None
        between = self._between.position
        for place, gradient in zip((self._start, self._end), self.ends.grad[: self.moving], strict=False):
            if place.position is None:
                gradient.zero_()
            else:
                collect(place.parameters, gradient)
        if self._start.position:  # It was called for both ends while these were one.
            self.ends.grad[0].mul_(0.5)
            if self.moving == 2:
                self.ends.grad[1].add_(self.ends.grad[0])
        if between is not None:
            collect(self._between.parameters, self._between.weights)
            for gradient, part in zip(self.ends.grad, (1 - between, between), strict=True):
                gradient.add_(self._between.weights, alpha=part)
        self._start.position = self._end.position = self._between.position = None
        if self.moving == 2 and self.cosine_weight and self.weights:
            weights = self.ends[:, : self.weights]
            self.ends.grad[:, : self.weights].addmm_(self._turn(weights @ weights.T), weights)

    def _turn(self, products: Tensor) -> Tensor:
        """d cos^2 / d (start, end) as a (2, 2) matrix on (start, end), from their products (2, 2)."""
        (aa, ab), (_, bb) = products.tolist()
        norms = max(aa * bb, 1e-24)
        across, squared = 2 * self.cosine_weight * ab / norms, ab * ab / norms
        start, end = (-2 * self.cosine_weight * squared / max(own, 1e-12) for own in (aa, bb))
        return products.new_tensor([[start, across], [across, end]])

    def finish(self) -> Line:
        """The line with the trained ends, on the processor, with memory of its own; both have the same buffers."""
        for net in (self.line.start, self.line.end):
            untie(net)
        _share_buffers(copy.deepcopy(self.line.start), self.line.end)
        return self.line.cpu().eval()


def _share_buffers(net: nn.Module, other: nn.Module) -> None:
    """Let the other net of the same architecture hold the very buffers of this one."""
    for module, into in zip(net.modules(), other.modules(), strict=True):
        into._buffers.update(module._buffers)
