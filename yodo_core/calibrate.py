"""After training: put the line's end where the disparity is gone, and find the map that makes alpha its share.

A line trained with a strength that grows evenly along it goes on beyond its trained end, so that the end may be moved
either way in a straight line: no more training, and every level between stays what it was.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from yodo_core import alpha_map, evaluate
from yodo_core.data.prepare import Table
from yodo_core.line import Line
from yodo_core.train import with_statistics

GRID = [i / 100 for i in range(101)]
FARTHEST = 2.0


def calibrate(
    line: Line, table: Table, groups: tuple[str, ...], notion_id: str, train: Table | None = None
) -> tuple[Line, dict[str, Any] | None, float]:
    """The line with its end where the disparity on these rows (tune rows) is gone, its alpha map, and where that was.

    The place is in positions of the given line, at most FARTHEST; where the disparity is never gone, it is where most
    of it is. Without a disparity at the start that can be told from none, or where no level lessens it, the line stays
    as it is, without a map. Batch statistics, where there are any, are measured anew on the rows of `train`.
    """
    far = with_statistics(line.stretched(FARTHEST), train)
    counts = evaluate.curve(far, GRID, table, groups, weighted=False)
    knots = alpha_map.fit(counts, GRID, notion_id)
    if knots is None or knots["positions"][-1] == 0:
        return line, None, 1.0
    place = FARTHEST * knots["positions"][-1]
    settled = with_statistics(line.stretched(place), train)
    # The same share at the same weights: knots on the long line, in units of the new one.
    positions = np.asarray(knots["positions"]) / knots["positions"][-1]
    return settled, knots | {"positions": [round(float(p), 6) for p in positions]}, place
