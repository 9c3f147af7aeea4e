"""What a user says of a file of their own: the outcome, who is compared, what is left out. Plain values."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, fields
from itertools import combinations
from pathlib import Path
from typing import Any

from yodo_core.data.spec import OWN
from yodo_core.errors import InputError

LONGEST = 200
"""Characters of a column's name or of a value that a recipe may hold."""
MOST_NAMES = 1_000
_LISTS = ("attribute", "drop", "keep")
_OPTIONAL = ("weight", "reference", "unit")


@dataclass(frozen=True)
class Recipe:
    """How the rows of a file are to be read. Column names are those of the file.

    `favourable` is the value of `target` that is good for the person, compared as text. `attribute` is one column,
    or several whose combinations are the groups. `weight` holds survey weights. `drop` leaves columns out, `keep`
    takes in those that would be left out by themselves. `reference` is the group that signed gaps are measured
    from, by default the largest. `unit` tells whose rows belong together, as a household's do: they stay on one side of
    the split, and it is never a feature. `name` is the title, by default the file's name without its ending.
    Raises InputError, naming everything that does not fit.
    """

    target: str
    favourable: str
    attribute: tuple[str, ...]
    weight: str | None = None
    drop: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    reference: str | None = None
    unit: str | None = None
    name: str = ""

    def __post_init__(self) -> None:
        wrong = [f"{name} must be a list of texts" for name in _LISTS if not _texts(getattr(self, name))]
        wrong += [f"{n} must be a text" for n in ("target", "favourable", "name") if not _text(getattr(self, n))]
        wrong += [f"{n} must be a text or nothing" for n in _OPTIONAL if not _text(getattr(self, n) or "")]
        if not wrong:
            wrong = self._clashes()
        if wrong:
            raise InputError(f"The description of the file cannot be used: {'; '.join(wrong)}. Change these.")

    def _clashes(self) -> list[str]:
        wrong = []
        if not self.target:
            wrong.append("the outcome (target) has no column")
        if not self.favourable:
            wrong.append("no favourable outcome is named")
        if not self.attribute or not all(self.attribute):
            wrong.append("no column tells the groups (attribute)")
        if len(set(self.attribute)) < len(self.attribute):
            wrong.append("a column stands twice in attribute")
        roles = [("target", self.target), ("weight", self.weight), ("unit", self.unit)]
        wrong += [f"{role} and attribute are both {name!r}" for role, name in roles if name in self.attribute]
        pairs = ((one, other) for one, other in combinations(roles, 2) if one[1] is not None and one[1] == other[1])
        wrong += [f"{one} and {other} are both {name!r}" for (one, name), (other, _) in pairs]
        used = {self.target, self.weight, self.unit, *self.attribute}
        wrong += [f"{name!r} is to be dropped but has a role" for name in self.drop if name in used]
        wrong += [f"{name!r} is both to be dropped and to be kept" for name in self.drop if name in self.keep]
        return wrong

    @property
    def roles(self) -> dict[str, tuple[str, ...]]:
        """The columns without which a row cannot be used, by what each holds: outcome, group, weight, unit."""
        optional = {"weight": self.weight, "unit": self.unit}
        said = {what: (name,) for what, name in optional.items() if name is not None}
        return {"outcome": (self.target,), "group": self.attribute, **said}

    @property
    def needed(self) -> str:
        """What a row must have, in words: "the outcome, the group or the weight"."""
        *first, last = (f"the {what}" for what in self.roles)
        return f"{', '.join(first)} or {last}"

    @property
    def attribute_ids(self) -> tuple[str, ...]:
        """The ids of the attribute's columns, each in [a-z0-9_] and once."""
        ids: list[str] = []
        for place, name in enumerate(self.attribute, 1):
            id = slug(name, "_") or f"column_{place}"
            ids.append(f"{id}_{place}" if id in ids else id)
        return tuple(ids)

    @property
    def attribute_id(self) -> str:
        """The attribute's id: those of its columns joined by +, as in sex+race."""
        return "+".join(self.attribute_ids)

    def to_json(self) -> dict[str, Any]:
        """Plain values, for the manifest; `from_json` gives an equal recipe back."""
        return asdict(self) | {name: list(getattr(self, name)) for name in _LISTS}

    @classmethod
    def from_json(cls, stored: object) -> Recipe:
        """The recipe that `to_json` wrote; the key `file` is passed over. Raises InputError for anything else."""
        known = {field.name for field in fields(cls)}
        if not isinstance(stored, dict):
            raise InputError("The description of the file is no object; expected the fields of a recipe.")
        lacking = sorted({"target", "favourable", "attribute"} - set(stored))
        strange = sorted(str(name)[:40] for name in set(stored) - known - {"file"})
        if lacking or strange:
            raise InputError(
                f"The description of the file lacks {', '.join(lacking) or 'nothing'} and has the unknown fields "
                f"{', '.join(strange) or 'none'}; expected {', '.join(sorted(known))}."
            )
        lists = {name: tuple(stored[name]) for name in _LISTS if isinstance(stored.get(name), list)}
        values: dict[str, Any] = {**stored, **lists}
        values.pop("file", None)
        return cls(**values)


def _text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST


def _texts(value: object) -> bool:
    return isinstance(value, tuple) and len(value) <= MOST_NAMES and all(_text(v) for v in value)


def slug(text: str, joiner: str = "-") -> str:
    """Lower case, [a-z0-9] and the joiner only, at most 40 characters; empty where nothing is left."""
    return re.sub(r"[^a-z0-9]+", joiner, text.lower()).strip(joiner)[:40].strip(joiner)


def dataset_id(file: str | Path) -> str:
    """`own-` and the slug of the file's name without its ending."""
    return OWN + (slug(Path(file).stem) or "file")
