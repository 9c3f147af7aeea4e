"""Training: repeatable to the bit, and resumable at any step."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests import toy as toy_data
from yodo_core import evaluate, train
from yodo_core.config import ENDS, OBJECTIVES
from yodo_core.data.prepare import Prepared, Table
from yodo_core.errors import InputError
from yodo_core.fairness import metrics
from yodo_core.fairness.counts import count
from yodo_core.partial import PartialRun
from yodo_core.train import Progress, Run, one_cycle, schedule, train_fixed, train_line

STEPS = 6 * (1440 // 128)
SHARES = {"trunk": 0.2, "at_start": 0.6, "at_end": 0.2, "dual_rate": 0.5}
"""Of a calibrated run, whose trunk is over after 14 of the steps."""


def same(run_a: Run, run_b: Run) -> bool:
    first, second = run_a.net.state_dict(), run_b.net.state_dict()
    return all(torch.equal(first[k], second[k]) for k in first)


def figures_of(run: Run, table: Table, groups: tuple[str, ...]) -> dict[str, Any]:
    """What `point` says of one net on these rows."""
    return metrics.point(count(evaluate.scores(run.net, table), table.label, table.group, groups))


@pytest.fixture(scope="module")
def trained(toy: Prepared) -> Run:
    torch.set_num_threads(1)
    return train_line(toy, toy_data.config())


def test_a_run_repeats_bit_for_bit(toy: Prepared, trained: Run) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(77)
    state = torch.get_rng_state()
    assert same(trained, train_line(toy, toy_data.config()))
    assert torch.equal(torch.get_rng_state(), state), "a run leaves the process's generator alone"
    assert not same(trained, train_line(toy, toy_data.config(seed=1)))


def test_a_run_with_dropout_repeats_and_differs(toy: Prepared, trained: Run) -> None:
    torch.set_num_threads(1)
    config = toy_data.config(dropout=0.2)
    state = torch.get_rng_state()
    first = train_line(toy, config)
    torch.manual_seed(5)
    assert same(first, train_line(toy, config))
    assert not same(first, trained)
    torch.set_rng_state(state)


@pytest.mark.parametrize("stop_at", [1, 11, 17, STEPS - 1])
@pytest.mark.parametrize(
    "changes",
    [{}, {"dropout": 0.2}, {"objective": "paper", "ends": "independent", "cosine_weight": 1.0}],
    ids=["calibrated", "dropout", "paper"],
)
def test_a_resumed_run_ends_as_if_never_stopped(toy: Prepared, tmp_path: Path, changes: dict, stop_at: int) -> None:
    """Through the disk; 11 steps are one epoch, so 17 stops in the middle of the second, and after the trunk."""
    torch.set_num_threads(1)
    config = toy_data.config(**SHARES, **changes)
    whole = train_line(toy, config)
    half = train_line(toy, config, lambda now: now.step == stop_at)
    assert (half.steps, half.finished, half.partial.step) == (stop_at, False, stop_at)
    disk = PartialRun(tmp_path / "out", config.to_json())
    disk.begin(resume=False)
    disk.save_training(half.partial)
    again = PartialRun(tmp_path / "out", config.to_json())
    assert again.begin(resume=True)
    rest: list[Progress] = []
    resumed = train_line(toy, config, lambda now: bool(rest.append(now)), again.training())
    assert [now.step for now in rest] == list(range(stop_at + 1, STEPS + 1))
    assert resumed.finished
    assert resumed.seconds > half.seconds
    assert same(whole, resumed)
    for name, value in whole.partial.tensors.items():
        assert torch.equal(value, resumed.partial.tensors[name]), name


def test_progress_tells_step_rows_and_loss(toy: Prepared) -> None:
    told: list[Progress] = []
    run = train_line(toy, toy_data.config(epochs=2), lambda now: bool(told.append(now)))
    assert [now.step for now in told] == list(range(1, 23))
    assert {now.steps for now in told} == {22}
    assert told[-1].rows == run.rows == 22 * 128
    assert all(np.isfinite(now.loss) for now in told)
    assert (run.steps, run.finished, run.net.training) == (22, True, False)


@pytest.mark.parametrize("ends", ENDS)
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_alpha_0_is_the_accuracy_end_and_1_the_fairness_end(toy: Prepared, objective: str, ends: str) -> None:
    """The start is near what a model trained for accuracy only shows, the end has less than half of its gap."""
    torch.set_num_threads(1)
    config = toy_data.config(objective=objective, ends=ends, hidden=64, epochs=25, learning_rate=0.01, **SHARES)
    run, table = train_line(toy, config), toy.splits["train"]
    counts = evaluate.curve(run.net, [0.0, 0.5, 1.0], table, toy.groups)  # type: ignore[arg-type]
    figures = [metrics.point(counts.level(i)) for i in range(3)]
    gaps, accuracies = ([f[key] for f in figures] for key in ("dp_gap", "accuracy"))
    erm = figures_of(train_fixed(toy, config, 0.0), table, toy.groups)
    assert erm["dp_gap"] > 0.25
    assert gaps[0] > gaps[1] > gaps[2]
    assert gaps[0] > 0.5 * erm["dp_gap"]
    assert gaps[2] < 0.5 * gaps[0]
    assert accuracies[0] > erm["accuracy"] - 0.02
    assert accuracies[0] > accuracies[2] + 0.005
    assert figures[0]["gained"] == figures[0]["lost"] == 0


def test_the_two_ends_start_from_the_same_weights_or_from_their_own(toy: Prepared) -> None:
    shared, independent = (train.new_line(toy, toy_data.config(ends=ends)) for ends in ("shared", "independent"))
    for line, same_weights in ((shared, True), (independent, False)):
        pairs = list(zip(line.start.parameters(), line.end.parameters(), strict=True))
        assert all(torch.equal(a, b) for a, b in pairs) is same_weights
        assert not any(a is b for a, b in pairs), "each end moves by itself"
    assert all(
        torch.equal(a, b) for a, b in zip(shared.start.parameters(), independent.start.parameters(), strict=True)
    )


def test_an_epoch_takes_every_row_once_in_an_order_of_its_own(toy: Prepared) -> None:
    """11 batches of 128 an epoch; begun at any step, with rows gathered in blocks of any size, the same batches."""
    table, config = toy.splits["train"], toy_data.config(seed=3)
    marked = dataclasses.replace(table, group=np.arange(len(table)))
    whole = list(train._batches(marked, config, 128, range(33)))
    rows = [batch.group.numpy() for batch in whole]
    epochs = [np.concatenate(rows[i : i + 11]) for i in (0, 11, 22)]
    for epoch in epochs:
        assert len(np.unique(epoch)) == len(epoch) == 11 * 128
    assert not np.array_equal(epochs[0], epochs[1])
    for batch, index in zip(whole, rows, strict=True):
        assert np.array_equal(batch.label.numpy(), table.label[index])
        assert np.array_equal(batch.codes.numpy(), table.codes[index])
        assert np.array_equal(batch.numbers.numpy(), table.numbers[index])
    for first in (1, 11, 17):
        later = train._batches(marked, config, 128, range(first, 33))
        assert all(np.array_equal(batch.group.numpy(), index) for batch, index in zip(later, rows[first:], strict=True))


def test_batches_do_not_depend_on_how_many_are_gathered_at_once(toy: Prepared, monkeypatch: pytest.MonkeyPatch) -> None:
    table, config = toy.splits["train"], toy_data.config()
    whole = list(train._batches(table, config, 128, range(22)))
    monkeypatch.setattr(train, "BLOCK", 3)
    for batch, other in zip(whole, train._batches(table, config, 128, range(22)), strict=True):
        assert torch.equal(batch.numbers, other.numbers)


def test_a_fixed_model_shares_the_lines_start_steps_and_schedule(toy: Prepared, monkeypatch) -> None:
    config = toy_data.config(epochs=1)
    starts, rates = [], []
    real = train.AdamW.step

    def spy(self: train.AdamW, rate: float, rows: int) -> None:
        rates.append(rate)
        real(self, rate, rows)

    monkeypatch.setattr(train.AdamW, "step", spy)
    for run in (train_line, lambda *a: train_fixed(*a, 0.5)):
        rates.clear()
        run(toy, config)
        starts.append(list(rates))
    assert starts[0] == starts[1]
    assert len(starts[0]) == 1440 // 128
    untrained = train.new_line(toy, config).start.state_dict()
    with monkeypatch.context() as patch:
        patch.setattr(train, "fit", lambda net, *rest: net)
        fresh = train_fixed(toy, config, 0.0).state_dict()  # type: ignore[attr-defined]
    assert all(torch.equal(untrained[k], fresh[k]) for k in untrained)


def test_a_fixed_models_penalty_narrows_the_gap(toy: Prepared) -> None:
    torch.set_num_threads(1)
    gaps = []
    for penalty in (0.0, 2.0):
        run = train_fixed(toy, toy_data.config(epochs=20, learning_rate=0.01), penalty)
        gaps.append(figures_of(run, toy.splits["train"], toy.groups)["dp_gap"])
    assert gaps[1] < 0.5 * gaps[0]


@pytest.mark.parametrize("penalty", [-1.0, float("nan"), float("inf")])
def test_penalties_out_of_range_are_refused(toy: Prepared, penalty: float) -> None:
    with pytest.raises(InputError, match=f"Penalty {penalty} is out of range; give a finite number"):
        train_fixed(toy, toy_data.config(), penalty)


def test_a_loss_that_is_no_number_stops_the_run_and_says_what_to_do(toy: Prepared) -> None:
    table = toy.splits["train"]
    spoilt = dataclasses.replace(table, numbers=np.full_like(table.numbers, np.nan))
    broken = dataclasses.replace(toy, splits={**toy.splits, "train": spoilt})
    with pytest.raises(InputError, match=f"The loss became nan at step 1 of {STEPS}; lower --learning-rate"):
        train_line(broken, toy_data.config())


def test_a_partial_run_of_another_net_is_refused(toy: Prepared) -> None:
    part = train_line(toy, toy_data.config(), lambda now: True).partial
    with pytest.raises(InputError, match=r"partial run does not fit this configuration.*--overwrite"):
        train_line(toy, toy_data.config(hidden=8), resume=part)


def test_the_rate_rises_for_a_fifth_and_falls_to_almost_nothing() -> None:
    rates = np.array([one_cycle(step, 100, 0.01) for step in range(100)])
    assert rates.argmax() in (19, 20)
    assert rates.max() == pytest.approx(0.01)
    assert (np.diff(rates[:20]) > 0).all()
    assert (np.diff(rates[20:]) <= 0).all()
    assert 0 < rates[-1] < 1e-4
    assert one_cycle(0, 1, 0.01) > 0


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"epochs": 6}, (128, 66)),
        ({"epochs": 1, "batch_size": 1440}, (1440, 1)),
        ({"epochs": 3, "batch_size": 721}, (721, 3)),
        ({"epochs": 4, "batch_size": 10**6}, (1440, 4)),
    ],
)
def test_the_schedule_is_whole_batches_of_every_epoch(toy: Prepared, changes: dict, expected: tuple[int, int]) -> None:
    config = toy_data.config(**changes)
    assert schedule(toy.splits["train"], config) == expected
    run = train_line(toy, config, lambda now: now.step == 1)
    assert run.rows == expected[0]


def test_a_line_is_told_how_long_its_run_is(toy: Prepared, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trunk and dual ascent go by the share of the run that is over."""
    told: list[int] = []
    real = train.line_objective
    monkeypatch.setattr(train, "line_objective", lambda *a: told.append(a[-1]) or real(*a))
    train_line(toy, toy_data.config(epochs=2), lambda now: True)
    assert told == [22]


def test_batches_are_cut_to_the_rows_there_are(toy: Prepared) -> None:
    run = train_line(toy, toy_data.config(epochs=2, batch_size=5000))
    assert (run.steps, run.rows) == (2, 2 * len(toy.splits["train"]))


def test_the_width_of_the_codes_changes_no_bit(toy: Prepared) -> None:
    """Codes are held narrow, which must change neither the training nor the scores."""
    table, config = toy.splits["train"], toy_data.config(epochs=1)
    wide = dataclasses.replace(table, codes=table.codes.astype(np.int64))
    assert table.codes.nbytes * 4 == wide.codes.nbytes
    lines = [train_line(dataclasses.replace(toy, splits={"train": rows}), config).net for rows in (table, wide)]
    for first, second in zip(*(line.parameters() for line in lines), strict=True):
        assert torch.equal(first, second)
    found = [evaluate.levels(lines[0], [0.0, 0.5], rows) for rows in (table, wide)]  # type: ignore[arg-type]
    assert np.array_equal(*found)
