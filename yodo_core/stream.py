"""Counts of rows that come in batches: what is held is one block of them and the counts, however many there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from itertools import chain, islice

import numpy as np

from yodo_core import evaluate
from yodo_core.data.prepare import Table
from yodo_core.errors import InputError
from yodo_core.fairness.counts import Counts
from yodo_core.line import Line

BLOCK = 64 * evaluate.CHUNK
"""Rows counted together; whole chunks, as the bits of a score may depend on how many rows are scored with it."""


def counts(
    line: Line,
    positions: Sequence[float],
    tables: Iterable[Table],
    groups: Sequence[str],
    origin: float = 0.0,
    on_rows: Callable[[int], None] | None = None,
) -> Counts | None:
    """Counts of every level, with a leading axis over `positions`, on the rows of all tables; None if there are none.

    They are those of all rows as one table, however the rows fall into tables: scores bit for bit, weighted sums up to
    rounding. Average precision needs the scores of all rows at once and does not add up: it is None, unless there is
    one table only. Gained and lost are against `origin`, the position of alpha 0. `on_rows` is told how many rows are
    counted so far. Raises InputError where only some of the tables have weights.
    """
    filled = (table for table in tables if len(table))
    first = list(islice(filled, 2))
    blocks = iter(first) if len(first) < 2 else _blocks(chain(first, filled))
    total, rows = None, 0
    for block in blocks:
        part = evaluate.curve(line, positions, block, groups, origin=origin, precision=len(first) < 2)
        total = part if total is None else total + part
        rows += len(block)
        if on_rows:
            on_rows(rows)
    return total


def _blocks(tables: Iterable[Table]) -> Iterator[Table]:
    """The rows BLOCK at a time, the last ones together, however they come."""
    held, size = list[Table](), 0
    for table in tables:
        held.append(table)
        size += len(table)
        if size >= BLOCK:
            whole, full = _joined(held), size - size % BLOCK
            for low in range(0, full, BLOCK):
                yield whole.take(np.arange(low, low + BLOCK))
            held, size = [whole.take(np.arange(full, size))], size - full
    if size:
        yield _joined(held)


def _joined(tables: Sequence[Table]) -> Table:
    """The rows of these tables in turn. Raises InputError where only some have weights, or another part."""
    parts = {}
    for name in (field.name for field in fields(Table)):
        values = [part for table in tables if (part := getattr(table, name)) is not None]
        if len(values) not in (0, len(tables)):
            raise InputError(f"Only some of the batches have {name}; bring all with it or none.")
        parts[name] = np.concatenate(values) if values else None
    return Table(**parts)  # type: ignore[arg-type]
