"""One line in several places: how its curve moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import plotly.graph_objects as go

from yodo_core.charts.looks import COLOURS, OTHERS, dress, percent
from yodo_core.fairness.facts import signed

MARKS = {0.0: "circle", 0.5: "diamond", 1.0: "square"}
"""The alphas that stand out on a place's line, and how."""
_BETWEEN = 17
"""Pixels between the names of two lines."""


def elsewhere(
    places: Sequence[Mapping[str, Any]],
    notion: str,
    reference: str | None,
    words: Mapping[str, str],
    theme: str = "light",
) -> go.Figure:
    """Accuracy against the gap of one notion, both in percent: one line a place, the line's own place first.

    places: {place, levels}, levels as `fairness.facts` gives them, with their alpha; levels without a gap are left
    out. The gap is signed, the other group's rate minus that of `reference`, where there are two groups; else it is
    the worst-case gap and reference is None. The alphas of MARKS carry 95% intervals, and are hollow where chance alone
    shows gaps of that size. Names stand beside alpha 0. words: title, x, y.
    """
    figure = go.Figure()
    named = []
    for number, place in reversed(list(enumerate(places))):
        known = [level for level in place["levels"] if level["gaps"][notion]["gap"] is not None]
        levels = [{**level, **_signed(level["gaps"][notion], reference)} for level in known]
        if levels:
            look = _place_look(number, theme)
            figure.add_scatter(**_along(levels, place["place"]), mode="lines", line=look)
            marked = [level for level in levels if level["alpha"] in MARKS]
            figure.add_scatter(**_along(marked, place["place"]), **_marked(marked, look["color"]), mode="markers")
            named.append((100 * levels[0]["x"], 100 * levels[0]["accuracy"], place["place"], look["color"]))
    dress(figure, words, theme)
    lines = len(words["title"].splitlines())
    figure.update_layout(showlegend=False, margin={"r": 16, "t": 44 + 20 * (lines + (lines > 0))})
    figure.update_xaxes(zeroline=True, zerolinecolor=COLOURS[theme]["soft"], zerolinewidth=1)
    _name_lines(figure, named)
    return figure


def _signed(gap: Mapping[str, Any], reference: str | None) -> dict[str, Any]:
    """Where a gap lies and its interval, both against the reference; without one, no end is below 0."""
    value, low, high = gap["gap"], gap["low_end"], gap["high_end"]
    if low is None:
        low = high = value
    if reference is None:
        low = max(low, 0.0)
    elif gap["high"] == reference:
        low, high = -high, -low
    return {
        "x": signed(gap, reference),
        "x_low": low,
        "x_high": high,
        "chance": gap["floor"] is not None and gap["gap"] < gap["floor"],
    }


def _place_look(number: int, theme: str) -> dict[str, Any]:
    """A place's line: the line's own thick, others in colours that stay apart, dashed once these are used up."""
    c = COLOURS[theme]
    if not number:
        return {"color": c["curve"], "width": 4}
    colours = (c["erm"], c["model"], *OTHERS[theme])
    return {
        "color": colours[(number - 1) % len(colours)],
        "width": 1.75,
        "dash": ("solid", "dash", "dot")[(number - 1) // len(colours) % 3],
    }


def _along(levels: Sequence[Mapping[str, Any]], name: str) -> dict[str, Any]:
    """Where the levels of a place lie, and what is said of each under the pointer."""
    return {
        "x": percent(level["x"] for level in levels),
        "y": percent(level["accuracy"] for level in levels),
        "text": [f"alpha {level['alpha']:g}" for level in levels],
        "name": escape(name),
        "hovertemplate": f"{escape(name)}<br>%{{text}}<br>gap %{{x:.1f}} points<br>accuracy %{{y:.1f}}%<extra></extra>",
    }


def _marked(levels: Sequence[Mapping[str, Any]], colour: str) -> dict[str, Any]:
    """Marks with 95% intervals, hollow where chance alone shows as much."""
    gaps = [(level["x"], level["x_low"], level["x_high"]) for level in levels]
    right = [(level["accuracy"], level["accuracy_low"], level["accuracy_high"]) for level in levels]
    symbols = [MARKS[level["alpha"]] + "-open" * level["chance"] for level in levels]
    return {
        "marker": {"symbol": symbols, "size": 9, "color": colour, "line": {"width": 1.5, "color": colour}},
        "error_x": _bars(gaps, colour),
        "error_y": _bars(right, colour),
    }


def _bars(figures: Sequence[tuple[float, float, float]], colour: str) -> dict[str, Any]:
    """Error bars in percent from (value, low, high)."""
    return {
        "array": [100 * (high - value) for value, _, high in figures],
        "arrayminus": [100 * (value - low) for value, low, _ in figures],
        "color": colour,
        "thickness": 1,
        "width": 0,
    }


def _name_lines(figure: go.Figure, named: Sequence[tuple[float, float, str, str]]) -> None:
    """Each line's name above its first point, on the side where there is room, higher where another's is in the way."""
    marks = [trace for trace in figure.data if trace.mode == "markers"]
    if not marks:
        return
    left, right = _ends([trace.x for trace in marks], [trace.error_x for trace in marks])
    low, high = _ends([trace.y for trace in marks], [trace.error_y for trace in marks])
    wide, tall = max(right - left, 1.0), max(high - low, 1.0)
    figure.update_xaxes(range=[left - 0.04 * wide, right + 0.04 * wide])
    figure.update_yaxes(range=[low - 0.05 * tall, high + 0.14 * tall])
    pixels = (figure.layout.height - figure.layout.margin.t - figure.layout.margin.b) / (1.19 * tall)
    taken = -1e9
    for x, y, name, colour in sorted(named, key=lambda entry: entry[1]):
        taken = max(y * pixels + 1.5 * _BETWEEN, taken + _BETWEEN)
        before = x > left + wide / 2
        figure.add_annotation(
            x=x, y=y, ax=-8 if before else 8, ay=y * pixels - taken, text=escape(name), xanchor="right" if before else
            "left", arrowhead=0, arrowwidth=1, arrowcolor=colour, standoff=6, font={"color": colour, "size": 13},
        )  # fmt: skip


def _ends(values: Sequence[Sequence[float]], bars: Sequence[Any]) -> tuple[float, float]:
    """The least and the largest end of all error bars."""
    lows = [v - b for vs, bar in zip(values, bars, strict=True) for v, b in zip(vs, bar.arrayminus, strict=True)]
    highs = [v + b for vs, bar in zip(values, bars, strict=True) for v, b in zip(vs, bar.array, strict=True)]
    return min(lows), max(highs)
