"""Keeping a session's own checkpoint: under a name in the folder of checkpoints, or as a file to download."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

from app.store import cards
from yodo_core import checkpoint
from yodo_core.errors import YodoError

NAME = re.compile(r"[a-z0-9](-?[a-z0-9]){0,39}")


def save(card: dict[str, Any], name: str) -> str:
    """Write a copy under this name beside the other checkpoints. Returns "", or the one line that says why not.

    An existing folder is never replaced: its name is taken by making it, which one of two can do.
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
        checkpoint.write(target, found.manifest, found.line, found.curves, found.baselines)
    except (YodoError, OSError) as error:
        target.rmdir()
        return f"It could not be saved: {error}"
    return ""


def packed(card: dict[str, Any], name: str) -> bytes:
    """The checkpoint's files as one zip archive, in a folder of this name, or of its id where that is none."""
    folder = name if NAME.fullmatch(name) else card["id"]
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(Path(card["path"]).iterdir()):
            archive.write(file, f"{folder}/{file.name}")
    return content.getvalue()
