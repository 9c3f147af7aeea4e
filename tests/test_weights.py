"""The weights of a run as vectors: the same gradients and steps as a line trained parameter by parameter."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from tests import toy as toy_data
from tests.test_line import NETS, ROWS, seeded
from yodo_core.adam import AdamW
from yodo_core.data.prepare import Prepared
from yodo_core.fairness.notions import get_notion
from yodo_core.fairness.penalties import ScoredGroups
from yodo_core.line import Line
from yodo_core.nets.mlp import TabularMLP
from yodo_core.objective import Fixed
from yodo_core.train import fit, make_net, one_cycle
from yodo_core.weights import OneNet, TwoEnds, collect, ordered, tie, untie

DTYPES = [torch.float32, torch.float64]
# Adam divides by the gradient's size: with its usual eps a bias before batch statistics, whose gradient is nothing
# but rounding, would step at random.
ADAM = {"lr": 0.01, "weight_decay": 0.2, "eps": 1e-3}


@dataclass
class Case:
    """A line in training mode, inputs for it, and how near two gradients must be."""

    line: Line
    inputs: tuple[Tensor, ...]
    near: float

    def loss(self, outputs: Tensor) -> Tensor:
        """Any loss that is not linear in the outputs."""
        return (outputs.flatten().sigmoid() - 0.3).square().mean() + 0.1 * outputs.square().mean()


def _tabular() -> nn.Module:
    return TabularMLP((3, 4), 2, hidden=6)


@pytest.fixture(params=[(name, dtype) for name in (*NETS, "tabular") for dtype in DTYPES], ids=str)
def case(request: pytest.FixtureRequest) -> Case:
    name, dtype = request.param
    make: Callable[[], nn.Module] = NETS.get(name, _tabular)
    line = Line(make, seeded()).to(dtype).train()
    inputs: tuple[Tensor, ...] = (torch.randn(ROWS, 5, generator=seeded(1), dtype=dtype),)
    if name == "tabular":
        codes = torch.randint(0, 3, (ROWS, 2), generator=seeded(2))
        inputs = (codes, inputs[0][:, :2])
    # Many layers round more.
    near = 5e-6 if name == "residual" else 1e-6
    return Case(line, inputs, near if dtype == torch.float32 else 1e-13)


def flat(net: nn.Module) -> Tensor:
    return torch.cat([p.detach().flatten() for p in ordered(net)])


def flat_gradient(net: nn.Module) -> Tensor:
    """The gradient as one vector; zeros where none arrived."""
    return torch.cat([(torch.zeros_like(p) if p.grad is None else p.grad).flatten() for p in ordered(net)])


def loss_at(case: Case, line: Line | TwoEnds, *positions: float) -> Tensor:
    """The sum of the losses of as many parts of the rows as there are positions, each at its own."""
    parts = zip(*(values.chunk(len(positions)) for values in case.inputs), strict=True)
    losses = [case.loss(line(*part, position=place)) for part, place in zip(parts, positions, strict=True)]
    return torch.stack(losses).sum()


def gathered(case: Case, ends: TwoEnds, *positions: float) -> Tensor:
    """The gradient (2, P) that a step of one or two calls leaves."""
    loss_at(case, ends, *positions).backward()
    ends.gather()
    assert ends.ends.grad is not None
    return ends.ends.grad


def through_the_line(case: Case, cosine_weight: float, *positions: float) -> Tensor:
    """The same gradient, parameter by parameter."""
    line = copy.deepcopy(case.line)
    (loss_at(case, line, *positions) + cosine_weight * line.squared_cosine()).backward()
    return torch.stack([flat_gradient(line.start), flat_gradient(line.end)])


@pytest.mark.parametrize("cosine_weight", [0.0, 0.8])
@pytest.mark.parametrize("position", [0.0, 0.3, 1.0])
def test_outputs_and_gradients_are_those_through_the_line(case: Case, position: float, cosine_weight: float) -> None:
    whole = through_the_line(case, cosine_weight, position)
    outputs = TwoEnds(copy.deepcopy(case.line), cosine_weight)(*case.inputs, position=position)
    expected = case.line(*case.inputs, position=position)
    torch.testing.assert_close(outputs, expected, rtol=0, atol=case.near)
    found = gathered(case, TwoEnds(copy.deepcopy(case.line), cosine_weight), position)
    torch.testing.assert_close(found, whole, rtol=0, atol=case.near)
    assert whole.abs().max() > 1e-3, "there is a gradient to compare"


@pytest.mark.parametrize("cosine_weight", [0.0, 0.8])
def test_two_calls_a_step_have_the_gradient_of_their_losses_together(case: Case, cosine_weight: float) -> None:
    """Step after step on the same weights: nothing of one step is left in the next."""
    ends = TwoEnds(copy.deepcopy(case.line), cosine_weight)
    for positions in ((0.0, 0.3), (0.0, 1.0), (0.7,), (1.0, 0.2), (0.0,), (0.5, 0.0, 1.0), (0.0, 0.3)):
        whole = through_the_line(case, cosine_weight, *positions)
        torch.testing.assert_close(gathered(case, ends, *positions), whole, rtol=0, atol=2 * case.near)
        assert whole.abs().max() > 1e-3, "there is a gradient to compare"


@pytest.mark.parametrize("position", [0.0, 0.25, 1.0])
def test_the_gradient_is_shared_as_the_weights_are_blended(case: Case, position: float) -> None:
    ends = TwoEnds(case.line, 0.0)
    found = gathered(case, ends, position)
    torch.testing.assert_close(found[0] * position, found[1] * (1 - position), rtol=0, atol=case.near)
    assert found.any()


def test_the_cosine_turns_weights_and_leaves_biases(case: Case) -> None:
    plain = gathered(case, TwoEnds(copy.deepcopy(case.line), 0.0), 0.5).clone()
    ends = TwoEnds(case.line, 2.0)
    added = gathered(case, ends, 0.5) - plain
    assert torch.equal(added[:, ends.weights :], torch.zeros_like(added[:, ends.weights :]))
    assert 0 < ends.weights < ends.ends.shape[1]
    # The cosine does not change with the length of an end, so its gradient is at right angles to both.
    assert (added * ends.ends).sum(1).abs().max() < 10 * case.near
    assert added[:, : ends.weights].abs().max() > 1e-4


def test_no_gradient_is_left_from_the_step_before(case: Case) -> None:
    ends = TwoEnds(case.line, 0.5)
    for positions in ((0.4,), (0.4, 1.0)):
        first = gathered(case, ends, *positions).clone()
        torch.testing.assert_close(gathered(case, ends, *positions), first, rtol=0, atol=0)


@pytest.mark.parametrize(("positions", "again"), [((0.0, 0.3), 0.0), ((0.2, 1.0), 0.9), ((0.0, 0.3, 1.0), 1.0)])
def test_a_call_where_a_gradient_is_not_gathered_yet_is_refused(
    case: Case, positions: tuple[float, ...], again: float
) -> None:
    ends = TwoEnds(case.line, 0.0)
    for _ in range(2):
        for position in positions:
            ends(*case.inputs, position=position)
        for wanted in (True, False):
            with torch.set_grad_enabled(wanted), pytest.raises(RuntimeError, match="twice at one place in a step"):
                ends(*case.inputs, position=again)
        ends.gather()


def test_calls_without_a_gradient_take_no_place_and_leave_that_of_others(case: Case) -> None:
    ends = TwoEnds(copy.deepcopy(case.line), 0.0)
    losses = []
    for position in (0.0, 1.0):
        for _ in range(3):
            with torch.no_grad():
                ends(*case.inputs, position=0.6)
        losses.append(case.loss(ends(*case.inputs, position=position)))
    torch.stack(losses).sum().backward()
    ends.gather()
    whole = sum(through_the_line(case, 0.0, position) for position in (0.0, 1.0))
    torch.testing.assert_close(ends.ends.grad, whole, rtol=0, atol=2 * case.near)


def test_steps_are_those_of_the_line_trained_parameter_by_parameter(case: Case) -> None:
    plain = copy.deepcopy(case.line)
    optimizer = torch.optim.AdamW(plain.parameters(), **ADAM)
    ends = TwoEnds(case.line, 0.7)
    flattened = torch.optim.AdamW([ends.ends], **ADAM)
    for positions in ((0.1,), (0.5, 1.0), (0.0, 0.4), (0.3,)):
        optimizer.zero_grad()
        (loss_at(case, plain, *positions) + 0.7 * plain.squared_cosine()).backward()
        optimizer.step()
        gathered(case, ends, *positions)
        flattened.step()
    line = ends.finish()
    assert line is case.line
    for found, expected in ((line.start, plain.start), (line.end, plain.end)):
        torch.testing.assert_close(flat(found), flat(expected), rtol=0, atol=10 * case.near)


def test_one_net_takes_the_steps_it_would_take_parameter_by_parameter(case: Case) -> None:
    plain, net = case.line.start, copy.deepcopy(case.line.start)
    optimizer = torch.optim.AdamW(plain.parameters(), **ADAM)
    moved = OneNet(net)
    flattened = torch.optim.AdamW([moved.ends], **ADAM)
    for _ in range(4):
        optimizer.zero_grad()
        case.loss(plain(*case.inputs)).backward()
        optimizer.step()
        case.loss(net(*case.inputs)).backward()
        moved.gather()
        flattened.step()
    assert moved.finish() is net
    torch.testing.assert_close(flat(net), flat(plain), rtol=0, atol=10 * case.near)
    moved.ends.zero_()
    assert flat(net).any(), "memory of its own"
    assert not net.training


def test_equal_ends_take_the_same_steps_joined_until_they_part(case: Case) -> None:
    """Against both ends moved from the first step on, moments and all."""
    held = []
    for joined in (True, False):
        ends = TwoEnds(Line.between(copy.deepcopy(case.line.start), copy.deepcopy(case.line.start)), 0.0)
        optimizer = AdamW(ends.ends, 0.2)
        moments = optimizer.state["exp_avg"], optimizer.state["exp_avg_sq"]
        moving = []
        if joined:
            ends.join(*moments)
        for positions in ((0.5,), (0.5,), (0.5, 1.0), (0.0, 0.2), (0.5,)):
            gathered(case, ends, *positions)
            # Batch statistics leave some gradients that are nothing but rounding, see ADAM.
            ends.ends.grad[ends.ends.grad.abs() < 1e-4] = 0  # type: ignore[index]
            optimizer.step(0.01, ends.moving)
            moving.append(ends.moving)
        assert moving == ([1, 1, 2, 2, 2] if joined else [2, 2, 2, 2, 2])
        held.append((ends.ends, *moments))
    for found, expected in zip(*held, strict=True):
        torch.testing.assert_close(found, expected, rtol=0, atol=100 * case.near)


def test_ends_that_differ_or_are_turned_are_not_joined(case: Case) -> None:
    same = Line.between(copy.deepcopy(case.line.start), copy.deepcopy(case.line.start))
    for line, cosine_weight, differing in ((case.line, 0.0, 0.0), (same, 0.5, 0.0), (same, 0.0, 1.0)):
        ends = TwoEnds(line, cosine_weight)
        moment = torch.zeros_like(ends.ends)
        moment[1] += differing
        ends.join(moment)
        assert ends.moving == 2


# Tying and finishing


def test_tied_parameters_are_parts_of_the_vector_weights_first(case: Case) -> None:
    net = case.line.start
    before, size = flat(net), sum(p.numel() for p in net.parameters())
    vector = before.new_zeros(size)
    parameters = tie(net, vector)
    assert all(found is expected for found, expected in zip(parameters, ordered(net), strict=True))
    assert torch.equal(vector, before)
    assert [p.ndim < 2 for p in ordered(net)] == sorted(p.ndim < 2 for p in net.parameters())
    with torch.no_grad():
        vector.copy_(torch.arange(size))
    assert torch.equal(torch.cat([p.detach().flatten() for p in ordered(net)]), vector)


def test_collected_gradients_are_whole_and_gone(case: Case) -> None:
    net = case.line.start
    case.loss(net(*case.inputs)).backward()
    expected, unused = flat_gradient(net), nn.Parameter(torch.ones(3, dtype=case.inputs[-1].dtype))
    found = torch.full((len(expected) + 3,), 7.0, dtype=expected.dtype)
    collect([*ordered(net), unused], found)
    assert expected.any()
    assert torch.equal(found, torch.cat([expected, expected.new_zeros(3)]))
    assert all(p.grad is None for p in net.parameters())


def test_untied_parameters_keep_their_values_and_nothing_else(case: Case) -> None:
    net = case.line.start
    before, vector = flat(net), torch.zeros_like(flat(net))
    tie(net, vector)
    untie(net)
    vector.zero_()
    assert torch.equal(flat(net), before)
    assert all(p.grad is None for p in net.parameters())
    owners = {p.untyped_storage().data_ptr() for p in net.parameters()}
    assert len(owners) == len(list(net.parameters()))


def test_the_finished_line_has_the_trained_ends_and_the_working_nets_buffers(case: Case) -> None:
    ends = TwoEnds(case.line, 0.0)
    gathered(case, ends, 0.6)
    ends.ends += 0.5
    trained = ends.ends.clone()
    line = ends.finish()
    ends.ends.zero_()
    assert not line.training
    for net, expected in zip((line.start, line.end), trained, strict=True):
        assert torch.equal(flat(net), expected)
        assert all(torch.equal(a, b) for a, b in zip(net.buffers(), ends.net.buffers(), strict=True))
    for a, b in zip(line.start.buffers(), line.end.buffers(), strict=True):
        assert a.data_ptr() != b.data_ptr(), "memory of its own"
    torch.testing.assert_close(flat(line.at(0.25)), torch.lerp(*trained, 0.25), rtol=0, atol=case.near)


def test_batch_statistics_are_those_met_in_training() -> None:
    line = Line(NETS["batch statistics"], seeded()).train()
    ends = TwoEnds(line, 0.0)
    ends(torch.randn(ROWS, 5, generator=seeded(1)) + 7, position=0.5)
    means = [dict(net.named_buffers())["1.running_mean"] for net in (ends.finish().start, line.end)]
    assert torch.equal(*means)
    assert means[0].abs().max() > 0.01, "not the zeros they start from"


# In the loop


def _fixed(toy: Prepared) -> tuple[nn.Module, Fixed]:
    torch.manual_seed(0)
    net, table = make_net(toy, toy_data.config()), toy.splits["train"]
    scored = ScoredGroups(get_notion("dp"), table.label, table.group, toy.groups)
    return net, Fixed(net, scored, 0.5)


@pytest.mark.parametrize("stop_at", [1, 17])
def test_one_net_resumes_as_if_never_stopped(toy: Prepared, stop_at: int) -> None:
    torch.set_num_threads(1)
    table, config = toy.splits["train"], toy_data.config(epochs=3)
    whole = fit(*_fixed(toy), table, config)
    half = fit(*_fixed(toy), table, config, lambda now: now.step == stop_at)
    kept = half.partial.tensors["ends"].clone()
    for parameter in half.net.parameters():
        parameter.data.zero_()
    assert torch.equal(half.partial.tensors["ends"], kept), "no part of the net that the stopped run returned"
    resumed = fit(*_fixed(toy), table, config, None, half.partial)
    assert (resumed.steps, resumed.finished) == (whole.steps, True)
    assert torch.equal(flat(resumed.net), flat(whole.net))
    for name, value in whole.partial.tensors.items():
        assert torch.equal(value, resumed.partial.tensors[name]), name


def test_weight_decay_shrinks_weights_by_the_rate_alone(toy: Prepared) -> None:
    """Decoupled: one step at rate r takes r x decay off every weight beside the step that the gradient asks for."""
    table = toy.splits["train"]
    steps = {}
    for decay in (0.0, 2.0):
        net, objective = _fixed(toy)
        before = flat(net)
        config = toy_data.config(epochs=1, batch_size=len(table), weight_decay=decay)
        steps[decay] = flat(fit(net, objective, table, config).net)
    rate = one_cycle(0, 1, config.learning_rate)
    np.testing.assert_allclose(steps[2.0], steps[0.0] - 2.0 * rate * before, atol=1e-6)
    assert (steps[2.0] - steps[0.0]).abs().max() > 1e-4
