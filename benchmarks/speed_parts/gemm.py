"""What this machine's matrix product reaches on one thread, and how many operations a step asks of it."""

from __future__ import annotations

import time

import torch
from torch.utils.flop_counter import FlopCounterMode

from yodo_core import train
from yodo_core.config import TrainConfig
from yodo_core.data.prepare import Prepared

SQUARES = (256, 512, 1024, 2048)
TRIES = 40


def rate(rows: int, inner: int, columns: int) -> float:
    """Best of many (rows, inner) x (inner, columns) float32 products, in operations a second."""
    a, b, out = torch.randn(rows, inner), torch.randn(inner, columns), torch.empty(rows, columns)
    seconds = []
    for _ in range(TRIES):
        began = time.perf_counter()
        torch.mm(a, b, out=out)
        seconds.append(time.perf_counter() - began)
    return 2 * rows * inner * columns / min(seconds)


def peak() -> float:
    """The best rate over square matrices of several sizes."""
    return max(rate(size, size, size) for size in SQUARES)


def shapes(rows: int, width: int) -> dict[str, tuple[int, int, int]]:
    """A hidden layer's three products in a step: forward, the gradient of its input, that of its weights."""
    return {"forward": (rows, width, width), "inputs": (rows, width, width), "weights": (width, rows, width)}


def operations(held: Prepared, config: TrainConfig) -> dict[str, float]:
    """Operations of one step of the line by kind. Matrix products are counted by torch, the others by hand.

    An embedding sum adds each row's codes, forward and back; blending, handing on the gradient to two ends and AdamW
    on both go over all weights: about 3, 2 and twice 14 operations a weight.
    """
    net, table = train.make_net(held, config), held.splits["train"]
    codes, numbers = (torch.from_numpy(part[: config.batch_size]) for part in (table.codes, table.numbers))
    with FlopCounterMode(display=False) as counter:
        net(codes, numbers).sum().backward()
    weights = sum(parameter.numel() for parameter in net.parameters())
    return {
        "matrix_products": float(counter.get_total_flops()),
        "embedding_sums": 2.0 * codes.numel() * config.hidden,
        "weights": (3 + 2 + 2 * 14.0) * weights,
    }
