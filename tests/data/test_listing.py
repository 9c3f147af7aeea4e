"""Every data set's card in the listing, whether or not its rows are here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.data.census import people, writer
from yodo_core.data import DATASETS, acs, listing
from yodo_core.data.card import LEAST


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with no rows but those that come with the project; its folder of person files."""
    monkeypatch.setenv("YODO_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("YODO_PUMS_ROOT", str(tmp_path / "pums"))
    return tmp_path / "pums"


def by_id(cards: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {card["dataset"]: card for card in cards}


def test_rows_groups_and_rates_where_the_rows_are_here(alone: Path) -> None:
    writer(alone)(people(90))
    found = by_id(listing.datasets())
    assert list(found) == [*DATASETS, *listing.SHIPPED]
    here = {name for name, card in found.items() if not card["absent"]}
    assert here == {"adult", "digits", "acs-income-ca-2018"}
    for name in here:
        card = found[name]
        assert 0 < card["rate"] < 1
        for groups in card["groups"].values():
            assert sum(group["n"] for group in groups) == card["rows"]
            assert [group["rate"] is None for group in groups] == [group["n"] < LEAST for group in groups]
    assert [group["group"] for group in found["kdd"]["groups"]["sex"]] == ["Men", "Women"]
    assert {group["n"] for group in found["kdd"]["groups"]["sex"]} == {None}


def test_a_damaged_file_does_not_end_the_listing(alone: Path) -> None:
    path = writer(alone)(people(30))
    path.write_text("SERIALNO,PWGTP\n1,2\n")
    card = by_id(listing.datasets())["acs-income-ca-2018"]
    assert "The ACS file of CA in 2018 lacks the columns AGEP" in card["absent"]
    assert (card["rows"], card["rate"]) == (None, None)


def test_kinds_have_a_card_of_their_own(alone: Path) -> None:
    found = by_id(listing.patterns())
    problems = [f"acs-{problem}-<state>-<year>" for problem in acs.PROBLEMS]
    assert list(found) == [*problems, "celeba-<target>", "own-<file>"]
    for card in found.values():
        for word in ("licence", "source", "known_problems", "decision_noun", "qualified_phrase", "like"):
            assert card[word], (card["dataset"], word)
    income = found[problems[0]]
    assert [group["group"] for group in income["groups"]["race2"]] == ["White", "All other races"]
    assert len(income["groups"]["sex+race"]) == 2 * 9
    assert income["groups"]["sex+race"][0]["group"] == "White · Men"
    assert "2022" not in f"{income['title']} {income['attribution']} {income['teaching_note']}"
    assert any("took the place of RELP in 2019" in problem for problem in income["known_problems"])
    assert len(found["celeba-<target>"]["groups"]) == 39
