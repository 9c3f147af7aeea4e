"""The spread of scores by group, in words and in a payload of bounded size for the view that draws it.

A level is what `app.store.scores` gives: edges in hundredths, groups [{group, n, above, mean, mean_low, mean_high,
heights}] and gap. Shares leave here in thousandths of the group, which is the one decimal that words carry too.
"""

from __future__ import annotations

from app.wording import texts
from app.wording.groups import Facts, among, name
from app.wording.numbers import UNKNOWN, listed, percent, whole

AMONG: dict[str, int | None] = {"everyone": None, "good": 1, "others": 0}
"""Whose scores are shown, by the id the picker holds."""

MOST_PANELS = 1_600
"""Panels (levels times groups) in one payload: 15 groups at all 101 levels, about 130 kB. More groups, fewer levels."""

MOST_GROUPS = 40
"""Groups drawn, the largest; the table holds all."""

NOTE = "Averages are given in whole percent, as scores are counted in hundredths."

TOPS = (0.05, 0.1, 0.15, 0.2, 0.3)
"""Where the height axis may end. Scores pile up near 0 and 1; those bars are cut, and say how tall they are."""


def usual(card: Facts) -> str:
    """Whose scores are shown first: those whom the line's notion is about."""
    return "everyone" if card["notion"] == "dp" else "good"


def among_label(whose: str, card: Facts) -> str:
    """One of `AMONG` in the picker."""
    text = "everyone" if AMONG[whose] is None else among(AMONG[whose], card)
    return text[:1].upper() + text[1:]


def finding(level: Facts, start: Facts, card: Facts, whose: str) -> str:
    """The title: how far apart the average scores are at this place and at the most accurate end, as measured."""
    lead = "Average scores"
    if AMONG[whose] is not None:
        lead += f" {among(AMONG[whose], card)}"
    if level["gap"] is None or start["gap"] is None:
        return f"{lead} cannot be compared: fewer than 100 people in all groups but one"
    same = level["groups"] == start["groups"]
    if len(level["groups"]) > 2:
        end = f"{_range(start, card)} at the most accurate end"
        return f"{lead}: {end}" if same else f"{lead}: {_range(level, card)} here, {end}"
    if same:
        return f"{lead}: {_ahead(start['gap'], card)} at the most accurate end"
    if level["gap"]["high"] == start["gap"]["high"] and not (_by_chance(level["gap"]) or _by_chance(start["gap"])):
        return f"{lead}: {_ahead(level['gap'], card)} here, {_size(start['gap'])} at the most accurate end"
    return f"{lead}: {_ahead(level['gap'], card)} here; at the most accurate end {_ahead(start['gap'], card)}"


def _by_chance(gap: Facts) -> bool:
    """Whether the interval of the difference holds no difference as well."""
    return gap["low_end"] is not None and gap["low_end"] <= 0


def _size(gap: Facts) -> str:
    points = round(100 * gap["difference"])
    return str(points) if points else "less than 1"


def _ahead(gap: Facts, card: Facts) -> str:
    if _by_chance(gap):
        return "a difference too small to tell from none"
    points = "point" if _size(gap) in ("1", "less than 1") else "points"
    return f"{name(gap['high'], card)} {_size(gap)} {points} above {name(gap['low'], card)}"


def _range(level: Facts, card: Facts) -> str:
    """From the lowest to the highest average of the groups large enough, by name."""
    mean = {row["group"]: percent(row["mean"], 0) for row in level["groups"]}
    low, high = level["gap"]["low"], level["gap"]["high"]
    if mean[low] == mean[high]:
        return f"{mean[low]} in every group compared"
    return f"{mean[low]} ({name(low, card)}) to {mean[high]} ({name(high, card)})"


def view(level: Facts, start: Facts, card: Facts, whose: str) -> Facts:
    """One level ready to be drawn: title, and for each group that is drawn its words and its heights."""
    shown = _drawn(level)
    return {
        "title": finding(level, start, card, whose),
        "rows": [[percent(row["above"]), percent(row["mean"], 0)] for row in shown],
        "heights": [[round(1000 * height) for height in row["heights"]] for row in shown],
    }


def _drawn(level: Facts) -> list[Facts]:
    """The groups that are drawn, the same at every level."""
    large = [row for row in level["groups"] if row["heights"] is not None]
    most = {row["group"] for row in sorted(large, key=lambda row: -row["n"])[:MOST_GROUPS]}
    return [row for row in large if row["group"] in most]


def build(card: Facts, levels: list[Facts], whose: str, threshold: float) -> Facts:
    """The payload of one checkpoint, threshold and choice of people; level i is that of alpha i * step / 100."""
    start = levels[0]
    most = max(1, MOST_PANELS // max(1, len(_drawn(start))))
    step = next(s for s in (1, 2, 4, 5, 10, 20, 25, 50, 100) if len(levels[::s]) <= most or s == 100)
    return {
        "words": words(card, levels, threshold, step),
        "edges": start["edges"],
        "threshold": round(100 * threshold),
        "top": round(1000 * top(levels)),
        "groups": [[row["group"], _size_of(row, card)] for row in _drawn(start)],
        "step": step,
        "levels": [view(level, start, card, whose) for level in levels[::step]],
    }


def _size_of(row: Facts, card: Facts) -> str:
    return f"{whole(row['n'])} {card['people']}" + (", too few to compare" if row["n"] < 100 else "")


def top(levels: list[Facts]) -> float:
    """The smallest end of the axis that holds every bar, the piles at both ends of the score aside."""
    edges = levels[0]["edges"]
    inner = [i for i in range(len(edges) - 1) if edges[i + 1] > 9 and edges[i] < 91]
    tallest = max((row["heights"][i] for level in levels for row in _drawn(level) for i in inner), default=0.0)
    return next((top for top in TOPS if tallest <= top), TOPS[-1])


def words(card: Facts, levels: list[Facts], threshold: float, step: int) -> dict[str, str]:
    """The fixed words of the view."""
    end = top(levels)
    key = ""
    if any(height > end for level in levels for row in _drawn(level) for height in row["heights"]):
        key = "A bar with a cut is taller than the axis; its height stands beside it."
    key += _left_out(levels[0])
    if step > 1:
        key += f" While the slider moves, every {step}th place is shown."
    return {
        "slider": texts.SLIDER,
        "low": texts.SLIDER_LOW,
        "high": texts.SLIDER_HIGH,
        "y": "Height: share of the group for every 5 points of score, so that each group's area is the same",
        "x": "Score: the model's probability, %",
        "line": f"positive from {percent(threshold, 0)} up",
        "above": above(threshold),
        "average": "average score",
        "negative": "no positive prediction",
        "positive": "positive prediction",
        "first": "at the most accurate end",
        "key": key.strip(),
        "stored": texts.STORED,
    }


def _left_out(level: Facts) -> str:
    """Who is not drawn: by name where too small, by number where there are more groups than anyone can compare."""
    said = ""
    small = [f"{row['group']} ({row['n']})" for row in level["groups"] if row["heights"] is None]
    if small:
        more = [f"{len(small) - 10} more"] if len(small) > 10 else []
        said += f" Not drawn, fewer than 30 people: {listed(small[:10] + more)}."
    fewer = len(level["groups"]) - len(small) - len(_drawn(level))
    return f"{said} Not drawn, in the table only: {fewer} smaller groups." if fewer else said


def above(threshold: float) -> str:
    """The part of a group with a positive prediction."""
    return f"at or above {percent(threshold, 0)}"


def table(level: Facts, start: Facts, threshold: float) -> list[dict[str, str]]:
    """The same as a table, one row a group: for whoever sees no picture."""
    end = "at the most accurate end"
    return [
        {
            "Group": now["group"],
            "People": whole(now["n"]),
            f"Score {above(threshold)}": percent(now["above"]),
            f"… {end}": percent(was["above"]),
            "Average score (95% interval)": _average(now),
            f"… average {end}": _average(was),
        }
        for now, was in zip(level["groups"], start["groups"], strict=True)
    ]


def _average(row: Facts) -> str:
    if row["mean"] is None:
        return UNKNOWN
    return f"{percent(row['mean'], 0)} ({percent(row['mean_low'], 0)} to {percent(row['mean_high'], 0)})"
