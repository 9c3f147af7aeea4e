"""From decisions to the figures of one split: accuracy at limits, hypervolume, span and meaning, with resampling.

Every method is counted on the same resampled people. What a method chooses on tune rows is chosen once a split.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fronts import score
from fronts.score import LIMITS, Cells

SIDE = 22
MEANING = tuple(5 * i for i in range(21))
LINES = ("line", "paper")
BLOCK = 32

Figures = dict[str, dict[str, np.ndarray]]


@dataclass(frozen=True)
class People:
    """Label and group of the rows that a choice is made on, or that are scored, and decisions (M, N) by method."""

    label: np.ndarray
    group: np.ndarray
    decisions: Mapping[str, np.ndarray]

    def take(self, rows: np.ndarray) -> People:
        return People(self.label[rows], self.group[rows], {k: v[:, rows] for k, v in self.decisions.items()})


@dataclass(frozen=True)
class Split:
    """One split: `use` (G,) says which groups are large enough, the models at each limit come from `tune`.

    `whole` are all test rows, which say what a gap must exceed, where `test` is only a part of other rows.
    """

    notion: str
    use: np.ndarray
    tune: People
    test: People
    whole: People

    @property
    def groups(self) -> int:
        return len(self.use)


def counts(people: People, groups: int, draws: int = 0, seed: int = 0) -> list[dict[str, Cells]]:
    """Counts of every method: on these people, then on `draws` resamples of them."""
    generator = np.random.default_rng(seed)
    size = len(people.label)
    member = score.membership(people.label, people.group, groups)
    times = [np.ones(size), *(np.bincount(generator.integers(size, size=size), minlength=size) for _ in range(draws))]
    found: list[dict[str, Cells]] = [{} for _ in times]
    for low in range(0, len(times), BLOCK):
        block = times[low : low + BLOCK]
        # One product for many resamples: people x (resamples * cells).
        weighted = np.concatenate([member * t[:, None].astype(np.float32) for t in block], axis=1)
        n = weighted.sum(0, dtype=np.float64).reshape(len(block), groups, 2)
        for name, decisions in people.decisions.items():
            above = (decisions.astype(np.float32) @ weighted).astype(np.float64)
            above = above.reshape(len(decisions), len(block), groups, 2)
            for i in range(len(block)):
                found[low + i][name] = Cells(n[i], above[:, i])
    return found


def split_figures(split: Split, draws: int = 0, seed: int = 0) -> list[Figures]:
    """The figures of every method on the test people as they are, then on `draws` resamples of them."""
    tune = counts(split.tune, split.groups)[0]
    pairs = {name: (score.gaps(found, split.notion, split.use), found.accuracy) for name, found in tune.items()}
    resampled = counts(split.test, split.groups, draws, seed)
    return [_figures(found, pairs, split) for found in resampled]


def _figures(found: Mapping[str, Cells], tune: Mapping[str, tuple[np.ndarray, np.ndarray]], split: Split) -> Figures:
    erm = float(tune["erm"][0][0]), float(tune["erm"][1][0])
    limits = np.array(LIMITS) * erm[0]
    figures: Figures = {}
    for name, cells in found.items():
        gap, accuracy = score.gaps(cells, split.notion, split.use), cells.accuracy
        at = [score.choose(*tune[name], limit) for limit in limits]
        few = np.unique(np.linspace(0, len(gap) - 1, min(SIDE, len(gap))).round().astype(int))
        tune_few = tune[name][0][few], tune[name][1][few]
        figures[name] = {
            "accuracy": accuracy[at],
            "excess": gap[at] - limits,
            "volume": np.array(score.volume(tune_few, (gap[few], accuracy[few]), erm)),
            "volume_all": np.array(score.volume(tune[name], (gap, accuracy), erm)),
            "volume_mixed": np.array(score.volume(tune[name], (gap, accuracy), erm, chord=True)),
            "ends": np.array([accuracy[0], accuracy[-1], gap[0], gap[-1]]),
        }
        if name in LINES:
            levels = Cells(cells.n, cells.above[list(MEANING)])
            figures[name]["gaps"] = score.gaps(levels, split.notion, split.use)
            figures[name]["misses"] = misses(levels, split)
    return figures


def misses(levels: Cells, split: Split) -> np.ndarray:
    """Signed misses d(alpha) - (1 - alpha) d(0) (C, 21, G) of each group's deviation from its share."""
    found = score.deviations(levels, split.notion, split.use)
    share = 1 - np.array(MEANING)[:, None] / 100
    return found - share * found[:, :1]
