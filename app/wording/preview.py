"""What is used of a file and what to look at first, in words. `found` is as the core's preview gives it."""

from __future__ import annotations

from typing import Any

from app.wording.numbers import listed, percent, whole

Facts = dict[str, Any]

PREVIEW = "3  What is used"
LOOK_FIRST = "Worth a look before you train"
SERIOUS = frozenset(
    (
        "one-sided outcome",
        "tells the outcome",
        "tells the group",
        "no difference measurable",
        "tiny group",
        "small group",
        "few rows",
    )
)

ALIKE, SHOWN = 0.9, 30
"""A difference of rates from which groups nearly equal the outcome, and the rows that a group's rate takes."""


def used(found: Facts) -> str:
    """How much of the file is used, in one line."""
    line = f"{whole(found['rows_used'])} of {whole(found['rows'])} rows"
    names = {"unit": found["unit"]}
    gone = [f"{whole(rows)} without {names.get(what, what)}" for what, rows in found["rows_left_out"].items() if rows]
    features = f"{whole(len(found['features']))} columns to predict from"
    return f"{line}{f' (left out: {listed(gone)})' if gone else ''}, {features}."


def concerns(found: Facts) -> tuple[list[str], list[str]]:
    """The sentences of what to look at first, and of what is only good to know."""
    serious = [*_alike(found), *(one["sentence"] for one in found["concerns"] if one["kind"] in SERIOUS)]
    # How many rows are left out stands in `used` already.
    told = (*SERIOUS, "rows left out")
    return serious, [concern["sentence"] for concern in found["concerns"] if concern["kind"] not in told]


def _alike(found: Facts) -> list[str]:
    """Where the groups nearly are the outcomes, or a group of a size that is shown has one outcome only."""
    sizes = [group for group in found["groups"] if group["rows"] >= SHOWN]
    rates = {group["group"]: group["favourable_rate"] for group in sizes}
    if not rates:
        return []
    high, low = max(rates, key=rates.__getitem__), min(rates, key=rates.__getitem__)
    if rates[high] - rates[low] >= ALIKE:
        return [
            f"The groups nearly equal the outcome: {percent(rates[high])} of {high} and {percent(rates[low])} of {low} "
            "have the good one. Rates can become equal there only by wrong predictions; choose other groups, unless "
            "that is meant."
        ]
    alone = [group for group, rate in rates.items() if rate in (0, 1)]
    return (
        [f"All rows of {listed(alone)} have the same outcome, so a model can tell it from the group."] if alone else []
    )


def column_rows(found: Facts) -> list[dict[str, str]]:
    """The table of columns: what each is used for and how missing cells are handled, or why it is not used."""
    roles = [(found["target"], "the outcome"), *((name, "tells the groups") for name in found["attributes"])]
    roles += [(found["weight"], "survey weight")] if found["weight"] else []
    roles += [(found["unit"], "rows that share it stay together")] if found["unit"] else []
    roles += [(column["name"], f"predicts, as a {column['kind']}{_missing(column)}") for column in found["features"]]
    roles += [(column["name"], f"left out: {column['reason']}") for column in found["left_out"]]
    return [{"Column": name, "Use": use} for name, use in roles]


def _missing(column: Facts) -> str:
    if not column["missing"]:
        return ""
    return f"; {whole(column['missing'])} missing cells: {column['handled']}"


def group_rows(found: Facts) -> list[dict[str, str]]:
    """The table of groups, with the share that has the good outcome."""
    name = f"With the good outcome ({found['favourable']})"
    return [
        {"Group": group["group"], "Rows": whole(group["rows"]), name: percent(group["favourable_rate"])}
        for group in found["groups"]
    ]
