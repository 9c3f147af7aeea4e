"""The first step: a file comes, or the one that is there."""

from __future__ import annotations

from typing import Any

import streamlit as st

from app import state
from app.wording import own as words
from app.wording.texts import markdown


def show(desk: Any) -> None:
    """The uploader, or what was brought and the way back."""
    if desk.seen:
        st.header(words.FILE, anchor=False)
        left, right = st.columns([3, 1], vertical_alignment="center")
        left.text(words.file_line(desk.seen))
        right.button(words.ANOTHER_FILE, help=words.ANOTHER_FILE_HELP, on_click=_another, args=(desk,), width="stretch")
        return
    st.text(words.INTRO)
    st.text(words.PRIVACY)
    st.header(words.FILE, anchor=False)
    brought = st.file_uploader(words.UPLOAD, type=["csv", "parquet"], key=f"file-{state.choice('files', 0)}")
    if brought is not None:
        with st.spinner(words.READING):
            error = desk.bring(brought.name, brought.getbuffer())
        # A fresh uploader holds no copy of the file in the server's memory.
        state.forget_choices()
        state.choose("file_error", error)
        st.rerun()
    if state.choice("file_error"):
        st.error(markdown(state.choice("file_error")))


def _another(desk: Any) -> None:
    desk.discard_file()
    state.forget_choices()
