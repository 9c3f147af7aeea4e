"""The committed checkpoints on Adult: what they promise, and that rows, stored counts and fairlearn agree on them."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fairlearn.metrics import (
    MetricFrame,
    demographic_parity_difference,
    equal_opportunity_difference,
    equalized_odds_difference,
    selection_rate,
)
from scipy.stats import spearmanr

from tests.conftest import Outcome
from yodo_core import __main__, checkpoint, evaluate
from yodo_core.baselines import METHODS
from yodo_core.commands.point import figures
from yodo_core.commands.train import default_out
from yodo_core.config import TrainConfig
from yodo_core.data.prepare import Prepared
from yodo_core.fairness import metrics

ROOT = Path(__file__).parents[1] / "checkpoints"
ALL = {
    "adult-sex-dp": {"attribute": "sex", "notion": "dp", "with_attribute": False},
    "adult-sex-eo": {"attribute": "sex", "notion": "eo", "with_attribute": False},
    "adult-sex-eodds": {"attribute": "sex", "notion": "eodds", "with_attribute": False},
    "adult-race-dp": {"attribute": "race", "notion": "dp", "with_attribute": False},
    "adult-sex-dp-with": {"attribute": "sex", "notion": "dp", "with_attribute": True},
}
MAIN = ROOT / "adult-sex-dp"
MEGABYTE = 1_000_000
OWN = ("erm", "fixed")


@pytest.fixture(scope="module")
def main() -> checkpoint.Checkpoint:
    return checkpoint.read(MAIN)


@pytest.fixture(scope="module")
def prepared(main: checkpoint.Checkpoint) -> Prepared:
    return evaluate.rows(main)


@pytest.mark.parametrize("name", ALL)
def test_each_is_small_complete_and_as_fixed_in_advance(name: str) -> None:
    ready = checkpoint.read(ROOT / name)
    assert sum(p.stat().st_size for p in ready.path.iterdir()) < 2 * MEGABYTE
    training = ready.manifest["training"]
    assert (training["seed"], training["split_seed"], training["split"]) == (0, 1314, "default")
    assert {key: training[key] for key in ALL[name]} == ALL[name]
    assert (training["dataset"], training["objective"], ready.manifest["id"]) == ("adult", "calibrated", name)
    assert ready.alphas == tuple(i / 100 for i in range(101))
    assert ready.curve("test").leading == ready.curve("tune").leading == ready.curve("certify").leading == (101,)
    assert ready.curve("test").weight is not None
    assert len(ready.seeds) >= 1
    assert all(ready.curve(seed=seed).leading == (101,) for seed in ready.seeds)
    models = {(b.method, b.setting, b.seed) for b in ready.baselines}
    expected = {("erm", None, seed) for seed in range(3)}
    expected |= {("fixed", setting, seed) for setting in METHODS["fixed"].settings for seed in range(3)}
    expected |= {(name, setting, 0) for name in METHODS if name not in OWN for setting in METHODS[name].settings}
    assert len(ready.baselines) == len(models)
    assert models == expected


@pytest.mark.parametrize("name", ALL)
def test_the_manifests_command_regenerates_it(name: str) -> None:
    """Its options, read by the command line itself, give the configuration that the manifest holds, at its place."""
    manifest = checkpoint.read(ROOT / name).manifest
    program, module, package, command, *options = shlex.split(manifest["command"])
    assert (program, module, package, command) == ("python", "-m", "yodo_core", "train")
    parser = __main__.typer.main.get_command(__main__.app).commands["train"]  # type: ignore[attr-defined]
    given = parser.make_context("train", list(options)).params
    config = TrainConfig(**{key: given[key] for key in TrainConfig.__dataclass_fields__})
    assert config.to_json() == manifest["training"]
    assert given["with_baselines"]
    assert (given["out"] or default_out(config)).name == name


@pytest.mark.parametrize("name", ALL)
def test_each_says_what_its_counts_say(name: str) -> None:
    """The manifest's headline, the stored counts and a run over the rows are one."""
    ready = checkpoint.read(ROOT / name)
    rows = evaluate.rows(ready)
    for alpha in (0.0, 1.0):
        said = ready.manifest["headline"][f"alpha {alpha:g}"]
        stored = metrics.point(ready.stored(alpha))
        counted = metrics.point(evaluate.counts_at(ready, rows, alpha))
        assert said == {key: stored[key] for key in said}
        for key in ("accuracy", "decision_rate", "dp_gap", "eo_gap", "eodds_gap", "average_precision"):
            assert counted[key] == pytest.approx(stored[key], abs=1e-3), key


def test_the_line_keeps_its_promises(main: checkpoint.Checkpoint) -> None:
    """The requirements on `adult-sex-dp`, on test rows."""
    levels = [metrics.point(main.curve().level(i)) for i in range(101)]
    accuracy, gap = (np.array([level[key] for level in levels]) for key in ("accuracy", "dp_gap"))
    erm = [metrics.point(b.counts["test"])["accuracy"] for b in main.baselines if b.method == "erm"]
    assert min(erm) >= 0.843
    assert abs(accuracy[0] - np.mean(erm)) <= 0.004
    own = [metrics.point(b.counts["test"])["dp_gap"] for b in main.baselines if b.method == "erm"]
    assert gap[0] >= 0.95 * np.mean(own)
    assert gap[-1] <= 0.1 * np.mean(own)
    assert accuracy[-1] >= 0.82
    assert spearmanr(main.alphas, gap).statistic <= -0.98


def test_alpha_is_the_share_that_is_gone(main: checkpoint.Checkpoint) -> None:
    """Mean and largest miss over 21 levels on test rows, for the main line and every other training seed."""
    assert main.manifest["alpha_map"]["threshold"] == 0.5
    for seed in (None, *main.seeds):
        curve = main.curve("test") if seed is None else main.curve("test", seed)
        signed = metrics.signed_gap(metrics.rates(curve), "dp", "Men", "Women")[::5]
        miss = np.abs(signed - (1 - np.linspace(0, 1, 21)) * signed[0]) / signed[0]
        assert miss.mean() <= 0.05, seed
        assert miss.max() <= 0.12, seed


def fairlearn_says(scores: np.ndarray, label: np.ndarray, group: np.ndarray, threshold: float) -> dict[str, Any]:
    decisions = (scores >= threshold).astype(int)
    kind = {"y_true": label, "y_pred": decisions, "sensitive_features": group}
    rates = MetricFrame(metrics=selection_rate, **kind).by_group
    return {
        "accuracy": float((decisions == label).mean()),
        "decision_rate": float(decisions.mean()),
        "dp_gap": demographic_parity_difference(**kind),
        "eo_gap": equal_opportunity_difference(**kind),
        "eodds_gap": equalized_odds_difference(**kind),
        "impact_ratio": float(rates.min() / rates.max()),
    }


@pytest.mark.parametrize(("alpha", "threshold"), [(0.0, 0.5), (0.35, 0.5), (0.7, 0.3), (1.0, 0.81)])
def test_rows_stored_counts_and_fairlearn_agree(
    main: checkpoint.Checkpoint, prepared: Prepared, cli: Callable[..., Outcome], alpha: float, threshold: float
) -> None:
    options = ("--alpha", alpha, "--threshold", threshold, "--json")
    rows, stored = cli("point", MAIN, *options).json, cli("point", MAIN, *options, "--stored").json
    assert (rows.pop("source"), stored.pop("source")) == ("rows", "stored")
    flat = [json.loads(json.dumps(found), parse_float=float) for found in (rows, stored)]
    approximately_equal(flat[0], flat[1])
    table = prepared.splits["test"]
    scores = evaluate.scores(main.line.at(main.position(alpha)), table)
    for key, value in fairlearn_says(scores, table.label, table.group, threshold).items():
        assert rows[key] == pytest.approx(value, abs=1e-9), key


def approximately_equal(first: Any, second: Any, where: str = "point") -> None:
    """Equal in form, numbers to 1e-9."""
    if isinstance(first, dict):
        assert first.keys() == second.keys(), where
        for key in first:
            approximately_equal(first[key], second[key], f"{where}.{key}")
    elif isinstance(first, list):
        assert len(first) == len(second), where
        for i, pair in enumerate(zip(first, second, strict=True)):
            approximately_equal(*pair, f"{where}[{i}]")
    elif isinstance(first, float) or isinstance(second, float):
        assert first == pytest.approx(second, abs=1e-9), where
    else:
        assert first == second, where


def test_the_gap_turns_from_men_ahead_to_women_ahead_in_equal_opportunity(main: checkpoint.Checkpoint) -> None:
    """What the first screen must not hide: closing one difference opened another, the other way round."""
    signed = metrics.signed_gap(metrics.rates(main.curve()), "eo", "Men", "Women")
    assert signed[0] > 0
    assert signed[-1] < -0.1


def test_every_level_is_a_working_model(main: checkpoint.Checkpoint) -> None:
    """No level falls into a hole between the ends: accuracy stays within their range."""
    accuracy = np.array([metrics.point(main.curve().level(i))["accuracy"] for i in range(101)])
    assert accuracy.min() >= accuracy[[0, -1]].min() - 0.002
    assert figures(MAIN, [0.5], "tune", 0.5, False)[0]["accuracy"] > 0.82
