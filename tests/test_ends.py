"""First layers kept: a level's scores are the same bits as without, and memory is bounded."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from tests import toy as toy_data
from yodo_core import ends, evaluate
from yodo_core.data.prepare import Prepared, Table
from yodo_core.ends import Ends
from yodo_core.line import Line
from yodo_core.train import new_line

POSITIONS = [0.0, 0.13, 0.5, 0.77, 1.0]


class Sum(nn.Module):
    """A net that has no first layer to keep."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(1))

    def forward(self, codes: torch.Tensor, numbers: torch.Tensor) -> torch.Tensor:
        return self.weight * numbers.sum(1)


@pytest.fixture
def table(toy: Prepared) -> Table:
    return toy.splits["train"]


def line_of(toy: Prepared, depth: int = 2) -> Line:
    return new_line(toy, toy_data.config(ends="independent", depth=depth, dropout=0.5))


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_levels_are_the_same_bits_as_without(toy: Prepared, table: Table, depth: int) -> None:
    line = line_of(toy, depth).train()
    found = Ends(line, table)
    assert found.bytes == 8 * 16 * len(table)
    assert len(table) % evaluate.CHUNK, "the last chunk is a shorter one"
    expected = evaluate.levels(line, POSITIONS, table)
    assert np.abs(expected[0] - expected[-1]).max() > 1e-3, "the two ends differ"
    for position, scores in zip(POSITIONS, expected, strict=True):
        assert np.array_equal(found.scores(position), scores)
        assert np.array_equal(found.scores(position), scores), "the first time changes nothing"


def test_beyond_the_bound_nothing_is_kept(toy: Prepared, table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    line = line_of(toy)
    monkeypatch.setattr(ends, "MOST_BYTES", 8 * 16 * len(table) - 1)
    found = Ends(line, table)
    assert found.bytes == 0
    assert np.array_equal(found.scores(0.4), evaluate.levels(line, [0.4], table)[0])


def test_any_other_net_is_scored_from_the_start(table: Table) -> None:
    line = Line(Sum, torch.Generator().manual_seed(0))
    found = Ends(line, table)
    assert found.bytes == 0
    assert np.array_equal(found.scores(0.4), evaluate.levels(line, [0.4], table)[0])


def test_no_rows_have_no_scores(toy: Prepared, table: Table) -> None:
    assert Ends(line_of(toy), table.take(np.empty(0, int))).scores(0.4).shape == (0,)
