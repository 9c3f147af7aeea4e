"""Data set, attribute, notion: one compact row that offers only what exists, and names where all else is alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from app import state
from app.wording import texts

Cards = dict[str, dict[str, Any]]
FIELDS: tuple[tuple[str, str], ...] = (
    ("dataset", "Data set"),
    ("attribute", "Groups compared"),
    ("notion", "What is made equal"),
    ("with_attribute", "Whether the model sees the attribute"),
    ("id", "Name of the model"),
)
USUAL: tuple[tuple[str, Any], ...] = (("attribute", "sex"), ("notion", "dp"), ("with_attribute", False))
"""What is preferred where nothing else tells two models apart."""
TITLE, MOST = 262, 46
"""Pixels of the title, and the letters that a picker has room for."""
_READ: dict[str, Callable[[dict[str, Any]], str]] = {
    "dataset": texts.dataset_pick,
    "attribute": texts.attribute_pick,
    "notion": lambda card: texts.NOTION_PICK[card["notion"]],
    "with_attribute": texts.features_pick,
    "id": lambda card: str(card["id"]),
}


def _value(card: dict[str, Any], field: str) -> Any:
    """What a picker tells cards apart by: models of one file of one's own, kept under two titles, are two entries."""
    return f"{card[field]}\n{card['dataset_title']}" if field == "dataset" and card.get("own") else card[field]


def show(cards: Cards) -> None:
    """The title and the pickers; a picker with one choice stays where it says what is looked at."""
    current = cards[state.checkpoint()]
    choices: dict[str, dict[Any, str]] = {}
    for i, (field, _) in enumerate(FIELDS):
        earlier = [name for name, _ in FIELDS[:i]]
        near = [card for card in cards.values() if all(_value(card, n) == _value(current, n) for n in earlier)]
        choices[field] = {_value(card, field): _READ[field](card) for card in near}
    first = [field for field, _ in FIELDS[:-1] if field != "with_attribute" or len(choices[field]) > 1]
    widths = [TITLE, *(_width(choices[field][_value(current, field)]) for field in first)]
    columns = st.columns(widths, vertical_alignment="center", gap="small")
    columns[0].title(texts.APP_TITLE, anchor=False)
    for column, field in zip(columns[1:], first, strict=True):
        _one(column, field, choices[field], cards)
    if len(choices["id"]) > 1:
        _one(st.columns(widths, gap="small")[1], "id", choices["id"], cards)


def _width(text: str) -> float:
    """Pixels, more or less, that hold what a picker shows, up to MOST letters; columns share a row in proportion."""
    return 60 + 6.6 * min(MOST, len(text))


def _one(column: Any, field: str, readable: dict[Any, str], cards: Cards) -> None:
    column.selectbox(
        dict(FIELDS)[field],
        sorted(readable, key=str),
        key=state.fill_pick(field, _value(cards[state.checkpoint()], field)),
        format_func=_reader(readable),
        label_visibility="collapsed",
        on_change=_pick,
        args=(field, cards),
    )


def _reader(readable: dict[Any, str]) -> Callable[[Any], str]:
    return lambda value: readable.get(value, str(value))


def _pick(field: str, cards: Cards) -> None:
    """Go to the checkpoint with the picked value that shares most with the present one, earlier pickers first.

    Of those that share alike it is the most usual.
    """
    value, current = state.picked(field), cards[state.checkpoint()]
    order = [name for name, _ in FIELDS]
    fitting = [card for card in cards.values() if _value(card, field) == value]
    if fitting:
        best = max(
            fitting,
            key=lambda card: (
                [_value(card, name) == _value(current, name) for name in order]
                + [card[name] == usual for name, usual in USUAL]
            ),
        )
        state.choose_checkpoint(best["id"])
