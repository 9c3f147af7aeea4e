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


def declaration_fits(spec: DataSpec) -> pd.DataFrame:
    """The rows of a data set, once everything its declaration says was found to hold for them."""
    assert spec.absent() is None
    rows = spec.load()
    names = [column.name for column in spec.columns]
    assert list(rows.columns) == names
    assert len(rows) == (spec.rows or len(rows))
    assert rows.index.equals(pd.RangeIndex(len(rows)))
    assert not rows.isna().any().any()
    assert all(column.help.endswith(".") for column in spec.columns)
    assert spec.favourable in set(rows[spec.target])
    assert spec.weight is None or (rows[spec.weight] > 0).all()
    for column in spec.columns:
        assert pd.api.types.is_float_dtype(rows[column.name]) == (column.kind == "number"), column.name
    for attribute in spec.attributes:
        assert set(attribute.columns) <= set(names)
        if attribute.bands:
            assert attribute.reference in attribute.band_names()
        elif len(attribute.columns) == 1:
            came = set(rows[attribute.columns[0]])
            assert came <= set(attribute.groups)
            assert came == set(attribute.groups) or spec.rows is None, "packaged rows show every group"
            assert attribute.reference in attribute.groups.values()
        if spec.pictures is not None:
            assert spec.features(attribute) == (), "a net that reads pictures sees nothing else"
            continue
        left_out = {spec.target, spec.weight, spec.unit, *attribute.columns}
        features = {column.name for column in spec.features(attribute)}
        assert features == set(names) - left_out
        assert {c.name for c in spec.features(attribute, with_attribute=True)} == features | set(attribute.columns)
    assert spec.licence
    assert spec.attribution
    assert spec.known_problems
    return rows


@pytest.fixture
def check_declaration() -> Callable[[DataSpec], pd.DataFrame]:
    return declaration_fits
