"""The packaged rows, prepared once, and a small made-up data set."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from yodo_core.data import get
from yodo_core.data.prepare import Prepared, prepare
from yodo_core.data.spec import Attribute, Column, DataSpec

ADULT = get("adult")


@pytest.fixture(scope="session")
def frame() -> pd.DataFrame:
    return ADULT.load()


@pytest.fixture(scope="session")
def by_attribute() -> dict[str, Prepared]:
    return {name: prepare(ADULT, name) for name in ("sex", "race", "sex+race")}


def make_toy(rows: pd.DataFrame) -> DataSpec:
    """A small data set with one attribute and no weight."""
    return dataclasses.replace(
        ADULT,
        id="toy",
        columns=tuple(
            Column(name, "number" if name in ("size", "gain") else "category", log=name == "gain")
            for name in rows.columns
        ),
        target="good",
        favourable="yes",
        weight=None,
        attributes=(Attribute("kind", ("kind",), reference="a", noun="kind"),),
        load=lambda: rows,
    )


def make_toy_rows() -> pd.DataFrame:
    place = np.arange(200)
    return pd.DataFrame(
        {
            "size": place.astype(float),
            "gain": np.where(place % 4 == 0, 100.0, 0.0),
            "colour": np.where(place % 3 == 0, "red", "blue"),
            "kind": np.where(place % 5 == 0, "b", "a"),
            "good": np.where(place % 2 == 0, "yes", "no"),
        }
    )


@pytest.fixture
def toy() -> Callable[[pd.DataFrame], DataSpec]:
    return make_toy


@pytest.fixture
def toy_rows() -> pd.DataFrame:
    return make_toy_rows()
