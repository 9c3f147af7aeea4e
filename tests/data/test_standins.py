"""Which features tell the groups apart."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from yodo_core.data import get
from yodo_core.data.prepare import Prepared, prepare, standins
from yodo_core.data.spec import DataSpec

ADULT = get("adult")
Toy = Callable[[pd.DataFrame], DataSpec]


def test_standins_of_sex_on_adult(by_attribute: dict[str, Prepared]) -> None:
    found = standins(by_attribute["sex"])
    assert [entry["feature"] for entry in found[:2]] == ["relationship", "marital_status"]
    assert len(found) == 5
    strengths = [entry["association"] for entry in found]
    assert strengths == sorted(strengths, reverse=True)
    assert all(0 < strength <= 1 for strength in strengths)
    assert found[0]["measure"] == "Cramér's V"
    assert "Husband" in found[0]["help"]
    assert "sex" not in {e["feature"] for e in standins(prepare(ADULT, "sex", with_attribute=True), top=20)}


def test_standins_equal_the_formula(by_attribute: dict[str, Prepared]) -> None:
    """Cramér's V = sqrt(chi2 / (n (min(rows, columns) - 1))) from expected counts, with NumPy alone."""
    train = by_attribute["race"].splits["train"]
    place = by_attribute["race"].encoder.names_categories.index("native_country")
    seen = np.zeros((train.codes[:, place].max() + 1, 5))
    np.add.at(seen, (train.codes[:, place], train.group), 1)
    seen = seen[seen.sum(1) > 0]
    expected = np.outer(seen.sum(1), seen.sum(0)) / seen.sum()
    value = np.sqrt(((seen - expected) ** 2 / expected).sum() / (seen.sum() * (min(seen.shape) - 1)))
    found = {entry["feature"]: entry["association"] for entry in standins(by_attribute["race"])}
    assert found["native_country"] == pytest.approx(value, abs=1e-12)


def test_standins_extremes(toy: Toy, toy_rows: pd.DataFrame) -> None:
    """A copy of the attribute gives 1, also as a number; a constant is left out, as undefined."""
    rows = toy_rows
    rows["colour"] = rows["kind"].map({"a": "red", "b": "blue"})
    rows["gain"] = (rows["kind"] == "b").astype(float)
    rows["size"] = 1.0
    found = {entry["feature"]: entry["association"] for entry in standins(prepare(toy(rows), "kind"))}
    assert found == {"colour": pytest.approx(1.0), "gain": pytest.approx(1.0)}
