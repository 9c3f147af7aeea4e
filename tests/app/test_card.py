"""The card in the app: what a data set says of itself, for tables, pictures and files of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.store import cards
from app.wording import card as words
from tests.app.conftest import ROOT
from tests.data.strangers import loans
from yodo_core.commands import train
from yodo_core.config import TrainConfig
from yodo_core.data import card as data_card
from yodo_core.data import get
from yodo_core.data.own import Recipe, declare


def found_at(path: Path) -> dict[str, Any]:
    found = cards.card_at(path)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("identity", ["adult-sex-dp", "digits-ink-dp"])
def test_the_card_has_rows_groups_rates_licence_source_and_nouns(identity: str) -> None:
    card = found_at(ROOT / "checkpoints" / identity)
    counted = data_card.counted(get(card["dataset"]))
    told = dict(words.data_rows(card))
    assert told["Rows"] == f"{counted['rows']:,} {counted['people']}"
    assert told["Have the good outcome"] == f"{100 * counted['rate']:.1f}% of all {counted['people']}"
    assert told["Said of those with the good outcome"] == counted["qualified_phrase"]
    assert told["Said of a positive prediction"] == counted["decision_noun"]
    assert told["Source"] == counted["source"]
    assert counted["licence"] in told["Licence and attribution"]
    assert ("Survey weight" in told) == (counted["weight"] is not None)
    assert ("Kept together" in told) == (counted["unit"] is not None)
    rows = {row["Group"]: row for row in words.group_rows(card)}
    for group in counted["groups"][card["attribute"]]:
        row = rows[group["group"]]
        assert (row["Rows"], row["Have the good outcome"]) == (f"{group['n']:,}", f"{100 * group['rate']:.1f}%")
        assert sum(int(row[name].replace(",", "")) for name in words.SPLITS.values()) == group["n"]


def test_a_file_of_ones_own_has_one_too(tmp_path: Path) -> None:
    frame = loans()
    frame.to_csv(tmp_path / "loans.csv", index=False)
    spec = declare(tmp_path / "loans.csv", Recipe("default", "no", ("sex",)))
    config = TrainConfig(dataset=spec.id, attribute="sex", hidden=8, epochs=1)
    train.run(config, tmp_path / "made", 0, False, False, "python -m yodo_core train", spec=spec)
    card = found_at(tmp_path / "made")
    used = frame[frame["default"].notna() & frame["sex"].notna()]
    told = dict(words.data_rows(card))
    assert told["Rows"] == f"{len(used):,} people"
    assert told["Have the good outcome"] == f"{100 * (used['default'] == 'no').mean():.1f}% of all people"
    for row in words.group_rows(card):
        rate = (used["default"][used["sex"] == row["Group"]] == "no").mean()
        assert row["Have the good outcome"] == f"{100 * rate:.1f}%"


def test_an_earlier_manifest_without_rates_says_so() -> None:
    card = found_at(ROOT / "checkpoints" / "adult-sex-dp")
    manifest = {key: value for key, value in card.items() if key != "label_rates"}
    card = card | {"data_card": data_card.stored(manifest)}
    assert dict(words.data_rows(card))["Have the good outcome"] == "not known, as that of a group is not stored"
