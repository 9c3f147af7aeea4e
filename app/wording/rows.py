"""The words where the rows of a checkpoint are not at hand, and of their download."""

from __future__ import annotations

from typing import Any

from app.wording.numbers import listed, whole
from app.wording.own import left

STORED = "The rows are not on this machine: every figure comes from the stored curve."
OTHERS = (
    "The rows on this machine are not those that this model was trained on: every figure comes from the stored curve. "
    "The page “Elsewhere” shows the model on them."
)
OWN = "From the stored curve: the rows are a file that someone brought, and were not kept."
BEGIN = "Download the rows"
STOP = "Stop the download"
DONE = "The rows are here."


def offer(found: dict[str, Any]) -> str:
    """Where the rows would come from and go to."""
    files = "1 file" if found["files"] == 1 else f"{found['files']} files"
    return (
        f"Published rows can be had from {listed(found['hosts'])} ({files}; {found['licence']}), into "
        f"{found['folder']} on the machine that runs this app."
    )


def if_others(card: dict[str, Any]) -> str:
    """What a download leads to where a model was trained on a part of what is published, as the committed ones were."""
    return (
        f"This model was trained on {whole(card['data_card']['rows'])} rows. If the published ones are these, figures "
        "are recomputed from them; if they are more or others, this page keeps to the stored curve, and “Elsewhere” "
        "shows the model on them."
    )


def progress(told: dict[str, Any]) -> str:
    """How far a download is."""
    if told["state"] == "waiting":
        return "Waiting for another download on this server to end"
    if told["state"] == "stopping":
        return "Stopping; what has come is kept"
    return f"{told['stage'] or 'Asking the server'}: {left(told['left'])}"
