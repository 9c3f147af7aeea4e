"""A checkpoint's folder: what may be written over, and one stroke in which a new folder takes an old one's place."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Collection
from pathlib import Path

from yodo_core.errors import InputError

HEAL_AFTER = 5.0


def check_target(path: str | Path, own: Collection[str], keep_out: str = "") -> None:
    """Raises InputError where writing to `path` would delete anything but an earlier checkpoint, whose files are `own`.

    So it does for a place within this project where `keep_out` says why the checkpoint may not lie there.
    """
    target = Path(path)
    if not target.name:
        raise InputError(f"{target} cannot be a checkpoint's folder; name a new one, as in checkpoints/NAME.")
    if keep_out and _in_project(target):
        raise InputError(f"{target} lies within this project. {keep_out} Give an --out outside of it.")
    if not os.path.lexists(target):
        return
    if not target.is_dir() or target.is_symlink():
        raise InputError(f"{target} is no folder; give another --out.")
    others = sorted(p.name for p in target.iterdir() if p.name not in own)
    if others:
        raise InputError(
            f"{target} holds {', '.join(others[:3])}, which is no file of a checkpoint and would be lost; "
            "give another --out."
        )


def _in_project(target: Path) -> bool:
    """Whether it lies beside this package, or in the git work tree that holds it."""
    home = Path(__file__).resolve().parents[1]
    above = (target.resolve(), *target.resolve().parents)
    return any(place == home or ((place / ".git").exists() and home.is_relative_to(place)) for place in above)


def swap(fresh: Path, target: Path) -> None:
    """Let the fresh folder take the place of the target, which is whole, as it was or as it will be, at any moment."""
    old = _old(target)
    if target.exists():
        shutil.rmtree(old, ignore_errors=True)
        os.rename(target, old)
    os.rename(fresh, target)
    shutil.rmtree(old, ignore_errors=True)


def _old(target: Path) -> Path:
    return target.with_name(f".{target.name}.old")


def heal(target: Path, mark: str) -> None:
    """A writer was killed between its two renames: the old folder, with the file `mark`, takes its name again.

    A writer that lives needs an instant between them, so only an old folder that has lain there is taken.
    """
    old = _old(target)
    if not target.exists() and (old / mark).is_file() and time.time() - old.stat().st_ctime > HEAL_AFTER:
        os.rename(old, target)
