"""Tables below the first screen: rows of text for the reader, rows of numbers for a CSV file."""

from __future__ import annotations

from typing import Any

from app.wording.numbers import UNKNOWN, percent, safe_cell, whole

Facts = dict[str, Any]


def groups(facts: Facts, weighted: Facts | None) -> list[dict[str, str]]:
    """One row a group at this place; rates of fewer than 30 people are said to be unknown."""
    rows = []
    for i, group in enumerate(facts["groups"]):
        row = {
            "Group": group["group"],
            "People": whole(group["n"]),
            "Positive predictions": f"{whole(group['decisions'])} ({percent(group['decision_rate'])})",
            "95% interval of that share": _interval(group),
            "… among those with the good outcome": percent(group["true_positive_rate"]),
            "… among the others: wrong positives": percent(group["false_positive_rate"]),
            "Predicted correctly": percent(group["accuracy"]),
            "Gained": _moved(group["gained"]),
            "Lost": _moved(group["lost"]),
        }
        if weighted is not None:
            other = weighted["groups"][i]
            row["Weighted, approximate: positive"] = percent(other["decision_rate"])
            row["Weighted, approximate: correct"] = percent(other["accuracy"])
        rows.append(row)
    return rows


def _interval(group: Facts) -> str:
    low, high = group["decision_rate_low"], group["decision_rate_high"]
    return UNKNOWN if low is None else f"{percent(low)} to {percent(high)}"


def _moved(value: int | None) -> str:
    return "not stored" if value is None else whole(value)


def summary(facts: Facts, start: Facts) -> list[tuple[str, str, str]]:
    """Further figures of this place as (name, now, at the most accurate end)."""

    def ratio(value: float | None) -> str:
        return UNKNOWN if value is None else f"{value:.2f}"

    def precision(value: float | None) -> str:
        return UNKNOWN if value is None else f"{value:.3f}"

    return [
        ("Average precision", precision(facts["average_precision"]), precision(start["average_precision"])),
        (
            "Impact ratio: lowest over highest share",
            ratio(facts["impact_ratio"]),
            ratio(start["impact_ratio"]),
        ),
        ("Share of positive predictions", percent(facts["decision_rate"]), percent(start["decision_rate"])),
    ]


def curve(levels: list[Facts], alphas: list[float]) -> list[dict[str, Any]]:
    """The stored curve as fractions, one row a level; None where a figure cannot be estimated."""
    keys = ["accuracy", "average_precision", "decision_rate", "dp_gap", "eo_gap", "eodds_gap"]
    keys += ["dp_floor", "eo_floor", "impact_ratio", "gained", "lost"]
    rows = []
    for alpha, facts in zip(alphas, levels, strict=True):
        row: dict[str, Any] = {"alpha": alpha, **{key: facts[key] for key in keys}}
        for group in facts["groups"]:
            row[f"decision_rate {group['group']}"] = group["decision_rate"]
            row[f"true_positive_rate {group['group']}"] = group["true_positive_rate"]
        rows.append(row)
    return rows


def readable(rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The same rows as text with four decimals; None in words."""

    def text(value: Any) -> str:
        if value is None:
            return UNKNOWN
        return whole(value) if isinstance(value, int) else f"{value:.4f}"

    return [
        {name.replace("_", " "): text(value) for name, value in row.items()} | {"alpha": f"{row['alpha']:.2f}"}
        for row in rows
    ]


def for_csv(rows: list[dict[str, Any]]) -> list[list[Any]]:
    """Header and rows; a cell that a spreadsheet would run as a formula is neutralised, names of columns too."""
    if not rows:
        return []
    header = [safe_cell(name) for name in rows[0]]
    return [header, *([safe_cell(value) for value in row.values()] for row in rows)]
