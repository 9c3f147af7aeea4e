"""Figures made by hand for the wording tests: one level of a line, as `app.store.stored` gives it."""

from __future__ import annotations

from typing import Any

SEX = {
    "id": "adult-sex-dp",
    "attribute": "sex",
    "attribute_noun": "sex",
    "notion": "dp",
    "with_attribute": False,
    "people": "people",
    "decision_noun": "predicted to earn over $50,000",
    "qualified_phrase": "among people who do earn over $50,000",
    "teaching_note": "a teaching example from a 1994 census; nobody was approved or refused",
    "phrases": {"Men": "men", "Women": "women"},
    "groups": [{"name": "Men", "test": 6000}, {"name": "Women", "test": 3000}],
    "share_set": {"threshold": 0.5, "most": 1.0},
    "share_unset": None,
}
RACE = SEX | {
    "attribute": "race",
    "attribute_noun": "race",
    "phrases": {
        "White": "White people",
        "Black": "Black people",
        "Asian": "Asian people",
        "Other race": "people of another race",
    },
    "groups": [{"name": name, "test": 500} for name in ("White", "Black", "Asian", "Other race")],
}


def gap(
    value: float | None, high: str = "Men", low: str = "Women", floor: float = 0.017, **more: Any
) -> dict[str, Any]:
    """A worst-case gap with the pair behind it; it holds for everyone unless `condition` says otherwise."""
    found = {"gap": value, "floor": floor, "high": high, "low": low, "condition": None}
    return found | {"low_end": None, "high_end": None} | more


def group(name: str, rate: float | None, tpr: float | None, gained: int, lost: int) -> dict[str, Any]:
    """One group's row."""
    return {
        "group": name, "n": 3000, "positives": 900, "decisions": 600, "true_positives": 400, "accuracy": 0.84,
        "decision_rate": rate, "true_positive_rate": tpr, "false_positive_rate": 0.05, "gained": gained, "lost": lost,
        "decision_rate_low": None if rate is None else rate - 0.01,
        "decision_rate_high": None if rate is None else rate + 0.01,
    }  # fmt: skip


def level(dp: dict[str, Any], eo: dict[str, Any], groups: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """One level; gains and losses add up over groups."""
    found = {
        "n": 9000, "accuracy": 0.85, "accuracy_low": 0.843, "accuracy_high": 0.857, "accuracy_change": 0.0,
        "decision_rate": 0.21,
        "average_precision": 0.75, "impact_ratio": 0.4,
        "gained": sum(g["gained"] for g in groups), "lost": sum(g["lost"] for g in groups),
        "gaps": {"dp": dp, "eo": eo | {"condition": 1}, "eodds": eo | {"condition": 1}},
        "groups": groups, "left_out": [], "share_gone": 0.0,
    }  # fmt: skip
    found |= more
    # The interval of a change lies around it.
    change = found["accuracy_change"]
    around = {"accuracy_change_low": change - 0.004, "accuracy_change_high": change + 0.004}
    return around | found


def start() -> dict[str, Any]:
    """The most accurate end: men ahead by 17.2 points, and by 9.1 among those who qualify."""
    return level(gap(0.172), gap(0.091), [group("Men", 0.262, 0.65, 0, 0), group("Women", 0.09, 0.559, 0, 0)])


def here(dp: dict[str, Any] | None = None, eo: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A place on the line: men ahead by 6.8 points, 172 gain, 530 lose."""
    groups = [group("Men", 0.19, 0.52, 11, 525), group("Women", 0.122, 0.70, 161, 5)]
    more = {"accuracy": 0.838, "accuracy_change": -0.012, "decision_rate": 0.17, "share_gone": 0.605, **more}
    return level(dp or gap(0.068), eo or gap(0.18, "Women", "Men"), groups, **more)
