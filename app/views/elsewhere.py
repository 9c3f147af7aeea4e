"""The page "Elsewhere": the same line on the rows of other states and years."""

from __future__ import annotations

from typing import Any

import streamlit as st

from app import state, store
from app.views import regions
from app.views import rows as downloads
from app.views.parts import UNTITLED, chart, table
from app.wording import elsewhere as words
from app.wording import texts

Facts = dict[str, Any]
FIRST = 3
"""Places that are shown before anyone has chosen: those with the most rows."""

_STYLE = """<style>
.st-key-elsewhere h1 {font-size: 1.35rem !important; padding: 0.6rem 0 0.2rem !important; white-space: normal}
.st-key-elsewhere [data-testid="stText"] {font-size: 0.9375rem}
.st-key-elsewhere [data-tag] {background: rgba(128, 128, 128, 0.25)}
.st-key-elsewhere [data-tag], .st-key-elsewhere [data-tag] * {color: inherit}
.st-key-finding [data-testid="stText"] {font-size: 1.125rem; line-height: 1.5; max-width: 62rem}
</style>"""


def show() -> None:
    """Draw the page."""
    desk = state.own_desk()
    cards, _ = store.available(desk.card() if desk else None)
    st.html(_STYLE)
    with st.container(key="elsewhere"):
        st.title(words.TITLE, anchor=False)
        if not cards:
            st.info(texts.NO_CHECKPOINT)
            return
        state.start(cards)
        card = _line(cards)
        known = store.places(card)
        others = [name for name in known if name != card["dataset"]]
        if not others:
            _nowhere(card, cards)
        chosen = _chosen(known, others) if others else []
        brought = _more(card, opened=not others) if store.endings(card) else None
        if chosen or brought:
            _places(card, [known[name] for name in chosen], brought)
        elif others:
            st.info(words.CHOOSE)


def _line(cards: dict[str, Facts]) -> Facts:
    """The line to look at: at first that of the first screen."""
    chosen = state.choice("elsewhere_line", state.checkpoint())
    chosen = chosen if chosen in cards else state.checkpoint()
    st.selectbox(
        words.LINE,
        list(cards),
        key=state.fill_choice("elsewhere_line", chosen),
        format_func=lambda identity: words.pick(cards[identity]),
        on_change=state.take_choice,
        args=("elsewhere_line",),
    )
    return cards[chosen]


def _nowhere(card: Facts, cards: dict[str, Facts]) -> None:
    """That there are no other rows for this line, and the lines that have some."""
    st.info(texts.markdown(words.none_at_hand(card, store.obtainable(card) is not None)))
    usable = [name for name, one in cards.items() if set(store.places(one)) - {one["dataset"]}]
    if usable:
        st.text(words.USABLE)
    for name in usable:
        label = texts.markdown(words.pick(cards[name]))
        st.button(label, key=f"use-{name}", on_click=state.choose, args=("elsewhere_line", name))


def _more(card: Facts, opened: bool) -> Any:
    """Rows of another state or year by download, and a file of the reader's own; returns that file, or None."""
    found = store.obtainable(card)
    with st.expander(words.MORE if found else words.MORE_FILES, expanded=opened):
        if found:
            place, year = st.columns(2)
            states, years = found["states"], found["years"]
            state_code = place.selectbox(words.STATE, list(states), format_func=states.get, key="elsewhere-state")
            wanted = store.other_card(card, state_code, year.selectbox(words.YEAR, years, key="elsewhere-year"))
            if store.downloadable(wanted):
                downloads.offer(wanted)
            else:
                st.text(words.here(wanted["name"]))
        return st.file_uploader(words.FILE, type=store.endings(card), key=f"elsewhere-{card['id']}")


def _chosen(known: dict[str, Facts], others: list[str]) -> list[str]:
    """The places that are looked at, by id."""
    largest = sorted(others, key=lambda name: -known[name]["bytes"])[:FIRST]
    chosen = [name for name in state.choice("elsewhere_places", largest) if name in known]
    st.multiselect(
        words.PLACES,
        list(known),
        key=state.fill_choice("elsewhere_places", chosen),
        format_func=lambda name: known[name]["name"],
        on_change=state.take_choice,
        args=("elsewhere_places",),
    )
    return chosen


def _places(card: Facts, chosen: list[Facts], brought: Any) -> None:
    """What the line does in these places and on the reader's file."""
    threshold = state.threshold()
    home = store.home(card, threshold)
    if isinstance(home, str):
        st.error(texts.markdown(home))
        return
    found, unusable = [], []
    for where in chosen:
        with st.spinner(words.working(where["name"])):
            one = store.away(card, where, threshold)
        if isinstance(one, str):
            unusable.append((where["name"], one))
        elif where["id"] == card["dataset"] and one["rows"] == "test":
            st.text(words.at_home(one["place"]))
        else:
            found.append(one)
    if brought:
        with st.spinner(words.working(brought.name)):
            own = store.brought(card, brought.name, brought.getvalue(), threshold)
        if isinstance(own, str):
            unusable.append((brought.name, own))
        else:
            found.append(own)
    if unusable:
        st.error(texts.markdown(words.unusable(unusable)))
    if found:
        figures(card, [home, *found])
        regions.show(card, chosen, brought)


@st.fragment
def figures(card: Facts, found: list[Facts]) -> None:
    """The finding, the chart and the table; only this runs again when alpha moves."""
    level = state.choice("elsewhere_level", len(found[0]["levels"]) - 1)
    alphas = [one["alpha"] for one in found[0]["levels"]]
    with st.container(key="finding"):
        st.text(words.finding(found[0], found[1:], level, card))
    theme = "dark" if st.context.theme.type == "dark" else "light"
    titles = words.chart_words(card, found[0])
    chart(store.places_figure(card, found, titles | UNTITLED, theme), titles, f"places-{theme}")
    st.text(words.KEY)
    st.select_slider(
        words.SLIDER,
        list(range(len(alphas))),
        key=state.fill_choice("elsewhere_level", level),
        format_func=lambda place: f"{alphas[place]:.2f}",
        on_change=state.take_choice,
        args=("elsewhere_level",),
    )
    table(words.rows(found, level, card), "Places", kind="plain numbers")
    st.text(words.share_key(found, level))
    st.text(words.counted(card, state.threshold()))
    for line in words.notes(found):
        st.text(line)
