"""A data set's card: what it holds without rows, with rows, and out of a manifest."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests import toy as toy_data
from yodo_core import checkpoint
from yodo_core.data import DATASETS, card, get
from yodo_core.errors import RowsAbsentError
from yodo_core.fairness import MIN_SHOW


@pytest.mark.parametrize("name", [*DATASETS, "acs-mobility-ca-2018"])
def test_a_card_says_everything_without_reading_rows(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("YODO_DATA", "YODO_PUMS_ROOT"):
        monkeypatch.delenv(variable, raising=False)
    spec = get(name)
    found = card.card(spec)
    assert (found["dataset"], found["title"], found["rows"]) == (name, spec.title, spec.rows)
    assert all(found[word] for word in card.WORDS if word not in ("weight", "unit"))
    assert found["attributes"] == [attribute.id for attribute in spec.attributes]
    assert found["known_problems"] == list(spec.known_problems)
    assert found["absent"] == spec.absent()
    if found["absent"]:
        with pytest.raises(RowsAbsentError):
            card.counted(spec)


def test_counted_from_rows() -> None:
    found = card.counted(toy_data.TOY)
    rows = toy_data.rows()
    good = rows["good"] == "yes"
    assert (found["rows"], found["positives"], found["rate"]) == (len(rows), good.sum(), good.mean())
    assert set(found) == {*card.card(toy_data.TOY), "positives", "rate", "groups"}
    assert [entry["group"] for entry in found["groups"]["kind"]] == ["a", "b", "c"]
    for entry in found["groups"]["kind"]:
        mine = rows["kind"] == entry["group"]
        assert (entry["n"], entry["positives"]) == (mine.sum(), (mine & good).sum())
        assert entry["rate"] == pytest.approx(good[mine].mean())


def test_the_rate_of_a_few_rows_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert card.LEAST == MIN_SHOW
    monkeypatch.setattr(card, "LEAST", 101)
    assert [entry["rate"] is None for entry in card.counted(toy_data.TOY)["groups"]["kind"]] == [False, False, True]


def test_a_manifest_holds_the_card(toy_trained: Path) -> None:
    manifest = checkpoint.read(toy_trained).manifest
    found, counted = card.stored(manifest), card.counted(toy_data.TOY)
    assert {key: found[key] for key in card.WORDS} == {key: counted[key] for key in card.WORDS}
    for key in ("dataset", "known_problems", "attributes", "rows"):
        assert found[key] == counted[key]
    assert found["rate"] == pytest.approx(counted["rate"])
    for ours, theirs in zip(found["groups"]["kind"], counted["groups"]["kind"], strict=True):
        assert (ours["group"], ours["n"]) == (theirs["group"], theirs["n"])
        assert ours["rate"] == pytest.approx(theirs["rate"])


@pytest.mark.parametrize("path", sorted(Path("checkpoints").glob("*/manifest.json")), ids=lambda p: p.parent.name)
def test_manifests_of_earlier_versions_hold_it_too(path: Path) -> None:
    manifest = checkpoint.read(path.parent).manifest
    found = card.stored(manifest)
    assert found["rows"] == sum(sum(v for k, v in group.items() if k != "name") for group in manifest["groups"])
    assert found["licence"]
    rates = [group["rate"] for group in found["groups"][manifest["attribute"]]]
    assert all(rate is None or np.isfinite(rate) for rate in rates)


@pytest.mark.parametrize("rates", [None, {"a": 0.5, "b": None, "c": 0.25}])
def test_without_every_groups_rate_everyones_is_not_told(toy_trained: Path, rates: dict[str, float | None]) -> None:
    manifest = checkpoint.read(toy_trained).manifest
    assert card.stored({**manifest, "label_rates": rates})["rate"] is None
