"""The last step: a model that can be explored, and is kept or discarded."""

from __future__ import annotations

from typing import Any

import streamlit as st

from app import state, store
from app.wording import kept
from app.wording import own as words
from app.wording.texts import markdown


def show(desk: Any, card: dict[str, Any]) -> None:
    """What there is, and what to do with it."""
    st.header(words.DONE, anchor=False)
    st.text(words.about(card))
    if st.button(words.EXPLORE, type="primary"):
        from app.views import pages

        state.choose_checkpoint(card["id"])
        st.switch_page(pages.first())
    st.subheader(words.KEEP_TITLE, anchor=False)
    st.text(words.HOLDS)
    left, right = st.columns(2, gap="medium")
    usual = str(card["dataset_title"])
    title = left.text_input(
        kept.TITLE, help=kept.TITLE_HELP, placeholder=usual, max_chars=store.LONGEST, key="save_title"
    )
    name = right.text_input(words.NAME, help=words.NAME_HELP, max_chars=40, key="save_name")
    save, download, discard = st.columns(3)
    if save.button(words.SAVE, width="stretch"):
        error = store.save(card, name, title)
        state.choose("removed", None)
        state.choose("kept", (not error, error or kept.saved(name, store.titled(title) or usual)))
    download.download_button(
        words.DOWNLOAD,
        data=lambda: store.packed(card, name),
        file_name=f"{card['id']}.zip",
        mime="application/zip",
        on_click="ignore",
        width="stretch",
    )
    discard.button(words.DISCARD, on_click=_discard, args=(desk,), width="stretch")
    if state.choice("kept"):
        done, line = state.choice("kept")
        (st.info if done else st.error)(markdown(line))


def _discard(desk: Any) -> None:
    desk.discard()
    state.choose("kept", None)
