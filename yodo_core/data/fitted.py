"""Rows of elsewhere as a checkpoint reads them: by its encoder, for its groups. What it does not know is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from yodo_core.data.encoder import MOST, Encoder, finite_numbers
from yodo_core.data.prepare import Table
from yodo_core.data.rows import group_names, labels
from yodo_core.data.spec import Attribute, Column, DataSpec
from yodo_core.errors import InputError, some


@dataclass(eq=False)
class Fitter:
    """Encodes batches of raw rows for one checkpoint and keeps account of what it does not know in them.

    `groups` are the checkpoint's, by readable name; rows of any other group are left out. `others` counts cells of
    category columns that are coded "other" (rare or absent where the line was trained, or missing), by column, among
    the `rows` that are kept; `strangers` counts the rows left out, by group; `seen` the rows kept, by group.
    `outcomes` are the values of the target.
    """

    spec: DataSpec
    attribute: Attribute
    encoder: Encoder
    groups: tuple[str, ...]
    weighted: bool = True
    rows: int = 0
    others: Counter[str] = field(default_factory=Counter)
    strangers: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    outcomes: set[str] = field(default_factory=set)

    @classmethod
    def merged(cls, parts: Sequence[Fitter]) -> Fitter:
        """The account of several places' rows as one."""
        first = parts[0]
        whole = cls(first.spec, first.attribute, first.encoder, first.groups, first.weighted)
        for part in parts:
            whole.rows += part.rows
            whole.others.update(part.others)
            whole.strangers.update(part.strangers)
            whole.seen.update(part.seen)
        return whole

    @property
    def columns(self) -> tuple[Column, ...]:
        """What rows must hold: the features, the attribute and the target."""
        names = {*self.encoder.names_categories, *self.encoder.names_numbers, *self.attribute.columns, self.spec.target}
        return tuple(column for column in self.spec.columns if column.name in names)

    @property
    def optional(self) -> tuple[Column, ...]:
        """What rows may hold: the survey weight."""
        return tuple(column for column in self.spec.columns if column.name == self.spec.weight)

    def check(self, names: Sequence[str], whose: str) -> None:
        """Raises InputError, naming every column that is needed and not among `names`."""
        expected = {*self.encoder.names_categories, *self.encoder.names_numbers, *self.attribute.columns}
        missing = sorted((expected | {self.spec.target}) - set(names))
        if missing:
            raise InputError(
                f"{whose} lacks the columns {some(missing)}, which the line needs; bring rows that have them."
            )

    def fit(self, frame: pd.DataFrame) -> tuple[Table, np.ndarray]:
        """The rows of known groups as a table, and which rows those are, bool (N,).

        Raises InputError for values that are no number where one is expected, a weight below 0, or an empty target.
        """
        names = group_names(frame, self.spec, self.attribute, declared=False)
        group = pd.Index(self.groups).get_indexer(names)
        kept = group >= 0
        self.strangers.update(str(name) for name in names[~kept])
        known = frame if kept.all() else frame[kept]
        codes, numbers = self.encoder.encode(known)
        self.rows += len(known)
        self.others.update(dict(zip(self.encoder.names_categories, (codes == 0).sum(axis=0).tolist(), strict=True)))
        self.seen.update(
            dict(zip(self.groups, np.bincount(group[kept], minlength=len(self.groups)).tolist(), strict=True))
        )
        self.outcomes.update(map(str, known[self.spec.target].dropna().unique()))
        weight = self.spec.weight if self.weighted and self.spec.weight in frame else None
        weights = None if weight is None else finite_numbers(known, weight)
        if weights is not None and (below := int((weights < 0).sum())):
            raise InputError(
                f"Column {weight!r} has {below:,} values below 0; expected weights from 0 to {MOST:g}. Correct those "
                "rows, or leave the weights out."
            )
        return Table(codes, numbers, labels(known, self.spec), group[kept].astype(np.int64), weights), kept

    def unseen(self) -> dict[str, Any]:
        """Cells of category columns coded "other": {cells, of, share, columns: {column: share of its cells}}."""
        of = self.rows * len(self.encoder.categories)
        cells = sum(self.others.values())
        columns = {name: n / self.rows for name, n in self.others.most_common() if n}
        return {"cells": cells, "of": of, "share": cells / of if of else 0.0, "columns": columns}

    def left_out_groups(self) -> list[dict[str, Any]]:
        """Groups that only one side knows: {group, n, reason}; n is rows left out, 0 where the group is absent."""
        strange = "the checkpoint does not know this group"
        found = [{"group": name, "n": n, "reason": strange} for name, n in self.strangers.most_common()]
        absent = [name for name in self.groups if not self.seen[name]]
        return found + [{"group": name, "n": 0, "reason": "there is nobody of this group here"} for name in absent]
