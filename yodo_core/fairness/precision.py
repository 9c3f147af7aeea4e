"""Average precision, the one figure that needs the scores themselves and not only their bins."""

from __future__ import annotations

import numpy as np


def average_precision(label: np.ndarray, scores: np.ndarray) -> float:
    """The mean of precision over the steps of recall, in [0, 1]; NaN where no row has label 1.

    label int (N,) in {0, 1}, scores float64 (N,). The same sums in the same order as scikit-learn's
    `average_precision_score`, whose checks of its input cost ten times as much; tests hold the two to the same bits.
    """
    positives = int(label.sum())
    if not positives:
        return float("nan")
    order = np.argsort(scores)
    scores, label = scores[order], label[order]
    first = np.flatnonzero(np.concatenate([[True], scores[1:] != scores[:-1]]))
    # At a threshold of the score in place i, the rows from i on are predicted positive.
    right = positives - (np.cumsum(label) - label)[first]
    precision, recall = right / (scores.size - first), right / positives
    return max(0.0, -float(np.sum(np.diff(recall, append=0.0) * precision)))
