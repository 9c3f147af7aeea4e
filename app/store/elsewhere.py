"""The same line on the rows of other places: which there are on this machine, and its figures there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from app.store.cards import opened
from yodo_core.elsewhere import measure, place
from yodo_core.errors import YodoError

ALPHAS = [i / 20 for i in range(21)]
"""The levels of a place: enough for a line, and few enough for a large state to take a second or two."""


def places(card: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The places whose rows are on this machine and fit the line, by id, in the order of their names."""
    return _places(card["sha256"], card)


# Files may come at any time; looking for them takes a fifth of a second.
@st.cache_data(max_entries=16, ttl=20, show_spinner=False)
def _places(sha256: str, _card: dict[str, Any]) -> dict[str, dict[str, Any]]:
    files = {name: file.stat() for name, file in place.at_hand(opened(_card))}
    return {
        name: {"id": name, "name": place.called(name), "bytes": stat.st_size, "changed": stat.st_mtime_ns}
        for name, stat in files.items()
    }


def home(card: dict[str, Any], threshold: float) -> dict[str, Any]:
    """The line's own place at ALPHAS, from the stored counts."""
    return _home(card["sha256"], threshold, card)


@st.cache_resource(max_entries=24, show_spinner=False)
def _home(sha256: str, threshold: float, _card: dict[str, Any]) -> dict[str, Any]:
    return measure.here(opened(_card), ALPHAS, threshold) | {"place": place.called(_card["dataset"])}


def away(card: dict[str, Any], where: dict[str, Any], threshold: float) -> dict[str, Any] | str:
    """The figures of one of `places` at ALPHAS, or the one line that says why there are none."""
    try:
        return _away(card["sha256"], where["id"], where["changed"], threshold, card)
    except YodoError as error:
        return str(error)


@st.cache_resource(max_entries=128, show_spinner=False)
def _away(sha256: str, dataset: str, changed: int, threshold: float, _card: dict[str, Any]) -> dict[str, Any]:
    return measure.described(opened(_card), _measured(sha256, dataset, changed, _card), ALPHAS, threshold)


@st.cache_resource(max_entries=64, show_spinner=False)
def _measured(sha256: str, dataset: str, changed: int, _card: dict[str, Any]) -> measure.Measured:
    """Counts of the place's rows, a few hundred kilobytes; the rows themselves are not kept."""
    found = opened(_card)
    return measure.measure(found, place.of_datasets(found, [dataset])[0], ALPHAS)


def places_figure(card: dict[str, Any], found: Sequence[dict[str, Any]], words: dict[str, str], theme: str) -> Any:
    """The chart of these places, the line's own first."""
    # Plotly takes a second to import, and the first screen does without it.
    from yodo_core import charts

    reference = measure.reference_of(opened(card), card["notion"])
    return charts.elsewhere(found, card["notion"], reference, words, theme)
