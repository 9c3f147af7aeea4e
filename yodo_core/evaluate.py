"""From weights and rows to counts: the one path by which every figure comes about. Always in eval mode."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from yodo_core.config import TrainConfig
from yodo_core.data import get
from yodo_core.data.prepare import Encoder, Prepared, Table, prepare
from yodo_core.data.spec import DataSpec
from yodo_core.errors import InputError, RowsAbsentError, unknown
from yodo_core.fairness.counts import Counts, count
from yodo_core.line import Line
from yodo_core.nets.mlp import TabularMLP

if TYPE_CHECKING:
    from yodo_core.checkpoint import Checkpoint

CHUNK = 512
"""Rows scored at once: few enough that a hidden layer stays in a core's cache."""
TOGETHER = 2**22
"""Scores held at once, which bounds memory: many levels of few rows, or few of many."""


@contextmanager
def one_thread() -> Iterator[None]:
    """Score on one torch thread: the bits of a matrix product may depend on the thread count."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def scores(net: nn.Module, table: Table) -> np.ndarray:
    """Predicted probabilities float64 (N,) in [0, 1] of the table's rows."""
    net.eval()
    parts = []
    with torch.inference_mode(), one_thread():
        for low in range(0, len(table), CHUNK):
            inputs = table.inputs(slice(low, low + CHUNK))
            parts.append(net(*map(torch.from_numpy, inputs)).sigmoid().numpy())
    return np.concatenate(parts).astype(np.float64) if parts else np.empty(0)


def levels(line: Line, positions: Sequence[float], table: Table) -> np.ndarray:
    """Predicted probabilities float64 (P, N) of the table's rows at every position in [0, 1].

    A tabular net's first layer is linear in its weights: it is run once for each end and blended afterwards, and
    only the rest is run at every position. A level's scores are the same bits whatever others are asked for with it.
    """
    start, end = line.start, line.end
    if not (isinstance(start, TabularMLP) and isinstance(end, TabularMLP)):
        each = [scores(line.at(position), table) for position in positions]
        return np.array(each).reshape(len(positions), len(table))
    after = Line.between(start.rest, end.rest)
    nets = [after.at(position).eval() for position in positions]
    found = np.empty((len(nets), len(table)))
    with torch.inference_mode(), one_thread():
        for low in range(0, len(table), CHUNK):
            rows = slice(low, low + CHUNK)
            inputs = torch.from_numpy(table.codes[rows]), torch.from_numpy(table.numbers[rows])
            ends = start.first(*inputs), end.first(*inputs)
            for i, (net, position) in enumerate(zip(nets, positions, strict=True)):
                found[i, rows] = net(torch.lerp(*ends, position)).squeeze(-1).sigmoid().numpy()
    return found


def curve(
    line: Line,
    positions: Sequence[float],
    table: Table,
    groups: Sequence[str],
    weighted: bool = True,
    on_level: Callable[[int], None] | None = None,
    origin: float = 0.0,
    precision: bool = True,
) -> Counts:
    """Counts of every level, with a leading axis over `positions`, and the average precision unless told not to.

    Gained and lost are against `origin`, the position of alpha 0.
    """
    weight = table.weight if weighted else None
    start = levels(line, [origin], table)[0]
    counted = []
    together = max(1, TOGETHER // max(1, len(table)))
    for low in range(0, len(positions), together):
        for scores in levels(line, positions[low : low + together], table):
            counted.append(count(scores, table.label, table.group, groups, weight, start, precision))
            if on_level:
                on_level(len(counted))
    return Counts.stack(counted)


def spec_of(checkpoint: Checkpoint, data: Path | None = None) -> DataSpec:
    """The data set of a checkpoint; where it is a file of one's own, `data` is that file.

    Raises RowsAbsentError where it needs a file and none is given, InputError for a bad file or an unneeded one.
    """
    own = checkpoint.manifest.get("own")
    if data is None:
        return get(checkpoint.manifest["dataset"])
    if own is None:
        dataset = checkpoint.manifest["dataset"]
        raise InputError(f"{checkpoint.id} is trained on {dataset}, no file of one's own; leave --data out.")
    # Imported here: whoever has no file need not wait for its readers.
    from yodo_core.data.own import Recipe, declare

    return declare(data, Recipe.from_json(own))


def rows(checkpoint: Checkpoint, data: Path | None = None, with_replicates: bool = False) -> Prepared:
    """The checkpoint's rows, encoded with its own encoder and split with its own seed.

    `data` is the file where they are a file of one's own. Raises RowsAbsentError where the rows are not on this
    machine, or are not those it was trained on; InputError for a file that cannot be read.
    """
    manifest = checkpoint.manifest
    config = TrainConfig.from_json(manifest["training"])
    given = None if data is None else spec_of(checkpoint, data)
    try:
        prepared = prepare(
            given or spec_of(checkpoint),
            config.attribute,
            config.with_attribute,
            config.split_seed,
            config.split,
            Encoder.from_json(manifest["encoder"]),
            with_replicates,
        )
    except (FileNotFoundError, InputError) as error:
        raise RowsAbsentError(
            f"The rows of {config.dataset} cannot be had on this machine ({str(error).rstrip('.')}); "
            "stored counts still serve."
        ) from None
    if prepared.groups != checkpoint.groups:
        raise RowsAbsentError(
            f"The rows of {config.dataset} on this machine have the groups {', '.join(prepared.groups)}, "
            f"{checkpoint.id} has {', '.join(checkpoint.groups)}; train it again on these rows."
        )
    if prepared.rows_sha256 != manifest["rows_sha256"]:
        raise RowsAbsentError(
            f"The rows of {config.dataset} on this machine differ from those that {checkpoint.id} was trained on "
            f"({prepared.rows_sha256[:12]}, expected {manifest['rows_sha256'][:12]}); train it again on these."
        )
    return prepared


def split_of(prepared: Prepared, split: str) -> Table:
    """The rows of one split. Raises InputError for an unknown one."""
    if split not in prepared.splits:
        raise unknown("split", split, prepared.splits)
    return prepared.splits[split]


def counts_at(
    checkpoint: Checkpoint,
    prepared: Prepared,
    alpha: float,
    split: str = "test",
    start: np.ndarray | None = None,
) -> Counts:
    """Counts at one alpha, recomputed: blend the weights, run the rows, compare decisions with alpha 0.

    `start` (N,) may bring the scores at alpha 0, which do not change from call to call.
    """
    table = split_of(prepared, split)
    if start is None:
        start = start_scores(checkpoint, prepared, split)
    scores = levels(checkpoint.line, [checkpoint.position(alpha)], table)[0]
    return count(scores, table.label, table.group, prepared.groups, table.weight, start)


def start_scores(checkpoint: Checkpoint, prepared: Prepared, split: str = "test") -> np.ndarray:
    """Scores (N,) of the split's rows at alpha 0."""
    return levels(checkpoint.line, [checkpoint.position(0.0)], split_of(prepared, split))[0]
