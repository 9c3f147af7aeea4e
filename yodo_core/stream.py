"""Counts of rows that come in batches: however many there are, what is held is one block of them and the counts.

The counts are those of all rows at once, whatever the batches: scores bit for bit, weighted sums up to rounding.
Average precision is the exception: it needs the scores of all rows together, does not add up, and is None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from yodo_core import data, evaluate
from yodo_core.data import batches
from yodo_core.data.encoder import finite_numbers
from yodo_core.data.prepare import Encoder, Table
from yodo_core.data.rows import groups_of, labels
from yodo_core.data.spec import Attribute, Column, DataSpec
from yodo_core.errors import InputError
from yodo_core.fairness.counts import Counts
from yodo_core.line import Line

if TYPE_CHECKING:
    from yodo_core.checkpoint import Checkpoint

BLOCK = 64 * evaluate.CHUNK
"""Rows counted together; whole chunks, as the bits of a score may depend on how many rows are scored with it."""
OnRows = Callable[[int], None]


@dataclass(frozen=True)
class Reader:
    """From raw rows to encoded ones, a batch at a time, with a checkpoint's own encoder, groups first its own."""

    spec: DataSpec
    attribute: Attribute
    encoder: Encoder
    groups: tuple[str, ...]
    weighted: bool = True

    @property
    def columns(self) -> tuple[Column, ...]:
        """What every batch must hold: the features, the target and the attribute."""
        names = {*self.encoder.names_categories, *self.encoder.names_numbers, *self.attribute.columns, self.spec.target}
        return tuple(column for column in self.spec.columns if column.name in names)

    @property
    def weight(self) -> tuple[Column, ...]:
        """The survey weight, which the rows may lack; nothing where it is not asked for."""
        return (self.spec.column(self.spec.weight),) if self.weighted and self.spec.weight else ()

    def table(self, frame: pd.DataFrame, groups: tuple[str, ...]) -> tuple[Table, tuple[str, ...]]:
        """The rows of one batch, and the groups that number them: those so far, then any that are new.

        Raises InputError for missing columns and for values that cannot be used.
        """
        missing = [column.name for column in self.columns if column.name not in frame]
        if missing:
            raise InputError(f"The rows lack the columns {', '.join(missing)}; bring rows that have them.")
        own, names = groups_of(frame, self.spec, self.attribute)
        groups = (*groups, *(name for name in names if name not in groups))
        group = np.array([groups.index(name) for name in names], np.int64)[own]
        weight = next((finite_numbers(frame, column.name) for column in self.weight if column.name in frame), None)
        return Table(*self.encoder.encode(frame), labels(frame, self.spec), group, weight), groups


def curve(
    checkpoint: Checkpoint,
    positions: Sequence[float],
    source: str | Path | Iterable[pd.DataFrame],
    on_rows: OnRows | None = None,
    spec: DataSpec | None = None,
    weighted: bool = True,
) -> Counts:
    """Counts of the checkpoint's line at these positions, with a leading axis over them, on all rows of a source.

    source: a Parquet or CSV file, or frames, with the columns of the checkpoint's data set as its declaration names
    them, whose rows are all counted, as no split of the training rows. `spec` is that declaration, where its id is not
    enough. Gained and lost are against alpha 0. The groups are the checkpoint's, then any others by name.
    `on_rows` is told how many rows are counted so far. Raises InputError for rows that cannot be used.
    """
    spec = spec or data.get(checkpoint.manifest["dataset"])
    attribute = spec.attribute(checkpoint.manifest["attribute"])
    reader = Reader(spec, attribute, Encoder.from_json(checkpoint.manifest["encoder"]), checkpoint.groups, weighted)
    frames = batches.read(source, reader.columns, reader.weight) if isinstance(source, str | Path) else source
    return counts(checkpoint.line, positions, frames, reader, checkpoint.position(0.0), on_rows)


def counts(
    line: Line,
    positions: Sequence[float],
    frames: Iterable[pd.DataFrame],
    reader: Reader,
    origin: float = 0.0,
    on_rows: OnRows | None = None,
) -> Counts:
    """Counts of the line at `positions` on all rows of the frames; gained and lost are against `origin`.

    Raises InputError where there are no rows, or none with the favourable outcome.
    """
    total, rows = None, 0
    for table, groups in _blocks(frames, reader):
        part = evaluate.curve(line, positions, table, groups, origin=origin, precision=False)
        total = part if total is None else regrouped(total, groups) + part
        rows += len(table)
        if on_rows:
            on_rows(rows)
    if total is None:
        raise InputError("There are no rows to evaluate; bring at least one.")
    if not total.n[..., 1, :].any():
        raise InputError(
            f"None of the {rows:,} rows has {reader.spec.target} {reader.spec.favourable!r}, the favourable outcome; "
            "expected the outcome in the words of the training rows. Correct that column."
        )
    return regrouped(total, (*reader.groups, *sorted(set(total.groups) - set(reader.groups))))


def regrouped(counts: Counts, groups: tuple[str, ...]) -> Counts:
    """The same counts over `groups`, matched by name; a group that they do not hold has no rows.

    `groups` must hold all of theirs. Counts over the same groups add up.
    """
    if counts.groups == groups:
        return counts
    places = [groups.index(name) for name in counts.groups]

    def spread(values: np.ndarray | None) -> np.ndarray | None:
        if values is None:
            return None
        wide = np.zeros((*values.shape[:-3], len(groups), *values.shape[-2:]), values.dtype)
        wide[..., places, :, :] = values
        return wide

    parts = {name: spread(getattr(counts, name)) for name in ("weight", "weight_sq", "gained", "lost")}
    n = spread(counts.n)
    assert n is not None
    return Counts(groups, n, average_precision=counts.average_precision, **parts)


def _blocks(frames: Iterable[pd.DataFrame], reader: Reader) -> Iterator[tuple[Table, tuple[str, ...]]]:
    """The rows BLOCK at a time, the last ones together, however they come, and the groups that number them."""
    groups, held, size = reader.groups, list[Table](), 0
    for frame in frames:
        table, groups = reader.table(frame, groups)
        held.append(table)
        size += len(table)
        if size >= BLOCK:
            whole, full = _joined(held), size - size % BLOCK
            for low in range(0, full, BLOCK):
                yield whole.take(np.arange(low, low + BLOCK)), groups
            held, size = [whole.take(np.arange(full, size))], size - full
    if size:
        yield _joined(held), groups


def _joined(tables: Sequence[Table]) -> Table:
    """The rows of these tables in turn. Raises InputError where only some have weights."""
    weights = [table.weight for table in tables if table.weight is not None]
    if len(weights) not in (0, len(tables)):
        raise InputError("Only some of the batches have the column of weights; bring all with it or none.")
    names = ("codes", "numbers", "label", "group")
    codes, numbers, label, group = (np.concatenate([getattr(table, name) for table in tables]) for name in names)
    return Table(codes, numbers, label, group, np.concatenate(weights) if weights else None)
