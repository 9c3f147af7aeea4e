"""Evaluation: levels of a line are those of the nets at its positions, and curves are their counts."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from tests import toy as toy_data
from yodo_core import evaluate
from yodo_core.data.prepare import Prepared, Table
from yodo_core.errors import InputError
from yodo_core.fairness.counts import Counts, count
from yodo_core.line import Line
from yodo_core.train import new_line, train_line

POSITIONS = [0.0, 0.13, 0.5, 0.77, 1.0]
PARTS = ("n", "weight", "weight_sq", "gained", "lost", "average_precision")


class Plain(nn.Module):
    """A net that is not the tabular one: codes and numbers side by side, through tanh."""

    def __init__(self, columns: int) -> None:
        super().__init__()
        self.first, self.drop, self.last = nn.Linear(columns, 6), nn.Dropout(0.5), nn.Linear(6, 1)

    def forward(self, codes: torch.Tensor, numbers: torch.Tensor) -> torch.Tensor:
        return self.last(self.drop(torch.tanh(self.first(torch.cat([codes.float(), numbers], 1))))).squeeze(-1)


def spread(line: Line) -> Line:
    """The line with weights large enough for scores to lie all over [0, 1]."""
    with torch.no_grad():
        for weight in (p for p in line.parameters() if p.ndim == 2):
            weight *= 4
    return line


@pytest.fixture(params=["one hidden layer", "three, with dropout", "another net"])
def line(request: pytest.FixtureRequest, toy: Prepared) -> Line:
    """Untrained, with two different ends, and in training mode."""
    changes = {"one hidden layer": {"depth": 1}, "three, with dropout": {"depth": 3, "dropout": 0.5}}
    if request.param in changes:
        return spread(new_line(toy, toy_data.config(ends="independent", **changes[request.param]))).train()
    table = toy.splits["test"]
    columns = table.codes.shape[1] + table.numbers.shape[1]
    return spread(Line(lambda: Plain(columns), torch.Generator().manual_seed(0))).train()


@pytest.fixture
def table(toy: Prepared) -> Table:
    return toy.splits["test"]


def same(first: Counts, second: Counts) -> bool:
    pairs = [(getattr(first, name), getattr(second, name)) for name in PARTS]
    return all(a is b is None or np.array_equal(a, b) for a, b in pairs)


def by_hand(line: Line, position: float, table: Table) -> np.ndarray:
    net = line.at(position).eval()
    with torch.no_grad():
        return net(torch.from_numpy(table.codes), torch.from_numpy(table.numbers)).double().sigmoid().numpy()


def test_levels_are_the_nets_at_those_positions(line: Line, table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = np.stack([by_hand(line, position, table) for position in POSITIONS])
    assert np.ptp(expected, axis=1).min() > 0.2
    assert np.abs(expected[0] - expected[-1]).max() > 0.1, "the two ends differ"
    for chunk in (100, 480, 10_000):
        monkeypatch.setattr(evaluate, "CHUNK", chunk)
        found = evaluate.levels(line, POSITIONS, table)
        assert (found.shape, found.dtype) == ((5, len(table)), np.float64)
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)
    assert line.training, "the line is left in the mode it was in"


def test_a_level_is_the_same_bits_whatever_others_are_asked_for(line: Line, table: Table) -> None:
    together = evaluate.levels(line, POSITIONS, table)
    for position, scores in zip(POSITIONS, together, strict=True):
        assert np.array_equal(evaluate.levels(line, [position], table)[0], scores)
    assert np.array_equal(evaluate.levels(line, POSITIONS[::-1], table)[::-1], together)
    torch.set_num_threads(2)
    assert np.array_equal(evaluate.levels(line, POSITIONS, table), together), "nor on the number of threads"
    assert torch.get_num_threads() == 2


def test_no_rows_have_no_scores(line: Line, table: Table) -> None:
    assert evaluate.levels(line, POSITIONS, table.take(np.empty(0, int))).shape == (5, 0)


@pytest.mark.parametrize("weighted", [True, False])
def test_a_curve_is_the_counts_of_its_levels(
    line: Line, toy: Prepared, table: Table, weighted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    scores, told = evaluate.levels(line, POSITIONS, table), []
    weight = table.weight if weighted else None
    expected = [count(own, table.label, table.group, toy.groups, weight, scores[0]) for own in scores]
    found = evaluate.curve(line, POSITIONS, table, toy.groups, weighted, told.append)
    assert same(found, Counts.stack(expected))
    assert (found.weight is not None) == weighted
    assert told == [1, 2, 3, 4, 5]
    monkeypatch.setattr(evaluate, "TOGETHER", 1)
    assert same(evaluate.curve(line, POSITIONS, table, toy.groups, weighted), found), "one level at a time"


def test_gained_and_lost_are_against_the_origin(line: Line, toy: Prepared, table: Table) -> None:
    origin = POSITIONS[2]
    found = evaluate.curve(line, POSITIONS, table, toy.groups, False, None, origin)
    assert found.gained is not None
    assert found.lost is not None
    scores = evaluate.levels(line, POSITIONS, table)
    for threshold in (0.25, 0.5):
        before = scores[2] >= threshold
        for i, own in enumerate(scores):
            for g in range(len(toy.groups)):
                for label in (0, 1):
                    rows = (table.group == g) & (table.label == label)
                    gained, lost = rows & (own >= threshold) & ~before, rows & (own < threshold) & before
                    place = (i, g, label, round(threshold * 100) - 1)
                    assert (found.gained[place], found.lost[place]) == (gained.sum(), lost.sum())
    assert not found.gained[2].any()
    assert not found.lost[2].any()
    assert found.gained.any()
    assert found.lost.any()


def test_evaluation_is_in_eval_mode_and_in_chunks(toy: Prepared, monkeypatch: pytest.MonkeyPatch) -> None:
    run = train_line(toy, toy_data.config(epochs=1, dropout=0.5))
    net, table = run.net.at(0.4).train(), toy.splits["test"]  # type: ignore[operator]
    whole = evaluate.scores(net, table)
    monkeypatch.setattr(evaluate, "CHUNK", 100)
    net.train()
    np.testing.assert_allclose(evaluate.scores(net, table), whole, atol=1e-6)
    assert whole.shape == (len(table),)
    assert evaluate.scores(net, table.take(np.empty(0, int))).shape == (0,)


def test_an_unknown_split_names_the_nearest(toy: Prepared) -> None:
    with pytest.raises(InputError, match=r"Unknown split 'tests'.*Did you mean 'test'\?"):
        evaluate.split_of(toy, "tests")
