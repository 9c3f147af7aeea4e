"""The baselines beside ERM and fixed models: each trains, its setting moves the gap, and its counts are stored."""

from __future__ import annotations

import builtins
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from fairlearn.metrics import demographic_parity_difference, equalized_odds_difference, true_positive_rate_difference
from sklearn.metrics import mutual_info_score

from tests import toy as toy_data
from yodo_core import checkpoint
from yodo_core.baselines import METHODS, adversarial, erm, film, fixed, prejudice_remover
from yodo_core.baselines.parts import Shared, first_net, scored_groups
from yodo_core.commands import baselines
from yodo_core.commands.workers import Workers
from yodo_core.data.prepare import Prepared, Table
from yodo_core.errors import InputError
from yodo_core.fairness import metrics
from yodo_core.objective import Batch, Fixed

RIVALS = tuple(name for name in METHODS if name not in ("erm", "fixed"))
WEAK_AND_STRONG = {
    "prejudice-remover": (0.25, 32.0),
    "adversarial": (0.125, 4.0),
    "group-thresholds": (0.2, 0.0),
    "film": (0.02, 8.0),
}
# One net for all penalties needs more than the 132 steps that one for a single penalty is given here.
MORE = {"film": {"epochs": 25, "learning_rate": 0.01}}


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


def scores(toy: Prepared, method: str, setting: float | None, split: str = "test", **changes: Any) -> np.ndarray:
    scorer = METHODS[method].train(toy, toy_data.config(**{"epochs": 12, **changes}), setting, None)
    return scorer(toy.splits[split])


def gap(toy: Prepared, found: np.ndarray, split: str = "test") -> float:
    """The gap of mean scores between the two large groups."""
    group = toy.splits[split].group
    return abs(found[group == 0].mean() - found[group == 1].mean())


def shuffled(table: Table) -> Table:
    """The same rows, and people moved between groups."""
    return Table(table.codes, table.numbers, table.label, np.roll(table.group, 7), table.weight)


@pytest.mark.parametrize("method", RIVALS)
def test_every_method_narrows_the_gap_as_it_is_asked_to_and_repeats_itself(toy: Prepared, method: str) -> None:
    changes = MORE.get(method, {})
    weak, strong = (scores(toy, method, setting, "tune", **changes) for setting in WEAK_AND_STRONG[method])
    assert gap(toy, strong, "tune") < 0.5 * gap(toy, weak, "tune")
    assert np.array_equal(strong, scores(toy, method, WEAK_AND_STRONG[method][1], "tune", **changes))
    assert ((strong >= 0) & (strong <= 1)).all()
    assert not np.array_equal(strong, scores(toy, method, WEAK_AND_STRONG[method][1], "tune", seed=1, **changes))


@pytest.mark.parametrize("notion", ["eo", "eodds"])
@pytest.mark.parametrize("method", RIVALS)
def test_every_method_serves_every_notion(toy: Prepared, method: str, notion: str) -> None:
    found = scores(toy, method, METHODS[method].settings[3], notion=notion, epochs=1)
    assert np.isfinite(found).all()


@pytest.mark.parametrize("method", METHODS)
def test_only_methods_marked_so_look_at_the_group(toy: Prepared, method: str) -> None:
    scorer = METHODS[method].train(toy, toy_data.config(), METHODS[method].settings[0], None)
    table = toy.splits["test"]
    same = np.array_equal(scorer(table), scorer(shuffled(table)))
    assert same is not METHODS[method].needs_group


@pytest.mark.parametrize("method", RIVALS)
@pytest.mark.parametrize("setting", [None, -1.0, math.nan, math.inf])
def test_settings_out_of_range_are_refused(toy: Prepared, method: str, setting: float | None) -> None:
    with pytest.raises(InputError, match=rf"; got {setting}\."):
        METHODS[method].train(toy, toy_data.config(), setting, None)


@pytest.mark.usefixtures("toy_known")
def test_all_are_stored_and_read_back_under_their_names(toy_copy: Path, toy: Prepared) -> None:
    kept = {(b.method, b.setting, b.seed): b.counts["test"].n for b in checkpoint.read(toy_copy).baselines}
    patch = pytest.MonkeyPatch()
    for name in RIVALS:
        changed = {"settings": WEAK_AND_STRONG[name]}
        patch.setitem(METHODS, name, type(METHODS[name])(**{**vars(METHODS[name]), **changed}))
    try:
        told = baselines.run(toy_copy, RIVALS, None, 1, Workers(jobs=1), True)
    finally:
        patch.undo()
    assert told["trained"] == 2 * len(RIVALS)
    found = {(b.method, b.setting, b.seed): b.counts for b in checkpoint.read(toy_copy).baselines}
    assert set(found) == set(kept) | {(name, s, 0) for name in RIVALS for s in WEAK_AND_STRONG[name]}
    assert all(np.array_equal(found[key]["test"].n, n) for key, n in kept.items())
    decided = found["group-thresholds", 0.0, 0]["test"]
    assert decided.n[..., 1:-1].sum() == 0, "decisions, the same at every threshold"
    assert metrics.point(decided, 0.01)["accuracy"] == metrics.point(decided, 0.99)["accuracy"]


def test_penalties_are_for_methods_whose_settings_are_penalties() -> None:
    jobs = baselines.plan(tuple(METHODS), (0.5,), 1)
    by_method = {name: {setting for method, setting, _ in jobs if method == name} for name in METHODS}
    for name, method in METHODS.items():
        assert by_method[name] == ({0.5} if name in ("fixed", "film") else set(method.settings)), name


def test_information_is_that_of_decisions_drawn_from_the_scores(toy: Prepared) -> None:
    scored = scored_groups(toy, toy_data.config(notion="eodds"))
    rng = np.random.default_rng(1)
    size = 4000
    decision, label, group = rng.integers(0, 2, size), rng.integers(0, 2, size), rng.integers(0, 2, size)
    decision = decision & ((group == 0) | (rng.random(size) < 0.5))
    columns = (torch.from_numpy(values) for values in (decision.astype(np.float64), label, group))
    expected = sum(mutual_info_score(decision[label == y], group[label == y]) for y in (0, 1))
    # Decisions of 0 and 1 are scores too; only then can scikit-learn count them.
    assert float(prejudice_remover.information(scored, *columns)) == pytest.approx(expected, abs=1e-5)


def test_parity_and_lone_groups_carry_no_information(toy: Prepared) -> None:
    scored = scored_groups(toy, toy_data.config())
    same = torch.full((6,), 0.3)
    label = torch.tensor([0, 1, 0, 1, 0, 1])
    for group in (torch.tensor([0, 0, 0, 1, 1, 1]), torch.zeros(6, dtype=torch.int64)):
        assert float(prejudice_remover.information(scored, same, label, group)) == pytest.approx(0, abs=1e-6)


def test_the_adversary_learns_forwards_and_the_net_backwards() -> None:
    """Of a reversed gradient the adversary gets its own, the net the same turned round and scaled."""
    values = torch.tensor([0.5, -1.0], requires_grad=True)
    weight = torch.tensor(2.0, requires_grad=True)
    (adversarial._Reverse.apply(values, 3.0) * weight).sum().backward()
    assert values.grad is not None
    assert weight.grad is not None
    assert values.grad.tolist() == [-6.0, -6.0]
    assert float(weight.grad) == pytest.approx(-0.5)


def test_the_adversary_sees_only_rows_that_the_notion_concerns(toy: Prepared) -> None:
    config = toy_data.config(notion="eo")
    scored = scored_groups(toy, config)
    table = toy.splits["train"]
    label, group = torch.from_numpy(table.label), torch.from_numpy(table.group)
    batch = Batch(torch.from_numpy(table.codes), torch.from_numpy(table.numbers), label.float(), group)
    concerned = adversarial.Adversarial(None, scored, 1.0)._concerned(batch)  # type: ignore[arg-type]
    assert torch.equal(concerned, (label == 1) & (group != 2))
    assert (group == 2).any(), "the small group is there, and left out"


@pytest.mark.parametrize(
    ("notion", "difference"),
    [
        ("dp", demographic_parity_difference),
        ("eo", true_positive_rate_difference),
        ("eodds", equalized_odds_difference),
    ],
)
@pytest.mark.parametrize("tolerance", [0.0, 0.1])
def test_group_thresholds_keep_the_tolerance_on_tune_rows(toy: Prepared, notion: str, difference, tolerance) -> None:
    """Over several draws, since rules are randomised; the small group is not adjusted."""
    table = toy.splits["tune"]
    rows = table.group < 2
    gaps, erm_gap = [], 0.0
    for seed in range(4):
        found = scores(toy, "group-thresholds", tolerance, "tune", notion=notion, seed=seed)
        assert set(np.unique(found)) <= {0.0, 1.0}
        erm = scores(toy, "erm", None, "tune", seed=seed) >= 0.5
        assert np.array_equal(found[~rows], erm[~rows])
        gaps.append(difference(table.label[rows], found[rows], sensitive_features=table.group[rows]))
        erm_gap += difference(table.label[rows], erm[rows], sensitive_features=table.group[rows]) / 4
    assert np.mean(gaps) < tolerance + 0.1, "chance in drawing decisions on 140 and 90 rows"
    assert np.mean(gaps) < erm_gap


def test_group_thresholds_of_a_wide_tolerance_are_at_least_as_accurate_as_erm(toy: Prepared) -> None:
    label = toy.splits["tune"].label
    erm = (scores(toy, "erm", None, "tune") >= 0.5) == label
    wide = scores(toy, "group-thresholds", 0.9, "tune") == label
    assert wide.mean() >= erm.mean() - 0.01


def test_without_fairlearn_group_thresholds_say_what_is_missing(toy: Prepared, monkeypatch: Any) -> None:
    real = builtins.__import__

    def absent(name: str, *rest: Any) -> Any:
        if name.startswith("fairlearn"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(InputError, match=r"need the package fairlearn.*pip install 'fairlearn==0\.15"):
        METHODS["group-thresholds"].train(toy, toy_data.config(), 0.1, None)


@pytest.mark.parametrize(("method", "module"), [("group-thresholds", erm), ("film", film)])
def test_one_training_serves_all_settings_of_a_seed(toy: Prepared, method: str, module, monkeypatch) -> None:
    trained: list[int] = []
    name = "train" if module is erm else "_train"
    real = getattr(module, name)
    monkeypatch.setattr(module, name, lambda *given: (trained.append(1), real(*given))[1])
    config = toy_data.config(epochs=1, seed=77)
    table = toy.splits["tune"]
    first, *_ = [METHODS[method].train(toy, config, setting, None) for setting in METHODS[method].settings]
    assert len(trained) == 1
    steps: list[int] = []
    told = METHODS[method].train(toy, config, METHODS[method].settings[0], lambda p: bool(steps.append(p.step)))
    assert len(trained) == 2, "a callback is told of every step, so nothing is reused"
    assert steps == list(range(1, len(steps) + 1))
    assert np.array_equal(told(table), first(table)), "kept or anew, the same"


def test_shared_things_are_few_and_go_by_rows_and_config(toy: Prepared) -> None:
    shared: Shared[int] = Shared(most=2)
    made: list[int] = []

    def make(seed: int) -> int:
        return shared.get(toy, toy_data.config(seed=seed), None, lambda: made.append(seed) or seed)

    assert [make(seed) for seed in (0, 0, 1, 2, 2, 0)] == [0, 0, 1, 2, 2, 0]
    assert made == [0, 1, 2, 0]


def test_the_told_net_is_read_within_the_penalties_it_was_trained_for(toy: Prepared) -> None:
    assert {METHODS["film"].settings[0], METHODS["film"].settings[-1]} == {min(fixed.PENALTIES), max(fixed.PENALTIES)}
    with pytest.raises(InputError, match=r"a penalty from 0\.02 to 8; got 9\.0"):
        scores(toy, "film", 9.0)


def test_the_told_net_starts_as_the_plain_one_and_minimises_the_fixed_models_loss_in_proportion(toy: Prepared) -> None:
    config = toy_data.config()
    scored, plain = scored_groups(toy, config), first_net(toy, config)
    net = film.Conditioned(plain, config.hidden)  # type: ignore[arg-type]
    table = toy.splits["train"].take(np.arange(300))
    label, group = torch.from_numpy(table.label).float(), torch.from_numpy(table.group)
    batch = Batch(torch.from_numpy(table.codes), torch.from_numpy(table.numbers), label, group)
    for draw, penalty in ((0.0, 0.02), (0.5, 0.4), (1.0, 8.0)):
        assert torch.equal(net(batch.codes, batch.numbers, penalty), plain(batch.codes, batch.numbers))
        alone = Fixed(plain, scored, penalty).loss(0, draw, batch).item()
        assert film.Told(net, scored).loss(0, draw, batch).item() == pytest.approx(alone / (1 + penalty), rel=1e-5)
