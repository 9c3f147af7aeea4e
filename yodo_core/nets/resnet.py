"""A residual net for pictures: ResNet-18 (He et al. 2016) at depth 2, as narrow as asked for."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from yodo_core.errors import InputError

STAGES = 4
LARGE = 32
"""From this height or width on, the first layers shrink a picture to a quarter, as the original does."""


class Block(nn.Module):
    """Two 3x3 convolutions with batch statistics, and the way around them."""

    def __init__(self, came: int, width: int, stride: int) -> None:
        super().__init__()
        self.first = nn.Sequential(*_convolution(came, width, 3, stride), nn.ReLU(inplace=True))
        self.second = nn.Sequential(*_convolution(width, width, 3, 1))
        same = stride == 1 and came == width
        self.around: nn.Module = nn.Identity() if same else nn.Sequential(*_convolution(came, width, 1, stride))

    def forward(self, x: Tensor) -> Tensor:
        return (self.second(self.first(x)) + self.around(x)).relu_()


class ResNet(nn.Module):
    """Scores pictures (N, channels, height, width), values 0 to 255; returns logits (N,).

    Four stages of `depth` blocks, the last with `hidden` channels, each before it with half of the next one's: hidden
    512 and depth 2 are ResNet-18. Pictures of fewer than LARGE pixels a side keep their size in the first layer.
    Raises InputError where `hidden` is no multiple of 8.
    """

    def __init__(self, picture: tuple[int, int, int], hidden: int = 128, depth: int = 2, dropout: float = 0.0) -> None:
        super().__init__()
        if hidden % 2 ** (STAGES - 1):
            raise InputError(f"Got a width of {hidden} for an image net; give a multiple of 8 as --hidden.")
        width = hidden // 2 ** (STAGES - 1)
        large = max(picture[1:]) >= LARGE
        first = _convolution(picture[0], width, 7 if large else 3, 2 if large else 1)
        self.stem = nn.Sequential(*first, nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1) if large else nn.Identity())
        blocks, came = [], width
        for stage in range(STAGES):
            for place in range(depth):
                blocks.append(Block(came, width << stage, 2 if stage and not place else 1))
                came = width << stage
        self.blocks = nn.Sequential(*blocks)
        self.last = nn.Sequential(nn.Dropout(dropout), nn.Linear(hidden, 1))

    def forward(self, pixels: Tensor) -> Tensor:
        x = (pixels.to(next(self.parameters()).dtype) / 127.5 - 1).contiguous(memory_format=torch.channels_last)
        return self.last(self.blocks(self.stem(x)).mean((2, 3))).squeeze(-1)


def _convolution(came: int, width: int, size: int, stride: int) -> tuple[nn.Conv2d, nn.BatchNorm2d]:
    convolution = nn.Conv2d(came, width, size, stride, size // 2, bias=False)
    nn.init.kaiming_normal_(convolution.weight, mode="fan_out", nonlinearity="relu")
    return convolution, nn.BatchNorm2d(width)
