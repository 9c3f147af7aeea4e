"""The same by number: native sliders and the figures once, for keyboard, screen reader and scripts."""

from __future__ import annotations

from typing import Any

import streamlit as st

from app import state
from app.views import rows
from app.wording import spoken, texts
from app.wording.display import cards
from app.wording.meaning import explained, meaning

Facts = dict[str, Any]


def show(card: Facts, facts: Facts, start: Facts, absent: str, alpha: float, threshold: float) -> None:
    """Sliders for alpha and the threshold, and what they lead to; the words stand above already, and here on demand.

    `absent` says why rows were not run.
    """
    st.header(texts.BY_NUMBER, anchor=False, divider="gray")
    left, right = st.columns(2, gap="large")
    left.slider(
        f"{texts.SLIDER} (alpha)",
        0.0,
        1.0,
        step=0.01,
        key=state.fill_number("alpha"),
        help=f"{texts.ALPHA_HELP} {texts.markdown(explained(card, threshold))}",
        on_change=state.take_number,
        args=("alpha",),
    )
    right.slider(
        texts.THRESHOLD,
        0.01,
        0.99,
        step=0.01,
        key=state.fill_number("threshold"),
        help=texts.THRESHOLD_HELP,
        on_change=state.take_number,
        args=("threshold",),
    )
    if absent:
        rows.show(card)
    with st.expander(texts.IN_WORDS):
        st.text(meaning(alpha, facts, start, card, threshold))
        st.text(spoken(facts, start, card))
        shown = cards(facts, start, card)
        for column, figure in zip(st.columns(len(shown)), shown, strict=True):
            column.metric(figure["label"], figure["value"], border=False)
            lead = figure["lead"] if figure is shown[0] else f"{figure['lead']} {figure['value']}"
            column.text("\n".join(line for line in (lead, figure["change"], figure["interval"]) if line))
