"""What a step minimises, against the formulas written out in plain NumPy."""

from __future__ import annotations

import copy
import dataclasses

import numpy as np
import pytest
import torch

from tests import toy as toy_data
from yodo_core.config import OBJECTIVES, TrainConfig
from yodo_core.data.prepare import Prepared
from yodo_core.fairness.notions import get_notion
from yodo_core.fairness.penalties import ScoredGroups
from yodo_core.line import Line
from yodo_core.objective import Batch, Calibrated, Fixed, Paper, line_objective
from yodo_core.train import new_line
from yodo_core.weights import TwoEnds, ordered

SIZE = 200
STEPS = 100


@pytest.fixture
def batch(toy: Prepared) -> Batch:
    table = toy.splits["train"].take(np.arange(SIZE))
    label = torch.from_numpy(table.label).float()
    return Batch(torch.from_numpy(table.codes), torch.from_numpy(table.numbers), label, torch.from_numpy(table.group))


def scored(toy: Prepared, notion: str = "dp") -> ScoredGroups:
    table = toy.splits["train"]
    return ScoredGroups(get_notion(notion), table.label, table.group, toy.groups)


def logits(line: Line, batch: Batch, position: float) -> np.ndarray:
    with torch.no_grad():
        return line.at(position)(batch.codes, batch.numbers).double().numpy()


def cross_entropy(z: np.ndarray, label: torch.Tensor) -> float:
    y, p = label.numpy(), 1 / (1 + np.exp(-z))
    return float(-(y * np.log(p) + (1 - y) * np.log(1 - p)).mean())


def mean_scores(z: np.ndarray, batch: Batch) -> np.ndarray:
    """Mean scores of the two groups that are large enough."""
    scores, group = 1 / (1 + np.exp(-z)), batch.group.numpy()
    return np.array([scores[group == g].mean() for g in (0, 1)])


def test_fixed_is_cross_entropy_plus_penalty_times_gap(toy: Prepared, batch: Batch) -> None:
    net = new_line(toy, toy_data.config()).start
    z = net(batch.codes, batch.numbers).detach().double().numpy()
    means = mean_scores(z, batch)
    for penalty in (0.0, 0.3, 4.0):
        loss = Fixed(net, scored(toy), penalty).loss(0, 0.7, batch)
        assert loss.item() == pytest.approx(cross_entropy(z, batch.label) + penalty * np.ptp(means), abs=1e-5)


@pytest.mark.parametrize("alpha", [0.0, 0.35, 1.0])
def test_paper_is_its_equation_3(toy: Prepared, batch: Batch, alpha: float) -> None:
    """The loss on the batch, and with the cosine term the gradient of the whole at both ends."""
    config = toy_data.config(objective="paper", ends="independent", penalty=1.7, cosine_weight=0.4)
    line = new_line(toy, config)
    ends = TwoEnds(copy.deepcopy(line), config.cosine_weight)
    z = logits(line, batch, alpha)
    means = mean_scores(z, batch)
    on_batch = cross_entropy(z, batch.label) + alpha * 1.7 * np.ptp(means)
    loss = Paper(ends, scored(toy), config).loss(0, alpha, batch)
    assert loss.item() == pytest.approx(on_batch, abs=1e-5)
    loss.backward()
    ends.gather()

    outputs = line(batch.codes, batch.numbers, position=alpha)
    first, second = (outputs[batch.group == g].sigmoid().mean() for g in (0, 1))
    whole = torch.nn.functional.binary_cross_entropy_with_logits(outputs, batch.label)
    whole = whole + alpha * 1.7 * (first - second).abs() + 0.4 * line.squared_cosine()
    assert whole.item() == pytest.approx(on_batch + 0.4 * line.squared_cosine().item(), abs=1e-5)
    whole.backward()
    assert_gradients_of(line, ends)


@pytest.mark.parametrize("at_start", [0.0, 0.6])
def test_calibrated_has_the_gradient_at_both_ends_that_its_losses_at_both_places_have(
    toy: Prepared, batch: Batch, at_start: float
) -> None:
    """The first rows at the start and the others, which are pulled, at the step's level."""
    changes = {"trunk": 0.4, "at_start": at_start, "at_end": 0.1, "cosine_weight": 0.4}
    config = toy_data.config(ends="independent", **changes)
    line = new_line(toy, config)
    ends = TwoEnds(copy.deepcopy(line), config.cosine_weight)
    objective = Calibrated(ends, held := scored(toy), config, STEPS)
    alpha, first, strength = objective.level(60), round(SIZE * at_start), torch.tensor([2.0, -3.0, 0.0])
    pull = alpha * ((strength - strength @ held.weights[0]) * held.eligible[0])[batch.group[first:]]
    objective.state["multipliers"] = strength[None]
    objective.loss(60, 0.7, batch).backward()
    ends.gather()

    near, far = (line(batch.codes, batch.numbers, position=position) for position in (0.0, alpha))
    outputs = torch.cat([near[:first], far[first:]])
    whole = torch.nn.functional.binary_cross_entropy_with_logits(outputs, batch.label)
    whole = whole + far[first:].sigmoid() @ pull / SIZE + 0.4 * line.squared_cosine()
    whole.backward()
    assert_gradients_of(line, ends)


def assert_gradients_of(line: Line, ends: TwoEnds) -> None:
    for found, net in zip(ends.ends.grad, (line.start, line.end), strict=True):  # type: ignore[arg-type]
        expected = torch.cat([p.grad.flatten() for p in ordered(net)])  # type: ignore[union-attr]
        torch.testing.assert_close(found, expected, rtol=0, atol=1e-6)
        assert expected.any()


@pytest.mark.parametrize("pixels", [None, torch.arange(SIZE * 4).view(SIZE, 1, 2, 2)], ids=["columns", "pixels"])
@pytest.mark.parametrize("rows", [0, 1, 140, SIZE])
def test_what_a_net_takes_of_a_batch_is_cut_in_two(batch: Batch, rows: int, pixels: torch.Tensor | None) -> None:
    whole = dataclasses.replace(batch, pixels=pixels)
    for first, rest, inputs in zip(*whole.cut(rows), whole.inputs, strict=True):
        assert (len(first), len(rest)) == (rows, SIZE - rows)
        assert torch.equal(torch.cat([first, rest]), inputs)


@pytest.mark.parametrize("notion", ["dp", "eo", "eodds"])
@pytest.mark.parametrize("name", OBJECTIVES)
def test_a_batch_of_one_group_gives_finite_losses_and_gradients(toy: Prepared, name: str, notion: str) -> None:
    table = toy.splits["train"]
    table = table.take(np.flatnonzero((table.group == 1) & (table.label == 0))[:50])
    label = torch.from_numpy(table.label).float()
    lonely = Batch(torch.from_numpy(table.codes), torch.from_numpy(table.numbers), label, torch.from_numpy(table.group))
    config = toy_data.config(objective=name, notion=notion, trunk=0.4, at_start=0.5, at_end=0.2)
    line = new_line(toy, config)
    objective = line_objective(line, scored(toy, notion), config, STEPS)
    for step in (0, 60, 61, 62, 63):
        objective.loss(step, 0.6, lonely).backward()
    assert all(torch.isfinite(p.grad).all() for p in line.parameters() if p.grad is not None)
    assert all(torch.isfinite(value).all() for value in objective.state.values())


def test_the_config_names_the_objective(toy: Prepared) -> None:
    for name, kind in (("calibrated", Calibrated), ("paper", Paper)):
        config = TrainConfig(objective=name)
        assert type(line_objective(new_line(toy, config), scored(toy), config, STEPS)) is kind
