"""What a manifest must hold, whatever else lies in the folder. Pure: an object in, names of what is wrong out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from yodo_core.data.spec import OWN
from yodo_core.errors import InputError
from yodo_core.fairness.notions import NOTIONS

REQUIRED: dict[str, type | tuple[type, ...]] = {
    "dataset": str, "attribute": str, "notion": str, "groups": list, "training": dict, "encoder": dict,
    "rows_sha256": str, "files": dict, "with_attribute": bool, "reference_group": str, "favourable": str,
    "people": str, "decision_noun": str, "qualified_phrase": str, "teaching_note": str, "dataset_title": str,
    "attribute_noun": str, "objective": str, "standins": list, "licence": str, "attribution": str, "source": str,
    "known_problems": list, "versions": dict, "created": str, "command": str,
}  # fmt: skip


def misstated(manifest: dict[str, Any]) -> list[str]:
    """What the manifest lacks or misstates, by name; nothing where it is in order."""
    wrong = [k for k, kind in REQUIRED.items() if not isinstance(manifest.get(k), kind)]
    if "groups" not in wrong and not all(
        isinstance(g, dict) and isinstance(g.get("name"), str) for g in manifest["groups"]
    ):
        wrong.append("groups")
    elif "groups" not in wrong and len({g["name"] for g in manifest["groups"]}) != len(manifest["groups"]):
        wrong.append("groups (a name stands twice)")
    if "notion" not in wrong and manifest["notion"] not in NOTIONS:
        wrong.append("notion")
    if "training" not in wrong:
        training = manifest["training"]
        if type(training.get("seed")) is not int:
            wrong.append("training.seed")
        same = ("dataset", "attribute", "notion", "with_attribute")
        wrong += [f"training.{k} (differs from {k})" for k in same if training.get(k) != manifest.get(k)]
    if not _is_map(manifest.get("alpha_map")):
        wrong.append("alpha_map")
    wrong += _wrong_in_own(manifest)
    return wrong


def _wrong_in_own(manifest: dict[str, Any]) -> list[str]:
    """What is wrong with what the manifest says of a file of one's own, which no other data set has."""
    own, dataset = manifest.get("own"), str(manifest.get("dataset"))
    if (own is not None) != dataset.startswith(OWN):
        return [f"own (differs from dataset {dataset[:60]!r})"]
    if own is None:
        return []
    if not isinstance(own, dict) or not isinstance(own.get("file"), str) or Path(own["file"]).name != own["file"]:
        return ["own.file"]
    # Imported here: most checkpoints are of data sets that need no reader of files.
    from yodo_core.data.own.recipe import Recipe

    try:
        recipe = Recipe.from_json(own)
    except InputError as error:
        return [f"own ({str(error).rstrip('.')})"]
    same = {"weight": recipe.weight, "unit": recipe.unit, "attribute": recipe.attribute_id}
    return [f"own.{name} (differs from {name})" for name, said in same.items() if manifest.get(name) != said]


def _is_map(knots: Any) -> bool:
    """None, or {"alphas": [...], "positions": [...]} that both rise (positions may pause) within [0, 1]."""
    if knots is None:
        return True
    try:
        alphas, positions = (np.asarray(knots[k], np.float64) for k in ("alphas", "positions"))
        ends = alphas[0] == 0 and alphas[-1] == 1 and positions[0] >= 0 and positions[-1] <= 1
        return bool(
            ends and alphas.shape == positions.shape and (np.diff(alphas) > 0).all() and (np.diff(positions) >= 0).all()
        )
    except (TypeError, KeyError, ValueError, IndexError):
        return False
