"""The fourth step: what is to be equal, and a training with its progress and a way to stop it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from app import state
from app.wording import own as words
from app.wording.texts import markdown

EVERY = 1.0
"""Seconds between two looks at a training."""


def runs(desk: Any) -> bool:
    """Whether a training waits or runs."""
    return desk.job is not None and not desk.job.over


def offer(desk: Any, recipe: dict[str, Any]) -> None:
    """The choices of a training and the button that begins it."""
    st.header(words.TRAIN, anchor=False)
    notion = _radio(words.NOTION, "notion", words.NOTIONS)
    sees = st.checkbox(
        markdown(words.sees(" × ".join(recipe["attribute"]))),
        key=state.fill_choice("sees", state.choice("sees", False)),
        on_change=state.take_choice,
        args=("sees",),
    )
    effort = _radio(words.EFFORT, "effort", words.EFFORTS)
    if st.button(words.START, type="primary"):
        state.choose("kept", None)
        desk.train(recipe, notion, sees, effort == "quick")
        st.rerun()


def _radio(label: str, name: str, options: dict[str, tuple[str, str]]) -> str:
    return st.radio(
        label,
        list(options),
        format_func=lambda key: options[key][0],
        captions=[caption for _, caption in options.values()],
        key=state.fill_choice(name, state.choice(name, next(iter(options)))),
        on_change=state.take_choice,
        args=(name,),
    )


def last(desk: Any) -> None:
    """How the last training ended, where it gave no model; an earlier model may be there all the same."""
    if desk.job and desk.job.state == "failed":
        st.error(markdown(desk.job.error))
    elif desk.job and desk.job.state == "stopped":
        st.info(words.STOPPED)


@st.fragment(run_every=EVERY)
def progress(desk: Any) -> None:
    """Stage, share done and time left, looked at again and again; the whole page runs again at the end."""
    told = desk.look()
    if desk.job is None or desk.job.over:
        st.rerun()
    st.header(words.TRAINING, anchor=False)
    if told["state"] == "waiting":
        st.text(words.ahead(told["ahead"]))
    else:
        stopping = told["state"] == "stopping"
        at = f"{words.stage(told['stage'], told['share'])}: {words.left(told['left'])}"
        st.progress(told["share"] or 0.0, text=markdown(words.STOPPING if stopping else at))
    st.button(words.STOP, on_click=desk.job.stop, disabled=told["state"] == "stopping")
