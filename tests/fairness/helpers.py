"""Random people for the fairness tests."""

from __future__ import annotations

import numpy as np

GRID = np.arange(1, 100) / 100


def people(sizes, seed=0, on_grid=0.3):
    """scores, start_scores, label, group, weight; a share of the scores lies exactly on a threshold."""
    rng = np.random.default_rng(seed)
    group = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    n = group.size
    label = (rng.random(n) < 0.45 + 0.05 * (group % 3)).astype(int)

    def draw():
        scores = rng.beta(2 + label, 2 + group % 2 + (1 - label))
        return np.where(rng.random(n) < on_grid, rng.choice(GRID, n), scores)

    return draw(), draw(), label, group, rng.uniform(0.2, 5, n)


def names(count):
    return tuple(f"g{i}" for i in range(count))
