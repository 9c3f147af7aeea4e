"""The app's only door to `yodo_core` and the only user of Streamlit's caches.

Everything that leaves here is plain: dicts, lists, strings, fractions; None for what cannot be estimated.
Caches are bounded and keyed by content (sha256 of the manifest), alpha in hundredths, split and threshold;
Streamlit computes one key once at a time, so sessions that ask alike wait for one result.
"""

from __future__ import annotations

import gc
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
import torch

from yodo_core import checkpoint, evaluate
from yodo_core.baselines import METHODS
from yodo_core.errors import CheckpointError, RowsAbsentError, YodoError
from yodo_core.fairness import metrics
from yodo_core.fairness.counts import Counts
from yodo_core.fairness.distributions import distribution
from yodo_core.fairness.intervals import accuracy_interval, gap_interval, paired_change
from yodo_core.fairness.notions import NOTIONS, get_notion

THREADS = 1
"""Torch threads of the app: sessions share the cores, so one forward pass takes one of them."""

SPLIT = "test"
ROOT = Path(os.environ.get("YODO_CHECKPOINTS", "checkpoints"))
_CONDITION_RATE = {None: "decision_rate", 1: "true_positive_rate", 0: "false_positive_rate"}


@st.cache_resource
def settle_process() -> int:
    """Once a process: the thread count, and the imported modules taken out of the garbage collector's rounds."""
    torch.set_num_threads(THREADS)
    gc.collect()
    gc.freeze()
    return torch.get_num_threads()


def _stamp(path: Path) -> tuple[tuple[str, int, int], ...]:
    """What a folder's files look like from outside, so that a replaced checkpoint is read again."""
    return tuple(
        (file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in sorted(path.iterdir()) if file.is_file()
    )


@st.cache_resource(max_entries=32, show_spinner=False)
def _read(path: str, stamp: tuple[tuple[str, int, int], ...]) -> Any:
    """A Checkpoint, or the one line that says why it cannot be opened."""
    try:
        return checkpoint.read(Path(path))
    except YodoError as error:
        return str(error)


def available() -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """The readable checkpoints' cards by id, and one line for each folder that cannot be opened."""
    cards: dict[str, dict[str, Any]] = {}
    damaged: dict[str, str] = {}
    for path in checkpoint.find(ROOT):
        found = _read(str(path), _stamp(path))
        if isinstance(found, str):
            damaged[path.name] = found
        else:
            cards[found.id] = _card(found, _stamp(path))
    return cards, damaged


def _card(found: Any, stamp: Any) -> dict[str, Any]:
    manifest = found.manifest
    notion = get_notion(manifest["notion"])
    return manifest | {
        "sha256": found.sha256,
        "path": str(found.path),
        "stamp": stamp,
        "notion_title": notion.title,
        "notion_help": notion.help,
    }


def _open(card: dict[str, Any]) -> Any:
    found = _read(card["path"], card["stamp"])
    if isinstance(found, str):
        raise CheckpointError(found)
    return found


@st.cache_resource(max_entries=6, show_spinner=False)
def _rows(sha256: str, _found: Any) -> Any:
    return evaluate.rows(_found)


@st.cache_resource(max_entries=12, show_spinner=False)
def _start(sha256: str, split: str, _found: Any) -> np.ndarray:
    return evaluate.start_scores(_found, _rows(sha256, _found), split)


@st.cache_resource(max_entries=512, show_spinner=False)
def _counts(sha256: str, hundredths: int, split: str, _found: Any) -> Counts:
    start = _start(sha256, split, _found)
    return evaluate.counts_at(_found, _rows(sha256, _found), hundredths / 100, split, start)


def recomputed(card: dict[str, Any], alpha: float, threshold: float) -> tuple[dict[str, Any], str]:
    """The figures at one alpha, from blended weights run over the test rows, and "".

    Where the rows cannot be had: the stored figures, and the one line that says why.
    """
    try:
        return _recomputed(card["sha256"], round(alpha * 100), threshold, _open(card)), ""
    except RowsAbsentError as error:
        return stored(card, threshold)[round(alpha * 100)], str(error)


@st.cache_resource(max_entries=1024, show_spinner=False)
def _recomputed(sha256: str, hundredths: int, threshold: float, _found: Any) -> dict[str, Any]:
    return facts(_counts(sha256, hundredths, SPLIT, _found), threshold)


def stored(card: dict[str, Any], threshold: float) -> list[dict[str, Any]]:
    """The figures of every stored level at one threshold."""
    return _stored(card["sha256"], threshold, _open(card))


@st.cache_resource(max_entries=24, show_spinner=False)
def _stored(sha256: str, threshold: float, _found: Any) -> list[dict[str, Any]]:
    curve = _found.curve(SPLIT)
    return [facts(curve.level(i), threshold) for i in range(curve.leading[0])]


def alphas(card: dict[str, Any]) -> list[float]:
    """The stored levels."""
    return list(_open(card).alphas)


def weighted(card: dict[str, Any], alpha: float, threshold: float) -> dict[str, Any] | None:
    """The stored level's figures in survey weights, or None where the rows carry none."""
    return _weighted(card["sha256"], alpha, threshold, _open(card))


@st.cache_resource(max_entries=1024, show_spinner=False)
def _weighted(sha256: str, alpha: float, threshold: float, _found: Any) -> dict[str, Any] | None:
    level = _found.stored(alpha, SPLIT)
    return None if level.weight is None else metrics.point(level, threshold, weighted=True)


@st.cache_data(max_entries=24, show_spinner=False)
def _payload(sha256: str, threshold: float, _card: dict[str, Any], _build: Callable[..., dict[str, Any]]) -> str:
    made = _build(_card, stored(_card, threshold), around(_card, threshold), threshold)
    return json.dumps({"id": payload_id(_card, threshold), **made}, separators=(",", ":"), allow_nan=False)


def payload_id(card: dict[str, Any], threshold: float) -> str:
    """Which payload recomputed figures belong to."""
    return f"{card['sha256'][:16]}@{threshold:.2f}"


def payload(card: dict[str, Any], threshold: float, build: Callable[..., dict[str, Any]]) -> str:
    """What the live view draws from, as one JSON text; `build` puts the figures into words, once a key."""
    return _payload(card["sha256"], threshold, card, build)


def scores(card: dict[str, Any], alpha: float, threshold: float, condition: int | None) -> dict[str, Any] | None:
    """The spread of scores at one alpha, recomputed from rows; None where the rows cannot be had."""
    found = _open(card)
    try:
        return distribution(_counts(card["sha256"], round(alpha * 100), SPLIT, found), condition, threshold)
    except RowsAbsentError:
        return None


def stored_scores(card: dict[str, Any], threshold: float, condition: int | None) -> list[dict[str, Any]]:
    """The spread of scores at every stored level."""
    return _stored_scores(card["sha256"], threshold, condition, _open(card))


@st.cache_resource(max_entries=24, show_spinner=False)
def _stored_scores(sha256: str, threshold: float, condition: int | None, _found: Any) -> list[dict[str, Any]]:
    curve = _found.curve(SPLIT)
    return [distribution(curve.level(i), condition, threshold) for i in range(curve.leading[0])]


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
    return _around(card["sha256"], threshold, card["notion"], _open(card))


@st.cache_resource(max_entries=24, show_spinner=False)
def _around(sha256: str, threshold: float, notion: str, _found: Any) -> dict[str, Any]:
    curve = _found.curve(SPLIT)
    start = curve.level(0).n
    labels = start.sum(axis=(0, 2))
    marks = [result for result in _found.baselines if SPLIT in result.counts]
    places = [
        {"method": result.method, "setting": _clean(result.setting), "seed": int(result.seed)}
        | dict(zip(("x", "y"), _place(result.counts[SPLIT], notion, threshold), strict=True))
        for result in marks
    ]
    return {
        "n": int(labels.sum()),
        "models": [mark for mark in places if mark["method"] == "fixed"],
        "erm": [mark for mark in places if mark["method"] == "erm"],
        "others": _others(places),
        "seeds": [_place(_found.curve(SPLIT, seed), notion, threshold) for seed in _found.seeds],
        "constant": {"accuracy": float(labels.max() / labels.sum()), "always": int(labels.argmax())},
    }


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
                    "setting": method.setting if method else "setting",
                    "needs_group": bool(method and method.needs_group),
                    "place": place,
                    "marks": [mark for mark in places if mark["method"] == name],
                }
            )
    return others


def _place(counts: Counts, notion: str, threshold: float) -> tuple[Any, Any]:
    gap = metrics.gap(metrics.rates(counts, threshold), notion)
    return _clean(gap), _clean(metrics.overall(counts, threshold)["accuracy"])


def _clean(value: Any) -> Any:
    """Plain Python numbers, None in place of NaN."""
    if value is None:
        return None
    listed = np.asarray(value).tolist()
    if isinstance(listed, list):
        return [None if v != v else v for v in listed]
    return None if isinstance(listed, float) and listed != listed else listed


def facts(counts: Counts, threshold: float) -> dict[str, Any]:
    """One level as `point` gives it, with intervals and, for each notion, who is ahead of whom."""
    point = metrics.point(counts, threshold)
    rates = metrics.rates(counts, threshold)
    low, high = accuracy_interval(round((point["accuracy"] or 0) * point["n"]), point["n"])
    change: tuple[Any, Any, Any] = (None, None, None)
    if counts.gained is not None:
        change = paired_change(counts, threshold)
    return point | {
        "accuracy_low": _clean(low),
        "accuracy_high": _clean(high),
        "accuracy_change": _clean(change[0]),
        "accuracy_change_low": _clean(change[1]),
        "accuracy_change_high": _clean(change[2]),
        "gaps": {notion: _gap(counts, rates, notion, threshold) for notion in NOTIONS},
        "groups": [group | _interval(group) for group in point["groups"]],
    }


def _interval(group: dict[str, Any]) -> dict[str, Any]:
    """The 95% interval of a group's decision rate, None where the rate itself is not shown."""
    low, high = (None, None) if group["decision_rate"] is None else accuracy_interval(group["decisions"], group["n"])
    return {"decision_rate_low": _clean(low), "decision_rate_high": _clean(high)}


def _gap(counts: Counts, rates: metrics.Rates, notion: str, threshold: float) -> dict[str, Any]:
    """A worst-case gap, its floor, the pair behind it and, for two groups, the interval of their difference."""
    value = _clean(metrics.gap(rates, notion))
    gap = {"gap": value, "floor": _clean(metrics.floor_of(counts, notion, threshold)[1])}
    if value is None:
        return gap | dict.fromkeys(("high", "low", "condition", "low_end", "high_end"))
    top, bottom = (int(index) for index in metrics.extremes(rates, notion))
    condition = max(
        get_notion(notion).conditions,
        key=lambda c: getattr(rates, _CONDITION_RATE[c])[top] - getattr(rates, _CONDITION_RATE[c])[bottom],
    )
    rate, size = rates.under(condition)
    ends: list[float | None] = [None, None]
    if len(counts.groups) == 2:
        hits = np.rint(rate * size)
        ends = [_clean(end) for end in gap_interval(hits[top], size[top], hits[bottom], size[bottom])]
    return gap | {
        "high": counts.groups[top],
        "low": counts.groups[bottom],
        "condition": condition,
        "low_end": ends[0],
        "high_end": ends[1],
    }


def figure(card: dict[str, Any], threshold: float, words: dict[str, str], theme: str) -> Any:
    """The same chart as a plotly figure, for when the live view is not there or zoom is wanted."""
    # Plotly takes a second to import, and the first screen does without it.
    from yodo_core import charts

    return charts.trade_off(stored(card, threshold), card["notion"], around(card, threshold), words, theme)
