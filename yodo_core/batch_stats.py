"""Batch statistics along a line: a blend of two nets has means and variances of its own, which must be measured.

Blended ones are those of neither net, and a line whose levels used them would fail between its ends. They are measured
by running rows through the blended net, as for averaged weights (Izmailov et al. 2018, section 3.4).
"""

from __future__ import annotations

import copy
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from yodo_core.errors import InputError
from yodo_core.line import Line

PLACES = 21
ROWS = 1024
"""Rows they are measured on at most, at once."""


NO_ROWS = "A net with batch statistics needs rows to measure them on along its line; give training rows."


def measured(line: Line, inputs: Sequence[Tensor] | None, places: int = PLACES) -> Line:
    """The line with its statistics measured on these rows at even positions; a net without any stays as it is.

    `inputs` are what the net takes, (N, ...) each; the first ROWS are used, so they should come in no order. The ends
    get theirs as well. Raises InputError without rows where there are statistics to measure.
    """
    if not has_statistics(line.start):
        return line
    if inputs is None or not len(inputs[0]):
        raise InputError(NO_ROWS)
    rows = tuple(part[:ROWS] for part in inputs)
    found = [_measure(line.at(place / (places - 1)), rows) for place in range(places)]
    line.statistics = {name: torch.stack([one[name] for one in found]) for name in found[0]}
    for net, own in ((line.start, found[0]), (line.end, found[-1])):
        net.load_state_dict(own, strict=False)
    return line


def renewed(net: nn.Module, inputs: Sequence[Tensor]) -> nn.Module:
    """One net with its statistics measured on these rows, as those of a line are, in place of those met in training."""
    net.load_state_dict(_measure(copy.deepcopy(net), [part[:ROWS] for part in inputs]), strict=False)
    return net.eval()


def has_statistics(net: nn.Module) -> bool:
    """Whether the net has means and variances that come from batches."""
    return any(module.track_running_stats for module in net.modules() if isinstance(module, _BatchNorm))


def names(net: nn.Module) -> list[str]:
    """The buffers of the net that hold them."""
    return [
        f"{place}.{part}" if place else part
        for place, module in net.named_modules()
        if isinstance(module, _BatchNorm) and module.track_running_stats
        for part in ("running_mean", "running_var")
    ]


def _measure(net: nn.Module, inputs: Sequence[Tensor]) -> dict[str, Tensor]:
    net.eval()
    for module in net.modules():
        if isinstance(module, _BatchNorm) and module.track_running_stats:
            module.train()
            # The mean over all batches since the reset, which is this one.
            module.reset_running_stats()
            module.momentum = None
    with torch.no_grad():
        net(*inputs)
    held = dict(net.named_buffers())
    return {name: held[name].clone() for name in names(net)}
