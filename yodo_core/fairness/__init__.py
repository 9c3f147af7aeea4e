"""Fairness: notions, counts, rates and gaps from counts, parity floor, intervals.

Nothing here imports torch; the differentiable penalties are imported from `yodo_core.fairness.penalties`.
"""

from yodo_core.fairness.counts import Counts, count, threshold_index
from yodo_core.fairness.metrics import gap, left_out, overall, point, rates
from yodo_core.fairness.notions import MIN_GAP, MIN_SHOW, NOTIONS, Notion, get_notion

__all__ = [
    "MIN_GAP",
    "MIN_SHOW",
    "NOTIONS",
    "Counts",
    "Notion",
    "count",
    "gap",
    "get_notion",
    "left_out",
    "overall",
    "point",
    "rates",
    "threshold_index",
]
