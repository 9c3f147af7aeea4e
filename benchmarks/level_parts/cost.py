"""What a line or a fixed model costs: one step, the training, the evaluation. Both sides in turn, on one machine."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import median
from typing import Any, NamedTuple

from yodo_core import alpha_map, evaluate
from yodo_core.commands.train import settled
from yodo_core.config import TrainConfig
from yodo_core.data.prepare import Prepared
from yodo_core.fairness.counts import count
from yodo_core.train import OnStep, Progress, Run, train_fixed, train_line

LEVELS = 100


class Cost(NamedTuple):
    """Seconds of processor time, and elapsed."""

    cpu: float
    elapsed: float


class Spent(NamedTuple):
    """What one line or model took. `mapping` is finding the line's end and its map from alpha to positions."""

    training: Cost
    mapping: Cost
    evaluating: Cost
    steps: int

    def trained(self, clock: str) -> float:
        return getattr(self.training, clock)

    def evaluated(self, clock: str) -> float:
        return sum(getattr(part, clock) for part in self[:3])

    def unmapped(self, clock: str) -> float:
        return getattr(self.training, clock) + getattr(self.evaluating, clock)


def timed(work: Callable[[], Any]) -> tuple[Cost, Any]:
    began, used = time.perf_counter(), time.process_time()
    result = work()
    return Cost(time.process_time() - used, time.perf_counter() - began), result


def one_line(prepared: Prepared, config: TrainConfig) -> Spent:
    """Train a line, find its end and its map, count 100 evenly spaced alphas on the test rows."""
    training, run = timed(lambda: train_line(prepared, config))
    mapping, (line, knots) = timed(lambda: settled(prepared, config, run.net))
    positions = [alpha_map.position(knots, i / (LEVELS - 1)) for i in range(LEVELS)]
    table = prepared.splits["test"]
    evaluating, _ = timed(lambda: evaluate.curve(line, positions, table, prepared.groups, weighted=False))
    return Spent(training, mapping, evaluating, run.steps)


def one_fixed(prepared: Prepared, config: TrainConfig, penalty: float) -> Spent:
    """Train one fixed model, count it on the test rows."""
    training, run = timed(lambda: train_fixed(prepared, config, penalty))
    table = prepared.splits["test"]
    evaluating, _ = timed(lambda: count(evaluate.scores(run.net, table), table.label, table.group, prepared.groups))
    return Spent(training, Cost(0.0, 0.0), evaluating, run.steps)


def in_turn(
    prepared: Prepared, line: TrainConfig, fixed: TrainConfig, penalties: Sequence[float], lines: int
) -> tuple[list[Spent], list[Spent]]:
    """`lines` lines, seeds from 0, and a fixed model at each penalty."""
    spent: tuple[list[Spent], list[Spent]] = ([], [])
    turns = max(lines, len(penalties))
    for turn in range(turns):
        # Spread the fewer of the two evenly among the others, so that a slow minute hits both sides.
        if turn * lines // turns >= len(spent[0]):
            spent[0].append(one_line(prepared, replace(line, seed=len(spent[0]))))
        if turn < len(penalties):
            spent[1].append(one_fixed(prepared, fixed, penalties[turn]))
    return spent


def step_ms(prepared: Prepared, config: TrainConfig, rounds: int) -> dict[str, list[float]]:
    """Mean milliseconds of processor time of a step, a round: the line's over its whole run, and a fixed model's."""
    sides: dict[str, Callable[[OnStep], Run]] = {
        "line": lambda on_step: train_line(prepared, config, on_step),
        "fixed": lambda on_step: train_fixed(prepared, config, 1.0, on_step),
    }
    found: dict[str, list[float]] = {side: [] for side in sides}
    for turn in range(rounds + 1):
        for side, train in sides.items():
            stamps: list[float] = []
            train(_stamp(stamps))
            if turn:  # The first round pays for the process's memory and its kernels.
                found[side].append(1000 * (stamps[-1] - stamps[0]) / (len(stamps) - 1))
    return found


def _stamp(stamps: list[float]) -> OnStep:
    def on_step(_: Progress) -> bool:
        stamps.append(time.process_time())
        return False

    return on_step


def middle(side: Sequence[Spent], cost: Callable[[Spent, str], float], clock: str = "cpu") -> float:
    return median(cost(spent, clock) for spent in side)
