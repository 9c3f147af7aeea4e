"""What a checkpoint says of itself, derived from the rows, the configuration and the counts. Pure."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np

from yodo_core.config import TrainConfig
from yodo_core.data.prepare import Prepared, standins
from yodo_core.fairness import MIN_SHOW, metrics
from yodo_core.nets import architecture
from yodo_core.stored import Entry

VERSIONS = ("torch", "numpy", "pandas", "pyarrow", "scikit-learn", "safetensors")
HEADLINE = ("accuracy", "decision_rate", "dp_gap", "eo_gap", "eodds_gap")


def describe(
    prepared: Prepared,
    config: TrainConfig,
    entries: Sequence[Entry],
    knots: dict[str, Any] | None,
    command: str,
    created: datetime,
) -> dict[str, Any]:
    """The manifest's body, without the files' hashes, which the writer adds; `knots` are those of `alpha_map.fit`."""
    spec, attribute = prepared.spec, prepared.attribute
    return {
        "dataset": spec.id,
        "dataset_title": spec.title,
        "attribute": attribute.id,
        "attribute_noun": attribute.noun,
        "reference_group": attribute.reference,
        "groups": _sizes(prepared),
        "label_rates": _label_rates(prepared),
        "notion": config.notion,
        "with_attribute": config.with_attribute,
        "favourable": spec.favourable,
        "people": spec.people,
        "decision_noun": spec.decision_noun,
        "qualified_phrase": spec.qualified_phrase,
        "teaching_note": spec.teaching_note,
        "objective": config.objective,
        "architecture": architecture(prepared.picture),
        "picture": prepared.picture and list(prepared.picture),
        "alpha_map": knots,
        "training": config.to_json(),
        "encoder": prepared.encoder.to_json(),
        "columns": [{"name": c.name, "kind": c.kind, "log": c.log, "help": c.help} for c in spec.columns],
        "weight": spec.weight,
        "unit": spec.unit,
        "own": spec.own,
        "rows_sha256": prepared.rows_sha256,
        "standins": standins(prepared),
        "headline": _headline(entries, config.seed),
        "licence": spec.licence,
        "keep_out": spec.keep_out,
        "attribution": spec.attribution,
        "source": spec.source,
        "known_problems": list(spec.known_problems),
        "versions": {"python": platform.python_version()}
        | {name: importlib.metadata.version(name) for name in VERSIONS},
        "created": created.isoformat(timespec="seconds"),
        "command": command,
    }


def _sizes(prepared: Prepared) -> list[dict[str, Any]]:
    sizes = {s: np.bincount(t.group, minlength=len(prepared.groups)) for s, t in prepared.splits.items()}
    return [{"name": g, **{s: int(n[i]) for s, n in sizes.items()}} for i, g in enumerate(prepared.groups)]


def _label_rates(prepared: Prepared) -> dict[str, float | None]:
    """The share of each group's rows, all splits together, whose label is 1; None for a group too small to show."""
    label, group = (np.concatenate([getattr(t, name) for t in prepared.splits.values()]) for name in ("label", "group"))
    shown = np.bincount(group, minlength=len(prepared.groups)) >= MIN_SHOW
    return {g: float(label[group == i].mean()) if shown[i] else None for i, g in enumerate(prepared.groups)}


def _headline(entries: Sequence[Entry], seed: int) -> dict[str, dict[str, Any]]:
    """The figures on test rows at both ends, at threshold 0.5."""
    ends = {k["alpha"]: c for k, c in entries if (k["split"], k["seed"]) == ("test", seed) and k["alpha"] in (0.0, 1.0)}
    points = {f"alpha {alpha:g}": metrics.point(counts, 0.5) for alpha, counts in sorted(ends.items())}
    return {name: {key: point[key] for key in HEADLINE} for name, point in points.items()}
