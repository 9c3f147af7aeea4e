"""Both sides of the comparison: what each holds while it trains, how it comes from the file, and its training.

Held are train rows only: by the line codes, numbers, labels and groups, by the paper's loop the one-hot matrix, labels
and groups. Both see the same columns, those that the line sees by default.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from speed_parts import paper_loop
from yodo_core import data, train
from yodo_core.config import TrainConfig
from yodo_core.data.encoder import Encoder, NumberScale
from yodo_core.data.prepare import Prepared, Table, prepare
from yodo_core.data.rows import groups_of, labels
from yodo_core.data.spec import DataSpec
from yodo_core.data.split import split_rows

PARTS = ("codes", "numbers", "label", "group")
OneHot = tuple[Tensor, Tensor, Tensor]
TINY = 512


@dataclass(frozen=True)
class Side:
    """`from_file` prepares what is held, `save` and `load` carry it to a fresh process, `train` gives rows trained."""

    from_file: Callable[[TrainConfig], Any]
    save: Callable[[Any, Path], None]
    load: Callable[[TrainConfig, Path], Any]
    tiny: Callable[[TrainConfig], Any]
    size: Callable[[Any], int]
    train: Callable[[Any, TrainConfig], int]


def line_from_file(config: TrainConfig) -> Prepared:
    prepared = prepare(data.get(config.dataset), config.attribute, config.with_attribute, config.split_seed)
    return replace(prepared, splits={"train": prepared.splits["train"]})


def line_save(held: Prepared, folder: Path) -> None:
    for part in PARTS:
        np.save(folder / f"{part}.npy", getattr(held.splits["train"], part))
    (folder / "line.json").write_text(json.dumps({"encoder": held.encoder.to_json(), "groups": held.groups}))


def line_load(config: TrainConfig, folder: Path) -> Prepared:
    stored = json.loads((folder / "line.json").read_text())
    table = Table(*(np.load(folder / f"{part}.npy") for part in PARTS), weight=None)
    return _held(config, Encoder.from_json(stored["encoder"]), tuple(stored["groups"]), table)


def line_tiny(config: TrainConfig) -> Prepared:
    """Made-up rows: one column of each kind."""
    half = np.arange(TINY) % 2
    table = Table(half[:, None], half[:, None].astype(np.float32), half, np.arange(TINY) // 2 % 2, None)
    return _held(config, Encoder({"category": ("a",)}, (NumberScale("number", False, 0.0, 1.0),)), ("a", "b"), table)


def _held(config: TrainConfig, encoder: Encoder, groups: tuple[str, ...], table: Table) -> Prepared:
    spec = data.get(config.dataset)
    attribute = spec.attribute(config.attribute)
    return Prepared(spec, attribute, groups, config.with_attribute, encoder, {"train": table}, "")


def line_size(held: Prepared) -> int:
    return sum(getattr(held.splits["train"], part).nbytes for part in PARTS)


def line_train(held: Prepared, config: TrainConfig) -> int:
    return train.train_line(held, config).rows


def paper_from_file(config: TrainConfig) -> OneHot:
    return one_hot(data.get(config.dataset), config)


def one_hot(spec: DataSpec, config: TrainConfig) -> OneHot:
    """The matrix is made of all rows, before the split; its train rows are kept."""
    frame, attribute = spec.load(), spec.attribute(config.attribute)
    names = [column.name for column in spec.features(attribute, config.with_attribute)]
    rows = split_rows(frame, spec, config.split_seed)["train"]
    matrix = paper_loop.one_hot(frame, names)[rows]
    group, _ = groups_of(frame, spec, attribute)
    return torch.from_numpy(matrix), *(torch.from_numpy(x[rows]).float() for x in (labels(frame, spec), group))


def paper_save(held: OneHot, folder: Path) -> None:
    for name, tensor in zip(("matrix", "labels", "groups"), held, strict=True):
        np.save(folder / f"{name}.npy", tensor.numpy())


def paper_load(_: TrainConfig, folder: Path) -> OneHot:
    matrix, label, group = (torch.from_numpy(np.load(folder / f"{x}.npy")) for x in ("matrix", "labels", "groups"))
    return matrix, label, group


def paper_tiny(_: TrainConfig) -> OneHot:
    half = torch.arange(TINY) % 2
    return torch.stack([half, 1 - half], 1).float(), half.float(), (torch.arange(TINY) // 2 % 2).float()


def paper_train(held: OneHot, config: TrainConfig) -> int:
    paper_loop.train(*held, config)
    return len(held[0]) * config.epochs


SIDES = {
    "line": Side(line_from_file, line_save, line_load, line_tiny, line_size, line_train),
    "paper": Side(
        paper_from_file, paper_save, paper_load, paper_tiny, lambda held: sum(x.nbytes for x in held), paper_train
    ),
}
