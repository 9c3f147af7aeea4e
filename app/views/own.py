"""The page "Your data": from a file of one's own to a line that can be explored."""

from __future__ import annotations

import streamlit as st

from app.wording import pages


def show() -> None:
    """Draw the page."""
    st.title(pages.OWN, anchor=False)
