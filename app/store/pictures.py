"""One picture of a line that reads pictures: what it shows, and its score as a function of alpha."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import streamlit as st
from PIL import Image

from app.store.cards import SPLIT, opened
from app.store.levels import rows_of
from yodo_core import evaluate, person
from yodo_core.errors import YodoError

ALPHAS = [i / 20 for i in range(21)]
SHOWN = 224
"""Pixels that a small picture is enlarged to, at least."""


def pictures(card: dict[str, Any]) -> int | str:
    """How many test pictures there are on this machine, or the one line that says why there are none."""
    try:
        return len(evaluate.split_of(rows_of(card), SPLIT))
    except YodoError as error:
        return str(error)


def picture(card: dict[str, Any], row: int, alpha: float) -> dict[str, Any]:
    """A test picture: PNG, group, whether its label is 1, its scores at ALPHAS and at `alpha`. Row from 0."""
    return _picture(card["sha256"], row, card) | {"here": _scores(card["sha256"], row, (alpha,), card)[0]}


@st.cache_resource(max_entries=64, show_spinner=False)
def _picture(sha256: str, row: int, _card: dict[str, Any]) -> dict[str, Any]:
    prepared = rows_of(_card)
    table = evaluate.split_of(prepared, SPLIT)
    return {
        "png": _png(table.pixels[row]),  # type: ignore[index]
        "group": prepared.groups[int(table.group[row])],
        "label": bool(table.label[row]),
        "alphas": ALPHAS,
        "scores": _scores(sha256, row, tuple(ALPHAS), _card),
    }


@st.cache_resource(max_entries=256, show_spinner=False)
def _scores(sha256: str, row: int, alphas: tuple[float, ...], _card: dict[str, Any]) -> list[float]:
    table = evaluate.split_of(rows_of(_card), SPLIT)
    found: list[float] = person.scores(opened(_card), table, row, alphas).tolist()
    return found


def _png(pixels: np.ndarray) -> bytes:
    """PNG bytes of one picture (channels, height, width), each dot enlarged to a square."""
    times = -(-SHOWN // pixels.shape[1])
    large = pixels.repeat(times, 1).repeat(times, 2)
    image = Image.fromarray(large[0] if len(large) == 1 else np.ascontiguousarray(large.transpose(1, 2, 0)))
    held = io.BytesIO()
    image.save(held, "PNG")
    return held.getvalue()


def picture_figure(found: dict[str, Any], alpha: float, threshold: float, words: dict[str, str], theme: str) -> Any:
    """The chart of one picture's score along the line."""
    # Plotly takes a second to import, and the first screen does without it.
    from yodo_core import charts

    return charts.person(found["alphas"], found["scores"], (alpha, found["here"]), threshold, words, theme)
