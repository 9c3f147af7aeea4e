"""The last step: a model that can be explored, and is kept or discarded."""

from __future__ import annotations

from typing import Any

import streamlit as st

from app import state, store
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
    name = st.text_input(words.NAME, help=words.NAME_HELP, max_chars=40, key="save_name")
    save, download, discard = st.columns(3)
    if save.button(words.SAVE, width="stretch"):
        error = store.save(card, name)
        state.choose("kept", (not error, error or words.saved(name)))
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
