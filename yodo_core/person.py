"""One row along a line: how the score of a single person, or picture, changes with alpha."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from yodo_core import evaluate
from yodo_core.checkpoint import Checkpoint
from yodo_core.data.prepare import Table
from yodo_core.errors import InputError


def scores(checkpoint: Checkpoint, table: Table, row: int, alphas: Sequence[float]) -> np.ndarray:
    """The scores float64 (L,), in [0, 1], of one row of the table at these alphas.

    Raises InputError for a row that the table does not have.
    """
    if not 0 <= row < len(table):
        raise InputError(f"Got row {row}; expected one from 0 to {len(table) - 1}.")
    one = table.take(np.array([row]))
    return evaluate.levels(checkpoint.line, [checkpoint.position(alpha) for alpha in alphas], one)[:, 0]
