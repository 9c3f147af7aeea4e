"""Batch statistics along a line: those of the rows at every place, not a blend of the ends'."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from tests.test_line import NETS, ROWS, WITH_STATISTICS, seeded
from yodo_core import batch_stats
from yodo_core.errors import InputError
from yodo_core.line import Line

NORM = (nn.BatchNorm1d, nn.BatchNorm2d)


@pytest.fixture(params=WITH_STATISTICS)
def line(request: pytest.FixtureRequest) -> Line:
    return batch_stats.measured(Line(NETS[request.param], seeded()), rows(), places=5).eval()


def rows() -> tuple[torch.Tensor]:
    return (3 * torch.randn(ROWS, 5, generator=seeded(1)) + 1,)


def norms(net: nn.Module) -> list[nn.Module]:
    return [module for module in net.modules() if isinstance(module, NORM)]


@pytest.mark.parametrize("position", [0.0, 0.25, 0.75, 1.0])
def test_they_are_means_and_variances_of_what_comes_into_each_layer(line: Line, position: float) -> None:
    net = line.at(position)
    seen: list[np.ndarray] = []
    for module in norms(net):
        module.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0].double().numpy()))
        # Batch by batch, as when they were measured: a layer then sees what the layers before it made of their own.
        module.train()
        module.momentum = 0.0
    with torch.no_grad():
        net(*rows())
    kept = line.at(position)
    assert len(seen) == len(norms(kept)) >= 1
    for module, values in zip(norms(kept), seen, strict=True):
        axes = tuple(axis for axis in range(values.ndim) if axis != 1)
        np.testing.assert_allclose(module.running_mean.numpy(), values.mean(axes), rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(module.running_var.numpy(), values.var(axes, ddof=1), rtol=1e-4, atol=1e-5)


def test_a_blend_of_the_ends_statistics_would_be_wrong(line: Line) -> None:
    here, start, end = (norms(line.at(position))[-1].running_var for position in (0.5, 0.0, 1.0))
    assert not torch.allclose(here, (start + end) / 2, rtol=0.02)


def test_at_the_ends_the_plain_nets_have_them_too(line: Line) -> None:
    for position, net in ((0.0, line.start), (1.0, line.end)):
        assert torch.equal(line.at(position)(*rows()), net(*rows()))
        assert torch.equal(line(*rows(), position=position), net(*rows()))


def test_between_two_measured_places_they_are_in_between(line: Line) -> None:
    for name in batch_stats.names(line.start):
        low, here, high = (line.blended(position)[name] for position in (0.25, 0.375, 0.5))
        torch.testing.assert_close(here, (low + high) / 2)
    seen = (3 * torch.randn(400, 5, generator=seeded(2)) + 1,)
    places = (batch_stats.PLACES, 2 * batch_stats.PLACES - 1)
    many, exact = (batch_stats.measured(Line.between(line.start, line.end), seen, n).eval() for n in places)
    for position in (0.025, 0.275, 0.525, 0.775, 0.975):
        with torch.no_grad():
            off = (many.at(position)(*seen).sigmoid() - exact.at(position)(*seen).sigmoid()).abs()
        assert 0 < float(off.mean()) < 0.02, "21 places are enough to know what lies between them"


def test_measuring_leaves_the_weights_and_a_net_without_any_alone() -> None:
    plain = Line(NETS["mlp"], seeded())
    assert batch_stats.measured(plain, None) is plain
    assert plain.statistics == {}
    line = Line(NETS["skipping"], seeded())
    before = {name: value.clone() for name, value in line.named_parameters()}
    batch_stats.measured(line, rows(), places=3)
    assert all(torch.equal(before[name], value) for name, value in line.named_parameters())
    assert {values.shape for values in line.statistics.values()} == {(3, 6)}


def test_another_line_knows_nothing_of_them(line: Line) -> None:
    assert line.stretched(2.0).statistics == {}
    assert line.stretched(0.5).statistics == {}


@pytest.mark.parametrize("inputs", [None, (torch.empty(0, 5),)])
def test_without_rows_there_is_one_line(inputs: tuple[torch.Tensor] | None) -> None:
    with pytest.raises(InputError, match="A net with batch statistics needs rows to measure them on along its line"):
        batch_stats.measured(Line(NETS["columns"], seeded()), inputs)


def test_a_net_alone_gets_those_of_the_rows_too() -> None:
    net = NETS["skipping"]()
    weights = [p.clone() for p in net.parameters()]
    renewed = batch_stats.renewed(net, rows())
    assert renewed is net
    assert not net.training
    line = batch_stats.measured(Line.between(net, NETS["skipping"]()), rows(), places=2)
    assert torch.equal(net(*rows()), line.at(0.0)(*rows()))
    assert all(torch.equal(a, b) for a, b in zip(weights, net.parameters(), strict=True))
