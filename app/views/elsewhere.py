"""The page "Elsewhere": the same line on the rows of other states and years."""

from __future__ import annotations

from typing import Any

import streamlit as st

from app import state, store
from app.views.parts import table
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
    store.settle_process()
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
        if not known:
            st.info(texts.markdown(words.none_at_hand(card)))
            return
        _places(card, known)


def _line(cards: dict[str, Facts]) -> Facts:
    """The line to look at: that of the first screen where it can be used elsewhere, else the one with most places."""
    places = {name: len(store.places(card)) for name, card in cards.items()}
    looked_at, most = state.checkpoint(), max(places, key=lambda name: places[name])
    usual = looked_at if places[looked_at] or not places[most] else most
    chosen = state.choice("elsewhere_line", usual)
    chosen = chosen if chosen in cards else usual
    st.selectbox(
        words.LINE,
        list(cards),
        key=state.fill_choice("elsewhere_line", chosen),
        format_func=lambda identity: words.pick(cards[identity]),
        on_change=state.take_choice,
        args=("elsewhere_line",),
    )
    return cards[chosen]


def _places(card: Facts, known: dict[str, Facts]) -> None:
    others = [name for name in known if name != card["dataset"]]
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
    if not chosen:
        st.info(words.CHOOSE)
        return
    threshold = state.threshold()
    found, unusable = [], []
    for name in chosen:
        with st.spinner(words.working(known[name]["name"])):
            one = store.away(card, known[name], threshold)
        if isinstance(one, str):
            unusable.append((known[name]["name"], one))
        elif name == card["dataset"] and one["rows"] == "test":
            st.text(words.at_home(one["place"]))
        else:
            found.append(one)
    if unusable:
        st.error(texts.markdown(words.unusable(unusable)))
    if found:
        figures(card, [store.home(card, threshold), *found])


@st.fragment
def figures(card: Facts, found: list[Facts]) -> None:
    """The finding, the chart and the table; only this runs again when alpha moves."""
    level = state.choice("elsewhere_level", len(found[0]["levels"]) - 1)
    alphas = [one["alpha"] for one in found[0]["levels"]]
    with st.container(key="finding"):
        st.text(words.finding(found[0], found[1:], level, card))
    theme = "dark" if st.context.theme.type == "dark" else "light"
    chart = store.places_figure(card, found, words.chart_words(card), theme)
    st.plotly_chart(chart, width="stretch", theme=None, key=f"places-{theme}", config={"displaylogo": False})
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
    for line in words.notes(found):
        st.text(line)
