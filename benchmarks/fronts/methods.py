"""Training one method at one setting and split: from a configuration to the decisions of its models."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

import yodo_core
from fronts.decisions import PARTS, Model, key_of, pack
from fronts.settings import Setting
from yodo_core import alpha_map, data, evaluate
from yodo_core.baselines import METHODS
from yodo_core.baselines.fixed import PENALTIES
from yodo_core.commands.train import settled
from yodo_core.config import TrainConfig
from yodo_core.data.prepare import Prepared, prepare
from yodo_core.train import train_line

LEVELS = tuple(round(i / 100, 2) for i in range(101))
LINES: dict[str, dict[str, Any]] = {
    "line": {},
    "paper": {"objective": "paper", "ends": "independent", "cosine_weight": 1.0},
}
SHARED = (
    "dataset", "attribute", "notion", "with_attribute", "seed", "split_seed", "split",
    "epochs", "batch_size", "learning_rate", "weight_decay", "hidden", "depth", "dropout",
)  # fmt: skip
LOOP = 2
"""To be raised when a change of loop, net or encoding changes what a fixed model computes."""


@dataclass(frozen=True)
class Job:
    """One method at one setting and split, with the settings of its models that are wanted.

    `repeat` counts the training seeds of a split, from 0.
    """

    setting: Setting
    split: int
    method: str
    wanted: tuple[float | None, ...]
    changes: tuple[tuple[str, Any], ...] = ()
    repeat: int = 0

    @property
    def config(self) -> TrainConfig:
        return self.setting.config(self.split, self.repeat, **LINES.get(self.method, {}), **dict(self.changes))

    @property
    def key(self) -> str:
        """Content key of the training; the penalty or level stands beside it."""
        about = self.config.to_json()
        if self.method in LINES:
            about |= {"source": _source()}
        else:
            about = {name: about[name] for name in SHARED}
        about |= {"method": self.method, "loop": LOOP}
        if self.method == "erm":
            del about["notion"]
        return key_of(about)

    @property
    def notion(self) -> str:
        return "" if self.method == "erm" else self.setting.notion


def wanted(method: str) -> tuple[float | None, ...]:
    """The penalties or levels that a method is scored at."""
    if method in LINES:
        return LEVELS
    return PENALTIES if method == "fixed" else METHODS[method].settings


@lru_cache(maxsize=1)
def rows(dataset: str, attribute: str, with_attribute: bool, split_seed: int) -> Prepared:
    """The prepared rows of one split; the last asked for are kept."""
    return prepare(data.get(dataset), attribute, with_attribute, split_seed)


def rows_of(config: TrainConfig) -> Prepared:
    return rows(config.dataset, config.attribute, config.with_attribute, config.split_seed)


def train(job: Job) -> list[Model]:
    """Train what the job asks for and take its decisions on tune and test rows."""
    torch.set_num_threads(1)
    config = job.config
    prepared = rows_of(config)
    if job.method in LINES:
        return _line(job, prepared)
    models = []
    for setting in job.wanted:
        began = time.perf_counter()
        scorer = METHODS[job.method].train(prepared, config, setting, None)
        seconds = time.perf_counter() - began
        decisions = {part: scorer(prepared.splits[part]) >= 0.5 for part in PARTS}
        models.append(_model(job, setting, seconds, 0, decisions))
    return models


def _line(job: Job, prepared: Prepared) -> list[Model]:
    """The levels of one line, at the positions that its map from the tune rows gives, as `train` makes it."""
    run = train_line(prepared, job.config)
    line, knots = settled(prepared, job.config, run.net)  # type: ignore[arg-type]
    positions = [alpha_map.position(knots, alpha) for alpha in LEVELS]
    taken = {part: evaluate.levels(line, positions, prepared.splits[part]) >= 0.5 for part in PARTS}
    parts = [{part: taken[part][i] for part in PARTS} for i in range(len(LEVELS))]
    return [_model(job, alpha, run.seconds, run.steps, part) for alpha, part in zip(LEVELS, parts, strict=True)]


def _model(job: Job, setting: float | None, seconds: float, steps: int, decisions: dict[str, np.ndarray]) -> Model:
    packed = {part: pack(taken) for part, taken in decisions.items()}
    return Model(job.key, job.method, job.notion, setting, job.split, seconds, steps, **packed)


@lru_cache
def _source() -> str:
    """What a line's training is made of: any change in it trains lines anew."""
    root = Path(yodo_core.__file__).parent
    names = (
        "objective.py",
        "weights.py",
        "line.py",
        "train.py",
        "alpha_map.py",
        "calibrate.py",
        "fairness/penalties.py",
    )
    return hashlib.sha256(b"".join((root / name).read_bytes() for name in names)).hexdigest()[:16]
