"""`train`: from a data set to a checkpoint, resumable at every stage."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch

from yodo_core import checkpoint, data
from yodo_core.commands.console import Stop, progress, stoppable
from yodo_core.commands.rows import file_of, rows_of
from yodo_core.commands.seeds import levels, other_seed, settled
from yodo_core.commands.workers import Workers
from yodo_core.config import TrainConfig
from yodo_core.data import places
from yodo_core.data.prepare import Prepared, prepare
from yodo_core.data.spec import DataSpec
from yodo_core.errors import InputError, InterruptedRun
from yodo_core.fairness.notions import get_notion
from yodo_core.line import Line
from yodo_core.manifest import describe
from yodo_core.partial import PartialRun
from yodo_core.ranks import ALONE, Ranks
from yodo_core.stored import CURVE_KEYS, Entry
from yodo_core.train import Partial, Progress, Run, train_line

LEVELS = 101
GRID = [i / (LEVELS - 1) for i in range(LEVELS)]
SAVE_EVERY = 200


def default_out(config: TrainConfig, spec: DataSpec | None = None) -> Path:
    """checkpoints/<dataset>-<attribute>-<notion>, with the tag `with` where the attribute is a feature.

    What may not lie in the project goes to `checkpoints` in the user's data folder instead.
    """
    tags = ["with"] * config.with_attribute + ["paper"] * (config.objective == "paper")
    found = spec or data.get(config.dataset)
    root = places.home() if found.keep_out else Path()
    attribute = found.attribute(config.attribute).id
    return root / "checkpoints" / "-".join([config.dataset, attribute, get_notion(config.notion).id, *tags])


def run(
    config: TrainConfig,
    out: Path,
    other_seeds: int,
    resume: bool,
    overwrite: bool,
    command: str,
    workers: Workers | None = None,
    ranks: Ranks = ALONE,
    spec: DataSpec | None = None,
) -> dict[str, Any]:
    """Train, evaluate 101 levels on every split, repeat with other seeds, write. Returns the JSON figures.

    `spec` is the declaration of a file of one's own; other data sets follow from the config.
    The other seeds are trained here one after another, or by `workers` at once. With several `ranks` this is what the
    first one does; the others `follow`. Raises InterruptedRun after saving when the user stops it.
    """
    torch.set_num_threads(config.threads)
    spec = spec or data.get(config.dataset)
    config = replace(config, attribute=spec.attribute(config.attribute).id)
    get_notion(config.notion)
    checkpoint.check_target(out, spec.keep_out)
    if (out / checkpoint.MANIFEST).exists() and not (resume or overwrite):
        raise InputError(f"{out} already holds a checkpoint; use --overwrite to replace it, or another --out.")
    prepared = prepare(spec, config.attribute, config.with_attribute, config.split_seed, config.split)
    partial = PartialRun(out, {**config.to_json(), "rows_sha256": prepared.rows_sha256})
    if resume and not partial.present and (out / checkpoint.MANIFEST).exists():
        raise InputError(f"{out} is complete and there is nothing to resume; use --overwrite to train it again.")
    taken_up = partial.begin(resume, overwrite)
    with stoppable() as stop, progress(tell=partial.save_progress, stages=2 * (1 + other_seeds)) as bar:
        ranks.told(prepared.rows_sha256)
        trained = _train(prepared, config, partial, stop, bar, "training", True, ranks)
        line, knots = settled(prepared, config, trained.net)  # type: ignore[arg-type]
        entries = _curve(prepared, config, (line, knots), partial, stop, bar)
        others = [config.seed + 1 + i for i in range(other_seeds)]
        if workers:
            _elsewhere(prepared, config, others, workers, partial, stop, bar)
        for seed in others:
            entries += _curve(prepared, replace(config, seed=seed), None, partial, stop, bar)
    manifest = describe(prepared, config, entries, knots, command, datetime.now(UTC))
    path = checkpoint.write(out, manifest, line, entries)
    partial.end()
    return {
        "checkpoint": path.name,
        "path": str(path),
        "seconds": trained.seconds,
        "steps": trained.steps,
        "rows_per_second": trained.rows / trained.seconds,
        "stopped_early": False,
        "resumed": taken_up,
    }


def follow(config: TrainConfig, ranks: Ranks, spec: DataSpec | None = None) -> None:
    """What every rank but the first does: train beside it, keeping nothing; the first evaluates, writes and reports."""
    torch.set_num_threads(config.threads)
    prepared = rows_of(config, ranks.told(""), file_of(spec))
    with TemporaryDirectory() as folder, stoppable() as stop, progress(shown=False) as bar:
        partial = PartialRun(Path(folder) / "rank", {})
        partial.begin(resume=False)
        with suppress(InterruptedRun):
            _train(prepared, config, partial, stop, bar, "training", True, ranks)


def finished(config: TrainConfig, out: Path, spec: DataSpec | None = None) -> dict[str, Any] | None:
    """The JSON figures of a line that an earlier run finished at `out` under this configuration, else None."""
    about = PartialRun(out, {})
    if about.present or not (out / checkpoint.MANIFEST).exists():
        return None
    earlier = checkpoint.read(out)
    spec = spec or data.get(config.dataset)
    asked = replace(config, attribute=spec.attribute(config.attribute).id)
    if TrainConfig.from_json(earlier.manifest["training"]) != asked or earlier.manifest.get("own") != spec.own:
        return None
    return {
        "checkpoint": earlier.id,
        "path": str(out),
        "seconds": 0.0,
        "steps": 0,
        "rows_per_second": None,
        "stopped_early": False,
        "resumed": True,
    }


def _train(
    prepared: Prepared,
    config: TrainConfig,
    partial: PartialRun,
    stop: Stop,
    bar: Any,
    what: str,
    main: bool,
    ranks: Ranks = ALONE,
) -> Run:
    """One line. The main one is saved as it goes; another seed's is short and begins again when stopped.

    All ranks start from the state of the first one, and stop at the same step.
    """
    task = bar.add_task(what, total=None)

    def on_step(now: Progress) -> bool:
        bar.update(task, total=now.steps, completed=now.step)
        stop.asked = ranks.any(stop.asked)
        return bool(stop) or (main and now.step % SAVE_EVERY == 0 and now.step < now.steps)

    state: Partial | None = ranks.told(partial.training()) if main else None
    while True:
        run = train_line(prepared, config, on_step, state, ranks)
        state = run.partial
        if main:
            partial.save_training(state)
        if run.finished:
            return run
        _give_way(stop, partial)


def _curve(
    prepared: Prepared,
    config: TrainConfig,
    main: tuple[Line, dict[str, Any] | None] | None,
    partial: PartialRun,
    stop: Stop,
    bar: Any,
) -> list[Entry]:
    """Counts of every level: the main line on all splits, on test rows weighted too; other seeds on test rows.

    `main` is the main line with its alpha map; another seed's line is trained here and has a map of its own.
    """
    name = f"curve-seed{config.seed}"
    kept = partial.counts(name, CURVE_KEYS, prepared.groups)
    if kept is not None:
        return kept
    if main:
        line, knots = main
    else:
        other = _train(prepared, config, partial, stop, bar, f"seed {config.seed}", False).net
        line, knots = settled(prepared, config, other)  # type: ignore[arg-type]
    splits = [s for s in prepared.splits if s != "train"] if main else ["test"]
    task = bar.add_task(f"{LEVELS} levels, seed {config.seed}", total=LEVELS * len(splits))

    def on_level(_: int) -> None:
        bar.advance(task)
        _give_way(stop, partial)

    entries = levels(prepared, config.seed, line, knots, splits, "test" if main else "", GRID, on_level)
    partial.save_counts(name, entries)
    return entries


def _give_way(stop: Stop, partial: PartialRun) -> None:
    if stop:
        raise InterruptedRun(f"Stopped; progress is saved in {partial.folder}. Continue with --resume.")


def _elsewhere(
    prepared: Prepared,
    config: TrainConfig,
    seeds: Sequence[int],
    workers: Workers,
    partial: PartialRun,
    stop: Stop,
    bar: Any,
) -> None:
    """Have the curves of these seeds made by the workers, as many at once as they take, and keep each as it comes."""
    waiting = [s for s in seeds if partial.counts(f"curve-seed{s}", CURVE_KEYS, prepared.groups) is None]
    task = bar.add_task("other seeds", total=len(waiting))
    tasks = [(config, seed, prepared.rows_sha256, GRID, file_of(prepared.spec)) for seed in waiting]
    with closing(workers.each(other_seed, tasks)) as trained:
        for seed, entries in trained:
            partial.save_counts(f"curve-seed{seed}", entries)
            bar.advance(task)
            _give_way(stop, partial)
