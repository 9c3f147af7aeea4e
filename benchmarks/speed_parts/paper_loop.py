"""The paper's loop, written anew: a DataLoader over a dense one-hot matrix, two nets, one blend a batch.

Han et al., CPAL 2025: every column one-hot before the split, numbers too; batch 512; one alpha ~ U[0, 1] a batch; the
blend's loss CE + alpha * A * |gap of mean scores| + cos(w1, w2)^2; one backward pass; Adam over both ends.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn.functional import binary_cross_entropy_with_logits
from torch.utils.data import DataLoader, TensorDataset

from yodo_core.config import TrainConfig

LEARNING_RATE = 1e-3


def one_hot(frame: pd.DataFrame, names: list[str]) -> np.ndarray:
    """Every value of every column as a column of its own: float32 (N, W)."""
    return pd.get_dummies(frame[names], columns=names, dtype=np.float32).to_numpy()


def one_hot_net(width: int, config: TrainConfig) -> nn.Sequential:
    """The line's net with an ordinary linear layer on the one-hot: (N, W) to logits (N, 1)."""
    layers: list[nn.Module] = [nn.Linear(width, config.hidden), nn.ReLU(), nn.Dropout(config.dropout)]
    for _ in range(config.depth - 1):
        layers += [nn.Linear(config.hidden, config.hidden), nn.ReLU(), nn.Dropout(config.dropout)]
    return nn.Sequential(*layers, nn.Linear(config.hidden, 1))


def blend(start: nn.Module, end: nn.Module, alpha: float) -> dict[str, Tensor]:
    """The weights at alpha by name; gradients reach both ends."""
    pairs = zip(start.named_parameters(), end.parameters(), strict=True)
    return {name: torch.lerp(a, b, alpha) for (name, a), b in pairs}


def scores_at(start: nn.Module, end: nn.Module, alpha: float, rows: Tensor) -> Tensor:
    """Logits (N,) of the blended net on one-hot rows (N, W)."""
    return functional_call(start, blend(start, end, alpha), rows).squeeze(-1)


def squared_cosine(start: nn.Module, end: nn.Module) -> Tensor:
    """cos(start, end)^2 over weights, not biases."""
    pairs = [
        (a.flatten(), b.flatten()) for a, b in zip(start.parameters(), end.parameters(), strict=True) if a.ndim > 1
    ]
    dot, aa, bb = (torch.stack(parts).sum() for parts in zip(*((a @ b, a @ a, b @ b) for a, b in pairs), strict=True))
    return dot**2 / (aa * bb)


def prediction_loss(logits: Tensor, label: Tensor, group: Tensor, strength: float) -> Tensor:
    """Cross-entropy plus `strength` times the absolute gap of the two groups' mean scores."""
    scores = logits.sigmoid()
    gap = (scores[group == 0].mean() - scores[group == 1].mean()).abs()
    return binary_cross_entropy_with_logits(logits, label) + strength * gap


def train(matrix: Tensor, label: Tensor, group: Tensor, config: TrainConfig) -> tuple[nn.Module, nn.Module]:
    """Train both ends on one-hot rows (N, W), labels (N,) and groups (N,), all floats; gives them."""
    start, end = (one_hot_net(matrix.shape[1], config) for _ in range(2))
    optimizer = torch.optim.Adam([*start.parameters(), *end.parameters()], lr=LEARNING_RATE)
    loader = DataLoader(TensorDataset(matrix, label, group), batch_size=config.batch_size, shuffle=True)
    for _ in range(config.epochs):
        for rows, labels, groups in loader:
            alpha = float(torch.rand(()))
            logits = scores_at(start, end, alpha, rows)
            loss = prediction_loss(logits, labels, groups, alpha * config.penalty) + squared_cosine(start, end)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return start, end
