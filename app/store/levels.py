"""The figures of levels: recomputed from blended weights and rows, or from the counts stored with the checkpoint."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from app.store.cards import SPLIT, opened
from app.store.rows import state_of_rows
from yodo_core import alpha_map, evaluate
from yodo_core.ends import Ends
from yodo_core.errors import RowsAbsentError
from yodo_core.fairness import metrics
from yodo_core.fairness.counts import Counts, count
from yodo_core.fairness.distributions import distribution
from yodo_core.fairness.facts import clean, facts


def rows_of(card: dict[str, Any]) -> Any:
    """The checkpoint's rows, kept a while. Raises RowsAbsentError where they cannot be had."""
    found = _read(card["sha256"], state_of_rows(card), card)
    if isinstance(found, str):
        raise RowsAbsentError(found)
    return found


@st.cache_resource(max_entries=6, show_spinner=False)
def _read(sha256: str, state: tuple[object, ...], _card: dict[str, Any]) -> Any:
    """The rows, or the line that says why they cannot be had: rows of another kind are not read again and again."""
    found, data = opened(_card), _card.get("data")
    try:
        return evaluate.rows(found, data=data) if data else evaluate.rows(found)
    except RowsAbsentError as error:
        return str(error)


@st.cache_resource(max_entries=6, show_spinner=False)
def _ends(sha256: str, split: str, _card: dict[str, Any]) -> Ends:
    """What every level of a line needs again: at most 64 MiB each, 10 MB on Adult's test rows."""
    if _card.get("picture"):
        raise RowsAbsentError("Figures of a net that reads pictures come from the stored curve.")
    return Ends(opened(_card).line, evaluate.split_of(rows_of(_card), split))


@st.cache_resource(max_entries=12, show_spinner=False)
def _start(sha256: str, split: str, _card: dict[str, Any]) -> np.ndarray:
    return _ends(sha256, split, _card).scores(opened(_card).position(0.0))


def forget(sha256: str) -> None:
    """Drop what is held of a checkpoint's rows; counts stay until others take their place."""
    _read.clear(sha256, (), {})
    _ends.clear(sha256, SPLIT, {})
    _start.clear(sha256, SPLIT, {})


@st.cache_resource(max_entries=512, show_spinner=False)
def _counts(sha256: str, hundredths: int, split: str, _card: dict[str, Any]) -> Counts:
    ends, start, found = _ends(sha256, split, _card), _start(sha256, split, _card), opened(_card)
    table, here = ends.table, ends.scores(found.position(hundredths / 100))
    return count(here, table.label, table.group, found.groups, table.weight, start)


def recomputed(card: dict[str, Any], alpha: float, threshold: float) -> tuple[dict[str, Any], str]:
    """The figures at one alpha, from blended weights run over the test rows, and "".

    Where the rows cannot be had: the stored figures, and the one line that says why.
    """
    try:
        return _recomputed(card["sha256"], round(alpha * 100), threshold, card), ""
    except RowsAbsentError as error:
        return stored(card, threshold)[round(alpha * 100)], str(error)


@st.cache_resource(max_entries=1024, show_spinner=False)
def _recomputed(sha256: str, hundredths: int, threshold: float, _card: dict[str, Any]) -> dict[str, Any]:
    counts = _counts(sha256, hundredths, SPLIT, _card)
    pair = Counts.stack([_counts(sha256, 0, SPLIT, _card), counts])
    return facts(counts, threshold) | {"share_gone": _shares_gone(pair, opened(_card), threshold)[-1]}


def stored(card: dict[str, Any], threshold: float) -> list[dict[str, Any]]:
    """The figures of every stored level at one threshold."""
    return _stored(card["sha256"], threshold, opened(card))


@st.cache_resource(max_entries=24, show_spinner=False)
def _stored(sha256: str, threshold: float, _found: Any) -> list[dict[str, Any]]:
    curve = _found.curve(SPLIT)
    shares = _shares_gone(curve, _found, threshold)
    return [facts(curve.level(i), threshold) | {"share_gone": shares[i]} for i in range(curve.leading[0])]


def _shares_gone(curve: Counts, found: Any, threshold: float) -> list[float | None]:
    """The measured share of the first level's disparity that is gone at each; None where there is none to begin with.

    Of rates, so unweighted, as all figures of the first screen.
    """
    return list(clean(alpha_map.share_gone(curve, found.notion, threshold)))


def alphas(card: dict[str, Any]) -> list[float]:
    """The stored levels."""
    return list(opened(card).alphas)


def weighted(card: dict[str, Any], alpha: float, threshold: float) -> dict[str, Any] | None:
    """The stored level's figures in survey weights, or None where the rows carry none."""
    return _weighted(card["sha256"], alpha, threshold, opened(card))


@st.cache_resource(max_entries=1024, show_spinner=False)
def _weighted(sha256: str, alpha: float, threshold: float, _found: Any) -> dict[str, Any] | None:
    level = _found.stored(alpha, SPLIT)
    return None if level.weight is None else metrics.point(level, threshold, weighted=True)


def scores(card: dict[str, Any], alpha: float, threshold: float, condition: int | None) -> dict[str, Any] | None:
    """The spread of scores at one alpha, recomputed from rows; None where the rows cannot be had."""
    try:
        return distribution(_counts(card["sha256"], round(alpha * 100), SPLIT, card), condition, threshold)
    except RowsAbsentError:
        return None


def stored_scores(card: dict[str, Any], threshold: float, condition: int | None) -> list[dict[str, Any]]:
    """The spread of scores at every stored level."""
    return _stored_scores(card["sha256"], threshold, condition, opened(card))


@st.cache_resource(max_entries=24, show_spinner=False)
def _stored_scores(sha256: str, threshold: float, condition: int | None, _found: Any) -> list[dict[str, Any]]:
    curve = _found.curve(SPLIT)
    return [distribution(curve.level(i), condition, threshold) for i in range(curve.leading[0])]
