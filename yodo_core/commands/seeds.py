"""From a trained line to its levels: its end, its map, its counts; and all of that for another seed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import torch

from yodo_core import alpha_map, evaluate
from yodo_core.calibrate import calibrate
from yodo_core.commands.rows import rows_of
from yodo_core.config import TrainConfig
from yodo_core.data.own.rows import Rows
from yodo_core.data.prepare import Prepared
from yodo_core.line import Line
from yodo_core.stored import Entry
from yodo_core.train import train_line


def settled(prepared: Prepared, config: TrainConfig, line: Line) -> tuple[Line, dict[str, Any] | None]:
    """The line with its end moved and its map from alpha to positions; the paper's objective has neither."""
    if config.objective != "calibrated":
        return line, None
    tune, train = (prepared.splits[name] for name in ("tune", "train"))
    return calibrate(line, tune, prepared.groups, config.notion, train)[:2]


def levels(
    prepared: Prepared,
    seed: int,
    line: Line,
    knots: dict[str, Any] | None,
    splits: Sequence[str],
    weighted: str,
    grid: Sequence[float],
    on_level: Callable[[int], None] | None = None,
) -> list[Entry]:
    """Counts of a line at every alpha of `grid` on these splits; on the split `weighted` also by weight."""
    positions = [alpha_map.position(knots, alpha) for alpha in grid]
    entries: list[Entry] = []
    for split in splits:
        table = prepared.splits[split]
        counts = evaluate.curve(line, positions, table, prepared.groups, split == weighted, on_level, positions[0])
        keys = {"split": split, "seed": seed}
        entries += [({**keys, "alpha": alpha}, counts.level(i)) for i, alpha in enumerate(grid)]
    return entries


def other_seed(
    config: TrainConfig, seed: int, rows_sha256: str, grid: Sequence[float], file: Rows | None = None
) -> tuple[int, list[Entry]]:
    """Another seed's line and its counts on test rows, in a process of its own."""
    torch.set_num_threads(config.threads)
    prepared, own = rows_of(config, rows_sha256, file), replace(config, seed=seed)
    line, knots = settled(prepared, own, train_line(prepared, own).net)  # type: ignore[arg-type]
    return seed, levels(prepared, seed, line, knots, ["test"], "", grid)
