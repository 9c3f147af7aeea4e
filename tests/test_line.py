"""A line: its ends are plain nets, its blends are blends, and gradients reach both ends as (1 - p) : p."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import nn

from yodo_core.errors import InputError
from yodo_core.line import MOST_POSITIONS, Line
from yodo_core.nets.mlp import TabularMLP
from yodo_core.nets.resnet import ResNet


class Skipping(nn.Module):
    """A hand-written net with batch statistics inside and around a way past them."""

    def __init__(self) -> None:
        super().__init__()
        self.into = nn.Linear(5, 6)
        self.inner = nn.Sequential(nn.BatchNorm1d(6), nn.ReLU(), nn.Linear(6, 6))
        self.outer = nn.BatchNorm1d(6, affine=False)
        self.out = nn.Linear(6, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.into(x)
        return self.out(self.outer(x + self.inner(x)).relu())


class Columns(nn.Module):
    """A hand-written net with batch statistics over rows and places: convolutions, one of them a channel at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.wide = nn.Conv1d(1, 4, 3, padding=1, bias=False)
        self.each = nn.Conv1d(4, 4, 3, padding=1, groups=4)
        self.norms = nn.ModuleList([nn.BatchNorm1d(4), nn.BatchNorm1d(4)])
        self.out = nn.Linear(4, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.norms[0](self.wide(x[:, None])).tanh()
        return self.out(self.norms[1](self.each(x)).mean(-1))


class Drawn(nn.Module):
    """The net for pictures, which here are drawn from five numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.draw, self.net = nn.Linear(5, 64), ResNet((1, 8, 8), hidden=8, depth=1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.net(127.5 + 60 * self.draw(x).view(-1, 1, 8, 8))


NETS: dict[str, Callable[[], nn.Module]] = {
    "linear": lambda: nn.Linear(5, 1),
    "mlp": lambda: nn.Sequential(nn.Linear(5, 7), nn.Tanh(), nn.Linear(7, 2)),
    "batch statistics": lambda: nn.Sequential(nn.Linear(5, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 1)),
    "convolution": lambda: nn.Sequential(nn.Unflatten(1, (1, 5)), nn.Conv1d(1, 3, 2), nn.Flatten(), nn.Linear(12, 1)),
    "skipping": Skipping,
    "columns": Columns,
    "residual": Drawn,
}
WITH_STATISTICS = ("batch statistics", "skipping", "columns", "residual")
ROWS = 33


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.fixture(params=NETS)
def line(request: pytest.FixtureRequest) -> Line:
    return Line(NETS[request.param], seeded()).eval()


@pytest.fixture
def x() -> torch.Tensor:
    return torch.randn(ROWS, 5, generator=seeded(1))


def test_the_ends_are_the_plain_nets(line: Line, x: torch.Tensor) -> None:
    for position, net in ((0, line.start), (1, line.end)):
        assert torch.equal(line(x, position=position), net(x))
        assert torch.equal(line.at(position)(x), net(x))
        assert torch.equal(line(x, position=torch.full((ROWS,), float(position))), net(x))
    assert not torch.equal(line.start(x), line.end(x)), "two independent ends"


@pytest.mark.parametrize("position", [0.25, 0.5, 0.9])
def test_a_blend_is_the_net_with_blended_weights(line: Line, x: torch.Tensor, position: float) -> None:
    by_hand = line.at(0)
    start, end = line.start.state_dict(), line.end.state_dict()
    mixed = dict(start)
    mixed |= {k: (1 - position) * a + position * end[k] for k, a in start.items() if a.is_floating_point()}
    by_hand.load_state_dict(mixed)
    torch.testing.assert_close(line(x, position=position), by_hand(x), rtol=1e-5, atol=1e-6)
    assert torch.equal(line.at(position)(x), line(x, position=position))


@pytest.mark.parametrize("position", [0.0, 0.25, 0.5, 0.8, 1.0])
def test_gradients_split_between_the_ends(line: Line, x: torch.Tensor, position: float) -> None:
    line(x, position=position).square().sum().backward()
    moved = 0.0
    for start, end in zip(line.start.parameters(), line.end.parameters(), strict=True):
        assert start.grad is not None
        assert end.grad is not None
        torch.testing.assert_close(position * start.grad, (1 - position) * end.grad, rtol=1e-5, atol=1e-6)
        moved += float((start.grad + end.grad).abs().sum())
    assert moved > 0
    idle = line.end if position == 0 else line.start
    if position in (0.0, 1.0):
        assert all(float(p.grad.abs().max()) == 0 for p in idle.parameters() if p.grad is not None)


def test_at_gives_a_plain_module_that_knows_nothing_of_the_ends(x: torch.Tensor) -> None:
    line = Line(NETS["batch statistics"], seeded()).eval()
    net = line.at(0.3)
    before = net(x)
    assert type(net) is type(line.start)
    assert set(net.state_dict()) == set(line.start.state_dict())
    held = {p.data_ptr() for p in (*line.parameters(), *line.buffers())}
    assert not held & {p.data_ptr() for p in (*net.parameters(), *net.buffers())}
    with torch.no_grad():
        for p in line.parameters():
            p.zero_()
    assert torch.equal(net(x), before)
    gone = [weakref.ref(line), weakref.ref(line.start), weakref.ref(line.end)]
    del line, p
    gc.collect()
    assert [ref() for ref in gone] == [None, None, None]


def test_calls_do_not_disturb_each_other(line: Line, x: torch.Tensor) -> None:
    first = line(x, position=0.2)
    line(x, position=0.8)
    assert torch.equal(line(x, position=0.2), first)


def test_positions_by_row_equal_runs_at_each_position(line: Line, x: torch.Tensor) -> None:
    positions = torch.tensor([0.0, 0.7, 1.0, 0.25])[torch.arange(ROWS) * 7 % 4]
    mixed = line(x, position=positions)
    for position in positions.unique():
        mine = positions == position
        torch.testing.assert_close(mixed[mine], line(x, position=float(position))[mine], rtol=1e-5, atol=1e-6)


def test_gradients_flow_through_positions_by_row(x: torch.Tensor) -> None:
    line = Line(NETS["linear"], seeded())
    line(x, position=torch.arange(ROWS) / 64).sum().backward()
    share = (torch.arange(ROWS) / 64)[:, None]
    torch.testing.assert_close(line.start.weight.grad, ((1 - share) * x).sum(0, keepdim=True), rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(line.end.weight.grad, (share * x).sum(0, keepdim=True), rtol=1e-4, atol=1e-4)


def test_no_rows_give_no_outputs() -> None:
    line = Line(NETS["linear"], seeded())
    assert line(torch.empty(0, 5), position=torch.empty(0)).shape == (0, 1)


def test_too_many_positions_are_refused() -> None:
    line, rows = Line(NETS["linear"], seeded()), MOST_POSITIONS + 1
    assert line(torch.ones(rows, 5), position=torch.arange(rows).clamp_max(63) / 64).shape == (rows, 1)
    with pytest.raises(InputError, match="Got 65 different positions; at most 64: round them"):
        line(torch.ones(rows, 5), position=torch.arange(rows) / 64.5)


@pytest.mark.parametrize(
    ("position", "message"),
    [
        (-0.01, "Position -0.01 is outside the line; give a number from 0 to 1"),
        (1.5, "Position 1.5 is outside"),
        (float("nan"), "Position nan is outside"),
        (torch.tensor([0.5, 2.0, 0.5]), "Position 2.0 is outside"),
        (torch.tensor([0.5, 0.5]), r"Got 2 positions for inputs of \[3\] rows; give one a row"),
        (torch.full((3, 1), 0.5), r"Got positions of shape \(3, 1\)"),
    ],
)
def test_wrong_positions_are_refused(position: float | torch.Tensor, message: str) -> None:
    line = Line(NETS["linear"], seeded())
    with pytest.raises(InputError, match=message):
        line(torch.ones(3, 5), position=position)
    if isinstance(position, float):
        with pytest.raises(InputError, match=message):
            line.at(position)


def test_the_generator_alone_fixes_both_ends() -> None:
    torch.manual_seed(5)
    state = torch.get_rng_state()
    first, again, other = (Line(NETS["mlp"], seeded(s)).state_dict() for s in (3, 3, 4))
    assert all(torch.equal(first[k], again[k]) for k in first)
    assert not torch.equal(first["start.0.weight"], other["start.0.weight"])
    assert torch.equal(torch.get_rng_state(), state), "the process's own generator stays as it was"


def test_between_joins_two_given_nets(x: torch.Tensor) -> None:
    net_a, net_b = NETS["mlp"](), NETS["mlp"]()
    line = Line.between(net_a, net_b)
    assert line.start is net_a
    assert line.end is net_b
    with pytest.raises(InputError, match=r"The two ends differ in .*weight.*one architecture twice"):
        Line.between(nn.Linear(3, 1), nn.Linear(4, 1))


def test_squared_cosine_is_over_weights_only() -> None:
    line = Line(lambda: TabularMLP((3, 4), 2, hidden=6), seeded())
    flat = [
        np.concatenate([p.detach().numpy().astype(np.float64).ravel() for p in net.parameters() if p.ndim >= 2])
        for net in (line.start, line.end)
    ]
    expected = (flat[0] @ flat[1]) ** 2 / ((flat[0] @ flat[0]) * (flat[1] @ flat[1]))
    assert line.squared_cosine().item() == pytest.approx(expected, rel=1e-4, abs=1e-9)
    with torch.no_grad():
        for p in line.parameters():
            if p.ndim < 2:
                p.fill_(100.0)
    assert line.squared_cosine().item() == pytest.approx(expected, rel=1e-4, abs=1e-9)
    assert Line.between(line.start, line.at(0)).squared_cosine().item() == pytest.approx(1, abs=1e-5)
    assert Line(lambda: nn.LayerNorm(3), seeded()).squared_cosine().item() == 0, "no weights, no angle"
