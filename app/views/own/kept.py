"""The models that were saved on this page, and a way to remove one, asked twice."""

from __future__ import annotations

import streamlit as st

from app import state, store
from app.wording import kept as words
from app.wording.texts import markdown


def show() -> None:
    """The list, where there is one, and what came of the last removal."""
    found = store.saved()
    if state.choice("removed"):
        done, line = state.choice("removed")
        (st.info if done else st.error)(markdown(line))
    if not found:
        return
    st.header(words.LIST, anchor=False)
    st.text(words.LIST_HELP)
    for name, title in found.items():
        left, right = st.columns([3, 1], vertical_alignment="center")
        left.text(words.entry(name, title))
        right.button(
            words.REMOVE,
            key=f"remove-{name}",
            help=markdown(words.remove_help(name)),
            on_click=_ask,
            args=(name,),
            width="stretch",
        )
        if state.choice("removing") == name:
            _question(name, title)


def _question(name: str, title: str) -> None:
    st.warning(markdown(words.sure(name, title)))
    sure, leave = st.columns(2)
    sure.button(words.SURE, on_click=_remove, args=(name,), width="stretch")
    leave.button(words.LEAVE, on_click=_ask, args=(None,), width="stretch")


def _ask(name: str | None) -> None:
    state.choose("removing", name)
    state.choose("removed", None)


def _remove(name: str) -> None:
    error = store.remove(name)
    state.choose("removing", None)
    state.choose("kept", None)
    state.choose("removed", (not error, error or words.removed(name)))
