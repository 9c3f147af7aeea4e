"""The fewest steps at which a side holds its own front: one rule for lines and fixed models, on tune rows alone.

A side holds its front at the smallest number of epochs whose normalised hypervolume, its mean over splits, is at least
SHARE of its own at the most epochs. Models are chosen on one half of the tune rows and scored on the other, both ways;
the reference is ERM at the most epochs, for both sides. A line is 22 levels through its map, the fixed models are ERM
and every penalty of `baselines`, 22 of them.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import numpy as np
from front import used
from fronts.compare import SIDE, People, Split, split_figures
from fronts.settings import Setting

from yodo_core import alpha_map, data, evaluate
from yodo_core.baselines.fixed import PENALTIES
from yodo_core.commands.train import settled
from yodo_core.config import TrainConfig
from yodo_core.data.prepare import Prepared, prepare
from yodo_core.train import train_fixed, train_line

SHARE = 0.97
EPOCHS = (1, 2, 3, 4, 5, 6)
SIDES = ("line", "fixed")
Volumes = dict[str, dict[int, list[float]]]


def volumes(setting: Setting, splits: int, epochs: Sequence[int] = EPOCHS) -> Volumes:
    """Hypervolume by side and epochs, one a split."""
    found: Volumes = {side: {e: [] for e in epochs} for side in SIDES}
    for number in range(splits):
        config = setting.config(number)
        prepared = prepare(data.get(config.dataset), config.attribute, config.with_attribute, config.split_seed)
        decisions = {"erm": _fixed(prepared, setting.config(number, epochs=max(epochs)), [0.0])}
        for e in epochs:
            print(f"{setting.id} split {number}: {e} epochs", file=sys.stderr, flush=True)
            short = setting.config(number, epochs=e)
            decisions |= {f"line {e}": _line(prepared, short), f"fixed {e}": _fixed(prepared, short, (0.0, *PENALTIES))}
        for name, volume in _volumes(prepared, setting.notion, decisions, number).items():
            side, e = name.split()
            found[side][int(e)].append(volume)
    return found


def shares(by_epochs: dict[int, list[float]]) -> dict[int, float]:
    """Mean hypervolume by epochs, as a share of that at the most."""
    most = float(np.mean(by_epochs[max(by_epochs)]))
    return {epochs: float(np.mean(each)) / most for epochs, each in by_epochs.items()}


def fewest(by_epochs: dict[int, list[float]]) -> int:
    """The smallest number of epochs that holds the front of the most."""
    return min(epochs for epochs, share in shares(by_epochs).items() if share >= SHARE)


def _line(prepared: Prepared, config: TrainConfig) -> np.ndarray:
    """Decisions bool (22, N) on tune rows."""
    line, knots = settled(prepared, config, train_line(prepared, config).net)  # type: ignore[arg-type]
    positions = [alpha_map.position(knots, i / (SIDE - 1)) for i in range(SIDE)]
    return evaluate.levels(line, positions, prepared.splits["tune"]) >= 0.5


def _fixed(prepared: Prepared, config: TrainConfig, penalties: Sequence[float]) -> np.ndarray:
    """Decisions bool (M, N) on tune rows."""
    table = prepared.splits["tune"]
    return np.stack([evaluate.scores(train_fixed(prepared, config, p).net, table) >= 0.5 for p in penalties])


def _volumes(prepared: Prepared, notion: str, decisions: dict[str, np.ndarray], seed: int) -> dict[str, float]:
    table = prepared.splits["tune"]
    people = People(table.label, table.group, decisions)
    order = np.random.default_rng(seed).permutation(len(table))
    halves = [people.take(np.sort(part)) for part in np.array_split(order, 2)]
    use = used(prepared, notion)
    scored = [split_figures(Split(notion, use, *pair, people))[0] for pair in (halves, halves[::-1])]
    return {n: float(np.mean([figures[n]["volume"] for figures in scored])) for n in decisions if n != "erm"}
