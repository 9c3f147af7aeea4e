"""The end of a line is moved to where the disparity is gone, in a straight line, and the map fits the moved line."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from tests import toy as toy_data
from yodo_core import alpha_map, calibrate, evaluate
from yodo_core.data.prepare import Prepared, Table
from yodo_core.errors import InputError
from yodo_core.line import Line
from yodo_core.train import new_line, train_line


def trained(toy: Prepared) -> Line:
    schedule = {"trunk": 0.4, "at_start": 0.7, "at_end": 0.25, "dual_rate": 0.6}
    run = train_line(toy, toy_data.config(epochs=40, hidden=32, **schedule))
    assert isinstance(run.net, Line)
    return run.net


@pytest.mark.parametrize("position", [0.0, 0.4, 1.0, 1.7])
def test_a_stretched_line_ends_where_it_is_told(toy: Prepared, position: float) -> None:
    line = new_line(toy, toy_data.config(ends="independent"))
    other = line.stretched(position)
    for name, start in line.start.state_dict().items():
        end = line.end.state_dict()[name]
        torch.testing.assert_close(other.end.state_dict()[name], start + position * (end - start))
        assert torch.equal(other.start.state_dict()[name], start)
    with pytest.raises(InputError, match="0 or more"):
        line.stretched(-0.1)


def test_the_end_lies_where_the_disparity_is_gone(toy: Prepared) -> None:
    line, table = trained(toy), toy.splits["train"]
    settled, knots, place = calibrate.calibrate(line, table, toy.groups, "dp")
    assert knots is not None
    assert (knots["positions"][0], knots["positions"][-1]) == (0, 1)
    assert 0 < place <= calibrate.FARTHEST
    ends = evaluate.curve(settled, [0.0, 1.0], table, toy.groups, weighted=False)
    assert alpha_map.share_gone(ends, "dp")[1] == pytest.approx(1, abs=0.05)
    middle = [alpha_map.position(knots, alpha) for alpha in (0, 0.25, 0.5, 0.75)]
    shares = alpha_map.share_gone(evaluate.curve(settled, middle, table, toy.groups, weighted=False), "dp")
    np.testing.assert_allclose(shares, [0, 0.25, 0.5, 0.75], atol=0.08)


def test_a_line_that_changes_nothing_stays_without_a_map(toy: Prepared) -> None:
    start = trained(toy).start
    line = Line.between(start, start)
    settled, knots, place = calibrate.calibrate(line, toy.splits["train"], toy.groups, "dp")
    assert settled is line
    assert (knots, place) == (None, 1.0)


def test_train_rows_count_unless_the_net_knows_them_by_heart(toy: Prepared) -> None:
    """With them the end is the one of both splits' rows; where the start is far better on them, that of tune rows."""
    line, tune, train = trained(toy), toy.splits["tune"], toy.splits["train"]
    alone, both = (calibrate.calibrate(line, tune, toy.groups, "dp", rows)[2] for rows in (None, train))
    assert alone != both
    together = calibrate.calibrate(line, joined(tune, train), toy.groups, "dp")[2]
    assert both == pytest.approx(together)
    start = evaluate.levels(line, [0.0], train)[0] >= 0.5
    learnt = dataclasses.replace(train, label=start.astype(np.int64))
    assert calibrate.calibrate(line, tune, toy.groups, "dp", learnt)[2] == alone


def joined(*tables: Table) -> Table:
    whole = {}
    for field in dataclasses.fields(Table):
        parts = [getattr(table, field.name) for table in tables]
        whole[field.name] = None if parts[0] is None else np.concatenate(parts)
    return Table(**whole)


def test_an_end_between_two_levels_is_found_between_them(toy: Prepared) -> None:
    """Shares go on beyond 1, so that the place where none is left is read off a line and not off the next level."""
    line, table = trained(toy), toy.splits["train"]
    place = calibrate.calibrate(line, table, toy.groups, "dp")[2]
    apart = calibrate.FARTHEST / (len(calibrate.GRID) - 1)
    assert place / apart != pytest.approx(round(place / apart), abs=1e-3)
