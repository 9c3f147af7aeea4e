"""Figures of a setting over its splits, with intervals from resampling splits and rows together, paired."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fronts.compare import Figures, People, Split, counts
from fronts.settings import Setting
from yodo_core.fairness.floor import parity_floor
from yodo_core.fairness.notions import get_notion

INTERVAL = [2.5, 97.5]


def over(first: Any, second: Any) -> float:
    """Their ratio; NaN where the second is 0 or less: a method that gains nothing over the reference."""
    return float(first) / float(second) if float(second) > 0 else float("nan")


@dataclass(frozen=True)
class Result:
    """One setting: `own` figures by method; `drawn` the same for each resample of splits and people."""

    setting: Setting
    own: Figures
    drawn: list[Figures]
    floor: tuple[float, float]
    meaning: dict[str, dict[str, float]]
    splits: int
    seeds: int

    @property
    def scored(self) -> bool:
        """ERM has a gap, of at least twice the mean parity floor."""
        return bool(self.own["erm"]["ends"][2] > 0 and self.own["erm"]["ends"][2] >= 2 * self.floor[0])

    def difference(self, key: str, other: str, method: str = "line") -> tuple[float, float, float]:
        """Paired difference of a figure, its mean over limits, with 2.5% and 97.5% of its resamples."""
        own = np.mean(self.own[method][key] - self.own[other][key])
        low, high = np.percentile([np.mean(p[method][key] - p[other][key]) for p in self.drawn], INTERVAL)
        return float(own), float(low), float(high)

    def ratios(self, key: str, other: str, method: str = "line") -> tuple[float, np.ndarray]:
        """The ratio of a figure to another method's, and its resamples."""
        drawn = np.array([over(p[method][key], p[other][key]) for p in self.drawn])
        return over(self.own[method][key], self.own[other][key]), drawn

    def lines(self) -> Iterator[dict[str, Any]]:
        """One JSON line a method."""
        erm = self.own["erm"]["ends"]
        for name, found in self.own.items():
            line: dict[str, Any] = {
                "setting": self.setting.id,
                "method": name,
                "splits": self.splits,
                "seeds": self.seeds,
                "scored": self.scored,
                "erm_accuracy": float(erm[0]),
                "erm_gap": float(erm[2]),
                "floor": list(self.floor),
                "accuracy_at_limits": found["accuracy"].tolist(),
                "excess_at_limits": found["excess"].tolist(),
                **{key: float(found[key]) for key in ("volume", "volume_all", "volume_mixed")},
            }
            if name in self.meaning:
                line |= {"ends": found["ends"].tolist(), "start_of_erm_gap": over(found["ends"][2], erm[2])}
                line |= {"end_of_erm_gap": over(found["ends"][3], erm[2]), **self.meaning[name]}
            if name == "line":
                for other in (other for other in self.own if other not in ("line", "erm")):
                    line[f"accuracy_less_{other}"] = list(self.difference("accuracy", other))
                    line[f"volume_over_{other}"] = self.ratios("volume", other)[0]
            yield line


def figures_of(
    setting: Setting, splits: Sequence[Sequence[Split]], drawn: Sequence[Sequence[Sequence[Figures]]]
) -> Result:
    """Means over splits and their training seeds, `splits` and `drawn` a list a split.

    Resample r draws splits with replacement and takes the r-th resample of the people of each, the same for its seeds.
    """
    generator = np.random.default_rng(7)
    own = _mean([figures[0] for seeds in drawn for figures in seeds])
    resampled = []
    for r in range(1, len(drawn[0][0])):
        picked = generator.integers(len(splits), size=len(splits))
        resampled.append(_mean([figures[r] for i in picked for figures in drawn[i]]))
    every, of_every = [s for seeds in splits for s in seeds], [d for seeds in drawn for d in seeds]
    floors = np.mean([floor(split.notion, split.use, split.whole) for split in every], axis=0)
    meant = {name: _meaning(name, every, of_every) for name in own if "misses" in own[name]}
    return Result(setting, own, resampled, (float(floors[0]), float(floors[1])), meant, len(splits), len(splits[0]))


def _mean(parts: Sequence[Figures]) -> Figures:
    """Of the methods that every part has: the second grid may stand at some splits only."""
    common = [name for name in parts[0] if all(name in part for part in parts)]
    return {n: {k: np.mean([part[n][k] for part in parts], axis=0) for k in parts[0][n]} for n in common}


def floor(notion: str, use: np.ndarray, people: People) -> tuple[float, float]:
    """Mean and 95th percentile of the parity floor at ERM's pooled rate: the largest over the notion's conditions."""
    found = counts(People(people.label, people.group, {"erm": people.decisions["erm"]}), len(use))[0]["erm"]
    n, above = found.n[use], found.above[0][use]
    parts = []
    for condition in get_notion(notion).conditions:
        rows = slice(None) if condition is None else slice(condition, condition + 1)
        size = n[:, rows].sum(1)
        parts.append(parity_floor(size, float(above[:, rows].sum() / size.sum())))
    return max(p[0] for p in parts), max(p[1] for p in parts)


def _meaning(name: str, splits: Sequence[Split], drawn: Sequence[Sequence[Figures]]) -> dict[str, float]:
    """Misses of alpha's meaning and rises of the gap, in shares of the start's gap; paired standard errors beside.

    Means over the lines of all splits and seeds; `rises` is the share of lines whose gap rises anywhere.
    """
    parts: dict[str, list[float]] = {}
    for split, figures in zip(splits, drawn, strict=True):
        misses = np.stack([part[name]["misses"] for part in figures])
        gap = np.stack([part[name]["gaps"] for part in figures])
        sizes = np.bincount(split.test.group, minlength=split.groups)[split.use].astype(float)
        if sum(split.use) == 2:
            # Of two groups the signed gap: the difference of their deviations.
            misses, sizes = (misses[..., 0] - misses[..., 1])[..., None], np.ones(1)
        weights = sizes / sizes.sum()
        error, spread = np.abs(misses[0]), misses[1:].std(0)
        start = float(gap[0, 0])
        late = gap[:, None, :] - gap[:, :, None]
        found = {
            "miss": over((error @ weights).mean(), start),
            "miss_se": over((spread @ weights).mean(), start),
            "worst_less_2.5_se": over(((error - 2.5 * spread) @ weights).max(), start),
            "rise_less_2_se": over(np.triu(late[0] - 2 * late[1:].std(0), 1).max(), start),
        }
        found["rises"] = float(found["rise_less_2_se"] > 0)
        for key, value in found.items():
            parts.setdefault(key, []).append(float(value))
    return {key: float(np.mean(values)) for key, values in parts.items()}
