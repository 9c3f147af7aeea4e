"""A task: what decides a result, and the work that gives it. Its content key says whether it is done already."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paper_parts.panels import EPOCHS, RUN, Panel

VERSION = 1
"""To be raised when a change of the core or of these parts changes what a task computes."""


@dataclass(frozen=True)
class Task:
    """One result line: `about` are its own settings, beside the panel and the paper's run."""

    claim: str
    panel: Panel
    about: dict[str, Any]
    work: Callable[[], dict[str, Any]]

    @property
    def id(self) -> str:
        named = (str(self.about[name]) for name in ("method", "seed") if name in self.about)
        return "/".join([self.claim, self.panel.id, *named])

    @property
    def key(self) -> str:
        decides = {
            "version": VERSION, "claim": self.claim, "panel": self.panel.id, "about": self.about, "run": RUN,
            "epochs": EPOCHS[self.panel.dataset], "rows": self.panel.prepared.rows_sha256,
        }  # fmt: skip
        return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()[:16]


def done(path: Path) -> set[str]:
    """Keys of the results that are there."""
    if not path.is_file():
        return set()
    return {json.loads(text)["key"] for text in path.read_text("utf-8").splitlines() if text}
