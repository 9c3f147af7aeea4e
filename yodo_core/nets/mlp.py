"""The tabular net: embedding sum plus a linear layer for numbers, then hidden layers, then one logit."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import embedding_bag

threshold_backward = torch.ops.aten.threshold_backward.grad_input


class _Logits(torch.autograd.Function):
    """The net without dropout as one operation: a step's time goes to calls, and this makes far fewer of them.

    Takes codes (N, C), each column with rows of its own in the embeddings, numbers (N, D), the embeddings (V, hidden)
    and then weight and bias of each linear layer from that of the numbers to the last one; gives logits (N,). There is
    no gradient of codes and numbers.
    """

    @staticmethod
    def forward(context: Any, codes: Tensor, numbers: Tensor, embeddings: Tensor, *layers: Tensor) -> Tensor:
        (weight, bias), *hidden, (last, last_bias) = zip(layers[::2], layers[1::2], strict=True)
        values = torch.addmm(bias, numbers, weight.T)
        if codes.shape[1]:
            values += embedding_bag(codes, embeddings, mode="sum")
        seen = [numbers, values.relu_()]
        for weight, bias in hidden:
            seen.append(torch.addmm(bias, seen[-1], weight.T).relu_())
        context.save_for_backward(codes, embeddings, *layers, *seen)
        return torch.addmv(last_bias, seen[-1], last[0])

    @staticmethod
    def backward(context: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        codes, embeddings, *rest = context.saved_tensors
        count = len(rest) * 2 // 3
        weights, seen = rest[:count:2], rest[count:]
        (last,) = weights[-1]
        found = [gradients[0].sum(0, keepdim=True), (seen[-1].T @ gradients[0])[None]]
        gradient = _through_relu(torch.outer(gradients[0], last), seen[-1])
        for weight, inputs in zip(reversed(weights[:-1]), reversed(seen[:-1]), strict=True):
            found += [gradient.sum(0), gradient.T @ inputs]
            if inputs is not seen[0]:
                gradient = _through_relu(gradient @ weight, inputs)
        summed = torch.zeros_like(embeddings)
        # Column by column: the backward pass of `embedding_bag` would sort all codes first.
        for column in codes.T.contiguous():
            summed.index_add_(0, column, gradient)
        return None, None, summed, *reversed(found)


def _through_relu(gradient: Tensor, values: Tensor) -> Tensor:
    """The gradient where the ReLU's values (N, H) are above 0, in its own memory."""
    found: Tensor = threshold_backward(gradient, values, 0, grad_input=gradient)
    return found


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
        self.dropout = dropout
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
        if self.dropout and self.training:
            return self.after(self.first(codes, numbers))
        linear = (layer for layer in (self.numbers, *self.rest) if isinstance(layer, nn.Linear))
        layers = (part for layer in linear for part in (layer.weight, layer.bias))
        return _Logits.apply(codes + self.offsets, numbers, self.codes.weight, *layers)

    def first(self, codes: Tensor, numbers: Tensor) -> Tensor:
        """The first hidden layer (N, hidden), before its ReLU."""
        first = self.numbers(numbers)
        if codes.shape[1]:
            first = first + self.codes(codes + self.offsets)
        return first

    def after(self, first: Tensor) -> Tensor:
        """Logits (N,) from the first hidden layer (N, hidden)."""
        return self.rest(first).squeeze(-1)
