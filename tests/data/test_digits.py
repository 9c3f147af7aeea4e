"""The shipped pictures: what is made up about them is as their card says."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_digits

from yodo_core.data import get
from yodo_core.data.digits import FAINT
from yodo_core.data.prepare import Prepared, prepare
from yodo_core.data.spec import DataSpec
from yodo_core.errors import InputError

DIGITS = get("digits")


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    return prepare(DIGITS, "ink")


def test_declaration(check_declaration: Callable[[DataSpec], pd.DataFrame]) -> None:
    rows = check_declaration(DIGITS)
    high = rows["digit"] == "5 to 9"
    bold = rows["ink"] == "bold"
    assert bold[high].mean() == pytest.approx(0.8, abs=0.02)
    assert bold[~high].mean() == pytest.approx(0.2, abs=0.02)
    assert (rows["original"].value_counts() == 3).all()


def test_each_picture_is_one_of_the_originals_moved_and_inked() -> None:
    rows, pixels = DIGITS.load(), DIGITS.pictures().pixels  # type: ignore[misc]
    image, digit = load_digits().images, load_digits().target
    assert pixels.shape == (len(rows), 1, 8, 8)
    assert pixels.dtype == np.uint8
    for place in (0, 7, 1_800, 4_000, len(rows) - 1):
        original, shift = int(rows["original"].iloc[place]), place // len(image) - 1
        strength = (1.0 if rows["ink"].iloc[place] == "bold" else FAINT) * 255 / 16
        expected = np.roll(image[original], shift, axis=1)
        if shift:
            expected[:, 0 if shift > 0 else -1] = 0
        assert np.array_equal(pixels[place, 0], np.rint(expected * strength))
        assert (rows["digit"].iloc[place] == "5 to 9") == (digit[original] >= 5)


def test_prepared_rows_carry_their_pictures(prepared: Prepared) -> None:
    assert prepared.picture == (1, 8, 8)
    assert prepared.groups == ("Bold ink", "Faint ink")
    assert {name: len(table) for name, table in prepared.splits.items()} == {
        "train": 3231,
        "tune": 540,
        "certify": 540,
        "test": 1080,
    }
    pixels = DIGITS.pictures().pixels  # type: ignore[misc]
    brightest = prepared.splits["test"].pixels.max((1, 2, 3))  # type: ignore[union-attr]
    assert brightest[prepared.splits["test"].group == 1].max() == 128, "faint ink has half the strength"
    assert sum(len(table) for table in prepared.splits.values()) == len(pixels)
    (inputs,) = prepared.splits["tune"].take(np.array([3, 1])).inputs()
    assert np.array_equal(inputs, prepared.splits["tune"].pixels[[3, 1]])  # type: ignore[index]


def test_the_rows_hash_is_that_of_labels_and_pictures(prepared: Prepared) -> None:
    """If it changes, checkpoints lose their rows."""
    assert prepared.rows_sha256 == "a37e3ef865e581026ec68d4ef471a9af12a04cfdb7c236cc5eb28cc14d9e879f"


def test_a_net_that_reads_pictures_sees_no_attribute() -> None:
    with pytest.raises(InputError, match="sees nothing else of Handwritten digits; leave --with-attribute out"):
        prepare(DIGITS, "ink", with_attribute=True)
