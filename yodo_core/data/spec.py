"""What a data set is, declared as values: its columns, its attributes and the words for its sentences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import pandas as pd

from yodo_core.data.pictures import Pictures
from yodo_core.errors import InputError, unknown

JOIN = " · "
OWN = "own-"
"""How the id of a file of one's own begins."""


@dataclass(frozen=True)
class Column:
    """One column of the rows. `log` says that a number enters the net as log(1 + value).

    `gaps` says that a number may be missing (NaN); it then enters as the median of the training rows.
    """

    name: str
    kind: Literal["category", "number"]
    log: bool = False
    help: str = ""
    gaps: bool = False


@dataclass(frozen=True)
class Attribute:
    """A sensitive attribute: one column, or several whose combinations are the groups (an intersection).

    `groups` maps raw values to readable names, several to one where they form one group. It is empty for an
    intersection, whose names are joined from those of its columns in the order of `columns`, as in
    "Black · Women". `bands` are the lower bounds of all groups but the lowest, where the column holds whole numbers
    (ages): (18, 65) makes "Under 18", "18 to 64" and "65 and over". `reference` is the readable name of the group
    that signed gaps are measured from. `phrases` maps readable names to the words for a group inside a sentence, with
    {} where the noun stands: see `data.phrases`.
    """

    id: str
    columns: tuple[str, ...]
    reference: str
    noun: str
    groups: dict[str, str] = field(default_factory=dict, hash=False)
    aliases: tuple[str, ...] = ()
    bands: tuple[int, ...] = ()
    phrases: dict[str, str] = field(default_factory=dict, hash=False)

    def band_names(self) -> tuple[str, ...]:
        """The readable names of the bands, the lowest first; none without bands."""
        if not self.bands:
            return ()
        between = (f"{low} to {high - 1}" for low, high in pairwise(self.bands))
        return (f"Under {self.bands[0]}", *between, f"{self.bands[-1]} and over")


@dataclass(frozen=True)
class DataSpec:
    """A data set as data. `load` gives the rows as a frame with exactly `columns`, in a fixed order.

    `favourable` is the raw value of `target` that is good for the person and becomes label 1. `weight` names
    the survey weight: it is never a feature and training ignores it. `unit` names the column that tells who
    belongs together, as a household does: rows that share it fall in one split, and it is never a feature.
    `absent` says in one sentence what keeps `load` from finding its files; None where they are at hand. `pictures`
    gives the picture of each row, which is then all that a net sees. `keep_out` says why nothing trained on these rows
    may lie in the project; it is empty where it may. `replicates` gives the survey's replicate weights (N, R) of the
    same rows, from which the errors of weighted figures come; None where there are none.
    """

    id: str
    title: str
    columns: tuple[Column, ...]
    target: str
    favourable: str
    weight: str | None
    attributes: tuple[Attribute, ...]
    people: str
    decision_noun: str
    qualified_phrase: str
    teaching_note: str
    licence: str
    attribution: str
    source: str
    known_problems: tuple[str, ...]
    load: Callable[[], pd.DataFrame]
    rows: int | None = None
    unit: str | None = None
    absent: Callable[[], str | None] = lambda: None
    replicates: Callable[[], np.ndarray | None] = lambda: None
    pictures: Callable[[], Pictures] | None = None
    keep_out: str = ""
    lacks: dict[str, str] = field(default_factory=dict, hash=False)
    """What to say to who asks for an attribute, by its id, that similar data sets have and this one has not."""
    own: dict[str, Any] | None = field(default=None, hash=False)
    """What a user said of a file of their own, with its name, as the manifest keeps it; None for other data sets."""

    def attribute(self, name: str) -> Attribute:
        """The attribute of this id, alias or (where it has one column) raw column name; case is ignored.

        Names joined by +, as in race+dis, are the intersection, in whatever order. Raises InputError for other names.
        """
        wanted = str(name).casefold()
        if found := self._named(wanted) or self._intersection(wanted):
            return found
        error = unknown(f"attribute of {self.id}", name, (attribute.id for attribute in self.attributes))
        lacks = [self.lacks[part] for part in (wanted, *wanted.split("+")) if part in self.lacks]
        raise InputError(f"{error} {lacks[0]}") if lacks else error

    def _named(self, wanted: str) -> Attribute | None:
        for attribute in self.attributes:
            raw = attribute.columns if len(attribute.columns) == 1 else ()
            if wanted in {known.casefold() for known in (attribute.id, *attribute.aliases, *raw)}:
                return attribute
        return None

    def _intersection(self, wanted: str) -> Attribute | None:
        """Of two or more attributes, each the first of its one column, from which the groups get their names."""
        parts = [self._named(part) for part in wanted.split("+")]
        singles = [part for part in parts if part and len(part.columns) == 1 and self.single(part.columns[0]) is part]
        singles.sort(key=lambda single: single.columns)
        columns = tuple(column for single in singles for column in single.columns)
        if len(set(columns)) < max(2, len(parts)):
            return None
        return Attribute(
            id="+".join(single.id for single in singles),
            columns=columns,
            reference=JOIN.join(single.reference for single in singles),
            noun=" and ".join(single.noun for single in singles),
        )

    def column(self, name: str) -> Column:
        """The declared column of this name. Raises InputError for another."""
        for column in self.columns:
            if column.name == name:
                return column
        raise unknown(f"column of {self.id}", name, (column.name for column in self.columns))

    def single_attributes(self) -> tuple[Attribute, ...]:
        """The attributes of one column, which the split is stratified on."""
        return tuple(attribute for attribute in self.attributes if len(attribute.columns) == 1)

    def single(self, column: str) -> Attribute | None:
        """The first attribute that is this column alone; None where there is none."""
        return next((found for found in self.single_attributes() if found.columns == (column,)), None)

    def features(self, attribute: Attribute, with_attribute: bool = False) -> tuple[Column, ...]:
        """The columns a net may see: never target, weight or unit, nor, by default, the attribute; none by pictures."""
        if self.pictures is not None:
            return ()
        left_out = {self.target, self.weight, self.unit} | (set() if with_attribute else set(attribute.columns))
        return tuple(column for column in self.columns if column.name not in left_out)
