"""Pure: tables of figures -> a plotly figure. The only place that imports plotly, for app and report alike.

Colours are explicit and read on light and dark alike; every text that comes from a file is escaped, since
plotly understands some HTML in its labels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go

COLOURS = {
    "light": {
        "ink": "#1c2430", "paper": "#ffffff", "soft": "#545d6b", "hair": "#dfe3e8", "floor": "#e6e8eb",
        "curve": "#1b5aa5", "band": "rgba(27,90,165,0.14)", "seed": "rgba(27,90,165,0.38)",
        "model": "#0f756b", "erm": "#96226a", "point": "#e8590c",
    },
    "dark": {
        "ink": "#edf0f4", "paper": "#12161c", "soft": "#b3bbc7", "hair": "#323943", "floor": "#262c35",
        "curve": "#86b9f2", "band": "rgba(134,185,242,0.18)", "seed": "rgba(134,185,242,0.42)",
        "model": "#5bcabd", "erm": "#f08cc6", "point": "#ff8a4c",
    },
}  # fmt: skip
OTHERS = {
    "light": ("#6b4a12", "#7a2be0", "#14181f", "#7d8a12"),
    "dark": ("#f1e05a", "#a366ff", "#ffffff", "#e0503f"),
}
"""Colours of further methods: at least 3 : 1 against the paper, and apart from all others for colour-blind readers."""

SYMBOLS = ("diamond", "x", "triangle-down", "star")


def trade_off(
    levels: Sequence[Mapping[str, Any]],
    notion: str,
    surroundings: Mapping[str, Any],
    words: Mapping[str, str],
    theme: str = "light",
) -> go.Figure:
    """Accuracy against the gap of one notion, both in percent, along the levels of one line.

    levels: figures with accuracy, accuracy_low, accuracy_high and gaps[notion] {gap, floor}, fractions or None.
    surroundings: models, erm [{x, y, setting, seed}], seeds [(gaps, accuracies)], constant {accuracy}, and others
    [{method, title, place, setting, needs_group, marks}], further methods by their fixed place in the table of
    methods; hollow marks need the group when deciding. words: title, x, y, curve, models, erm, constant, floor,
    and each further method's label under its id. The chosen place is not part of the figure, so that its
    specification, and with it zoom and selection, stays the same while the slider moves.
    """
    c = COLOURS[theme]
    known = [level for level in levels if level["gaps"][notion]["gap"] is not None]
    gaps = [100 * level["gaps"][notion]["gap"] for level in known]
    figure = go.Figure()
    band = _band(known, notion)
    figure.add_scatter(
        x=[x for x, _ in band],
        y=[y for _, y in band],
        fill="toself",
        fillcolor=c["band"],
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
        showlegend=False,
    )
    for xs, ys in surroundings["seeds"]:
        figure.add_scatter(
            x=_percent(xs), y=_percent(ys), mode="lines", line={"width": 1, "color": c["seed"]}, hoverinfo="skip",
            showlegend=False,
        )  # fmt: skip
    figure.add_scatter(
        x=gaps, y=[100 * level["accuracy"] for level in known], mode="lines", name=escape(words["curve"]),
        line={"width": 2.5, "color": c["curve"]}, hovertemplate="gap %{x:.1f} points<br>accuracy %{y:.1f}%",
    )  # fmt: skip
    for kind, symbol, size in (("models", "square", 6), ("erm", "triangle-up", 10)):
        look = {"symbol": symbol, "size": size, "color": c["erm" if kind == "erm" else "model"]}
        _marks(figure, surroundings[kind], words[kind], look, [_origin(mark) for mark in surroundings[kind]])
    for other in surroundings["others"]:
        origins = [_origin(mark | {"method": other["title"]}, other["setting"]) for mark in other["marks"]]
        _marks(figure, other["marks"], words[other["method"]], _look(other, theme), origins)
    figure.add_scatter(
        x=[0], y=[100 * surroundings["constant"]["accuracy"]], mode="markers", name=escape(words["constant"]),
        marker={"symbol": "circle-open", "size": 10, "color": c["soft"], "line": {"width": 2}},
    )  # fmt: skip
    floors = [level["gaps"][notion]["floor"] for level in known if level["gaps"][notion]["floor"] is not None]
    if floors:
        figure.add_vrect(x0=0, x1=100 * max(floors), fillcolor=c["floor"], layer="below", line_width=0)
        figure.add_annotation(
            x=100 * max(floors), y=0.45, yref="paper", text=escape(words["floor"]), showarrow=False, xanchor="left",
            font={"color": c["soft"], "size": 12},
        )  # fmt: skip
    _dress(figure, words, theme)
    figure.update_xaxes(rangemode="tozero")
    return figure


def _dress(figure: go.Figure, words: Mapping[str, str], theme: str) -> None:
    """Title, axes and colours that all charts share. words: title, x, y."""
    c = COLOURS[theme]
    axis = {"gridcolor": c["hair"], "zeroline": False, "linecolor": c["soft"], "color": c["soft"]}
    title = {"text": escape(words["title"]), "font": {"size": 16, "color": c["ink"]}, "x": 0, "xanchor": "left"}
    subtitle = {"text": escape(words["y"]), "font": {"size": 13, "color": c["soft"]}}
    figure.update_layout(
        title=title | {"subtitle": subtitle},
        paper_bgcolor=c["paper"],
        plot_bgcolor=c["paper"],
        font={"color": c["ink"], "size": 13},
        height=480,
        margin={"l": 56, "r": 10, "t": 72, "b": 60},
        hoverlabel={"bgcolor": c["paper"], "font": {"color": c["ink"]}},
        legend={"orientation": "h", "y": -0.2, "font": {"color": c["ink"]}},
        xaxis=axis | {"title": {"text": escape(words["x"]), "font": {"size": 13}}},
        yaxis=axis | {"ticksuffix": "%"},
    )


def _band(levels: Sequence[Mapping[str, Any]], notion: str) -> list[tuple[float | None, float | None]]:
    """The 95% band in percent: one quadrilateral a step, since a curve may turn back on itself."""
    corners: list[tuple[float | None, float | None]] = []
    for pair in pairwise(levels):
        a, b = sorted(pair, key=lambda level: level["gaps"][notion]["gap"])
        x, y = 100 * a["gaps"][notion]["gap"], 100 * b["gaps"][notion]["gap"]
        corners += [(x, 100 * a["accuracy_high"]), (y, 100 * b["accuracy_high"])]
        corners += [(y, 100 * b["accuracy_low"]), (x, 100 * a["accuracy_low"]), (None, None)]
    return corners


def _marks(
    figure: go.Figure, marks: Sequence[Mapping[str, Any]], name: str, look: Mapping[str, Any], origins: Sequence[str]
) -> None:
    """One method's models, each with its origin under the pointer; nothing where there are none."""
    if marks:
        figure.add_scatter(
            x=_percent(mark["x"] for mark in marks), y=_percent(mark["y"] for mark in marks), mode="markers",
            name=escape(name), marker=look, text=origins,
            hovertemplate="%{text}<br>gap %{x:.1f} points<br>accuracy %{y:.1f}%<extra></extra>",
        )  # fmt: skip


def _look(other: Mapping[str, Any], theme: str) -> dict[str, Any]:
    """A further method's mark, the same on every chart."""
    place = other["place"] % len(SYMBOLS)
    look: dict[str, Any] = {"symbol": SYMBOLS[place], "size": 8, "color": OTHERS[theme][place]}
    if other["needs_group"]:
        look |= {"symbol": f"{SYMBOLS[place]}-open", "line": {"width": 1.5}}
    return look


def _percent(values: Any) -> list[float | None]:
    return [None if value is None else 100 * value for value in values]


def _origin(mark: Mapping[str, Any], what: str = "penalty") -> str:
    setting = "" if mark["setting"] is None else f", {what} {mark['setting']:g}"
    return escape(f"{mark['method']}{setting}, seed {mark['seed']}")


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
    _dress(figure, words, theme)
    figure.update_layout(showlegend=False, margin={"r": 16, "t": 84 if words["title"] else 44})
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
        value, low, high = -value, -high, -low
    return {"x": value, "x_low": low, "x_high": high, "chance": gap["floor"] is not None and gap["gap"] < gap["floor"]}


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
        "x": _percent(level["x"] for level in levels),
        "y": _percent(level["accuracy"] for level in levels),
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
