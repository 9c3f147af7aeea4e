"""The trade-off of one line: its curve, what chance shows, and the models of other methods around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise
from textwrap import wrap
from typing import Any

import plotly.graph_objects as go

from yodo_core.charts.looks import COLOURS, OTHERS, dress, percent

SYMBOLS = ("diamond", "x", "triangle-down", "star")
WIDE = 40
"""Letters of a line in the legend."""


def trade_off(
    levels: Sequence[Mapping[str, Any]],
    notion: str,
    surroundings: Mapping[str, Any],
    words: Mapping[str, str],
    theme: str = "light",
) -> go.Figure:
    """Accuracy against the gap of one notion, both in percent, along the levels of one line.

    levels: figures with accuracy, accuracy_low, accuracy_high and gaps[notion] {gap, floor}, fractions or None.
    surroundings: models, erm [{x, y, setting, seed}], seeds [(gaps, accuracies)], constant {accuracy, far}, and others
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
            x=percent(xs), y=percent(ys), mode="lines", line={"width": 1, "color": c["seed"]}, hoverinfo="skip",
            showlegend=False,
        )  # fmt: skip
    figure.add_scatter(
        x=gaps, y=[100 * level["accuracy"] for level in known], mode="lines", name=_legend(words["curve"]),
        line={"width": 2.5, "color": c["curve"]}, hovertemplate="gap %{x:.1f} points<br>accuracy %{y:.1f}%",
    )  # fmt: skip
    for kind, symbol, size in (("models", "square", 6), ("erm", "triangle-up", 10)):
        look = {"symbol": symbol, "size": size, "color": c["erm" if kind == "erm" else "model"]}
        _marks(figure, surroundings[kind], words[kind], look, [_origin(mark) for mark in surroundings[kind]])
    for other in surroundings["others"]:
        origins = [_origin(mark | {"method": other["title"]}, other["setting"]) for mark in other["marks"]]
        _marks(figure, other["marks"], words[other["method"]], _look(other, theme), origins)
    constant = surroundings["constant"]
    if constant["far"]:
        figure.add_annotation(
            x=0, y=0, yref="paper", text=escape(words["constant"]), showarrow=False, xanchor="left", yanchor="bottom",
            font={"color": c["soft"], "size": 12},
        )  # fmt: skip
    else:
        figure.add_scatter(
            x=[0], y=[100 * constant["accuracy"]], mode="markers", name=_legend(words["constant"]),
            marker={"symbol": "circle-open", "size": 10, "color": c["soft"], "line": {"width": 2}},
        )  # fmt: skip
    floors = [level["gaps"][notion]["floor"] for level in known if level["gaps"][notion]["floor"] is not None]
    if floors:
        figure.add_vrect(x0=0, x1=100 * max(floors), fillcolor=c["floor"], layer="below", line_width=0)
        figure.add_annotation(
            x=100 * max(floors), y=0.45, yref="paper", text=escape(words["floor"]), showarrow=False, xanchor="left",
            font={"color": c["soft"], "size": 12},
        )  # fmt: skip
    dress(figure, words, theme)
    figure.update_xaxes(rangemode="tozero")
    return figure


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
            x=percent(mark["x"] for mark in marks), y=percent(mark["y"] for mark in marks), mode="markers",
            name=_legend(name), marker=look, text=origins,
            hovertemplate="%{text}<br>gap %{x:.1f} points<br>accuracy %{y:.1f}%<extra></extra>",
        )  # fmt: skip


def _legend(name: str) -> str:
    """A name in lines as short as a phone shows whole."""
    return "<br>".join(map(escape, wrap(name, WIDE, break_on_hyphens=False)))


def _look(other: Mapping[str, Any], theme: str) -> dict[str, Any]:
    """A further method's mark, the same on every chart."""
    place = other["place"] % len(SYMBOLS)
    look: dict[str, Any] = {"symbol": SYMBOLS[place], "size": 8, "color": OTHERS[theme][place]}
    if other["needs_group"]:
        look |= {"symbol": f"{SYMBOLS[place]}-open", "line": {"width": 1.5}}
    return look


def _origin(mark: Mapping[str, Any], what: str = "penalty") -> str:
    setting = "" if mark["setting"] is None else f", {what} {mark['setting']:g}"
    return escape(f"{mark['method']}{setting}, seed {mark['seed']}")
