"""One picture and its score as a function of alpha."""

from __future__ import annotations

from typing import Any

import streamlit as st

from app import store
from app.wording import pictures as words
from app.wording.texts import markdown


def show(card: dict[str, Any], alpha: float, threshold: float) -> None:
    """A picker of one test picture, the picture, its score along the line; or why there is none here."""
    count = store.pictures(card)
    if isinstance(count, str):
        st.info(markdown(count))
        return
    number = st.number_input(f"{words.PICK}, 1 to {count:,}", 1, count, key=f"picture-{card['sha256'][:16]}")
    found = store.picture(card, int(number) - 1, alpha)
    left, right = st.columns([1, 3], gap="large")
    # As PNG: Streamlit would make a JPEG of it, with other greys.
    left.image(found["png"], output_format="PNG", alt=words.alt(number))
    left.text(words.about(found, card))
    theme = "dark" if st.context.theme.type == "dark" else "light"
    figure = store.picture_figure(found, alpha, threshold, words.chart_words(threshold), theme)
    right.plotly_chart(figure, width="stretch", theme=None, key=f"picture-plot-{theme}", config={"displaylogo": False})
    st.text(words.said(found, alpha, threshold))
    st.text(words.NOTE)
