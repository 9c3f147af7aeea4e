"""What several views use."""

from __future__ import annotations

from html import escape
from typing import Any

import streamlit as st

from app.wording.texts import ACROSS, markdown

UNTITLED = {"title": "", "x": "", "y": ""}
"""What a figure is given in place of the words that `chart` shows around it."""


def chart(figure: Any, words: dict[str, str], key: str) -> None:
    """A plotly figure made with UNTITLED: its title and `y` stand above it, `x` below, as they are to be in `words`.

    They are text of the page, which is broken into lines on a phone; plotly would cut it.
    """
    if words["title"]:
        st.markdown(f"**{markdown(words['title'])}**")
    st.text(words["y"])
    figure.update_layout(margin={"t": 36, "b": 44})
    st.plotly_chart(figure, width="stretch", theme=None, key=key, config={"displaylogo": False})
    st.text(f"{ACROSS}{words['x']}")


def table(rows: list[dict[str, str]], label: str, header: bool = True, kind: str = "plain") -> None:
    """A plain table. Streamlit's own go through pandas and Arrow, which takes longer than all else together."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in rows[0])
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str(value))}</td>" for value in row.values()) + "</tr>" for row in rows
    )
    top = f"<thead><tr>{head}</tr></thead>" if header else ""
    # A region that scrolls must be reachable by keyboard, and so have a name.
    region = f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(label)}">'
    st.html(f'{region}<table class="{kind}">{top}<tbody>{body}</tbody></table></div>')
