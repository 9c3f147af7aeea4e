"""What a training on a file of one's own is asked for, as the words of the command line. Pure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from yodo_core.config import TrainConfig
from yodo_core.data.split import SHARES

LEAST_STEPS, MOST_EPOCHS = 150, 100
"""On 2,000 to 10,000 rows fewer steps leave the difference where it was, and many more wear accuracy down."""


def asked(
    file: Path, recipe: dict[str, Any], rows: int, notion: str, with_attribute: bool, quick: bool, out: Path
) -> list[str]:
    """The command that trains on so many rows of a file; not quick, it trains four times more, for curves beside it."""
    options = {"notion": notion, "epochs": _epochs(rows), "other-seeds": 0 if quick else 4, "out": out}
    flags = ["--overwrite", "--json", *(["--with-attribute"] if with_attribute else [])]
    return ["train", *_described(file, recipe), *(f"--{name}={value}" for name, value in options.items()), *flags]


def _described(file: Path, recipe: dict[str, Any]) -> list[str]:
    """A file and its recipe as options of `train`, a word each, as a value may begin with a hyphen."""
    options = [("data", str(file)), ("target", recipe["target"]), ("favourable", recipe["favourable"])]
    options += [("attribute", "+".join(recipe["attribute"]))]
    options += [("weight", recipe["weight"])] if recipe["weight"] else []
    options += [(option, name) for option in ("drop", "keep") for name in recipe[option]]
    return [f"--{option}={value}" for option, value in options]


def _epochs(rows: int) -> int:
    """Passes over the training rows: the usual number, and more where so few rows make too few steps."""
    usual = TrainConfig()
    steps = max(1, int((1 - sum(SHARES.values())) * rows) // usual.batch_size)
    return max(usual.epochs, min(MOST_EPOCHS, -(-LEAST_STEPS // steps)))
