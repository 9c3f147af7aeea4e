"""A line as tensors by name, and back: `start.<name>`, `end.<name>`, and `along.<name>` for batch statistics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from yodo_core import batch_stats, nets
from yodo_core.config import TrainConfig
from yodo_core.data.encoder import Encoder
from yodo_core.errors import InputError
from yodo_core.line import Line

ALONG = "along."
MOST_PLACES = 1001
MOST_SIDE = 1024


def of_line(line: Line) -> dict[str, Tensor]:
    """The line's tensors, each with memory of its own."""
    named = line.state_dict() | {ALONG + name: values for name, values in line.statistics.items()}
    return {name: value.detach().contiguous().clone() for name, value in named.items()}


def to_line(tensors: Mapping[str, Tensor], manifest: Mapping[str, Any]) -> Line:
    """The line that a manifest describes, with these tensors; raises InputError with every one that does not fit."""
    with torch.device("meta"):
        expected = Line.between(_net(manifest), _net(manifest))
    held = {name: tuple(value.shape) for name, value in expected.start.state_dict().items()}
    along = {ALONG + name: held[name] for name in batch_stats.names(expected.start)}
    ends = expected.state_dict()
    wrong = [f"{n} is missing" for n in sorted({*ends, *along} - set(tensors))]
    wrong += [f"{n} is unknown" for n in sorted(set(tensors) - {*ends, *along})]
    for name, value in sorted(tensors.items()):
        if name in ends and (value.shape != ends[name].shape or value.dtype != ends[name].dtype):
            wrong.append(f"{name} is {tuple(value.shape)}, expected {tuple(ends[name].shape)}")
        elif name in along and not _places(value, along[name]):
            shape = ("2 or more", *along[name])
            wrong.append(f"{name} is {tuple(value.shape)}, expected ({', '.join(map(str, shape))})")
        elif name in (ends | along) and not bool(torch.isfinite(value).all()):
            wrong.append(f"{name} holds values that are not finite")
    if wrong:
        raise InputError("; ".join(wrong[:6]) + (f"; and {len(wrong) - 6} more" if len(wrong) > 6 else ""))
    line = Line.between(_net(manifest), _net(manifest))
    line.load_state_dict({name: tensors[name] for name in ends})
    line.statistics = {name.removeprefix(ALONG): tensors[name] for name in along}
    return line.eval()


def _places(value: Tensor, shape: tuple[int, ...]) -> bool:
    return value.is_floating_point() and 2 <= len(value) <= MOST_PLACES and tuple(value.shape[1:]) == shape


def _net(manifest: Mapping[str, Any]) -> nn.Module:
    encoder = Encoder.from_json(manifest["encoder"])
    picture = manifest.get("picture")
    whole = isinstance(picture, list) and all(type(side) is int and 1 <= side <= MOST_SIDE for side in picture)
    if picture is not None and not (whole and len(picture) == 3):
        raise InputError(f"the picture is {str(picture)[:40]}, expected three sizes from 1 to {MOST_SIDE}")
    sizes = (picture[0], picture[1], picture[2]) if picture else None
    if manifest.get("architecture") != nets.architecture(sizes):
        raise InputError(
            f"the architecture is {str(manifest.get('architecture'))[:40]}, expected {nets.architecture(sizes)}"
        )
    config = TrainConfig.from_json(manifest["training"])
    return nets.make(config, encoder.cardinalities, len(encoder.names_numbers), sizes)
