"""A small made-up data set with three groups, one of them below the minimum size, and a biased stand-in."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pandas as pd

from yodo_core.config import TrainConfig
from yodo_core.data import get
from yodo_core.data.spec import Attribute, Column

ROWS = 2400
SIZES = {"a": 1400, "b": 900, "c": 100}


def rows() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    kind = rng.permutation(np.repeat(list(SIZES), list(SIZES.values())))
    ahead = (kind == "a").astype(float)
    skill = rng.normal(size=ROWS)
    chance = 1 / (1 + np.exp(-(1.5 * skill + 1.6 * ahead - 1.2)))
    return pd.DataFrame(
        {
            "skill": skill + rng.normal(scale=0.4, size=ROWS),
            "hours": rng.integers(1, 60, ROWS).astype(float),
            "town": np.where(rng.random(ROWS) < 0.85, np.where(ahead == 1, "north", "south"), "east"),
            "colour": rng.choice(["red", "green", "blue"], ROWS),
            "kind": kind,
            "share": rng.uniform(0.5, 3, ROWS),
            "good": np.where(rng.random(ROWS) < chance, "yes", "no"),
        }
    )


TOY = dataclasses.replace(
    get("adult"),
    id="toy",
    title="Toy",
    columns=tuple(
        Column(name, "number" if name in ("skill", "hours", "share") else "category", log=name == "hours")
        for name in rows().columns
    ),
    target="good",
    favourable="yes",
    weight="share",
    attributes=(Attribute("kind", ("kind",), reference="b", noun="kind", aliases=("sort",)),),
    load=rows,
    rows=ROWS,
)


def config(**changes: Any) -> TrainConfig:
    """A run of a second: small net, few steps, one thread."""
    small = {"dataset": "toy", "attribute": "kind", "hidden": 16, "epochs": 6, "batch_size": 128, "threads": 1}
    return TrainConfig(**{**small, **changes})
