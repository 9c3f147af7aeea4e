"""The same line on the rows of other places: which there are on this machine, and its figures there."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from app.store.cards import opened
from app.store.rows import arrived
from app.store.upload import kept
from yodo_core import data
from yodo_core.data import acs
from yodo_core.data.states import NAMES
from yodo_core.elsewhere import measure, place
from yodo_core.elsewhere.trained import problem_of
from yodo_core.errors import YodoError

ALPHAS = [i / 20 for i in range(21)]
"""The levels of a place: enough for a line, and few enough for a large state to take a second or two."""

TABLES = ("csv", "csv.gz", "parquet")


def places(card: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The places whose rows are on this machine and fit the line, by id, in the order of their names."""
    return _places(card["sha256"], arrived(), card)


# Files may come at any time; looking for them takes a fifth of a second.
@st.cache_data(max_entries=16, ttl=20, show_spinner=False)
def _places(sha256: str, downloads: int, _card: dict[str, Any]) -> dict[str, dict[str, Any]]:
    files = {name: file.stat() for name, file in place.at_hand(opened(_card))}
    return {
        name: {"id": name, "name": place.called(name), "bytes": stat.st_size, "changed": stat.st_mtime_ns}
        for name, stat in files.items()
    }


def obtainable(card: dict[str, Any]) -> dict[str, Any] | None:
    """The states (names by code) and years, newest first, that could be fetched for the line; None where none can."""
    years = place.years(opened(card))
    return {"states": NAMES, "years": years} if years else None


def other_card(card: dict[str, Any], state: str, year: str) -> dict[str, Any]:
    """What `downloadable` and `download` need to know of the rows of another state and year, and their name."""
    trained = opened(card).manifest["dataset"]
    wanted = acs.identify(problem_of(trained), [state], year, acs.survey(trained).horizon)
    return {"dataset": wanted, "licence": card["licence"], "name": place.called(wanted)}


def home(card: dict[str, Any], threshold: float) -> dict[str, Any] | str:
    """The line's own place at ALPHAS, from the stored counts; or the one line that says why there is none."""
    try:
        return _home(card["sha256"], threshold, card)
    except YodoError as error:
        return str(error)


@st.cache_resource(max_entries=24, show_spinner=False)
def _home(sha256: str, threshold: float, _card: dict[str, Any]) -> dict[str, Any]:
    dataset = _card["dataset"]
    name = place.called(dataset) if dataset.startswith(acs.PREFIX) else _card["dataset_title"]
    return measure.here(opened(_card), ALPHAS, threshold) | {"place": name}


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


def endings(card: dict[str, Any]) -> list[str]:
    """The endings of files that can be measured here; none for pictures and for what only its maker's program knows."""
    manifest = opened(card).manifest
    if manifest.get("picture"):
        return []
    if manifest.get("own"):
        return [*TABLES, "npz"]
    try:
        return [*TABLES] if data.get(manifest["dataset"]) else []
    except YodoError:
        return []


def brought(card: dict[str, Any], name: str, content: bytes, threshold: float) -> dict[str, Any] | str:
    """The figures of a file that this session has brought, or the one line that says why there are none."""
    try:
        found = _counted(card["sha256"], digest(content), name, card, content)
        return measure.described(opened(card), found, ALPHAS, threshold)
    except YodoError as error:
        return str(error)


@st.cache_resource(scope="session", max_entries=2, show_spinner=False)
def _counted(sha256: str, digest: str, name: str, _card: dict[str, Any], _content: bytes) -> measure.Measured:
    """Counts of a file's rows; neither the file nor its rows are kept."""
    # Imported here: the first screen does not wait for readers of files.
    from yodo_core.elsewhere.file import of_file

    with kept(name, _content) as path:
        found = measure.measure(opened(_card), of_file(opened(_card), path), ALPHAS)
    return replace(found, place=replace(found.place, frames=lambda _: iter(())))


def digest(content: bytes) -> str:
    """What tells one file from another."""
    return hashlib.sha256(content).hexdigest()


def places_figure(card: dict[str, Any], found: Sequence[dict[str, Any]], words: dict[str, str], theme: str) -> Any:
    """The chart of these places, the line's own first."""
    # Plotly takes a second to import, and the first screen does without it.
    from yodo_core import charts

    behind = measure.behind(opened(card), card["notion"], found[0])
    return charts.elsewhere(found, card["notion"], behind, words, theme)
