"""Training as a function of (rows, config): no prints and no files; a callback reports and may stop it."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar, cast

import numpy as np
import torch
from torch import Tensor, nn

from yodo_core import batch_stats, nets
from yodo_core.adam import AdamW
from yodo_core.config import TrainConfig
from yodo_core.data.prepare import Prepared, Table
from yodo_core.device import device
from yodo_core.errors import InputError
from yodo_core.fairness.notions import get_notion
from yodo_core.fairness.penalties import ScoredGroups
from yodo_core.line import Line
from yodo_core.objective import Batch, Calibrated, Fixed, Objective, line_objective
from yodo_core.ranks import ALONE, Ranks
from yodo_core.weights import OneNet, TwoEnds

WARM_UP = 0.2
BLOCK = 32


@dataclass(frozen=True)
class Progress:
    """What a callback is told after each step; it returns True to stop the run there."""

    step: int
    steps: int
    rows: int
    loss: float


Net = TypeVar("Net", bound=nn.Module)
OnStep = Callable[[Progress], bool]


@dataclass
class Partial:
    """A run after `step` steps: everything that a later run needs to end as if never interrupted."""

    step: int = 0
    seconds: float = 0.0
    tensors: dict[str, Tensor] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """A trained net or line, with what the training took. `partial` holds the state where it stopped."""

    net: nn.Module
    steps: int
    rows: int
    seconds: float
    finished: bool
    partial: Partial


def make_net(prepared: Prepared, config: TrainConfig) -> nn.Module:
    """One net for these features: the same architecture for lines and fixed models."""
    return nets.make(config, prepared.encoder.cardinalities, len(prepared.encoder.names_numbers), prepared.picture)


def new_line(prepared: Prepared, config: TrainConfig) -> Line:
    """An untrained line; its two ends follow from the config's seed alone."""
    line = Line(lambda: make_net(prepared, config), _generator(config.seed, "ends"))
    return line if config.ends == "independent" else Line.between(line.start, copy.deepcopy(line.start))


def train_line(
    prepared: Prepared,
    config: TrainConfig,
    on_step: OnStep | None = None,
    resume: Partial | None = None,
    ranks: Ranks = ALONE,
) -> Run:
    """Train one line on the train rows. The same prepared rows, config and thread count give the same bits.

    It runs on the GPU where there is one. Several `ranks` call this together, each with the same rows, config and
    `resume`; `on_step` must say the same on all of them.
    """
    ends = TwoEnds(new_line(prepared, config).to(device()), config.cosine_weight, ranks.spread)
    table = prepared.splits["train"]
    batch_size, steps = schedule(table, config)
    objective = line_objective(ends, _scored(prepared, config).to(device()), config, steps)
    ranks.check(objective.smallest(batch_size) if isinstance(objective, Calibrated) else batch_size)
    return fit(ends, objective, table, config, on_step, resume, ranks.rank)


def with_statistics(net: Net, table: Table | None) -> Net:
    """The line or net with its batch statistics, if any, measured on these rows, in an order of no meaning.

    Those of a line are measured along it. Raises InputError where there are some and no rows.
    """
    if not batch_stats.has_statistics(net.start if isinstance(net, Line) else net):
        return net
    if table is None:
        raise InputError(batch_stats.NO_ROWS)
    order = np.random.default_rng(0).permutation(len(table))[: batch_stats.ROWS]
    place = next(net.parameters()).device
    inputs = [torch.from_numpy(part).to(place) for part in table.take(order).inputs()]
    found = batch_stats.measured(net, inputs) if isinstance(net, Line) else batch_stats.renewed(net, inputs)
    return cast(Net, found)


def train_fixed(prepared: Prepared, config: TrainConfig, penalty: float, on_step: OnStep | None = None) -> Run:
    """Train one net for one trade-off: cross-entropy plus `penalty` times the gap; penalty 0 is ERM.

    The same net, steps and schedule as the line's.
    """
    if not penalty >= 0 or math.isinf(penalty):
        raise InputError(f"Penalty {penalty} is out of range; give a finite number of 0 or more.")
    net = Line(lambda: make_net(prepared, config), _generator(config.seed, "ends")).start
    objective = Fixed(net, _scored(prepared, config), penalty)
    return fit(net, objective, prepared.splits["train"], config, on_step)


def schedule(table: Table, config: TrainConfig) -> tuple[int, int]:
    """Rows a step, and steps of the whole run."""
    batch_size = min(config.batch_size, len(table))
    return batch_size, len(table) // batch_size * config.epochs


def fit(
    net: nn.Module | TwoEnds,
    objective: Objective,
    table: Table,
    config: TrainConfig,
    on_step: OnStep | None = None,
    resume: Partial | None = None,
    rank: int = 0,
) -> Run:
    """The one loop: AdamW with a one-cycle rate. Raises InputError if the loss is not finite.

    `rank` is this process's among those that share the batches: dropout differs from one to the next.
    """
    batch_size, steps = schedule(table, config)
    draws = torch.rand(steps, generator=_generator(config.seed, "levels"), dtype=torch.float64).tolist()
    moved = net if isinstance(net, TwoEnds) else OneNet(net)
    optimizer = AdamW(moved.ends, config.weight_decay)
    done = resume or Partial()
    if done.step:
        _restore(moved, objective, optimizer, done)
    moved.join(optimizer.state["exp_avg"], optimizer.state["exp_avg_sq"])
    began, step, stopped = time.perf_counter(), done.step, False
    moved.net.train()
    batches = _batches(table, config, batch_size, range(done.step, steps), moved.ends.device)
    with torch.random.fork_rng(devices=[], enabled=config.dropout > 0):
        while step < steps and not stopped:
            if config.dropout > 0:
                torch.manual_seed(_seed(config.seed, f"dropout {step}") + rank)
            loss = objective.loss(step, draws[step], next(batches))
            value = float(loss.detach())
            if not math.isfinite(value):
                raise InputError(f"The loss became {value} at step {step + 1} of {steps}; lower --learning-rate.")
            loss.backward()
            moved.gather()
            optimizer.step(one_cycle(step, steps, config.learning_rate), moved.moving)
            step += 1
            stopped = bool(on_step and on_step(Progress(step, steps, step * batch_size, value)))
    moved.part()
    seconds = done.seconds + time.perf_counter() - began
    partial = Partial(step, seconds, _snapshot(moved, objective, optimizer))
    trained = with_statistics(moved.finish(), table) if step == steps else moved.finish()
    return Run(trained, step, step * batch_size, seconds, step == steps, partial)


def _batches(
    table: Table, config: TrainConfig, batch_size: int, steps: range, onto: torch.device | str = "cpu"
) -> Iterator[Batch]:
    """The batches of these steps: each epoch in an order of its own, rows gathered for BLOCK batches at once."""
    columns = _tensors(table)
    per_epoch = len(table) // batch_size
    step = steps.start
    while step < steps.stop:
        epoch, place = divmod(step, per_epoch)
        order = torch.randperm(len(table), generator=_generator(config.seed, f"order {epoch}"))
        while place < per_epoch:
            last = min(place + BLOCK, per_epoch)
            rows = order[place * batch_size : last * batch_size]
            parts = (column[rows].to(onto).split(batch_size) for column in columns)
            yield from map(Batch, *parts)
            step, place = step + last - place, last


def one_cycle(step: int, steps: int, peak: float) -> float:
    """The rate of a step: from peak/25 up to the peak over the first fifth, then down along a cosine to near 0.

    Smith and Topin 2018.
    """
    warm = max(1, round(steps * WARM_UP))
    if step < warm:
        return peak * (0.04 + 0.96 * (step + 1) / warm)
    return peak * max(1e-4, 0.5 * (1 + math.cos(math.pi * (step - warm + 1) / max(1, steps - warm))))


def _scored(prepared: Prepared, config: TrainConfig) -> ScoredGroups:
    table = prepared.splits["train"]
    return ScoredGroups(get_notion(config.notion), table.label, table.group, prepared.groups)


def _tensors(table: Table) -> tuple[Tensor, ...]:
    label = torch.from_numpy(table.label.astype(np.float32))
    return (
        torch.from_numpy(table.codes),
        torch.from_numpy(table.numbers),
        label,
        torch.from_numpy(table.group),
        *(() if table.pixels is None else (torch.from_numpy(table.pixels),)),
    )


def _seed(seed: int, stream: str) -> int:
    """One seed a stream and run, so that a resumed run needs nothing but the step it stopped at."""
    words = np.random.SeedSequence([seed, *stream.encode()]).generate_state(2, np.uint64)
    return int(words[0] >> 2)


def _generator(seed: int, stream: str) -> torch.Generator:
    return torch.Generator().manual_seed(_seed(seed, stream))


def _snapshot(moved: OneNet | TwoEnds, objective: Objective, optimizer: AdamW) -> dict[str, Tensor]:
    kept = {"ends": moved.ends}
    kept |= {f"buffer.{name}": value for name, value in moved.net.named_buffers()}
    kept |= {f"objective.{name}": value for name, value in objective.state.items()}
    kept |= {f"adam.{part}": value for part, value in optimizer.state.items()}
    return {name: value.detach().to("cpu", copy=True).contiguous() for name, value in kept.items()}


def _restore(moved: OneNet | TwoEnds, objective: Objective, optimizer: AdamW, partial: Partial) -> None:
    place = moved.ends.device

    def part(prefix: str) -> dict[str, Tensor]:
        return {
            k.removeprefix(prefix): v.to(place, copy=True) for k, v in partial.tensors.items() if k.startswith(prefix)
        }

    try:
        ends, buffers = partial.tensors["ends"], part("buffer.")
        if ends.shape != moved.ends.shape:
            raise KeyError(f"ends of shape {tuple(ends.shape)}, expected {tuple(moved.ends.shape)}")
        moved.ends.copy_(ends)
        for name, buffer in moved.net.named_buffers():
            buffer.copy_(buffers[name])
        objective.state.update(part("objective."))
        optimizer.state.update(part("adam."))
    except (RuntimeError, KeyError) as error:
        first = str(error).splitlines()[0]
        raise InputError(f"The partial run does not fit this configuration ({first}); use --overwrite.") from None
