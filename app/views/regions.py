"""A policy on the page "Elsewhere": an alpha for each region, from a small file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from app import state, store
from app.views.parts import table
from app.wording import regions as words
from app.wording.texts import markdown

STATE = "ST"


def show(card: dict[str, Any], where: Sequence[dict[str, Any]], brought: Any) -> None:
    """The policy's file, the column of regions, and everyone's and each region's figures under it."""
    with st.expander(words.TITLE):
        st.text(words.ABOUT)
        policy = st.file_uploader(words.UPLOAD, type=["csv"], key=f"policy-{card['id']}")
        column = st.text_input(words.COLUMN, value="" if brought else STATE, key=f"region-{bool(brought)}").strip()
        if policy is None:
            return
        if not column or not (brought or where):
            st.info(words.CHOOSE if column else words.NAME_COLUMN)
            return
        _under(card, where, brought, policy, column)


def _under(card: dict[str, Any], where: Sequence[dict[str, Any]], brought: Any, policy: Any, column: str) -> None:
    rows = (brought.name, brought.getvalue()) if brought else None
    asked = f"allow-{card['id']}-{column}-{store.digest(policy.getvalue())}"
    with st.spinner(words.WORKING):
        found = store.by_policy(
            card, where, rows, policy.getvalue(), column, state.threshold(), state.choice(asked, False)
        )
    if "error" in found:
        st.error(markdown(found["error"]))
        return
    if found["by_group"]:
        st.warning(markdown((words.refused if "refused" in found else words.allowed)(found["by_group"])))
        key = state.fill_choice(asked, state.choice(asked, False))
        st.checkbox(words.ALLOW, key=key, on_change=state.take_choice, args=(asked,))
    if "refused" not in found:
        table(words.rows(found, card), "Regions", kind="plain numbers")
        for line in words.notes(found["without_rows"]):
            st.text(line)
