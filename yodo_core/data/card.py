"""What a data set says of itself, as one plain dict, for `data list`, `data show` and the app."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np

from yodo_core.data.rows import groups_of, labels
from yodo_core.data.spec import JOIN, Attribute, DataSpec

WORDS = (
    *("title", "people", "decision_noun", "qualified_phrase", "favourable", "teaching_note"),
    *("licence", "attribution", "source", "weight", "unit"),
)

LEAST = 30
"""Rows that a group must have for its rate to be told, as `fairness.notions.MIN_SHOW` has it for every rate."""


def card(spec: DataSpec) -> dict[str, Any]:
    """The card as declared, which reads no rows: `rows` is None where the number is not fixed.

    `absent` says what keeps the rows from being read here, None where they are at hand. `rate` is None, and so is what
    only rows say of the `groups`, which are those of `counted` by name.
    """
    return {
        "dataset": spec.id,
        **{name: getattr(spec, name) for name in WORDS},
        "known_problems": list(spec.known_problems),
        "attributes": [attribute.id for attribute in spec.attributes],
        "rows": spec.rows,
        "absent": spec.absent(),
        "rate": None,
        "groups": {
            attribute.id: [
                {"group": name, "n": None, "positives": None, "rate": None} for name in _named(spec, attribute)
            ]
            for attribute in spec.attributes
        },
    }


def _named(spec: DataSpec, attribute: Attribute) -> list[str]:
    """The groups' names as declared, of an intersection every combination; none where the data set declares none."""
    singles = [spec.single(column) for column in attribute.columns] if len(attribute.columns) > 1 else [attribute]
    names = [dict.fromkeys(one.band_names() or one.groups.values()) if one else () for one in singles]
    return [JOIN.join(parts) for parts in product(*names)]


def counted(spec: DataSpec) -> dict[str, Any]:
    """The card with what the rows say: `rows`, `positives` (label 1), `rate`, and the same of each group.

    `groups` holds for each attribute's id a list of {group, n, positives, rate}, the largest group first;
    the rate of fewer than LEAST rows is None. Raises RowsAbsentError where the rows are not at hand.
    """
    frame = spec.load()
    label = labels(frame, spec)
    groups = {}
    for attribute in spec.attributes:
        group, names = groups_of(frame, spec, attribute)
        sizes, positives = np.bincount(group), np.bincount(group, weights=label)
        groups[attribute.id] = [
            {"group": name, "n": int(n), "positives": int(k), "rate": float(k / n) if n >= LEAST else None}
            for name, n, k in zip(names, sizes, positives, strict=True)
        ]
    total = {"rows": len(label), "positives": int(label.sum()), "rate": float(label.mean())}
    return {**card(spec), **total, "groups": groups}


def stored(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The card as a checkpoint's manifest holds it, for whoever has no rows; of one attribute, that of the line.

    What manifests of earlier versions do not hold is None; `rate`, everyone's, is None where that of a group is.
    """
    sizes = {entry["name"]: sum(n for n in entry.values() if isinstance(n, int)) for entry in manifest["groups"]}
    rates = manifest.get("label_rates") or {}
    groups = [{"group": name, "n": n, "rate": rates.get(name)} for name, n in sizes.items()]
    known = all(rates.get(name) is not None for name in sizes)
    return {
        "dataset": manifest["dataset"],
        **{name: manifest.get("dataset_title" if name == "title" else name) for name in WORDS},
        "known_problems": list(manifest.get("known_problems", [])),
        "attributes": [manifest["attribute"]],
        "rows": sum(sizes.values()),
        "rate": sum(rates[name] * n for name, n in sizes.items()) / sum(sizes.values()) if known else None,
        "groups": {manifest["attribute"]: groups},
    }
