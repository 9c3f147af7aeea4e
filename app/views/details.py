"""Details on demand, a tab each; only the open tab is worked out."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import streamlit as st

from app import store
from app.views import pictures, scores
from app.views.parts import UNTITLED, chart, table
from app.wording import card as words
from app.wording import payload, tables, texts

Facts = dict[str, Any]


def show(card: Facts, facts: Facts, start: Facts, alpha: float, threshold: float) -> None:
    """The tabs below the figures."""
    one = {"One picture": lambda: pictures.show(card, alpha, threshold)} if card.get("picture") else {}
    pages: dict[str, Callable[[], None]] = {
        **one,
        "Groups and counts": lambda: _groups(card, facts, start, alpha, threshold),
        "Scores by group": lambda: scores.show(card, alpha, threshold),
        "Chart to zoom": lambda: _chart(card, threshold),
        "Curve as a table": lambda: _curve(card, threshold),
        "What stands in": lambda: _standins(card),
        "Data and model card": lambda: _card(card),
        "How it works": lambda: _list(texts.HOW_IT_WORKS),
        "What these figures do not tell": lambda: _list(texts.LIMITS_OF_FIGURES),
    }
    for tab, draw in zip(st.tabs(list(pages), on_change="rerun", key="details"), pages.values(), strict=True):
        if tab.open:
            with tab:
                draw()


def _groups(card: Facts, facts: Facts, start: Facts, alpha: float, threshold: float) -> None:
    table(tables.groups(facts, store.weighted(card, alpha, threshold)), "Groups and counts")
    st.text(texts.gained_help(card))
    for column, (label, now, before) in zip(st.columns(3), tables.summary(facts, start), strict=True):
        column.metric(label, now)
        column.text(f"at the most accurate end: {before}")


def _chart(card: Facts, threshold: float) -> None:
    titles = payload.chart_words(card, store.stored(card, threshold), store.around(card, threshold))
    theme = "dark" if st.context.theme.type == "dark" else "light"
    chart(store.figure(card, threshold, titles | UNTITLED, theme), titles, f"plot-{theme}")
    st.text("\n".join(payload.method_lines(store.around(card, threshold))))


def _curve(card: Facts, threshold: float) -> None:
    levels = store.stored(card, threshold)
    rows = tables.curve(levels, store.alphas(card))
    # Not st.dataframe: its own download writes names of groups as they are, formulas included.
    table(tables.readable(rows), "Curve", kind="plain numbers")
    name = f"{card['id']}-threshold-{threshold:.2f}.csv"
    st.download_button("Download as CSV", data=lambda: _csv(rows), file_name=name, mime="text/csv", on_click="ignore")


def _csv(rows: list[dict[str, Any]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(tables.for_csv(rows))
    return out.getvalue()


def _standins(card: Facts) -> None:
    st.text(texts.standins_intro(card))
    rows = [
        {
            "Feature": entry["feature"],
            "Strength, 0 to 1": f"{entry['association']:.2f}",
            "What it is": entry.get("help", ""),
        }
        for entry in card.get("standins", [])
    ]
    if rows:
        table(rows, "What stands in")


def _card(card: Facts) -> None:
    st.subheader(words.DATA, anchor=False)
    _pairs(words.data_rows(card), words.DATA)
    table(words.group_rows(card), "Groups of the data", kind="plain numbers")
    if card["data_card"]["known_problems"]:
        st.subheader(words.PROBLEMS, anchor=False)
        _list(tuple(card["data_card"]["known_problems"]))
    st.subheader(words.MODEL, anchor=False)
    _pairs(words.model_rows(card), words.MODEL)


def _pairs(rows: list[tuple[str, str]], label: str) -> None:
    table([{"": name, " ": value} for name, value in rows], label, header=False, kind="plain card")


def _list(lines: tuple[str, ...]) -> None:
    st.markdown("\n".join(f"- {texts.markdown(line.replace('`', ''))}" for line in lines))
