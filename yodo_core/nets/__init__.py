"""Ordinary modules; `yodo_core.line.Line` makes a line of any of them. `make` gives the one for a kind of rows."""

from __future__ import annotations

from collections.abc import Sequence

from torch import nn

from yodo_core.config import TrainConfig
from yodo_core.nets.mlp import TabularMLP
from yodo_core.nets.resnet import ResNet

Picture = tuple[int, int, int]
"""Channels, rows and columns."""


def architecture(picture: Picture | None) -> str:
    """The name of the net for rows of codes and numbers, or for pictures."""
    return (TabularMLP if picture is None else ResNet).__name__


def make(config: TrainConfig, cardinalities: Sequence[int], numbers: int, picture: Picture | None = None) -> nn.Module:
    """An untrained net for rows of codes and numbers, or for pictures."""
    if picture is not None:
        return ResNet(picture, config.hidden, config.depth, config.dropout)
    return TabularMLP(cardinalities, numbers, config.hidden, config.depth, config.dropout)
