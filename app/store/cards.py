"""Which checkpoints there are, and what each says of itself."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import Any

import streamlit as st
import torch

from app.store import private
from yodo_core import checkpoint, data
from yodo_core.data import card as data_card
from yodo_core.data.phrases import phrases
from yodo_core.errors import CheckpointError, RowsAbsentError, YodoError
from yodo_core.fairness import metrics
from yodo_core.fairness.notions import get_notion

THREADS = 1
"""Torch threads of the app: sessions share the cores, so one forward pass takes one of them."""

SPLIT = "test"
ROOT = Path(os.environ.get("YODO_CHECKPOINTS", "checkpoints"))


@st.cache_resource
def settle_process() -> int:
    """Once a process: the thread count, what crashed servers left of uploads removed, and the imported modules
    taken out of the garbage collector's rounds.
    """
    torch.set_num_threads(THREADS)
    private.sweep(private.root())
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


def available(own: dict[str, Any] | None = None) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """The readable checkpoints' cards by id, and one line for each folder that cannot be opened.

    `own` is the card of the session's own checkpoint, which stands first.
    """
    cards: dict[str, dict[str, Any]] = {own["id"]: own} if own else {}
    damaged: dict[str, str] = {}
    for path in checkpoint.find(ROOT):
        found = card_at(path)
        if isinstance(found, str):
            damaged[path.name] = found
        else:
            cards.setdefault(found["id"], found)
    return cards, damaged


def card_at(path: Path) -> dict[str, Any] | str:
    """The card of the checkpoint in this folder, or the one line that says why it cannot be opened."""
    stamp = _stamp(path)
    found = _read(str(path), stamp)
    return found if isinstance(found, str) else _card(found, stamp)


def _card(found: Any, stamp: Any) -> dict[str, Any]:
    manifest = found.manifest
    notion = get_notion(manifest["notion"])
    return manifest | {
        "id": found.id,
        "sha256": found.sha256,
        "path": str(found.path),
        "stamp": stamp,
        "notion_title": notion.title,
        "notion_help": notion.help,
        "phrases": _phrases(manifest),
        "data_card": data_card.stored(manifest),
        "share_set": _share_set(manifest.get("alpha_map")),
        "share_unset": _share_unset(found.sha256, found),
    }


def _phrases(manifest: dict[str, Any]) -> dict[str, str]:
    """The words for each group in a sentence, as the data set declares them; files of one's own declare none."""
    try:
        spec = data.get(manifest["dataset"])
    except YodoError:
        spec = None
    return phrases(spec, manifest["attribute"], [g["name"] for g in manifest["groups"]], manifest["people"])


def _share_set(knots: dict[str, Any] | None) -> dict[str, float] | None:
    """At which threshold alpha is the share of the disparity that is gone, and the most of it that can be."""
    if not knots or "threshold" not in knots:
        return None
    # Where the line never comes to none, the last alphas keep to one position.
    pause = knots["positions"].index(knots["positions"][-1])
    return {"threshold": float(knots["threshold"]), "most": float(knots["alphas"][pause])}


@st.cache_resource(max_entries=32, show_spinner=False)
def _share_unset(sha256: str, _found: Any) -> str | None:
    """Why alpha is no share: "objective", "chance" (nothing to tell from none), "unknown"; None if it is.

    The threshold is the one lines are trained for, 0.5.
    """
    manifest = _found.manifest
    if _share_set(manifest.get("alpha_map")):
        return None
    if manifest["objective"] != "calibrated":
        return "objective"
    try:
        start = _found.curve("tune").level(0)
    except RowsAbsentError:
        return "unknown"
    gap, floor = metrics.gap(metrics.rates(start, 0.5), _found.notion), metrics.floor_of(start, _found.notion, 0.5)[1]
    return "unknown" if float(gap) > float(floor) else "chance"


def opened(card: dict[str, Any]) -> Any:
    """The Checkpoint behind a card. Raises CheckpointError where it has been damaged since."""
    found = _read(card["path"], card["stamp"])
    if isinstance(found, str):
        raise CheckpointError(found)
    return found
