"""What the live view draws from: every level in words, the chart's geometry, and the fixed labels."""

from __future__ import annotations

from typing import Any

from app.wording import texts
from app.wording.display import display, finding
from app.wording.groups import capital, chance
from app.wording.meaning import explained, meaning, number

Facts = dict[str, Any]


def build(card: Facts, levels: list[Facts], around: Facts, threshold: float) -> dict[str, Any]:
    """The payload of one checkpoint at one threshold; all numbers are fractions, None where unknown.

    Levels stand a hundredth of alpha apart, as the live slider moves.
    """
    shown = [
        view(i / 100, facts, levels[0], card, threshold)
        | {"low": facts["accuracy_low"], "high": facts["accuracy_high"]}
        for i, facts in enumerate(levels)
    ]
    return {
        "words": {
            "slider": texts.SLIDER,
            "explained": explained(card, threshold),
            "low": texts.SLIDER_LOW,
            "high": texts.SLIDER_HIGH,
            "uses": texts.uses_attribute(card),
            "threshold": texts.positive_from(threshold),
            "title": finding(levels, card),
            "y": texts.y_title(around["n"], card),
            "x": texts.x_title(card),
            "key": _key(len(around["seeds"]), card),
            "methods": texts.METHODS,
            "about": method_lines(around),
            "strip": texts.strip_title(card),
            "stripKey": "hollow: at the most accurate end",
            "stored": note(texts.STORED, card),
        },
        "chart": {
            "domain": _domain(shown, around),
            "seeds": [[gaps[::2], accuracy[::2]] for gaps, accuracy in around["seeds"]],
            "models": _marks(around["models"]),
            "erm": _marks(around["erm"]),
            "others": _others(around),
            "marks": mark_labels(around, card),
            "constant": around["constant"]["accuracy"],
            "labels": chart_labels(around, card),
        },
        "levels": shown,
    }


def view(alpha: float, facts: Facts, start: Facts, card: Facts, threshold: float) -> Facts:
    """One level as the live view shows it: `display`, and what the slider's number means there."""
    return display(facts, start, card) | {
        "number": number(alpha, card, threshold),
        "meaning": meaning(alpha, facts, start, card, threshold),
    }


def chart_labels(around: Facts, card: Facts) -> dict[str, str]:
    """The labels that stand beside the marks themselves."""
    return {
        "curve": "this one model, every place",
        "models": texts.models_label(len(around["models"])),
        "erm": "trained for accuracy only",
        "constant": texts.constant_label(**around["constant"]),
        "floor": chance(card["notion"]),
    }


def other_labels(around: Facts) -> dict[str, str]:
    """The labels of further methods, by id."""
    return {
        other["method"]: texts.method_label(other["title"], len(other["marks"]), other["needs_group"])
        for other in around["others"]
    }


def mark_labels(around: Facts, card: Facts) -> dict[str, str]:
    """The labels of the two marks that every chart has, for its key; only those that are there."""
    labels = chart_labels(around, card)
    return {name: labels[name] for name in ("erm", "models") if around[name]}


def method_lines(around: Facts) -> list[str]:
    """What each further method does, a line each."""
    return [f"{capital(other['title'])}: {other['about']}." for other in around["others"] if other["about"]]


def chart_words(card: Facts, levels: list[Facts], around: Facts) -> dict[str, str]:
    """The words of the same chart drawn by plotly."""
    titles = {"title": finding(levels, card), "x": texts.x_title(card), "y": texts.y_title(around["n"], card)}
    return other_labels(around) | titles | chart_labels(around, card)


def note(text: str, card: Facts) -> str:
    """Where the figures come from, with the word on the data set."""
    return f"{text} {texts.teaching_note(card)}".strip()


def _key(seeds: int, card: Facts) -> str:
    runs = "1 other training run" if seeds == 1 else f"{seeds} other training runs"
    shaded = f"Grey: {chance(card['notion'])}. Shaded: 95% interval, chance in the test rows."
    return shaded + (f" Faint: {runs}." if seeds else "")


def _others(around: Facts) -> list[Facts]:
    """Further methods: their label, their fixed place in the table of methods, and whether their marks are hollow."""
    labels = other_labels(around)
    return [
        {
            "title": other["title"],
            "label": labels[other["method"]],
            "place": other["place"],
            "hollow": other["needs_group"],
            "marks": _marks(other["marks"]),
        }
        for other in around["others"]
    ]


def _marks(marks: list[Facts]) -> list[list[float]]:
    return [[mark["x"], mark["y"]] for mark in marks if mark["x"] is not None and mark["y"] is not None]


def _domain(levels: list[Facts], around: Facts) -> dict[str, list[float]]:
    """Axes that hold every mark, with a little air; the horizontal one starts just left of no difference."""
    further = [mark for other in around["others"] for mark in other["marks"]]
    marks = _marks(around["models"] + around["erm"] + further)
    xs = [level["x"] for level in levels if level["x"] is not None] + [x for x, _ in marks]
    xs += [x for gaps, _ in around["seeds"] for x in gaps if x is not None]
    ys = [level[end] for level in levels for end in ("low", "high") if level[end] is not None]
    ys += [y for _, y in marks] + ([] if around["constant"]["far"] else [around["constant"]["accuracy"]])
    low, high = min(ys), max(ys)
    air = max(0.004, 0.05 * (high - low))
    wide = max([0.02, *xs])
    return {"x": [-0.015 * wide, 1.06 * wide], "y": [max(0.0, low - air), min(1.0, high + air)]}
