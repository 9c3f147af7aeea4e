"""The spread of scores by group, drawn in the browser and following the live view while its slider moves.

As there, two components: one carries every level as bytes that stay the same while checkpoint, threshold and the
choice of people do; the other hands over the level that Python recomputed once the slider has settled.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from app.components.parts import hand_over_to, read


def make() -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Register both components; call once, at import."""
    view = st.components.v2.component(
        "yodo_scores",
        html='<div class="yodo-scores"></div>',
        css=read("base.css", "scores.css"),
        js=read("draw.js", "slider.js", "panel.js", "scores.js"),
    )
    figures = st.components.v2.component("yodo_scores_figures", js=hand_over_to("Scores"))
    return view, figures


def show(view: Callable[..., Any], payload: str) -> None:
    """Draw the spread of scores."""
    view(key="scores", data=payload.encode())


def hand_over(
    figures: Callable[..., Any], alpha: float, identity: str, level: dict[str, Any] | None, note: str
) -> None:
    """Give the view the recomputed level at alpha, or None with a note that says why there is none."""
    figures(key="scores_figures", data={"alpha": alpha, "id": identity, "level": level, "note": note})
