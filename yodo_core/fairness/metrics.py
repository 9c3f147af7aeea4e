"""Rates and gaps from counts, vectorised over the counts' leading axes. Never imports torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from yodo_core.errors import InputError, unknown
from yodo_core.fairness.counts import Counts, threshold_index
from yodo_core.fairness.floor import floor_of
from yodo_core.fairness.notions import MIN_GAP, MIN_SHOW, get_notion

_RATE_OF = {None: "decision_rate", 1: "true_positive_rate", 0: "false_positive_rate"}


@dataclass(frozen=True)
class Rates:
    """Per-group figures (..., G) at one threshold, for every level.

    n, positives (rows with label 1), decisions, true_positives: row counts, or sums of weights if `weighted`.
    gained, lost: rows whose decision differs from alpha 0; None where not counted, and if `weighted`, since
    they are counted in rows. The four rates are in [0, 1], NaN with fewer than MIN_SHOW rows in the
    denominator. rows, row_positives: always unweighted; they decide on minimum sizes.
    """

    groups: tuple[str, ...]
    n: np.ndarray
    positives: np.ndarray
    decisions: np.ndarray
    true_positives: np.ndarray
    gained: np.ndarray | None
    lost: np.ndarray | None
    accuracy: np.ndarray
    decision_rate: np.ndarray
    true_positive_rate: np.ndarray
    false_positive_rate: np.ndarray
    rows: np.ndarray
    row_positives: np.ndarray
    weighted: bool

    def under(self, condition: int | None) -> tuple[np.ndarray, np.ndarray]:
        """The rate of positive decisions (..., G) among the rows of a condition, and their number."""
        size = {None: self.rows, 1: self.row_positives, 0: self.rows - self.row_positives}[condition]
        return getattr(self, _RATE_OF[condition]), size


def _ratio(above: np.ndarray, total: np.ndarray, rows: np.ndarray) -> np.ndarray:
    shown = (rows >= MIN_SHOW) & (total > 0)
    return np.where(shown, above / np.where(shown, total, 1), np.nan)


def _mass(counts: Counts, weighted: bool) -> np.ndarray:
    if not weighted:
        return counts.n
    if counts.weight is None:
        raise InputError("Weighted figures were asked of rows that carry no weight; leave out 'weighted'.")
    return counts.weight


def rates(counts: Counts, threshold: float = 0.5, weighted: bool = False) -> Rates:
    """Rates of every group at a threshold of the grid 0.01 ... 0.99.

    Raises InputError off the grid, or if weighted figures are asked of counts without weights.
    """
    t = threshold_index(threshold)
    mass = _mass(counts, weighted)
    total, above = mass.sum(axis=-1), mass[..., t:].sum(axis=-1)
    rows = counts.n.sum(axis=-1) if weighted else total
    n, size = total.sum(axis=-1), rows.sum(axis=-1)
    decisions = above.sum(axis=-1)
    correct = above[..., 1] + mass[..., 0, :t].sum(axis=-1)

    def changed(cells: np.ndarray | None) -> np.ndarray | None:
        return None if cells is None or weighted else cells[..., t - 1].sum(axis=-1)

    return Rates(
        groups=counts.groups,
        n=n,
        positives=total[..., 1],
        decisions=decisions,
        true_positives=above[..., 1],
        gained=changed(counts.gained),
        lost=changed(counts.lost),
        accuracy=_ratio(correct, n, size),
        decision_rate=_ratio(decisions, n, size),
        true_positive_rate=_ratio(above[..., 1], total[..., 1], rows[..., 1]),
        false_positive_rate=_ratio(above[..., 0], total[..., 0], rows[..., 0]),
        rows=size,
        row_positives=rows[..., 1],
        weighted=weighted,
    )


def overall(counts: Counts, threshold: float = 0.5, weighted: bool = False) -> dict[str, np.ndarray | None]:
    """Figures (...) over all groups, small ones included: n, accuracy, decision_rate, gained, lost."""
    t = threshold_index(threshold)
    mass = _mass(counts, weighted)
    n = mass.sum(axis=(-3, -2, -1))
    size = counts.n.sum(axis=(-3, -2, -1)) if weighted else n
    correct = mass[..., 1, t:].sum(axis=(-2, -1)) + mass[..., 0, :t].sum(axis=(-2, -1))
    result: dict[str, np.ndarray | None] = {
        "n": n,
        "accuracy": _ratio(correct, n, size),
        "decision_rate": _ratio(mass[..., t:].sum(axis=(-3, -2, -1)), n, size),
    }
    for name in ("gained", "lost"):
        cells = getattr(counts, name)
        result[name] = None if cells is None or weighted else cells[..., t - 1].sum(axis=(-2, -1))
    return result


def eligible(rates: Rates, notion_id: str) -> np.ndarray:
    """Which groups (..., G) enter the notion's worst-case gap: MIN_GAP rows in each of its denominators."""
    return np.all([rates.under(c)[1] >= MIN_GAP for c in get_notion(notion_id).conditions], axis=0)


def _extremes(rates: Rates, notion_id: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Gap, highest and lowest group of the notion's worst condition."""
    notion = get_notion(notion_id)
    entered = eligible(rates, notion_id)
    gaps, highs, lows = [], [], []
    for condition in notion.conditions:
        rate, _ = rates.under(condition)
        use = entered & ~np.isnan(rate)
        top, bottom = np.where(use, rate, -np.inf), np.where(use, rate, np.inf)
        known = use.sum(axis=-1) >= 2
        spread = np.where(known, top.max(axis=-1), 0) - np.where(known, bottom.min(axis=-1), 0)
        gaps.append(np.where(known, spread, np.nan))
        highs.append(np.where(known, top.argmax(-1), -1))
        lows.append(np.where(known, bottom.argmin(-1), -1))
    stacked = np.stack(gaps)
    # A condition that cannot be estimated leaves the whole notion undefined: its gap could be the larger.
    worst = np.argmax(np.where(np.isnan(stacked), -1.0, stacked), axis=0)[None]
    undefined = np.isnan(stacked).any(axis=0)
    high, low = (np.take_along_axis(np.stack(x), worst, axis=0)[0] for x in (highs, lows))
    return (
        np.where(undefined, np.nan, np.take_along_axis(stacked, worst, axis=0)[0]),
        np.where(undefined, -1, high),
        np.where(undefined, -1, low),
    )


def gap(rates: Rates, notion_id: str) -> np.ndarray:
    """The worst-case gap (...) in [0, 1]: highest minus lowest rate over the groups large enough.

    0 is parity; NaN with fewer than two such groups. For eodds the larger of the TPR and FPR gap (fairlearn).
    """
    return _extremes(rates, notion_id)[0]


def extremes(rates: Rates, notion_id: str) -> tuple[np.ndarray, np.ndarray]:
    """Indices (...) of the groups with the highest and the lowest rate; -1 where the gap is undefined.

    For eodds those of whichever rate, TPR or FPR, has the larger gap. Ties go to the first group.
    """
    return _extremes(rates, notion_id)[1:]


def signed_gap(rates: Rates, notion_id: str, group: int | str, reference: int | str) -> np.ndarray:
    """Rate of `group` minus rate of `reference` (...), in [-1, 1]; groups by index or name.

    For eodds the difference, TPR or FPR, of the larger size. NaN where either rate is not shown
    (fewer than MIN_SHOW rows). Raises InputError for an unknown group.
    """
    i, j = _group_index(rates, group), _group_index(rates, reference)
    parts = [rates.under(c)[0] for c in get_notion(notion_id).conditions]
    differences = np.stack([rate[..., i] - rate[..., j] for rate in parts])
    worst = np.argmax(np.nan_to_num(np.abs(differences), nan=-1.0), axis=0)[None]
    undefined = np.isnan(differences).any(axis=0)
    return np.where(undefined, np.nan, np.take_along_axis(differences, worst, axis=0)[0])


def _group_index(rates: Rates, group: int | str) -> int:
    if isinstance(group, str):
        if group not in rates.groups:
            raise unknown("group", group, rates.groups)
        return rates.groups.index(group)
    if not 0 <= group < len(rates.groups):
        raise unknown("group", group, (str(i) for i in range(len(rates.groups))))
    return int(group)


def impact_ratio(rates: Rates) -> np.ndarray:
    """Lowest over highest decision rate (...) in [0, 1] of the groups large enough.

    NaN with fewer than two such groups, or where no group gets a positive decision.
    """
    use = eligible(rates, "dp") & ~np.isnan(rates.decision_rate)
    high = np.where(use, rates.decision_rate, -np.inf).max(axis=-1)
    low = np.where(use, rates.decision_rate, np.inf).min(axis=-1)
    known = (use.sum(axis=-1) >= 2) & (high > 0)
    return np.where(known, np.where(known, low, 0) / np.where(known, high, 1), np.nan)


def left_out(rates: Rates) -> list[dict[str, Any]]:
    """What small groups miss: [{group, metric, n, reason}], n being rows in the metric's denominator.

    Levels share their rows, so the list is that of the first level.
    """
    found = []
    for metric, condition in (("accuracy", None), *((name, c) for c, name in _RATE_OF.items())):
        sizes = rates.under(condition)[1].reshape(-1, len(rates.groups))[0]
        for name, size in zip(rates.groups, sizes.tolist(), strict=True):
            if size < MIN_SHOW:
                reason = f"cannot be estimated: fewer than {MIN_SHOW}"
            elif size < MIN_GAP and metric != "accuracy":
                reason = f"set aside from the worst-case gap: fewer than {MIN_GAP}"
            else:
                continue
            found.append({"group": name, "metric": metric, "n": size, "reason": reason})
    return found


def _plain(value: Any) -> Any:
    """A Python number for JSON; None for NaN and for what was not counted."""
    if value is None:
        return None
    number = np.asarray(value).item()
    return None if isinstance(number, float) and np.isnan(number) else number


_GROUP_KEYS = (
    "n", "positives", "decisions", "true_positives", "accuracy",
    "decision_rate", "true_positive_rate", "false_positive_rate", "gained", "lost",
)  # fmt: skip


def point(counts: Counts, threshold: float = 0.5, weighted: bool = False) -> dict[str, Any]:
    """One level as the `point` JSON keys from `n` to `left_out`; fractions, and None for what is undefined.

    counts has no leading axis. dp_floor and eo_floor are the 95th percentile of the parity floor.
    """
    found = rates(counts, threshold, weighted)
    total = overall(counts, threshold, weighted)
    columns = {key: getattr(found, key) for key in _GROUP_KEYS}
    missing = left_out(found)
    if weighted or counts.average_precision is None:
        added = "it needs the scores of all rows at once, and these counts were added up from parts"
        reason = added if counts.average_precision is None else "it is stored for unweighted rows only"
        missing.append(
            {"group": "everyone", "metric": "average_precision", "n": int(found.rows.sum()), "reason": reason}
        )
    if weighted and counts.gained is not None:
        reason = "changes against alpha 0 are counted in rows, not in weights"
        rows = int(found.rows.sum())
        missing.append({"group": "everyone", "metric": "gained, lost", "n": rows, "reason": reason})
    return {
        "n": _plain(total["n"]),
        "accuracy": _plain(total["accuracy"]),
        "average_precision": None if weighted else _plain(counts.average_precision),
        "decision_rate": _plain(total["decision_rate"]),
        "dp_gap": _plain(gap(found, "dp")),
        "eo_gap": _plain(gap(found, "eo")),
        "eodds_gap": _plain(gap(found, "eodds")),
        "dp_floor": _plain(floor_of(counts, "dp", threshold, weighted)[1]),
        "eo_floor": _plain(floor_of(counts, "eo", threshold, weighted)[1]),
        "impact_ratio": _plain(impact_ratio(found)),
        "gained": _plain(total["gained"]),
        "lost": _plain(total["lost"]),
        "groups": [
            {"group": name} | {k: None if v is None else _plain(v[i]) for k, v in columns.items()}
            for i, name in enumerate(counts.groups)
        ],
        "left_out": missing,
    }
