"""What the views draw from: a payload a checkpoint and threshold, and what stands around the curve."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import streamlit as st

from app.store.cards import SPLIT, opened
from app.store.levels import stored, stored_scores
from yodo_core.baselines import METHODS
from yodo_core.fairness import metrics
from yodo_core.fairness.counts import Counts
from yodo_core.fairness.facts import clean

FAR, LEAST_FAR = 2.0, 0.05
"""How far below all other models one is left off the chart: so many times their spread, and at least so much."""


def payload(card: dict[str, Any], threshold: float, build: Callable[..., dict[str, Any]]) -> str:
    """What the live view draws from, as one JSON text; `build` puts the figures into words, once a key."""
    return _payload(card["sha256"], threshold, card, build)


@st.cache_data(max_entries=24, show_spinner=False)
def _payload(sha256: str, threshold: float, _card: dict[str, Any], _build: Callable[..., dict[str, Any]]) -> str:
    made = _build(_card, stored(_card, threshold), around(_card, threshold), threshold)
    return json.dumps({"id": payload_id(_card, threshold), **made}, separators=(",", ":"), allow_nan=False)


def payload_id(card: dict[str, Any], threshold: float) -> str:
    """Which payload recomputed figures belong to."""
    return f"{card['sha256'][:16]}@{threshold:.2f}"


def scores_payload(
    card: dict[str, Any], threshold: float, whose: str, condition: int | None, build: Callable[..., dict[str, Any]]
) -> str:
    """What the view of scores draws from, as one JSON text; `whose` is the condition's word for `build`."""
    return _scores_payload(card["sha256"], threshold, whose, condition, card, build)


@st.cache_data(max_entries=24, show_spinner=False)
def _scores_payload(
    sha256: str,
    threshold: float,
    whose: str,
    condition: int | None,
    _card: dict[str, Any],
    _build: Callable[..., dict[str, Any]],
) -> str:
    made = _build(_card, stored_scores(_card, threshold, condition), whose, threshold)
    identity = scores_id(_card, threshold, whose)
    return json.dumps({"id": identity, **made}, separators=(",", ":"), allow_nan=False)


def scores_id(card: dict[str, Any], threshold: float, whose: str) -> str:
    """Which payload recomputed scores belong to."""
    return f"{payload_id(card, threshold)}/{whose}"


def around(card: dict[str, Any], threshold: float) -> dict[str, Any]:
    """What stands around the curve: other seeds, models of other methods, and the same answer for everyone."""
    return _around(card["sha256"], threshold, card["notion"], opened(card))


@st.cache_resource(max_entries=24, show_spinner=False)
def _around(sha256: str, threshold: float, notion: str, _found: Any) -> dict[str, Any]:
    curve = _found.curve(SPLIT)
    start = curve.level(0).n
    labels = start.sum(axis=(0, 2))
    marks = [result for result in _found.baselines if SPLIT in result.counts]
    places = [
        {"method": result.method, "setting": clean(result.setting), "seed": int(result.seed)}
        | dict(zip(("x", "y"), _place(result.counts[SPLIT], notion, threshold), strict=True))
        for result in marks
    ]
    return {
        "n": int(labels.sum()),
        "models": [mark for mark in places if mark["method"] == "fixed"],
        "erm": [mark for mark in places if mark["method"] == "erm"],
        "others": _others(places),
        "seeds": [_place(_found.curve(SPLIT, seed), notion, threshold) for seed in _found.seeds],
        "constant": _constant(labels, [*_place(curve, notion, threshold)[1], *(mark["y"] for mark in places)]),
    }


def _constant(labels: np.ndarray, others: Sequence[float]) -> dict[str, Any]:
    """The model that decides alike for everyone; `far` where its mark would press all others (accuracies) together."""
    accuracy, low, high = float(labels.max() / labels.sum()), min(others), max(others)
    far = accuracy < low - max(FAR * (high - low), LEAST_FAR)
    return {"accuracy": accuracy, "always": int(labels.argmax()), "far": far}


def _others(places: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The methods beside ERM and fixed models, those of the table in its order; an unknown one by its own id."""
    known = [name for name in METHODS if name not in ("erm", "fixed")]
    found = {mark["method"] for mark in places} - {"erm", "fixed"}
    others = []
    for place, name in enumerate([*known, *sorted(found - set(known))]):
        method = METHODS.get(name)
        if name in found:
            others.append(
                {
                    "method": name,
                    "title": method.title if method else name,
                    "about": method.about if method else "",
                    "setting": method.setting if method else "setting",
                    "needs_group": bool(method and method.needs_group),
                    "place": place,
                    "marks": [mark for mark in places if mark["method"] == name],
                }
            )
    return others


def _place(counts: Counts, notion: str, threshold: float) -> tuple[Any, Any]:
    gap = metrics.gap(metrics.rates(counts, threshold), notion)
    return clean(gap), clean(metrics.overall(counts, threshold)["accuracy"])


def figure(card: dict[str, Any], threshold: float, words: dict[str, str], theme: str) -> Any:
    """The same chart as a plotly figure, for when the live view is not there or zoom is wanted."""
    # Plotly takes a second to import, and the first screen does without it.
    from yodo_core import charts

    return charts.trade_off(stored(card, threshold), card["notion"], around(card, threshold), words, theme)
