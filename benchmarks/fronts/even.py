"""A second grid of fixed models, evenly spaced in gap on tune rows: for each of nine shares of ERM's gap the model
whose gap comes nearest, penalties between the first grid's found by bisection."""

from __future__ import annotations

import numpy as np
from sklearn.isotonic import IsotonicRegression

SHARES = tuple(round(0.1 * i, 1) for i in range(1, 10))
NEAR = 0.02
ROUNDS = 2


def next_penalties(penalties: np.ndarray, gaps: np.ndarray, erm_gap: float) -> list[float]:
    """Penalties to train next, one for each share of ERM's gap that no model is near to; rounded, all new.

    penalties (M,) above 0 with their gaps (M,) on tune rows, in any order. The gap is taken as falling with the
    logarithm of the penalty.
    """
    order = np.argsort(penalties)
    logs, gaps = np.log(penalties[order]), gaps[order]
    falling = IsotonicRegression(increasing=False).fit_transform(logs, gaps)
    wanted = set()
    for share in SHARES:
        if np.abs(gaps - share * erm_gap).min() > NEAR * erm_gap:
            found = float(np.exp(np.interp(-share * erm_gap, -falling, logs)))
            wanted.add(float(f"{found:.3g}"))
    return sorted(wanted - set(penalties.tolist()))


def nearest(gaps: np.ndarray, erm_gap: float) -> np.ndarray:
    """Places (at most 9) of the models that come nearest to each share of ERM's gap on tune rows."""
    return np.unique([int(np.abs(gaps - share * erm_gap).argmin()) for share in SHARES])
