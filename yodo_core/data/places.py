"""Where rows lie on this machine: the folders that the user names, else the user's own cache folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path

DATA, PUMS = "YODO_DATA", "YODO_PUMS_ROOT"
NAME = "yodo"


def cache() -> Path:
    """The user's cache folder of this program, as each system has it; it may not exist yet."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / NAME / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / NAME
    named = Path(os.environ.get("XDG_CACHE_HOME", ""))
    # The XDG Base Directory Specification has relative paths ignored.
    return (named if named.is_absolute() else Path.home() / ".cache") / NAME


def home() -> Path:
    """Where downloads go: the folder that YODO_DATA names, else the cache folder."""
    named = os.environ.get(DATA)
    return Path(named) if named else cache()


def candidates(name: str) -> list[Path]:
    """Where a file of this name, as in kdd/census-income.test.gz, may lie; the first that is there counts."""
    named = os.environ.get(PUMS)
    places = [home() / name, cache() / name]
    if named and name.startswith("pums/"):
        places.insert(0, Path(named) / name.removeprefix("pums/"))
    return list(dict.fromkeys(places))


def find(name: str) -> Path | None:
    """The file of this name, in the first folder that has it."""
    return next((place for place in candidates(name) if place.is_file()), None)


def looked(name: str) -> str:
    """The folders in which `find` looks for this name, as a reader takes them in."""
    return " and ".join(str(place.parent) for place in candidates(name))
