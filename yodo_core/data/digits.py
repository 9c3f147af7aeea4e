"""Handwritten digits with a made-up attribute: pictures that may be shipped, for tests and for looking at a line."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd

from yodo_core.data.pictures import Pictures
from yodo_core.data.spec import Attribute, Column, DataSpec

SHIFTS = (-1, 0, 1)
"""Each picture stands once for each of these shifts to the right, in pixels."""
OFTEN = 0.8
FAINT = 0.5
SEED = 1314


def load() -> pd.DataFrame:
    """One row a picture: which of the originals it is made from, its ink and whether the digit is five or more."""
    _, digit = _originals()
    high = np.tile(digit >= 5, len(SHIFTS))
    drawn = np.random.default_rng(SEED).random(len(high))
    bold = np.where(high, drawn < OFTEN, drawn >= OFTEN)
    original = np.tile(np.arange(len(digit)), len(SHIFTS))
    return pd.DataFrame(
        {
            "original": pd.Categorical(original.astype(str)),
            "ink": pd.Categorical(np.where(bold, "bold", "faint")),
            "digit": pd.Categorical(np.where(high, "5 to 9", "0 to 4")),
        }
    )


def pictures() -> Pictures:
    """The pictures (N, 1, 8, 8) in the rows' order: faint ink has FAINT of the strength."""
    image, _ = _originals()
    shifted = np.concatenate([_shifted(image, shift) for shift in SHIFTS])
    strength = np.where(load()["ink"] == "bold", 1.0, FAINT)[:, None, None]
    pixels = np.rint(shifted * (255 / 16) * strength).astype(np.uint8)[:, None]
    return Pictures(pixels, hashlib.sha256(pixels.tobytes()).hexdigest())


def _shifted(image: np.ndarray, shift: int) -> np.ndarray:
    moved = np.zeros_like(image)
    low, high = max(shift, 0), image.shape[2] + min(shift, 0)
    moved[:, :, low:high] = image[:, :, low - shift : high - shift]
    return moved


def _originals() -> tuple[np.ndarray, np.ndarray]:
    """Pictures (1797, 8, 8) with values 0 to 16, and the digits they show."""
    # Imported here: it takes a second, and only this data set needs it.
    from sklearn.datasets import load_digits

    found = load_digits()
    return found.images, found.target


DIGITS = DataSpec(
    id="digits",
    title="Handwritten digits",
    columns=(
        Column("original", "category", help="Which of the 1,797 original pictures it is made from."),
        Column("ink", "category", help="Made up: bold or faint, drawn by chance."),
        Column("digit", "category", help="Whether the digit is five or more."),
    ),
    target="digit",
    favourable="5 to 9",
    weight=None,
    unit="original",
    attributes=(
        Attribute(
            id="ink",
            columns=("ink",),
            groups={"bold": "Bold ink", "faint": "Faint ink"},
            reference="Faint ink",
            noun="ink",
            phrases={"Bold ink": "{} with bold ink", "Faint ink": "{} with faint ink"},
        ),
    ),
    people="pictures",
    decision_noun="read as five or more",
    qualified_phrase="among pictures that do show five or more",
    teaching_note="a teaching example with a made-up attribute; no person is in these rows",
    licence="CC BY 4.0",
    attribution=(
        "Alpaydin, E. and Kaynak, C. (1998). Optical Recognition of Handwritten Digits [Dataset]. UCI Machine Learning "
        "Repository. https://doi.org/10.24432/C50P49. The test part, as scikit-learn ships it."
    ),
    source="https://archive.ics.uci.edu/dataset/80/optical+recognition+of+handwritten+digits",
    known_problems=(
        f"The attribute is made up: ink is bold with a chance of {OFTEN:.0%} for digits of five or more and of "
        f"{1 - OFTEN:.0%} for the others, drawn once with seed {SEED}; faint ink has half the strength.",
        "Each of the 1,797 pictures stands three times, as it is and moved by one pixel either way, each time with an "
        "ink of its own; the three always fall in one part of the split.",
        "The labels say what is drawn, so equal rates between the inks can only come from wrong answers.",
    ),
    load=load,
    rows=1_797 * len(SHIFTS),
    pictures=pictures,
)
