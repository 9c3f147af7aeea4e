"""Columns of the survey in the codes of other years."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from tests.data.census import people, write
from yodo_core.data import get
from yodo_core.data.acs_codes import READ_AS, read_as
from yodo_core.data.pums import renamed

__all__ = ["write"]


def test_every_code_of_the_later_years_has_its_own_place() -> None:
    relationships = READ_AS["RELP", "RELSHIPP"]
    assert set(relationships) == {str(code) for code in range(20, 39)}
    # Roomers and boarders, 11, are no code of their own any more.
    assert set(relationships.values()) == {str(code) for code in range(18)} - {"11"}
    there, back = READ_AS["JWTR", "JWTRNS"], READ_AS["JWTRNS", "JWTR"]
    assert {back[there[code]] for code in there} == set(there)
    for old, new in READ_AS:
        assert renamed(old, "2023") == new or renamed(new, "2023") == old


def test_columns_are_read_under_the_names_and_codes_that_are_wanted(write: Callable[..., Path]) -> None:
    frame = people(400, problem="travel-time", year="2023").assign(ESR=1, STATE=6)
    frame["RELSHIPP"] = [20 + i % 19 for i in range(400)]
    frame["JWTRNS"] = [1 + i % 12 for i in range(400)]
    frame.loc[7, "JWTRNS"] = None
    write(frame, year="2023")
    spec = get("acs-travel-time-ca-2023")
    found, note = read_as(spec, {"RELP", "JWTR", "ST", "AGEP"})
    assert note == "RELSHIPP is read as RELP and JWTRNS is read as JWTR and STATE is read as ST, code by code."
    assert [column.name for column in found.columns] == [
        {"RELSHIPP": "RELP", "JWTRNS": "JWTR", "STATE": "ST"}.get(column.name, column.name) for column in spec.columns
    ]
    rows = found.load()
    assert list(rows.columns) == [column.name for column in found.columns]
    told = pd.DataFrame({"came": frame["RELSHIPP"].astype(str), "read": rows["RELP"].astype(str)})
    assert dict(zip(told["came"], told["read"], strict=True)) == READ_AS["RELP", "RELSHIPP"]
    assert rows["JWTR"].tolist()[:8] == ["1", "2", "4", "5", "3", "6", "7", "0"]
    assert set(rows["ST"]) == {"6"}
    assert rows["AGEP"].equals(spec.load()["AGEP"])


@pytest.mark.parametrize(("year", "wanted"), [("2018", {"RELP"}), ("2019", {"RELSHIPP"}), ("2018", {"RELSHIPP"})])
def test_what_is_there_or_cannot_be_told_stays(year: str, wanted: set[str]) -> None:
    spec = get(f"acs-income-ca-{year}")
    assert read_as(spec, wanted) == (spec, None)
