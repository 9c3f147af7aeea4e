"""The live view: its own slider, chart, sentence, figures and strip, drawn in the browser from one payload.

Two components share the work, so that a settled slider moves little data. The first carries the 101 levels as
bytes that stay the same while checkpoint and threshold do (Streamlit then sends a reference only). The second
draws nothing: it hands the figures that Python recomputed to the first through a window event.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from app.components.parts import hand_over_to, read

_HTML = '<div class="yodo"><p class="fallback">{fallback}</p></div>'


def make(fallback: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Register both components; call once, at import. `fallback` is fixed text of ours, shown without JS."""
    view = st.components.v2.component(
        "yodo_live",
        html=_HTML.format(fallback=fallback),
        css=read("base.css", "live.css"),
        js=read("draw.js", "marks.js", "slider.js", "live.js"),
    )
    figures = st.components.v2.component("yodo_figures", js=hand_over_to("Figures"))
    return view, figures


def show(view: Callable[..., Any], payload: str, opened_at: float, key: str, on_settle: Callable[[], None]) -> None:
    """Draw the live view. Its state `alpha` is {value, stamp}: the stamp makes every settling a change."""
    data = f'{{"openedAt":{opened_at:.2f},"payload":{payload}}}'.encode()
    view(key=key, data=data, on_alpha_change=on_settle)


def hand_over(
    figures: Callable[..., Any],
    alpha: float,
    moved: int,
    identity: str,
    level: dict[str, Any] | None,
    note: str,
) -> None:
    """Give the live view the recomputed level at alpha, or None with a note that says why there is none."""
    figures(
        key="live_figures",
        data={"alpha": alpha, "moved": moved, "id": identity, "level": level, "note": note},
    )
