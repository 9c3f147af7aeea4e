"""The first layers of a line's two ends on the same rows, kept for whoever asks for one level after another."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from yodo_core import evaluate
from yodo_core.data.prepare import Table
from yodo_core.line import Line
from yodo_core.nets.mlp import TabularMLP

MOST_BYTES = 2**26
"""Kept for one line and table at most: 65,536 rows at 128 hidden units. Beyond, every level runs the whole net."""


class Ends:
    """A line on a table of rows: a level's scores are those of `evaluate.levels`, bit for bit, in about half the time.

    It keeps 8 bytes a row and hidden unit (10 MB for 9,769 rows and 128 units), at most MOST_BYTES. Nets without a
    first layer that is linear in its weights, and tables too large, are scored from the start each time.
    """

    def __init__(self, line: Line, table: Table) -> None:
        self.line, self.table = line, table
        self._kept: list[tuple[slice, Tensor, Tensor]] = []
        start, end = line.start, line.end
        if isinstance(start, TabularMLP) and isinstance(end, TabularMLP):
            self._rest = Line.between(start.rest, end.rest)
            hidden = start.numbers.out_features
            if 8 * hidden * len(table) <= MOST_BYTES:
                with torch.inference_mode(), evaluate.one_thread():
                    self._kept = list(_first(start, end, table))

    @property
    def bytes(self) -> int:
        """What is kept, in bytes."""
        return sum(layer.nbytes for _, *both in self._kept for layer in both)

    def scores(self, position: float) -> np.ndarray:
        """Predicted probabilities float64 (N,) of the table's rows at a position in [0, 1]."""
        if not self._kept:
            return evaluate.levels(self.line, [position], self.table)[0]
        rest = self._rest.at(position).eval()
        found = np.empty(len(self.table))
        with torch.inference_mode(), evaluate.one_thread():
            for rows, start, end in self._kept:
                found[rows] = rest(torch.lerp(start, end, position)).squeeze(-1).sigmoid().numpy()
        return found


def _first(start: TabularMLP, end: TabularMLP, table: Table) -> Iterator[tuple[slice, Tensor, Tensor]]:
    """First layers in the chunks of `evaluate.levels`: the bits of a matrix product may depend on its shape."""
    for low in range(0, len(table), evaluate.CHUNK):
        rows = slice(low, low + evaluate.CHUNK)
        inputs = torch.from_numpy(table.codes[rows]), torch.from_numpy(table.numbers[rows])
        yield rows, start.first(*inputs), end.first(*inputs)
