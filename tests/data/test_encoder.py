"""Fitted on train rows only; rare, unseen and missing categories share code 0."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from yodo_core.data import encoder, get
from yodo_core.data.encoder import RARE
from yodo_core.data.prepare import Encoder, Prepared, prepare, split_rows
from yodo_core.data.spec import Column, DataSpec
from yodo_core.errors import InputError

ADULT = get("adult")
Toy = Callable[[pd.DataFrame], DataSpec]


def test_encoder_is_fitted_on_train_rows_only(toy: Toy, toy_rows: pd.DataFrame) -> None:
    rows = toy_rows
    test = split_rows(rows, toy(rows))["test"]
    changed = rows.copy()
    changed.loc[test, "size"] = 1e6
    changed.loc[test, "colour"] = "green"
    before, after = prepare(toy(rows), "kind"), prepare(toy(changed), "kind")
    assert before.encoder == after.encoder
    assert (after.splits["test"].codes == 0).all()
    assert (before.splits["test"].codes > 0).all()
    assert np.array_equal(before.splits["train"].numbers, after.splits["train"].numbers)


def test_rare_unseen_and_missing_share_code_0() -> None:
    columns = (Column("colour", "category"), Column("gain", "number", log=True))
    colours = ["red"] * RARE + ["blue"] * (RARE - 1) + ["amber"] * 9
    fitted = Encoder.fit(pd.DataFrame({"colour": colours, "gain": np.arange(len(colours))}), columns)
    assert fitted.categories == {"colour": ("amber", "red")}
    assert fitted.cardinalities == (3,)
    new = pd.DataFrame({"colour": ["red", "blue", "green", None, "amber"], "gain": [0.0, 1, 2, 3, 4]})
    for frame in (new, new.astype({"colour": "category"})):
        codes, numbers = fitted.encode(frame)
        assert codes[:, 0].tolist() == [2, 0, 0, 0, 1]
        expected = (np.log(1 + new["gain"]) - np.log(1 + np.arange(len(colours))).mean()) / np.log(
            1 + np.arange(len(colours))
        ).std()
        np.testing.assert_allclose(numbers[:, 0], expected, rtol=1e-6)


def test_a_constant_number_does_not_divide_by_zero() -> None:
    frame = pd.DataFrame({"size": [3.0, 3.0]})
    _, numbers = Encoder.fit(frame, (Column("size", "number"),)).encode(frame)
    assert numbers.tolist() == [[0.0], [0.0]]


@pytest.mark.parametrize(("log", "bad"), [(False, np.nan), (False, "many"), (True, -1.0), (True, -5.0)])
def test_what_is_no_number_is_refused(log: bool, bad: object) -> None:
    frame = pd.DataFrame({"size": pd.Series([1.0, bad], dtype=object)})
    with pytest.raises(InputError, match="Column 'size' has 1 values that cannot be used; expected"):
        Encoder.fit(frame, (Column("size", "number", log=log),))


def test_a_missing_number_takes_the_median_of_the_rows_it_was_fitted_on() -> None:
    column = Column("gain", "number", log=True, gaps=True)
    fitted = Encoder.fit(pd.DataFrame({"gain": [0.0, 2.0, 8.0, np.nan]}), (column,))
    assert fitted.numbers[0].fill == 2.0
    back = Encoder.from_json(json.loads(json.dumps(fitted.to_json())))
    assert back == fitted
    _, numbers = back.encode(pd.DataFrame({"gain": [np.nan, 2.0, 5.0]}))
    entered = np.log(1 + np.array([0.0, 2.0, 8.0, 2.0]))
    np.testing.assert_allclose(numbers[:, 0], (np.log([3.0, 3.0, 6.0]) - entered.mean()) / entered.std(), rtol=1e-6)
    nothing = Encoder.fit(pd.DataFrame({"gain": [np.nan, np.nan]}), (column,))
    assert nothing.numbers[0].fill == 0.0
    plain = Encoder.fit(pd.DataFrame({"gain": [1.0, 2.0]}), (Column("gain", "number"),))
    assert "fill" not in plain.to_json()["numbers"][0], "other data sets are stored as before"
    with pytest.raises(InputError, match="has 1 values that cannot be used"):
        plain.encode(pd.DataFrame({"gain": [np.nan]}))


def test_encoder_survives_json(by_attribute: dict[str, Prepared]) -> None:
    fitted = by_attribute["race"]
    back = Encoder.from_json(json.loads(json.dumps(fitted.encoder.to_json())))
    assert back == fitted.encoder
    assert back.names_categories == fitted.encoder.names_categories
    again = prepare(ADULT, "race", encoder=back)
    assert np.array_equal(again.splits["test"].codes, fitted.splits["test"].codes)
    assert np.array_equal(again.splits["test"].numbers, fitted.splits["test"].numbers)


NUMBER = {"name": "n", "log": False, "mean": 0, "scale": 1}


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"categories": 3, "numbers": []},
        {"categories": [{"name": "a", "values": [1]}], "numbers": []},
        {"categories": [], "numbers": [NUMBER | {"scale": 0}]},
        {"categories": [], "numbers": [NUMBER | {"mean": "nan"}]},
        {"categories": [], "numbers": [NUMBER | {"fill": "inf"}]},
        {"categories": [], "numbers": [NUMBER | {"fill": []}]},
        {"categories": [], "numbers": [NUMBER, NUMBER]},
    ],
)
def test_damaged_encoder_is_refused_in_one_line(stored: dict) -> None:
    with pytest.raises(InputError, match=r"\AThe stored encoder cannot be .+\Z"):
        Encoder.from_json(stored)


def test_codes_are_as_narrow_as_the_columns_allow(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pd.DataFrame({"colour": ["red", "blue", "amber"] * RARE, "place": ["here"] * 3 * RARE})
    fitted = Encoder.fit(frame, (Column("colour", "category"), Column("place", "category")))
    narrow, _ = fitted.encode(frame)
    assert narrow.dtype == np.int16
    assert np.iinfo(np.int16).max == encoder.MOST_NARROW - 1
    monkeypatch.setattr(encoder, "MOST_NARROW", 3)
    wide, _ = fitted.encode(frame)
    assert wide.dtype == np.int32
    assert np.array_equal(wide, narrow)
