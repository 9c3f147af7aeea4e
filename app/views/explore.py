"""The main page: pickers, the live view, the same by number, and details on demand."""

from __future__ import annotations

from typing import Any

import streamlit as st

from app import state, store
from app.components import live
from app.views import details, numbers, pickers
from app.wording import texts
from app.wording.display import recomputed_note
from app.wording.payload import build, note, view

VIEW, FIGURES = live.make(texts.FALLBACK)

# Only spacing: Streamlit leaves about a hundred pixels above the first line.
_SPACING = """<style>
.block-container {padding: 0.9rem 1.75rem 4rem; max-width: 1360px}
[data-testid="stHeader"] {display: none}
.stVerticalBlock {gap: 0.8rem}
h1 {font-size: 1.05rem !important; line-height: 1.3; padding: 0 0 1rem !important; white-space: nowrap}
.stSelectbox [data-baseweb="select"] > div {font-size: 0.875rem}
h2 {font-size: 1.15rem !important} h3 {font-size: 1rem !important}
div.scroll {overflow: auto; max-height: 360px}
table.plain {border-collapse: collapse; font-size: 0.875rem; width: 100%; font-variant-numeric: tabular-nums}
table.plain th, table.plain td {text-align: left; padding: 0.35rem 0.8rem 0.35rem 0; vertical-align: top}
table.plain th {font-weight: 600; border-bottom: 1px solid currentColor}
table.plain td {border-bottom: 1px solid rgba(128, 128, 128, 0.3); overflow-wrap: anywhere}
table.plain td:first-child {overflow-wrap: normal}
table.numbers td {overflow-wrap: normal; white-space: nowrap}
@media (max-width: 640px) {.block-container {padding: 0.75rem 1rem 3rem}}
</style>"""


def show() -> None:
    """Draw the page for what the link and the session say."""
    st.html(_SPACING)
    store.settle_process()
    cards, damaged = store.available()
    wanted = state.asked_for()
    for folder, line in damaged.items():
        if folder == wanted or not cards:
            st.error(texts.markdown(line.replace("`", "")))
    if not cards:
        st.title(texts.APP_TITLE)
        st.info(texts.NO_CHECKPOINT)
        return
    ignored = state.start(cards)
    pickers.show(cards)
    for kind, value in ignored:
        # A damaged checkpoint has its own line above.
        if value not in damaged:
            st.info(texts.markdown(texts.notice(kind, value)))
    trade_off(cards[state.checkpoint()])
    for folder, line in damaged.items():
        if folder != wanted:
            st.error(texts.markdown(line.replace("`", "")))


@st.fragment
def trade_off(card: dict[str, Any]) -> None:
    """Everything that follows alpha and the threshold; only this runs again when one of them settles."""
    alpha, threshold = state.alpha(), state.threshold()
    payload = store.payload(card, threshold, build)
    live.show(VIEW, payload, state.opened_at(), state.LIVE, state.take_live)
    start = store.stored(card, threshold)[0]
    facts, absent = store.recomputed(card, alpha, threshold)
    said = note(absent or recomputed_note(facts["n"], card), card)
    level = None if absent else view(alpha, facts, start, card, threshold)
    live.hand_over(FIGURES, alpha, state.moved(), store.payload_id(card, threshold), level, said)
    state.write_link()
    numbers.show(card, facts, start, absent, alpha, threshold)
    details.show(card, facts, start, alpha, threshold)
