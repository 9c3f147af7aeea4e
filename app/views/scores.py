"""The spread of scores by group: a picture that follows the slider, and the same as a table."""

from __future__ import annotations

from typing import Any

import streamlit as st

from app import state, store
from app.components import scores as component
from app.views.parts import table
from app.wording import scores as wording
from app.wording.display import recomputed_note
from app.wording.rows import STORED
from app.wording.texts import markdown

VIEW, FIGURES = component.make()


def show(card: dict[str, Any], alpha: float, threshold: float) -> None:
    """Whose scores to look at, the picture, and the table for whoever sees no picture."""
    whose = state.among(wording.usual(card))
    st.radio(
        "Whose scores",
        list(wording.AMONG),
        key=state.fill_pick("among", whose),
        format_func=lambda key: markdown(wording.among_label(key, card)),
        horizontal=True,
        on_change=state.choose_among,
    )
    condition = wording.AMONG[whose]
    component.show(VIEW, store.scores_payload(card, threshold, whose, condition, wording.build))
    levels = store.stored_scores(card, threshold, condition)
    level = store.scores(card, alpha, threshold, condition)
    found = level or levels[round(alpha * 100)]
    people = sum(row["n"] for row in found["groups"])
    component.hand_over(
        FIGURES,
        alpha,
        store.scores_id(card, threshold, whose),
        None if level is None else wording.view(level, levels[0], card, whose),
        STORED if level is None else recomputed_note(people, card),
    )
    table(wording.table(found, levels[0], threshold), "Scores by group")
    st.text(wording.NOTE)
