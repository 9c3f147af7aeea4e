"""Which columns of a file can be an outcome or tell groups, and why others cannot. `Column` is as a file is seen."""

from __future__ import annotations

from typing import Any

from app.wording.numbers import listed

Column = dict[str, Any]
OUTCOME, GROUPS = "the outcome", "groups"
NAMED = 6
"""Columns that are named beside one reason; the others are counted."""
RARE = "fewer than two values that five rows or more hold"


def why_no_outcome(column: Column, most: int) -> str | None:
    """Why a column cannot be an outcome, which holds 2 to `most` values; None where it can."""
    few = _too_few(column)
    if few or column["distinct"] > most:
        return few or _many(most)
    if len(column["values"]) >= 2:
        return None
    return "numbers" if column["kind"] == "number" else column["left_out"] or RARE


def why_no_groups(column: Column, most: int) -> str | None:
    """Why a column cannot tell groups: numbers can, in bands, and so can 2 to `most` values; None where it can."""
    few = _too_few(column)
    if few or column["kind"] == "number":
        return few or column["left_out"]
    if 2 <= len(column["values"]) <= most:
        return None
    return column["left_out"] or (_many(most) if column["distinct"] > most else RARE)


def not_offered(reasons: dict[str, str], use: str) -> str:
    """The columns that cannot be chosen, those of one reason together, the rarest reason first; "" for none."""
    names: dict[str, list[str]] = {}
    for name, reason in reasons.items():
        names.setdefault(reason, []).append(name)
    parts = [f"{_some(names[reason])} ({reason})" for reason in sorted(names, key=lambda reason: len(names[reason]))]
    return f"Not offered as {use}: {'; '.join(parts)}." if parts else ""


def _too_few(column: Column) -> str | None:
    if column["distinct"] > 1:
        return None
    return "one value only" if column["distinct"] else str(column["left_out"] or "empty")


def _many(most: int) -> str:
    return f"more than {most} different values"


def _some(names: list[str]) -> str:
    more = len(names) - NAMED
    return listed([*names[:NAMED], f"{more:,} more"] if more > 0 else names)
