"""Groups, features, tables and the content hash."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from yodo_core.data import get
from yodo_core.data.prepare import Prepared, prepare, rows_hash, split_rows
from yodo_core.data.spec import Attribute, DataSpec
from yodo_core.errors import InputError

ADULT = get("adult")
Toy = Callable[[pd.DataFrame], DataSpec]


def test_groups_are_readable_and_by_size(frame: pd.DataFrame, by_attribute: dict[str, Prepared]) -> None:
    assert by_attribute["sex"].groups == ("Men", "Women")
    assert by_attribute["race"].groups == (
        *("White", "Black", "Asian or Pacific Islander", "Native American", "Other race"),
    )
    both = by_attribute["sex+race"]
    assert len(both.groups) == 10
    assert both.groups[:4] == ("White · Men", "White · Women", "Black · Men", "Black · Women")
    assert both.attribute.reference in both.groups
    for prepared in by_attribute.values():
        sizes = sum(np.bincount(t.group, minlength=len(prepared.groups)) for t in prepared.splits.values())
        assert list(sizes) == sorted(sizes, reverse=True)
    test = split_rows(frame, ADULT)["test"]
    women_black = ((frame["sex"] == "Female") & (frame["race"] == "Black")).to_numpy()[test]
    assert np.array_equal(both.splits["test"].group == 3, women_black)
    assert np.array_equal(by_attribute["sex"].splits["test"].group == 1, (frame["sex"] == "Female")[test])


def names(prepared: Prepared) -> set[str]:
    return {*prepared.encoder.names_categories, *prepared.encoder.names_numbers}


def test_attribute_target_and_weight_are_no_features(by_attribute: dict[str, Prepared]) -> None:
    every = {column.name for column in ADULT.columns} - {"income", "fnlwgt"}
    assert len(every) == 12
    assert names(by_attribute["sex"]) == every - {"sex"}
    assert names(by_attribute["race"]) == every - {"race"}
    assert names(by_attribute["sex+race"]) == every - {"sex", "race"}
    assert names(prepare(ADULT, "sex", with_attribute=True)) == every


def test_shapes_and_ranges(by_attribute: dict[str, Prepared]) -> None:
    prepared = by_attribute["sex"]
    for table in prepared.splits.values():
        assert table.codes.shape == (len(table), len(prepared.encoder.cardinalities))
        assert (table.codes.dtype, table.numbers.dtype) == (np.int16, np.float32)
        assert (table.label.dtype, table.group.dtype) == (np.int64, np.int64)
        assert (table.codes >= 0).all()
        assert (table.codes < np.array(prepared.encoder.cardinalities)).all()
    assert np.abs(prepared.splits["train"].numbers.mean(0)).max() < 1e-4
    assert np.abs(prepared.splits["train"].numbers.std(0) - 1).max() < 1e-4


def test_encoder_of_another_attribute_is_refused(by_attribute: dict[str, Prepared]) -> None:
    with pytest.raises(InputError, match="differ from the features of Adult census, 1994 in race, sex;"):
        prepare(ADULT, "sex", encoder=by_attribute["race"].encoder)


def test_missing_columns_are_all_named(toy: Toy, toy_rows: pd.DataFrame) -> None:
    rows = toy_rows
    spec = dataclasses.replace(toy(rows), load=lambda: rows.drop(columns=["size", "colour"]))
    with pytest.raises(InputError, match="lack the columns size, colour;"):
        prepare(spec, "kind")


def test_undeclared_group_and_missing_target_are_refused(toy: Toy, toy_rows: pd.DataFrame) -> None:
    rows = toy_rows
    declared = Attribute("kind", ("kind",), reference="A", noun="kind", groups={"a": "A"})
    with pytest.raises(InputError, match="Column 'kind' has the undeclared values b; expected a"):
        prepare(dataclasses.replace(toy(rows), attributes=(declared,)), "kind")
    rows.loc[0, "good"] = None
    with pytest.raises(InputError, match="Column 'good' is empty in 1 rows"):
        prepare(toy(rows), "kind")


def test_take_keeps_rows_together(by_attribute: dict[str, Prepared], toy: Toy, toy_rows: pd.DataFrame) -> None:
    table = by_attribute["sex"].splits["test"]
    index = np.array([5, 0, 5])
    taken = table.take(index)
    assert len(taken) == 3
    for name in ("codes", "numbers", "label", "group", "weight"):
        assert np.array_equal(getattr(taken, name), getattr(table, name)[index]), name
    rows = toy_rows
    assert prepare(toy(rows), "kind").splits["test"].take(index).weight is None


def test_rows_hash_follows_content_not_form(toy: Toy, toy_rows: pd.DataFrame) -> None:
    rows = toy_rows
    spec, base = toy(rows), rows_hash(rows, toy(rows))
    codes = rows.assign(colour=pd.Categorical(rows["colour"], categories=["unused", "red", "blue"]))
    assert rows_hash(codes, spec) == base
    assert rows_hash(rows.assign(size=rows["size"].astype(int)), spec) == base
    others = [
        rows.iloc[::-1],
        rows.assign(size=rows["size"].where(rows.index != 7, 7.5)),
        rows.assign(colour=rows["colour"].where(rows.index != 1, "red")),
        rows.assign(colour=rows["colour"].replace("red", "rot")),
        rows.assign(colour=rows["colour"].where(rows.index != 1)),
    ]
    assert len({base, *(rows_hash(other, spec) for other in others)}) == 6


def test_several_values_may_form_one_group(toy: Toy, toy_rows: pd.DataFrame) -> None:
    """Two attributes of one column, each with its own groups; an intersection takes the first one's names."""
    rows = toy_rows.assign(kind=np.array(["a", "b", "c", "b"] * 50), colour="red")
    attributes = (
        Attribute("kind", ("kind",), reference="A", noun="kind", groups={"a": "A", "b": "B", "c": "C"}),
        Attribute("kind2", ("kind",), reference="A", noun="kind", groups={"a": "A", "b": "Rest", "c": "Rest"}),
        Attribute("kind+colour", ("kind", "colour"), reference="A · red", noun="kind and colour"),
    )
    spec = dataclasses.replace(toy(rows), attributes=attributes)
    assert prepare(spec, "kind").groups == ("B", "A", "C")
    two = prepare(spec, "kind2")
    assert two.groups == ("Rest", "A")
    assert sum(int((table.group == 1).sum()) for table in two.splits.values()) == 50
    assert "kind" not in names(two)
    assert prepare(spec, "kind+colour").groups == ("B · red", "A · red", "C · red")
