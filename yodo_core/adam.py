"""AdamW over the rows of one tensor, in one call: `torch.optim.AdamW` without the bookkeeping of its `step`."""

from __future__ import annotations

import torch
from torch import Tensor

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8


class AdamW:
    """Adam with decoupled weight decay; `state` holds the running moments. Loshchilov and Hutter 2019."""

    def __init__(self, weights: Tensor, weight_decay: float) -> None:
        self.weights, self.weight_decay = weights, weight_decay
        self.state = {
            "step": torch.zeros((), device=weights.device),
            "exp_avg": torch.zeros_like(weights),
            "exp_avg_sq": torch.zeros_like(weights),
        }

    def step(self, rate: float, rows: int) -> None:
        """Move the first `rows` rows of the weights against their gradient, weights.grad."""
        assert self.weights.grad is not None
        step, *moments = self.state.values()
        step += 1
        held = (self.weights, self.weights.grad, *moments)
        weights, gradient, mean, square = held if rows == len(self.weights) else (part[:rows] for part in held)
        # Torch's own kernel behind AdamW(fused=True). It is private, but Optimizer.step takes as long again to find out
        # what to pass to it; tests/test_adam.py holds both to the same steps.
        torch._fused_adamw_(
            [weights],
            [gradient],
            [mean],
            [square],
            [],
            [step],
            lr=rate,
            beta1=BETA1,
            beta2=BETA2,
            weight_decay=self.weight_decay,
            eps=EPSILON,
            amsgrad=False,
            maximize=False,
        )
