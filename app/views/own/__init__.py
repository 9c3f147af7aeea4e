"""The page "Your data": a file, a few questions, what is used, a training, and a model to explore, keep or discard."""

from __future__ import annotations

from typing import Any

import streamlit as st

from app import state, store
from app.views.own import file, kept, preview, questions, result, training
from app.wording import own as words
from app.wording.texts import markdown

WIDTH = 900

# Captions and the text on the main button are too faint as Streamlit draws them.
_STYLE = """<style>
.st-key-own h1 {font-size: 1.35rem !important; padding: 0.6rem 0 0.2rem !important}
.st-key-own h2 {padding: 1rem 0 0.6rem !important}
.st-key-own [data-testid="stText"], .st-key-own [data-testid="stAlertContainer"] * {font-size: 0.9375rem}
.st-key-own [data-testid="stCaptionContainer"], .st-key-own [data-testid="stCaptionContainer"] p {color: inherit}
.st-key-own [data-testid="stCaptionContainer"] {opacity: 0.8}
.st-key-own button[kind="primary"], .st-key-own button[kind="primary"] p {color: INK}
.st-key-own table.columns td {overflow-wrap: break-word; min-width: 7rem}
.st-key-own [data-testid="stFileUploaderDropzone"] span {color: inherit}
</style>"""


def show() -> None:
    """Draw the page for what this session has brought and made so far."""
    desk = state.desk(store.Desk)
    store.hold(desk)
    st.html(_STYLE.replace("INK", "#12161c" if st.context.theme.type == "dark" else "#ffffff"))
    with st.container(width=WIDTH, key="own"):
        st.title(words.TITLE, anchor=False)
        file.show(desk)
        if desk.seen:
            _model(desk)
        kept.show()


def _model(desk: Any) -> None:
    """A training, the model that came of it, or the way to one."""
    if training.runs(desk):
        training.progress(desk)
        return
    training.last(desk)
    card = desk.card()
    if card is None:
        _steps(desk)
        return
    result.show(desk, card)
    with st.expander(words.AGAIN):
        _steps(desk)


def _steps(desk: Any) -> None:
    """From the questions to the button that trains; each step waits for the one before."""
    recipe = questions.show(desk.seen)
    if recipe is None:
        return
    with st.spinner(words.READING):
        found, error = desk.preview(recipe)
    if found is None:
        st.error(markdown(error))
        return
    preview.show(found | {"attributes": recipe["attribute"]})
    training.offer(desk, recipe)
