"""One split for every attribute, disjoint, complete, stratified and repeatable."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from yodo_core.data import get
from yodo_core.data.prepare import Prepared, split_rows
from yodo_core.data.spec import DataSpec
from yodo_core.errors import InputError

ADULT = get("adult")
GOLDEN_TEST_ROWS = "d1be5c19fc529626"
Toy = Callable[[pd.DataFrame], DataSpec]


@pytest.mark.parametrize(
    ("kind", "sizes"),
    [
        ("default", {"train": 29_303, "tune": 4_885, "certify": 4_885, "test": 9_769}),
        ("paper", {"train": 34_188, "tune": 4_885, "test": 9_769}),
    ],
)
def test_splits_are_disjoint_and_complete(frame: pd.DataFrame, kind: str, sizes: dict[str, int]) -> None:
    rows = split_rows(frame, ADULT, kind=kind)
    assert {name: len(index) for name, index in rows.items()} == sizes
    assert np.array_equal(np.sort(np.concatenate(list(rows.values()))), np.arange(len(frame)))


def test_split_is_stratified_on_label_and_attributes(frame: pd.DataFrame) -> None:
    """Each cell's share of a split differs from its share of all rows by less than two people's worth."""
    cells = frame.groupby(["income", "sex", "race"], observed=True).ngroup().to_numpy()
    share = np.bincount(cells) / len(cells)
    assert len(share) == 20
    for name, index in split_rows(frame, ADULT).items():
        expected = share * len(index)
        assert np.abs(np.bincount(cells[index], minlength=20) - expected).max() < 2, name


def test_paper_split_is_stratified_on_the_label_only(frame: pd.DataFrame) -> None:
    positive = (frame["income"] == ">50K").to_numpy()
    cells = frame.groupby(["income", "sex"], observed=True).ngroup().to_numpy()
    rows = split_rows(frame, ADULT, kind="paper")
    for index in rows.values():
        assert abs(positive[index].sum() - positive.mean() * len(index)) < 2
    expected = np.bincount(cells) / len(cells) * len(rows["test"])
    assert np.abs(np.bincount(cells[rows["test"]]) - expected).max() > 2


def test_split_depends_on_its_seed_alone(frame: pd.DataFrame) -> None:
    first, again, other = (split_rows(frame, ADULT, seed) for seed in (1314, 1314, 7))
    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert len(np.intersect1d(first["test"], other["test"])) < 0.3 * len(first["test"])
    digest = hashlib.sha256(first["test"].astype("<i8").tobytes()).hexdigest()
    assert digest.startswith(GOLDEN_TEST_ROWS), "another split: every committed checkpoint would be off"


def test_split_is_the_same_for_every_attribute(frame: pd.DataFrame, by_attribute: dict[str, Prepared]) -> None:
    rows = split_rows(frame, ADULT)
    for prepared in by_attribute.values():
        for name, index in rows.items():
            table = prepared.splits[name]
            assert np.array_equal(table.weight, frame["fnlwgt"].to_numpy()[index])
            assert np.array_equal(table.label, (frame["income"] == ">50K").to_numpy()[index])


@pytest.mark.parametrize("small", [3, 39])
def test_small_cells_are_merged_and_do_not_fail(small: int, toy: Toy, toy_rows: pd.DataFrame) -> None:
    """A few one-row groups join the largest cell of their label; many form one cell of their own."""
    rows = toy_rows
    rows.loc[: small - 1, "kind"] = [f"group {place}" for place in range(small)]
    found = split_rows(rows, toy(rows))
    assert {name: len(index) for name, index in found.items()} == {
        "train": 120,
        "tune": 20,
        "certify": 20,
        "test": 40,
    }
    assert abs((rows["good"][found["test"]] == "yes").mean() - 0.5) < 0.05


def test_too_few_rows_of_a_label_is_said(toy: Toy, toy_rows: pd.DataFrame) -> None:
    rows = toy_rows
    rows["good"] = np.where(np.arange(200) < 3, "yes", "no")
    with pytest.raises(InputError, match="3 rows with good 'yes' and 197 without; expected at least 10"):
        split_rows(rows, toy(rows))


def test_unknown_split_names_the_nearest(frame: pd.DataFrame) -> None:
    with pytest.raises(InputError, match=r"Unknown split 'papper'.*Did you mean 'paper'\?"):
        split_rows(frame, ADULT, kind="papper")


@pytest.mark.parametrize("kind", ["default", "paper"])
def test_rows_of_one_unit_fall_in_one_split(kind: str, toy: Toy, toy_rows: pd.DataFrame) -> None:
    """80 households of 1 to 4 people, scattered over the rows: shares are of households."""
    rows = toy_rows.assign(
        home=np.random.default_rng(0).permutation(np.repeat(np.arange(80), [1, 2, 3, 4] * 20)).astype(str)
    )
    spec = dataclasses.replace(toy(rows), unit="home")
    found = split_rows(rows, spec, kind=kind)
    homes = {name: set(rows["home"][index]) for name, index in found.items()}
    assert {name: len(value) for name, value in homes.items()} == {
        "default": {"train": 48, "tune": 8, "certify": 8, "test": 16},
        "paper": {"train": 56, "tune": 8, "test": 16},
    }[kind]
    assert sum(map(len, homes.values())) == len(set.union(*homes.values())) == 80
    assert np.array_equal(np.sort(np.concatenate(list(found.values()))), np.arange(len(rows)))
    again, other = split_rows(rows, spec, kind=kind), split_rows(rows, spec, 7, kind)
    assert all(np.array_equal(found[name], again[name]) for name in found)
    assert not np.array_equal(found["train"], other["train"])
    assert "home" not in {column.name for column in spec.features(spec.attribute("kind"), with_attribute=True)}


def test_too_few_units_is_said(toy: Toy, toy_rows: pd.DataFrame) -> None:
    rows = toy_rows.assign(home=np.where(np.arange(200) < 100, "a", "b"))
    with pytest.raises(
        InputError, match="2 values of home, and rows that share one stay together; expected at least 10"
    ):
        split_rows(rows, dataclasses.replace(toy(rows), unit="home"))
