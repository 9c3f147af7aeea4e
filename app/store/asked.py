"""What a training on a file of one's own is asked for, as the words of the command line. Pure."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def asked(file: Path, recipe: dict[str, Any], notion: str, with_attribute: bool, quick: bool, out: Path) -> list[str]:
    """The command that trains on a file; not quick, it trains four times more, for curves beside it."""
    options = {"notion": notion, "other-seeds": 0 if quick else 4, "out": out}
    flags = ["--overwrite", "--json", *(["--with-attribute"] if with_attribute else [])]
    return ["train", *_described(file, recipe), *(f"--{name}={value}" for name, value in options.items()), *flags]


def _described(file: Path, recipe: dict[str, Any]) -> list[str]:
    """A file and its recipe as options of `train`, a word each, as a value may begin with a hyphen."""
    options = [("data", str(file)), ("target", recipe["target"]), ("favourable", recipe["favourable"])]
    options += [("attribute", "+".join(recipe["attribute"]))]
    options += [(option, recipe[option]) for option in ("weight", "unit") if recipe[option]]
    options += [(option, name) for option in ("drop", "keep") for name in recipe[option]]
    return [f"--{option}={value}" for option, value in options]
