"""What a step minimises, against the formulas written out in plain NumPy."""

from __future__ import annotations

import copy

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
MULTIPLIERS, ANCHOR, ANCHOR_ROWS = "multipliers", "anchor", "anchor_rows"


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


def mean_scores(z: np.ndarray, batch: Batch, sharpness: float = 1.0) -> tuple[np.ndarray, float, np.ndarray]:
    """Mean scores of the two groups that are large enough, that of both, and their rows."""
    scores, group = 1 / (1 + np.exp(-sharpness * z)), batch.group.numpy()
    rows = np.array([(group == g).sum() for g in (0, 1)])
    return np.array([scores[group == g].mean() for g in (0, 1)]), scores[group < 2].mean(), rows


def test_fixed_is_cross_entropy_plus_penalty_times_gap(toy: Prepared, batch: Batch) -> None:
    net = new_line(toy, toy_data.config()).start
    z = net(batch.codes, batch.numbers).detach().double().numpy()
    means, _, _ = mean_scores(z, batch)
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
    means, _, _ = mean_scores(z, batch)
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
    for found, net in zip(ends.ends.grad, (line.start, line.end), strict=True):  # type: ignore[arg-type]
        expected = torch.cat([p.grad.flatten() for p in ordered(net)])  # type: ignore[union-attr]
        torch.testing.assert_close(found, expected, rtol=0, atol=1e-6)
        assert expected.any()


def test_every_fourth_step_of_calibrated_is_the_unpenalised_start(toy: Prepared, batch: Batch) -> None:
    config = toy_data.config()
    line = new_line(toy, config)
    net, ends = copy.deepcopy(line.start), TwoEnds(line, 0.0)
    objective = Calibrated(ends, scored(toy), config)
    objective.state[MULTIPLIERS] += 5.0
    before = objective.state[MULTIPLIERS].clone()
    plain = cross_entropy(logits(line, batch, 0), batch.label)
    Fixed(net, scored(toy), 0.0).loss(0, 0.9, batch).backward()
    gradient = torch.cat([p.grad.flatten() for p in ordered(net)])  # type: ignore[union-attr]
    for step in (0, 4, 8):
        loss = objective.loss(step, 0.9, batch)
        assert loss.item() == pytest.approx(plain, abs=1e-5)
        ends.clear()
        loss.backward()
        ends.gather()
        start, end = ends.ends.grad  # type: ignore[misc]
        torch.testing.assert_close(start, gradient, rtol=0, atol=1e-6)
        assert not end.any()
    assert gradient.any()
    assert torch.equal(objective.state[MULTIPLIERS], before)


def test_the_anchor_is_a_running_mean_weighted_by_rows(toy: Prepared, batch: Batch) -> None:
    config = toy_data.config()
    line = new_line(toy, config)
    objective = Calibrated(line, scored(toy), config)
    total, seen = np.zeros(2), np.zeros(2)
    for step, part in ((0, slice(0, 150)), (4, slice(100, 200))):
        some = Batch(*(getattr(batch, name)[part] for name in ("codes", "numbers", "label", "group")))
        objective.loss(step, 0.5, some)
        means, pooled, rows = mean_scores(logits(line, some, 0), some, config.sharpness)
        seen = seen * 0.97
        total = (total * seen + (means - pooled) * rows) / (seen + rows)
        seen = seen + rows
    np.testing.assert_allclose(objective.state[ANCHOR][0, :2].numpy(), total, atol=1e-6)
    np.testing.assert_allclose(objective.state[ANCHOR_ROWS][0, :2].numpy(), seen, rtol=1e-6)
    assert objective.state[ANCHOR][0, 2] == objective.state[ANCHOR_ROWS][0, 2] == 0, "the small group is set aside"


def test_between_anchors_the_multipliers_ascend_towards_the_target(toy: Prepared, batch: Batch) -> None:
    config = toy_data.config(dual_rate=0.6, proportional=2.0, cosine_weight=0.0)
    line = new_line(toy, config)
    objective = Calibrated(line, scored(toy), config)
    anchor = np.array([0.2, -0.3])
    objective.state[ANCHOR][0, :2] = torch.tensor(anchor)
    objective.state[MULTIPLIERS][3, 0, :2] = torch.tensor([1.0, -1.0])
    scored_rows = batch.group < 2
    batch = Batch(*(getattr(batch, name)[scored_rows] for name in ("codes", "numbers", "label", "group")))
    alpha = 0.37
    z = logits(line, batch, alpha)
    means, pooled, rows = mean_scores(z, batch, config.sharpness)
    deviation = means - pooled
    residual = (deviation - (1 - alpha) * anchor) * rows / (rows + 32)
    # Alpha 0.37 lies 0.7 of the way from knot 3 to knot 4.
    force = 0.3 * np.array([1.0, -1.0]) + 2.0 * residual
    loss = objective.loss(1, alpha, batch)
    assert loss.item() == pytest.approx(cross_entropy(z, batch.label) + (force * deviation).sum(), abs=1e-5)
    moved = objective.state[MULTIPLIERS][:, 0, :2].numpy()
    expected = np.zeros((11, 2))
    expected[3] = np.array([1.0, -1.0]) + 0.6 * 0.3 * residual
    expected[4] = 0.6 * 0.7 * residual
    np.testing.assert_allclose(moved, expected, atol=1e-6)
    assert not objective.state[MULTIPLIERS][..., 2].any()


def test_the_last_knot_answers_for_alpha_one(toy: Prepared, batch: Batch) -> None:
    config = toy_data.config()
    objective = Calibrated(new_line(toy, config), scored(toy), config)
    objective.loss(1, 1.0, batch)
    assert objective.state[MULTIPLIERS][10].any()
    assert not objective.state[MULTIPLIERS][:10].any()


@pytest.mark.parametrize("notion", ["dp", "eo", "eodds"])
@pytest.mark.parametrize("name", OBJECTIVES)
def test_a_batch_of_one_group_gives_finite_losses_and_gradients(toy: Prepared, name: str, notion: str) -> None:
    table = toy.splits["train"]
    table = table.take(np.flatnonzero((table.group == 1) & (table.label == 0))[:50])
    label = torch.from_numpy(table.label).float()
    lonely = Batch(torch.from_numpy(table.codes), torch.from_numpy(table.numbers), label, torch.from_numpy(table.group))
    config = toy_data.config(objective=name, notion=notion)
    line = new_line(toy, config)
    objective = line_objective(line, scored(toy, notion), config)
    for step in range(2):
        objective.loss(step, 0.6, lonely).backward()
    assert all(torch.isfinite(p.grad).all() for p in line.parameters() if p.grad is not None)
    assert all(torch.isfinite(value).all() for value in objective.state.values())


def test_the_config_names_the_objective(toy: Prepared) -> None:
    for name, kind in (("calibrated", Calibrated), ("paper", Paper)):
        config = TrainConfig(objective=name)
        assert type(line_objective(new_line(toy, config), scored(toy), config)) is kind
