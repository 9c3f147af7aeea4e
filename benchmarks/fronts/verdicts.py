"""What the line must reach, each requirement stated as met or not over the scored settings, the lost ones named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from fronts.score import LIMITS
from fronts.summary import INTERVAL, Result

VOLUMES = {"volume": "22 a side", "volume_all": "all levels", "volume_mixed": "all levels, randomised mixing"}
LEAST_DIFFERENCE, LEAST_RATIO = -0.001, 1.03
START_ACCURACY, START_GAP, END_GAP = 0.001, 0.95, 0.1
MEAN_MISS, WORST_MISS = 0.05, 0.12


def verdicts(results: Sequence[Result]) -> Iterator[dict[str, Any]]:
    """One line a requirement; `met` is over all settings that are scored."""
    scored = [r for r in results if r.scored]
    counted = {"settings_scored": len(scored), "settings": len(results), "splits": min(r.splits for r in results)}
    counted["seeds"] = min(r.seeds for r in results)
    if not scored:
        return
    others = [name for name in ("fixed", "fixed-even") if all(name in r.own for r in scored)]
    for line in (
        *(_at_limits(scored, other) for other in others),
        *(_volume(scored, other, key) for other in others for key in VOLUMES),
        *([_above_paper(scored)] if all("paper" in r.own for r in scored) else []),
        _span(scored),
        _meaning(scored),
    ):
        yield line | counted


def _at_limits(scored: Sequence[Result], other: str) -> dict[str, Any]:
    found = {r.setting.id: r.difference("accuracy", other) for r in scored}
    mean = float(np.mean([v[0] for v in found.values()]))
    by_limit = [r.own["line"]["accuracy"] - r.own[other]["accuracy"] for r in scored]
    return {
        "requirement": f"1 front: accuracy at a limit against {other}, points",
        "met": min(v[1] for v in found.values()) > LEAST_DIFFERENCE and mean > 0,
        "mean": 100 * mean,
        "median": 100 * float(np.median([v[0] for v in found.values()])),
        "by_limit": dict(zip(map(str, LIMITS), (100 * np.mean(by_limit, axis=0)).tolist(), strict=True)),
        "excess_of_gap_difference": 100 * float(np.mean([r.difference("excess", other)[0] for r in scored])),
        "lost": {k: [100 * x for x in v] for k, v in found.items() if v[1] <= LEAST_DIFFERENCE},
    }


def _volume(scored: Sequence[Result], other: str, key: str) -> dict[str, Any]:
    ratios = {r.setting.id: r.ratios(key, other) for r in scored}
    low, high = np.percentile(np.nanmean([v[1] for v in ratios.values()], axis=0), INTERVAL)
    mean = float(np.mean([v[0] for v in ratios.values()]))
    return {
        "requirement": f"1 front: hypervolume over that of {other}, {VOLUMES[key]}",
        "met": mean >= LEAST_RATIO and float(low) > 1,
        "ratio": mean,
        "median": float(np.median([v[0] for v in ratios.values()])),
        "interval": [float(low), float(high)],
        "below_1": {k: v[0] for k, v in ratios.items() if v[0] < 1},
    }


def _above_paper(scored: Sequence[Result]) -> dict[str, Any]:
    ratios = {r.setting.id: r.ratios("volume", "paper")[0] for r in scored}
    return {
        "requirement": "1 front: hypervolume above the paper objective's, 22 a side",
        "met": min(ratios.values()) > 1,
        "mean": float(np.mean(list(ratios.values()))),
        "lost": {k: v for k, v in ratios.items() if v <= 1},
    }


def _span(scored: Sequence[Result]) -> dict[str, Any]:
    lost = {}
    for r in scored:
        line, erm = r.own["line"]["ends"], r.own["erm"]["ends"]
        held = {
            "accuracy at 0 less ERM's": (100 * float(line[0] - erm[0]), line[0] >= erm[0] - START_ACCURACY),
            "gap at 0 of ERM's": (float(line[2] / erm[2]), line[2] >= START_GAP * erm[2]),
            "gap at 1 of ERM's": (float(line[3] / erm[2]), line[3] <= max(END_GAP * erm[2], r.floor[1])),
        }
        missed = {key: value for key, (value, met) in held.items() if not met}
        if missed:
            lost[r.setting.id] = missed
    return {"requirement": "2 span", "met": not lost, "held": len(scored) - len(lost), "lost": lost}


def _meaning(scored: Sequence[Result]) -> dict[str, Any]:
    lost = {}
    for r in scored:
        found = r.meaning["line"]
        held = {
            "miss": found["miss"] <= MEAN_MISS + found["miss_se"],
            "worst_less_2.5_se": found["worst_less_2.5_se"] <= WORST_MISS,
            "rise_less_2_se": found["rise_less_2_se"] <= 0,
        }
        missed = {key: found[key] for key, met in held.items() if not met}
        if missed:
            lost[r.setting.id] = missed | {"miss_se": found["miss_se"]}
    return {
        "requirement": "3 meaning of alpha",
        "met": not lost,
        "held": len(scored) - len(lost),
        "lost": lost,
        "share_of_lines_that_rise": float(np.mean([r.meaning["line"]["rises"] for r in scored])),
        "misses_held": sum({"miss", "worst_less_2.5_se"}.isdisjoint(missed) for missed in lost.values())
        + len(scored)
        - len(lost),
    }
