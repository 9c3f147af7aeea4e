"""What is said and offered where a checkpoint's rows are not at hand."""

from __future__ import annotations

from typing import Any

import streamlit as st

from app import store
from app.wording import pictures
from app.wording import rows as words
from app.wording.texts import markdown

EVERY = 1.0
"""Seconds between two looks at a download."""


def reason(card: dict[str, Any]) -> str:
    """Why figures come from the stored curve; of someone's own file nothing can be done about it here."""
    if card.get("picture"):
        return pictures.STORED
    if card.get("own"):
        return words.OWN
    return words.OTHERS if store.other_rows(card) else words.STORED


def show(card: dict[str, Any]) -> None:
    """Why figures come from the stored curve, and the download that would change it, where there is one."""
    st.info(reason(card))
    if card.get("picture"):
        return
    if store.downloadable(card):
        st.text(words.if_others(card))
    offer(card)


def offer(card: dict[str, Any]) -> None:
    """The download of a card's rows, where there is one, and how far it is."""
    found = store.downloadable(card)
    told = store.downloading(card)
    if told and told["state"] in ("waiting", "running", "stopping"):
        return _progress(card)
    if told and told["state"] == "failed":
        st.error(markdown(told["error"]))
    if found:
        st.text(words.offer(found))
        st.button(words.BEGIN, on_click=store.download, args=(card,))


@st.fragment(run_every=EVERY)
def _progress(card: dict[str, Any]) -> None:
    """Stage, share and time left, looked at again and again; the whole page runs again at the end."""
    told = store.downloading(card)
    if told is None or told["state"] in ("done", "failed", "stopped"):
        st.rerun()
    st.progress(told["share"] or 0.0, text=markdown(words.progress(told)))
    st.button(words.STOP, on_click=store.stop_download, args=(card,), disabled=told["state"] == "stopping")
