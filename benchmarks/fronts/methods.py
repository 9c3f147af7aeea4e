"""Training one method at one setting and split: from a configuration to the decisions of its models."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from torch import nn

import yodo_core
from fronts.decisions import PARTS, Model, key_of, pack
from fronts.settings import Setting
from yodo_core import data, evaluate
from yodo_core.baselines import METHODS
from yodo_core.baselines.fixed import PENALTIES
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
    """One method at one setting and split, with the settings of its models that are wanted."""

    setting: Setting
    split: int
    method: str
    wanted: tuple[float | None, ...]
    changes: tuple[tuple[str, Any], ...] = ()

    @property
    def config(self) -> TrainConfig:
        return self.setting.config(self.split, **LINES.get(self.method, {}), **dict(self.changes))

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
        run = train_line(prepared, config)
        line = run.net
        return [_model(job, level, run, prepared, line.at(level)) for level in job.wanted]
    models = []
    for setting in job.wanted:
        run = METHODS[job.method].train(prepared, config, setting, None)
        models.append(_model(job, setting, run, prepared, run.net))
    return models


def _model(job: Job, setting: float | None, run: Any, prepared: Prepared, net: nn.Module) -> Model:
    decisions = {part: pack(evaluate.scores(net, prepared.splits[part]) >= 0.5) for part in PARTS}
    return Model(job.key, job.method, job.notion, setting, job.split, run.seconds, run.steps, **decisions)


@lru_cache
def _source() -> str:
    """What a line's training is made of: any change in it trains lines anew."""
    root = Path(yodo_core.__file__).parent
    names = ("objective.py", "weights.py", "line.py", "train.py", "fairness/penalties.py")
    return hashlib.sha256(b"".join((root / name).read_bytes() for name in names)).hexdigest()[:16]
