"""Counts of a checkpoint's rows in parts: each is counted by whoever has the rows, and the counts are added up.

The counts are those of all rows at once, bit for bit; weighted sums up to rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import add
from pathlib import Path

import numpy as np

from yodo_core import evaluate
from yodo_core.checkpoint import Checkpoint
from yodo_core.data.prepare import Prepared
from yodo_core.fairness.counts import Counts, count
from yodo_core.fairness.precision import average_precision

MOST = 32
"""Parts: enough that a few workers end together, and few enough that each is worth a message."""


@dataclass(frozen=True, eq=False)
class Part:
    """Rows from `low` on: counts with a leading axis over levels and, where kept, label (N,) and scores (P, N)."""

    low: int
    counts: Counts
    label: np.ndarray | None
    scores: np.ndarray | None


def ranges(rows: int) -> list[tuple[int, int]]:
    """At most MOST ranges of so many rows, as even as whole chunks allow: a score's bits may depend on its chunk."""
    chunks = -(-rows // evaluate.CHUNK)
    size = max(1, -(-chunks // MOST)) * evaluate.CHUNK
    return [(low, min(low + size, rows)) for low in range(0, rows, size)]


def kept(rows: int, levels: int) -> bool:
    """Whether so many scores are few enough to be sent and held together, which average precision needs."""
    return rows * levels <= evaluate.TOGETHER


def bare(checkpoint: Checkpoint) -> Checkpoint:
    """What of a checkpoint a part needs: its line and what it says of itself, not its stored counts."""
    return replace(checkpoint, curves=[], baselines=[])


def count_part(
    checkpoint: Checkpoint, data: Path | None, split: str, positions: Sequence[float], low: int, high: int, keep: bool
) -> Part:
    """Counts of the split's rows from `low` to before `high` at these positions; gained and lost are against alpha 0.

    Raises RowsAbsentError where the rows are not here.
    """
    prepared = _rows(checkpoint, data)
    table = evaluate.split_of(prepared, split).take(np.arange(low, high))
    line, groups, origin = checkpoint.line, prepared.groups, checkpoint.position(0.0)
    if not keep:
        counts = evaluate.curve(line, positions, table, groups, origin=origin, precision=False)
        return Part(low, counts, None, None)
    scores = evaluate.levels(line, [origin, *positions], table)
    each = [count(level, table.label, table.group, groups, table.weight, scores[0], False) for level in scores[1:]]
    return Part(low, Counts.stack(each), table.label, scores[1:])


def total(parts: Sequence[Part]) -> Counts:
    """The counts of all parts together, with average precision where every part kept its scores."""
    parts = sorted(parts, key=lambda part: part.low)
    counts = reduce(add, (part.counts for part in parts))
    labels = [part.label for part in parts if part.label is not None]
    scores = [part.scores for part in parts if part.scores is not None]
    if len(scores) < len(parts):
        return counts
    label = np.concatenate(labels)
    precision = np.array([average_precision(label, level) for level in np.concatenate(scores, axis=1)])
    return replace(counts, average_precision=precision)


_held: dict[str, Prepared] = {}


def _rows(checkpoint: Checkpoint, data: Path | None) -> Prepared:
    """The rows of the checkpoint last asked for, which one process counts in many parts."""
    if checkpoint.sha256 not in _held:
        prepared = evaluate.rows(checkpoint, data)
        _held.clear()
        _held[checkpoint.sha256] = prepared
    return _held[checkpoint.sha256]
