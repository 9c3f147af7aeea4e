"""Observations 1 to 8 of the paper: how each is judged on these rows, the figure, and whether it held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from paper_parts.panels import Panel
from paper_parts.results import Results, gap_name, least_error, matched, sizes, spearman, volumes, wander
from paper_parts.tables import markdown, number

SIMILAR = 0.95
"""An area less than a twentieth smaller counts as similar; single seeds differ by more (docs/paper.md)."""
TENTH = 0.1
"""Points of error that count as similar."""
FOLLOWS = -0.9
FEW = 0.5


@dataclass(frozen=True)
class Observation:
    """`judge` gives the figure of a panel and whether the claim held there; None where it was not tested."""

    number: str
    claim: str
    how: str
    notion: str
    judge: Callable[[Results, Panel], tuple[float, bool] | None]
    digits: int = 2


def _below_floor(results: Results, panel: Panel, method: str) -> bool:
    """Whether the gap on decisions is within chance where it is largest: then no way of closing it can be judged."""
    gaps = sizes(results.trained(panel.id, method), gap_name(panel)).mean(0)
    return bool(gaps.max() < results.floor(panel))


def _front(gap: str) -> Callable[[Results, Panel], tuple[float, bool] | None]:
    def judge(results: Results, panel: Panel) -> tuple[float, bool] | None:
        pairs = matched(results, panel, gap or gap_name(panel), "error")
        if not pairs or (not gap and _below_floor(results, panel, "erm")):
            return None
        own, other = volumes(pairs)
        return own / other, own >= SIMILAR * other

    return judge


def _at_half(results: Results, panel: Panel) -> tuple[float, bool] | None:
    """Error of the line minus that of as many fixed models, each at most half of ERM's score gap."""
    pairs = matched(results, panel, "score_gap", "error")
    if not pairs:
        return None
    limit = float(np.mean([other[0, 0] for _, other in pairs])) / 2
    errors = np.array([[least_error(side[0], side[1], limit) for side in pair] for pair in pairs])
    mean = float((errors[:, 0] - errors[:, 1]).mean())
    return mean, mean <= TENTH


def _beats_erm(results: Results, panel: Panel) -> tuple[float, bool] | None:
    lines, erm = results.trained(panel.id, "line"), results.trained(panel.id, "erm")
    if not erm:
        return None
    gap, error = sizes(lines, "score_gap").mean(0), sizes(lines, "error").mean(0)
    smaller = gap < sizes(erm, "score_gap").mean()
    if not smaller.any():
        return float("nan"), False
    best = float(error[smaller].min() - sizes(erm, "error").mean())
    return best, best <= 0


def _smoother(results: Results, panel: Panel) -> tuple[float, bool] | None:
    pairs = matched(results, panel, "score_gap", "error")
    if not pairs:
        return None
    own, other = (float(np.mean([sum(wander(row) for row in pair[i]) for pair in pairs])) for i in (0, 1))
    return own - other, own < other


def _follows(gap: str) -> Callable[[Results, Panel], tuple[float, bool] | None]:
    def judge(results: Results, panel: Panel) -> tuple[float, bool] | None:
        lines = results.trained(panel.id, "line")
        if not gap and _below_floor(results, panel, "line"):
            return None
        ranks = [
            spearman(line["alpha"], row) for line, row in zip(lines, sizes(lines, gap or gap_name(panel)), strict=True)
        ]
        return float(np.mean(ranks)), float(np.mean(ranks)) <= FOLLOWS

    return judge


def _together(results: Results, panel: Panel) -> tuple[float, bool] | None:
    lines = results.pick("people", panel.id)
    if not lines:
        return None
    overlap = np.mean([line["overlap"] for line in lines], axis=0)
    return 100 * float(overlap[-1] - overlap[0]), bool(overlap[-1] > overlap[0])


def _one_way(results: Results, panel: Panel) -> tuple[float, bool] | None:
    lines = results.pick("people", panel.id)
    if not lines:
        return None
    both = float(np.mean([line[side]["both_ways"] for line in lines for side in ("other", "reference")]))
    return 100 * both, both <= FEW


OBSERVATIONS = (
    Observation(
        "1", "similar to or better than fixed models",
        f"area under the front over that of as many fixed models, gap on scores: at least {SIMILAR}", "",
        _front("score_gap"), 3,
    ),
    Observation(
        "1", "the same", "the same, gap on decisions, where ERM's is above the parity floor", "", _front(""), 3,
    ),
    Observation(
        "1", "the same", f"least error at a score gap of at most half of ERM's, the line's minus that of as many fixed "
        f"models, in points: at most {TENTH}", "", _at_half,
    ),
    Observation(
        "2", "better than ERM on some", "least error among levels with a smaller score gap than ERM, "
        "minus ERM's error, in points: at most 0", "", _beats_erm,
    ),
    Observation(
        "3", "a smoother front", "points that score gap and error go to and fro along alpha, minus those of fixed "
        "models along A: below 0", "", _smoother,
    ),
    Observation(
        "4", "alpha controls the trade-off", f"rank correlation of alpha and the score gap: at most {FOLLOWS}", "",
        _follows("score_gap"),
    ),
    Observation(
        "4", "the same", "the same, gap on decisions, where the line's is above the parity floor anywhere", "",
        _follows(""),
    ),
    Observation(
        "5, 6", "the groups' score distributions move together",
        "growth of their overlap from alpha 0 to 1, in points: above 0", "dp", _together, 1,
    ),
    Observation(
        "7", "one person's score is a function of alpha",
        f"people whose score goes both ways, in %: at most {100 * FEW:g}", "dp", _one_way, 1,
    ),
    Observation("8", "the same for equal opportunity", "the same, among label 1", "eo", _one_way, 1),
)  # fmt: skip


def observations(results: Results) -> str:
    """One row a test of an observation."""
    rows = []
    for item in OBSERVATIONS:
        judged = [(panel, item.judge(results, panel)) for panel in results.panels(item.notion)]
        known = [(panel, found) for panel, found in judged if found is not None]
        if not known:
            rows.append([item.number, item.claim, item.how, "", "not tested"])
            continue
        values = [found[0] for _, found in known]
        least, most = number(float(np.nanmin(values)), item.digits), number(float(np.nanmax(values)), item.digits)
        rows.append([item.number, item.claim, item.how, f"{least} to {most}", _verdict(known)])
    return markdown(["", "claim", "how it is judged here", "figure over panels", "verdict"], rows)


def _verdict(known: list[tuple[Panel, tuple[float, bool]]]) -> str:
    held = [panel.title for panel, (_, kept) in known if kept]
    against = [panel.title for panel, (_, kept) in known if not kept]
    if not against or not held:
        return f"**{'held' if held else 'not held'}**: {len(held)} of {len(known)} panels"
    mostly, few = ("not on", against) if len(held) > len(against) else ("on", held)
    named = f" ({mostly} {'; '.join(few)})" if len(few) <= 3 else ""
    return f"**{'mostly held' if few is against else 'mostly not held'}**: {len(held)} of {len(known)} panels{named}"
