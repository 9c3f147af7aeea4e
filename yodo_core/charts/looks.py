"""What charts share: colours that read on light and dark alike, title, axes; fractions as percent.

Every text that comes from a file is escaped, since plotly understands some HTML in its labels.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
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


def dress(figure: go.Figure, words: Mapping[str, str], theme: str) -> None:
    """Title, axes and colours that all charts share. words: title, which may have several lines, x, y."""
    c = COLOURS[theme]
    axis = {"gridcolor": c["hair"], "zeroline": False, "linecolor": c["soft"], "color": c["soft"]}
    lines = "<br>".join(map(escape, words["title"].splitlines()))
    title = {"text": lines, "font": {"size": 16, "color": c["ink"]}, "x": 0, "xanchor": "left"}
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


def percent(values: Any) -> list[float | None]:
    """Fractions in percent; None stays."""
    return [None if value is None else 100 * value for value in values]
