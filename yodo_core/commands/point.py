"""`point` and `curve`: figures from rows, or from stored counts where there are none, saying which."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from yodo_core import checkpoint, evaluate, partitions
from yodo_core.commands.console import progress, stoppable
from yodo_core.commands.workers import Workers
from yodo_core.data.prepare import Prepared
from yodo_core.errors import InputError, InterruptedRun, RowsAbsentError, unknown
from yodo_core.fairness import metrics, replication
from yodo_core.fairness.counts import Counts, threshold_index

SPLITS = ("train", "tune", "certify", "test")


def figures(
    path: Path,
    alphas: list[float],
    split: str,
    threshold: float,
    weighted: bool,
    stored: bool = False,
    data: Path | None = None,
    workers: Workers | None = None,
) -> list[dict[str, Any]]:
    """One `point` record of DESIGN.md section 7 an alpha. Raises InputError or RowsAbsentError.

    `data` is the file where the rows are a file of one's own; one with other rows is refused. `workers` count the rows
    in parts, each from its own copy of them.
    """
    ready = checkpoint.read(path)
    if split not in SPLITS:
        raise unknown("split", split, SPLITS)
    positions = [ready.position(alpha) for alpha in alphas]
    threshold_index(threshold)
    if workers is not None and (stored or weighted):
        raise InputError("Leave --stored and --weighted out with --backend: it counts rows, and no standard errors.")
    absent: RowsAbsentError | None = None
    try:
        prepared: Prepared | None = None if stored or workers else evaluate.rows(ready, data, weighted)
    except RowsAbsentError as error:
        if data is not None:
            raise
        prepared, absent = None, error
    if workers is not None:
        counts = _across(ready, positions, split, data, workers)
        levels = [counts.level(i) for i in range(len(alphas))]
    elif prepared is None:
        levels = _stored(ready, alphas, split, absent)
    else:
        table = evaluate.split_of(prepared, split)
        counts = evaluate.curve(ready.line, positions, table, prepared.groups, origin=ready.position(0.0))
        levels = [counts.level(i) for i in range(len(alphas))]
    source = "stored" if prepared is None and workers is None else "rows"
    records = [
        record(ready, alpha, position, level, split, threshold, weighted, source)
        for alpha, position, level in zip(alphas, positions, levels, strict=True)
    ]
    if not weighted:
        return records
    return [_with_errors(found, ready, prepared, split) for found in records]


def _stored(
    ready: checkpoint.Checkpoint, alphas: list[float], split: str, absent: RowsAbsentError | None
) -> list[Counts]:
    """Stored counts of each alpha. Where one has none RowsAbsentError also says why the rows are `absent`."""
    try:
        return [ready.stored(alpha, split) for alpha in alphas]
    except RowsAbsentError as error:
        raise RowsAbsentError(f"{error} {absent}" if absent else str(error)) from None


def _across(
    ready: checkpoint.Checkpoint, positions: list[float], split: str, data: Path | None, workers: Workers
) -> Counts:
    """Counts of every level on all rows of the split, in parts that the workers count."""
    groups = ready.manifest["groups"]
    if split not in groups[0]:
        raise unknown("split", split, set(SPLITS) & set(groups[0]))
    rows = sum(group[split] for group in groups)
    keep, sent = partitions.kept(rows, len(positions)), partitions.bare(ready)
    tasks = [(sent, data, split, positions, low, high, keep) for low, high in partitions.ranges(rows)]
    with stoppable() as stop, progress() as bar, closing(workers.each(partitions.count_part, tasks)) as counted:
        task, parts = bar.add_task("parts", total=len(tasks)), []
        for part in counted:
            parts.append(part)
            bar.advance(task)
            if stop:
                raise InterruptedRun("Stopped; nothing was written.")
    return partitions.total(parts)


def record(
    ready: checkpoint.Checkpoint,
    alpha: float,
    position: float,
    counts: Counts,
    split: str,
    threshold: float,
    weighted: bool,
    source: str,
) -> dict[str, Any]:
    """The `point` record of one level."""
    if weighted and counts.weight is None:
        raise InputError(f"{ready.id} holds no weights for these rows; leave --weighted out.")
    head = {
        "checkpoint": ready.id,
        "format": checkpoint.FORMAT,
        "alpha": alpha,
        "position": position,
        "threshold": threshold,
        "split": split,
    } | ({"weighted": True} if weighted else {})
    return {**head, **metrics.point(counts, threshold, weighted), "source": source}


def _with_errors(
    found: dict[str, Any], ready: checkpoint.Checkpoint, prepared: Prepared | None, split: str
) -> dict[str, Any]:
    """The weighted record with standard errors from replicate weights; None where the rows have none, or are absent."""
    table = None if prepared is None else evaluate.split_of(prepared, split)
    if prepared is None or table is None or table.weight is None or table.replicates is None:
        nothing = {f"{name}_se": None for name in replication.FIGURES}
        return found | nothing | {"groups": [group | {"decision_rate_se": None} for group in found["groups"]]}
    scores = evaluate.levels(ready.line, [found["position"]], table)[0]
    errors = replication.standard_errors(
        scores, table.label, table.group, prepared.groups, table.weight, table.replicates, found["threshold"]
    )
    each = errors.pop("groups")
    groups = [group | {"decision_rate_se": error} for group, error in zip(found["groups"], each, strict=True)]
    return found | errors | {"groups": groups}


def grid(levels: int) -> list[float]:
    """`levels` alphas spread evenly from 0 to 1."""
    if not 2 <= levels <= 10_001:
        raise InputError(f"Got {levels} alphas; ask for 2 to 10,001.")
    return [i / (levels - 1) for i in range(levels)]
