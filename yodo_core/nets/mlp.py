"""The tabular net: embedding sum plus a linear layer for numbers, then hidden layers, then one logit."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import torch
from torch import Tensor, nn


class TabularMLP(nn.Module):
    """Scores rows given as integer codes (N, C) and numbers (N, D); returns logits (N,).

    The sum of the codes' embeddings is the linear layer of a one-hot encoding without the one-hot matrix.
    `cardinalities` holds the number of codes of each of the C columns.
    """

    offsets: Tensor

    def __init__(
        self,
        cardinalities: Sequence[int],
        numbers: int,
        hidden: int = 256,
        depth: int = 2,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        offsets = torch.tensor([0, *accumulate(cardinalities)][:-1], dtype=torch.int64)
        self.register_buffer("offsets", offsets, persistent=False)
        self.codes = nn.EmbeddingBag(max(sum(cardinalities), 1), hidden, mode="sum")
        self.numbers = nn.Linear(numbers, hidden)
        bound = (len(cardinalities) + numbers) ** -0.5
        # Small, so that a category that is hardly ever seen says hardly anything.
        nn.init.uniform_(self.codes.weight, -0.1 * bound, 0.1 * bound)
        nn.init.uniform_(self.numbers.weight, -bound, bound)
        layers: list[nn.Module] = [nn.ReLU(), nn.Dropout(dropout)]
        for _ in range(depth - 1):
            layers += [nn.Linear(hidden, hidden), nn.ReLU(inplace=True), nn.Dropout(dropout)]
        self.rest = nn.Sequential(*layers, nn.Linear(hidden, 1))

    def forward(self, codes: Tensor, numbers: Tensor) -> Tensor:
        return self.after(self.first(codes, numbers))

    def first(self, codes: Tensor, numbers: Tensor) -> Tensor:
        """The first hidden layer (N, hidden), before its ReLU."""
        first = self.numbers(numbers)
        if codes.shape[1]:
            first = first + self.codes(codes + self.offsets)
        return first

    def after(self, first: Tensor) -> Tensor:
        """Logits (N,) from the first hidden layer (N, hidden)."""
        return self.rest(first).squeeze(-1)
