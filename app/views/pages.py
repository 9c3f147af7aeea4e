"""The pages of the app, a row each, and the links between them.

A page's view is imported when the page is first shown: the first screen waits for nothing that it does not show.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from app import state, store
from app.wording import pages as words


def _explore() -> None:
    from app.views import explore

    explore.show()


def _own() -> None:
    from app.views import own

    own.show()


def _elsewhere() -> None:
    from app.views import elsewhere

    elsewhere.show()


# What shows it, its name in the links, its place in the address. The first is where the app opens.
PAGES = (
    (_explore, words.EXPLORE, None),
    (_own, words.OWN, "your-data"),
    (_elsewhere, words.ELSEWHERE, "elsewhere"),
)

# Streamlit leaves about a hundred pixels above the first line, and cuts what a picker holds.
_SPACING = """<style>
.block-container {padding: 0.9rem 1.75rem 4rem; max-width: 1360px}
[data-testid="stHeader"] {display: none}
.stVerticalBlock {gap: 0.8rem}
.st-key-pages {gap: 0.25rem; margin: -0.35rem 0 -0.2rem -0.5rem}
.st-key-pages a {padding: 0.1rem 0.5rem; min-height: 1.75rem}
.st-key-pages p {font-size: 0.875rem}
h1 {font-size: 1.05rem !important; line-height: 1.3; padding: 0 0 1rem !important; white-space: nowrap}
.stSelectbox input {font-size: 0.8125rem; padding-right: 0; text-overflow: ellipsis}
h2 {font-size: 1.15rem !important} h3 {font-size: 1rem !important}
div.scroll {overflow: auto; max-height: 360px}
table.plain {border-collapse: collapse; font-size: 0.875rem; width: 100%; font-variant-numeric: tabular-nums}
table.plain th, table.plain td {text-align: left; padding: 0.35rem 0.8rem 0.35rem 0; vertical-align: top}
table.plain th {font-weight: 600; border-bottom: 1px solid currentColor}
table.plain td {border-bottom: 1px solid rgba(128, 128, 128, 0.3); overflow-wrap: anywhere}
table.plain td:first-child {overflow-wrap: normal}
table.numbers td {overflow-wrap: normal; white-space: nowrap}
div.scroll:has(table.card) {max-height: none}
table.card td:first-child {width: 17rem}
@media (max-width: 640px) {table.card td:first-child {width: 8rem} .block-container {padding: 0.75rem 1rem 3rem}}
</style>"""


def first() -> Any:
    """The page the app opens with, to go to from another."""
    return _made()[0]


def _made() -> list[Any]:
    return [st.Page(show, title=name, url_path=place, default=not i) for i, (show, name, place) in enumerate(PAGES)]


def run() -> None:
    """Show the page that the address names, below the links to all of them."""
    # Before there is a link to follow: another page's address no longer holds what this one was opened with.
    state.keep_link()
    store.settle_process()
    pages = _made()
    current = st.navigation(pages, position="hidden")
    st.html(_SPACING)
    with st.container(key="pages", horizontal=True):
        for page in pages:
            st.page_link(page, label=f"**{page.title}**" if page is current else page.title)
    _hold()
    current.run()


def _hold() -> None:
    """Whichever page is looked at: what the session has brought stays as long as the session does."""
    desk = state.own_desk()
    if desk is not None:
        store.hold(desk)
