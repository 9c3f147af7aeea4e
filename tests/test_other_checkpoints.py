"""The committed checkpoints on rows that do not come with the project: small, complete, and without a row."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.test_adult_checkpoints import ALL, OWN
from yodo_core import checkpoint, data, evaluate
from yodo_core.baselines import METHODS
from yodo_core.errors import RowsAbsentError
from yodo_core.fairness import metrics

ROOT = Path(__file__).parents[1] / "checkpoints"
ELSEWHERE = {
    "acs-income-ca-2018-sex-dp": ("acs-income-ca-2018", "sex"),
    "acs-income-ca-2018-race2-dp": ("acs-income-ca-2018", "race2"),
    "acs-employment-ma-2018-dis-dp": ("acs-employment-ma-2018", "dis"),
    "kdd-sex-dp": ("kdd", "sex"),
}
MOST = 4_000_000


def test_the_committed_ones_are_these_and_no_other() -> None:
    kept = {p.name for p in ROOT.iterdir() if p.is_dir() and not p.name.startswith(".")}
    assert {name for name in kept if not name.endswith(".partial")} == {*ALL, *ELSEWHERE, "digits-ink-dp"}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_each_holds_weights_manifest_and_counts_and_no_rows(name: str) -> None:
    ready = checkpoint.read(ROOT / name)
    files = {p.name: p.stat().st_size for p in ready.path.iterdir()}
    assert set(files) == {"line.safetensors", "manifest.json", "curve.parquet", "baselines.parquet"}
    assert sum(files.values()) < MOST
    dataset, attribute = ELSEWHERE[name]
    manifest = ready.manifest
    assert (manifest["dataset"], manifest["attribute"], manifest["notion"]) == (dataset, attribute, "dp")
    assert manifest["command"].startswith(f"python -m yodo_core train --dataset {dataset} --attribute {attribute}")
    assert len(ready.seeds) == 4
    assert {b.method for b in ready.baselines} == set(METHODS)
    assert {b.seed for b in ready.baselines if b.method in OWN} == {0, 1, 2}
    # Households have numbers in the files; none of them, nor any other value of a unit, is a category.
    assert "SERIALNO" not in {entry["name"] for entry in manifest["encoder"]["categories"]}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_the_line_goes_from_erms_gap_to_within_chance(name: str) -> None:
    """Means over seeds, on test rows: the start like ERM, the end at most a tenth of its gap or within the floor."""
    ready = checkpoint.read(ROOT / name)
    curves = [ready.curve(seed=seed) for seed in (ready.seed, *ready.seeds)]
    start, end, erm = (
        {key: np.mean([metrics.point(counts)[key] for counts in found]) for key in ("accuracy", "dp_gap", "dp_floor")}
        for found in (
            [curve.level(0) for curve in curves],
            [curve.level(-1) for curve in curves],
            [b.counts["test"] for b in ready.baselines if b.method == "erm"],
        )
    )
    assert start["accuracy"] > erm["accuracy"] - 0.002
    assert start["dp_gap"] > 0.9 * erm["dp_gap"]
    assert end["dp_gap"] < max(0.1 * erm["dp_gap"], end["dp_floor"])


@pytest.mark.parametrize("name", ELSEWHERE)
def test_with_its_rows_at_hand_they_give_what_is_stored(name: str) -> None:
    ready = checkpoint.read(ROOT / name)
    absent = data.get(ready.manifest["dataset"]).absent()
    if absent:
        pytest.skip(absent)
    try:
        rows = evaluate.rows(ready)
    except RowsAbsentError as error:
        pytest.skip(f"other rows lie here: {error}")
    counted, stored = (metrics.point(c) for c in (evaluate.counts_at(ready, rows, 0.5), ready.stored(0.5)))
    for key in ("accuracy", "decision_rate", "dp_gap", "eo_gap"):
        assert counted[key] == pytest.approx(stored[key], abs=1e-3), key
