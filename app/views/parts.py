"""What several views use."""

from __future__ import annotations

from html import escape

import streamlit as st


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
