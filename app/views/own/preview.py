"""The third step: what is used and what is not, how large the groups are, and what to look at first."""

from __future__ import annotations

from typing import Any

import streamlit as st

from app.views.parts import table
from app.wording import preview as words
from app.wording.texts import markdown


def show(found: dict[str, Any]) -> None:
    """The groups, the warnings, the table of columns, and how odd cells are handled."""
    st.header(words.PREVIEW, anchor=False)
    st.text(words.used(found))
    table(words.group_rows(found), "Groups")
    serious, others = words.concerns(found)
    if serious:
        lines = "\n".join(f"- {markdown(line)}" for line in serious)
        st.warning(f"**{words.LOOK_FIRST}**\n{lines}")
    table(words.column_rows(found), "Columns", kind="plain columns")
    if others:
        st.text("\n".join(others))
