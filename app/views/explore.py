"""The main page: pickers, the live view, the same by number, and details on demand."""

from __future__ import annotations

from typing import Any

import streamlit as st

from app import state, store
from app.components import live
from app.views import details, numbers, pickers, rows
from app.wording import texts
from app.wording.display import recomputed_note
from app.wording.payload import build, note, view

VIEW, FIGURES = live.make(texts.FALLBACK)


def show() -> None:
    """Draw the page for what the link and the session say."""
    cards, damaged = store.available(_own())
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
            st.info(texts.markdown(texts.SESSION_OVER if value == store.MADE else texts.notice(kind, value)))
    trade_off(cards[state.checkpoint()])
    for folder, line in damaged.items():
        if folder != wanted:
            st.error(texts.markdown(line.replace("`", "")))


def _own() -> dict[str, Any] | None:
    """The card of the checkpoint this session has made, if any; seen in this session only."""
    desk = state.own_desk()
    found: dict[str, Any] | None = desk.card() if desk else None
    return found


@st.fragment
def trade_off(card: dict[str, Any]) -> None:
    """Everything that follows alpha and the threshold; only this runs again when one of them settles."""
    alpha, threshold = state.alpha(), state.threshold()
    payload = store.payload(card, threshold, build)
    live.show(VIEW, payload, state.opened_at(), state.LIVE, state.take_live)
    start = store.stored(card, threshold)[0]
    facts, absent = store.recomputed(card, alpha, threshold)
    said = note(rows.reason(card) if absent else recomputed_note(facts["n"], card), card)
    level = None if absent else view(alpha, facts, start, card, threshold)
    live.hand_over(FIGURES, alpha, state.moved(), store.payload_id(card, threshold), level, said)
    state.write_link()
    numbers.show(card, facts, start, absent, alpha, threshold)
    details.show(card, facts, start, alpha, threshold)
