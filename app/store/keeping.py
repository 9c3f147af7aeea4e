"""Keeping a session's own checkpoint: under a name in the folder of checkpoints, or as a file to download.

What was kept this way says so in its manifest, by KEPT, and only that can be removed again.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

from app.store import cards, levels
from yodo_core import checkpoint
from yodo_core.errors import YodoError

NAME = re.compile(r"[a-z0-9](-?[a-z0-9]){0,39}")
KEPT = "kept_by_app"
LONGEST = 60
"""Letters of a title."""


def save(card: dict[str, Any], name: str, title: str = "") -> str:
    """Write a copy under this name beside the other checkpoints. Returns "", or the one line that says why not.

    `title` is what lists call it, the data's own title where it is empty. An existing folder is never replaced: its
    name is taken by making it, which one of two can do.
    """
    if not NAME.fullmatch(name):
        return "A name has 1 to 40 small letters, digits and single hyphens between them, as in loans-2024."
    target = cards.ROOT / name
    try:
        cards.ROOT.mkdir(parents=True, exist_ok=True)
        target.mkdir()
    except FileExistsError:
        return f"There is a folder {name} already, and it stays as it is; choose another name."
    except OSError as error:
        return f"The folder of checkpoints cannot be written to ({error.strerror}); download the files instead."
    try:
        found = cards.opened(card)
        manifest = found.manifest | {"dataset_title": titled(title) or found.manifest["dataset_title"], KEPT: True}
        checkpoint.write(target, manifest, found.line, found.curves, found.baselines)
    except (YodoError, OSError) as error:
        target.rmdir()
        return f"It could not be saved: {error}"
    return ""


def titled(text: str) -> str:
    """A title as it is kept: one line of at most LONGEST letters that can be seen."""
    seen = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(seen.split())[:LONGEST].strip()


def saved() -> dict[str, str]:
    """What was kept this way, as title by name."""
    found, _ = cards.available()
    return {name: str(card["dataset_title"]) for name, card in found.items() if removable(card)}


def removable(card: dict[str, Any]) -> bool:
    """Whether `save` has written it, under the name that it lies at."""
    path = Path(card["path"])
    plain = path == cards.ROOT / path.name and not path.is_symlink() and NAME.fullmatch(path.name) is not None
    return plain and card.get(KEPT) is True and card.get("own") is not None and card["id"] == path.name


def remove(name: str) -> str:
    """Remove a checkpoint that `save` has written. Returns "", or the one line that says why it stays."""
    found = cards.card_at(cards.ROOT / name) if name in saved() else None
    if not isinstance(found, dict):
        return f"No model was saved here as {name}, so nothing is removed."
    target, known = Path(found["path"]), {"manifest.json", *found["files"]}
    others = sorted(file.name for file in target.iterdir() if file.name not in known)
    if others:
        return f"The folder {name} also holds {', '.join(others[:3])}, so it stays; remove it by hand."
    try:
        # Out of sight in one stroke, so that nobody opens half of it.
        gone = target.with_name(f".{name}.removed")
        shutil.rmtree(gone, ignore_errors=True)
        os.rename(target, gone)
    except OSError as error:
        return f"{name} cannot be removed ({error.strerror})."
    shutil.rmtree(gone, ignore_errors=True)
    levels.forget(found["sha256"])
    return ""


def packed(card: dict[str, Any], name: str) -> bytes:
    """The checkpoint's files as one zip archive, in a folder of this name, or of its id where that is none."""
    folder = name if NAME.fullmatch(name) else card["id"]
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(Path(card["path"]).iterdir()):
            archive.write(file, f"{folder}/{file.name}")
    return content.getvalue()
