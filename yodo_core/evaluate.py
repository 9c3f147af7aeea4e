"""From weights and rows to counts: the one path by which every figure comes about. Always in eval mode."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from yodo_core import data
from yodo_core.config import TrainConfig
from yodo_core.data.prepare import Encoder, Prepared, Table, prepare
from yodo_core.errors import InputError, RowsAbsentError, unknown
from yodo_core.fairness.counts import Counts, count
from yodo_core.line import Line

if TYPE_CHECKING:
    from yodo_core.checkpoint import Checkpoint

CHUNK = 2_048


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
            codes = torch.from_numpy(table.codes[low : low + CHUNK])
            numbers = torch.from_numpy(table.numbers[low : low + CHUNK])
            parts.append(net(codes, numbers).sigmoid().numpy())
    return np.concatenate(parts).astype(np.float64) if parts else np.empty(0)


def count_net(
    net: nn.Module,
    table: Table,
    groups: Sequence[str],
    start: np.ndarray | None = None,
    weighted: bool = True,
) -> Counts:
    """Counts of one net on the rows; `start` (N,) are the scores at alpha 0, for decisions gained and lost."""
    weight = table.weight if weighted else None
    return count(scores(net, table), table.label, table.group, groups, weight, start)


def curve(
    line: Line,
    positions: Sequence[float],
    table: Table,
    groups: Sequence[str],
    weighted: bool = True,
    on_level: Callable[[int], None] | None = None,
    origin: float = 0.0,
) -> Counts:
    """Counts of every level, with a leading axis over `positions`.

    Gained and lost are against `origin`, the position of alpha 0.
    """
    start = scores(line.at(origin), table)
    levels = []
    for i, position in enumerate(positions):
        levels.append(count_net(line.at(position), table, groups, start, weighted))
        if on_level:
            on_level(i + 1)
    return Counts.stack(levels)


def rows(checkpoint: Checkpoint) -> Prepared:
    """The checkpoint's rows, encoded with its own encoder and split with its own seed.

    Raises RowsAbsentError where the rows are not on this machine, or are not those it was trained on.
    """
    manifest = checkpoint.manifest
    config = TrainConfig.from_json(manifest["training"])
    try:
        prepared = prepare(
            data.get(config.dataset),
            config.attribute,
            config.with_attribute,
            config.split_seed,
            config.split,
            Encoder.from_json(manifest["encoder"]),
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
    return count_net(checkpoint.line.at(checkpoint.position(alpha)), table, prepared.groups, start)


def start_scores(checkpoint: Checkpoint, prepared: Prepared, split: str = "test") -> np.ndarray:
    """Scores (N,) of the split's rows at alpha 0."""
    return scores(checkpoint.line.at(checkpoint.position(0.0)), split_of(prepared, split))
