"""After training: put the line's end where the disparity is gone, and find the map that makes alpha its share.

A line trained with a strength that grows evenly along it goes on beyond its trained end, so that the end may be moved
either way in a straight line: no more training, and every level between stays what it was.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from yodo_core import alpha_map, evaluate
from yodo_core.data.prepare import Table
from yodo_core.fairness import metrics
from yodo_core.fairness.counts import Counts, count
from yodo_core.line import Line
from yodo_core.train import with_statistics

GRID = [i / 16 for i in range(17)]
FARTHEST = 2.0
ALIKE = 0.02
"""By how much more accurate a start may be on train rows than on tune rows, beside chance, for both to be counted."""
MOST = 100_000
"""Train rows that are counted, evenly spread over all: more would tell little and take long."""


def calibrate(
    line: Line, tune: Table, groups: tuple[str, ...], notion_id: str, train: Table | None = None
) -> tuple[Line, dict[str, Any] | None, float]:
    """The line with its end where the disparity on these rows is gone, its alpha map, and where that was.

    Train rows are counted beside tune rows where the start does about as well on both: with many times the rows the
    place is found with less chance. Not where the net knows the train rows by heart.

    The place is in positions of the given line, at most FARTHEST; where the disparity is never gone, it is where most
    of it is. Without a disparity at the start that can be told from none, or where no level lessens it, the line stays
    as it is, without a map. Batch statistics, where there are any, are measured anew on the rows of `train`.
    """
    far = with_statistics(line.stretched(FARTHEST), train)
    counts = _counts(far, tune, groups)
    if train is not None:
        some = train.take(np.linspace(0, len(train) - 1, min(len(train), MOST)).astype(np.int64))
        seen = _counts(far, some, groups)
        counts = counts + seen if _alike(counts.level(0), seen.level(0)) else counts
    knots = alpha_map.fit(counts, GRID, notion_id)
    if knots is None or knots["positions"][-1] == 0:
        return line, None, 1.0
    place = FARTHEST * knots["positions"][-1]
    settled = with_statistics(line.stretched(place), train)
    # The same share at the same weights: knots on the long line, in units of the new one.
    positions = np.asarray(knots["positions"]) / knots["positions"][-1]
    return settled, knots | {"positions": [round(float(p), 6) for p in positions]}, place


def _counts(line: Line, table: Table, groups: tuple[str, ...]) -> Counts:
    """Counts of the levels of GRID, without what the map does not need."""
    found = []
    for positions in np.array_split(GRID, max(1, len(GRID) * len(table) // evaluate.TOGETHER)):
        for scores in evaluate.levels(line, positions.tolist(), table):
            found.append(count(scores, table.label, table.group, groups, precision=False))
    return Counts.stack(found)


def _alike(tune: Counts, train: Counts) -> bool:
    """Whether accuracy on train rows is above that on tune rows by no more than ALIKE and two standard errors."""
    here, there = (np.asarray(metrics.overall(counts, 0.5)["accuracy"], np.float64) for counts in (tune, train))
    chance = np.sqrt(here * (1 - here) / tune.n.sum())
    return bool(there - here <= ALIKE + 2 * chance)
