"""Figures of a setting over its splits, with intervals, and whether the line reaches what it must."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fronts.compare import Figures, People, Split, counts
from fronts.score import LIMITS
from fronts.settings import Setting
from yodo_core.fairness.floor import parity_floor
from yodo_core.fairness.notions import get_notion

LEVELS = 21


@dataclass(frozen=True)
class Result:
    """One setting: `own` figures by method; `drawn` the same for each resample of splits and people."""

    setting: Setting
    own: Figures
    drawn: list[Figures]
    floor: tuple[float, float]
    worst: dict[str, dict[str, float]]
    splits: int

    @property
    def scored(self) -> bool:
        """ERM's gap is at least twice the mean parity floor."""
        return bool(self.own["erm"]["ends"][2] >= 2 * self.floor[0])

    def difference(self, key: str, other: str, method: str = "line") -> tuple[np.ndarray, np.ndarray]:
        """Paired difference of a figure, its mean over limits, and 2.5% and 97.5% of its resamples."""
        own = np.mean(self.own[method][key] - self.own[other][key])
        drawn = [np.mean(part[method][key] - part[other][key]) for part in self.drawn]
        return float(own), np.percentile(drawn, [2.5, 97.5])

    def ratio(self, key: str, other: str, method: str = "line") -> tuple[float, np.ndarray]:
        drawn = [float(part[method][key] / part[other][key]) for part in self.drawn]
        return float(self.own[method][key] / self.own[other][key]), np.percentile(drawn, [2.5, 97.5])

    def lines(self) -> Iterator[dict[str, Any]]:
        """One JSON line a method."""
        erm = self.own["erm"]["ends"]
        for name, found in self.own.items():
            line: dict[str, Any] = {
                "setting": self.setting.id, "method": name, "splits": self.splits, "scored": self.scored,
                "erm_accuracy": float(erm[0]), "erm_gap": float(erm[2]), "floor": list(self.floor),
                "accuracy_at_limits": found["accuracy"].tolist(), "excess_at_limits": found["excess"].tolist(),
                "volume": float(found["volume"]), "volume_all": float(found["volume_all"]),
                "volume_mixed": float(found["volume_mixed"]),
            }  # fmt: skip
            if name in self.worst:
                line |= {"ends": found["ends"].tolist(), "start_of_erm_gap": float(found["ends"][2] / erm[2]),
                         "end_of_erm_gap": float(found["ends"][3] / erm[2]), **self.worst[name]}  # fmt: skip
            yield line


def figures_of(setting: Setting, splits: Sequence[Split], drawn: Sequence[Sequence[Figures]]) -> Result:
    """Means over splits; resample r draws splits with replacement and takes their r-th resample."""
    generator = np.random.default_rng(7)
    own = _mean([figures[0] for figures in drawn])
    resampled = []
    for r in range(1, len(drawn[0])):
        picked = generator.integers(len(splits), size=len(splits))
        resampled.append(_mean([drawn[i][r] for i in picked]))
    lines = [name for name in own if "misses" in own[name]]
    floors = np.mean([floor(split.notion, split.use, split.whole) for split in splits], axis=0)
    worst = {name: _meaning(name, splits, drawn) for name in lines}
    return Result(setting, own, resampled, (float(floors[0]), float(floors[1])), worst, len(splits))


def _mean(parts: Sequence[Figures]) -> Figures:
    return {n: {k: np.mean([part[n][k] for part in parts], axis=0) for k in parts[0][n]} for n in parts[0]}


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
    """Misses of alpha's meaning and rises of the gap, in shares of the start's gap; paired standard errors beside."""
    parts: dict[str, list[float]] = {}
    for split, figures in zip(splits, drawn, strict=True):
        for suffix in ("", "_mapped"):
            misses = np.stack([part[name]["misses" + suffix] for part in figures])
            gap = np.stack([part[name]["gaps" + suffix] for part in figures])
            start = float(gap[0, 0])
            error = np.abs(misses[0])
            spread = misses[1:].std(0) if len(misses) > 2 else np.zeros_like(error)
            sizes = np.bincount(split.test.group, minlength=split.groups)[split.use].astype(float)
            if sum(split.use) == 2:
                # Of two groups the signed gap: the difference of their deviations.
                signed = misses[..., 0] - misses[..., 1]
                error, spread = np.abs(signed[0])[..., None], signed[1:].std(0)[..., None]
                sizes = np.ones(1)
            weights = sizes / sizes.sum()
            late = gap[:, None, :] - gap[:, :, None]
            rise = np.triu(late[0] - 2 * late[1:].std(0), 1) if len(gap) > 2 else np.zeros(1)
            found = {
                "miss": (error @ weights).mean() / start,
                "miss_se": (spread @ weights).mean() / start,
                "worst_miss_over_se": ((error - 2.5 * spread) @ weights).max() / start,
                "rise_over_se": float(rise.max()) / start,
            }
            for key, value in found.items():
                parts.setdefault(key + suffix, []).append(float(value))
    return {key: float(np.mean(values)) for key, values in parts.items()}


def summary(results: Sequence[Result]) -> Iterator[dict[str, Any]]:
    """Each requirement over all scored settings: met or not, and by how much."""
    scored = [r for r in results if r.scored]
    if not scored or "fixed" not in scored[0].own:
        return
    front = {
        r.setting.id: (100 * r.difference("accuracy", "fixed")[0], *(100 * r.difference("accuracy", "fixed")[1]))
        for r in scored
    }
    mean = float(np.mean([v[0] for v in front.values()]))
    yield {
        "requirement": "1 accuracy at a limit against fixed, pp", "settings": len(scored), "of": len(results),
        "met": bool(min(v[1] for v in front.values()) > -0.1 and mean > 0), "mean": mean,
        "lost": {k: v for k, v in front.items() if v[1] <= -0.1},
        "excess_difference": 100 * float(np.mean([r.difference("excess", "fixed")[0] for r in scored])),
        "by_limit": {
            str(limit): float(
                np.mean([100 * (r.own["line"]["accuracy"] - r.own["fixed"]["accuracy"])[i] for r in scored])
            )
            for i, limit in enumerate(LIMITS)
        },
    }  # fmt: skip
    for key in ("volume", "volume_all", "volume_mixed"):
        ratios = [r.ratio(key, "fixed")[0] for r in scored]
        draws = np.mean([[float(p["line"][key] / p["fixed"][key]) for p in r.drawn] for r in scored], axis=0)
        low, high = np.percentile(draws, [2.5, 97.5]) if len(draws) else (np.nan, np.nan)
        yield {
            "requirement": f"1 hypervolume ({key}) over that of fixed",
            "met": bool(np.mean(ratios) >= 1.03 and low > 1),
            "ratio_of_volumes": float(np.mean(ratios)), "interval": [float(low), float(high)],
            "by_setting": {r.setting.id: r.ratio(key, "fixed")[0] for r in scored},
        }  # fmt: skip
    spans = {}
    for r in scored:
        line, erm = r.own["line"]["ends"], r.own["erm"]["ends"]
        limit = max(0.1 * erm[2], r.floor[1])
        spans[r.setting.id] = {
            "accuracy": 100 * float(line[0] - erm[0]), "start": float(line[2] / erm[2]), "end": float(line[3] / erm[2]),
            "met": bool(line[0] >= erm[0] - 0.001 and line[2] >= 0.95 * erm[2] and line[3] <= limit),
        }  # fmt: skip
    yield {"requirement": "2 span", "met": all(s["met"] for s in spans.values()), "by_setting": spans}
    for suffix in ("", "_mapped"):
        means = {r.setting.id: r.worst["line"] for r in scored}
        held = {
            k: {
                "mean": v["miss" + suffix] <= 0.05 + v["miss_se" + suffix],
                "worst": v["worst_miss_over_se" + suffix] <= 0.12,
                "rise": v["rise_over_se" + suffix] <= 0,
            }
            for k, v in means.items()
        }
        yield {
            "requirement": "3 meaning of alpha" + suffix, "met": all(all(h.values()) for h in held.values()),
            "not_met": {
                k: {
                    n: means[k][f"{f}{suffix}"]
                    for n, f in (("mean", "miss"), ("worst", "worst_miss_over_se"), ("rise", "rise_over_se"))
                    if not h[n]
                }
                for k, h in held.items()
                if not all(h.values())
            },
        }  # fmt: skip
