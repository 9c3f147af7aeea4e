"""benchmarks/train_speed.py: both sides train the same net on the same rows, and the clock counts each second once."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
import torch

from tests import toy as toy_data
from yodo_core import train
from yodo_core.config import TrainConfig
from yodo_core.data.prepare import Prepared, prepare
from yodo_core.data.split import split_rows
from yodo_core.line import Line
from yodo_core.nets.mlp import TabularMLP
from yodo_core.objective import Batch, Paper
from yodo_core.train import make_net
from yodo_core.weights import TwoEnds, ordered

Load = Callable[[str], ModuleType]
CONFIG = toy_data.config(objective="paper", cosine_weight=0.0, penalty=1.5, epochs=1)


@pytest.fixture(scope="module")
def load() -> Iterator[Load]:
    """Modules of benchmarks/, which is no package."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(Path(__file__).parents[1] / "benchmarks"))
        yield lambda name: importlib.import_module(f"speed_parts.{name}")


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


def widened(net: TabularMLP, names: list[str], width: int, load: Load, held: Prepared) -> torch.nn.Sequential:
    """The same function of the one-hot rows: each value's column is what that value adds to the first layer."""
    frame = toy_data.rows()
    codes, numbers = (torch.from_numpy(part) for part in held.encoder.encode(frame))
    categories, scales = list(held.encoder.names_categories), list(held.encoder.names_numbers)
    wide, place = load("paper_loop").one_hot_net(width, CONFIG), 0
    with torch.no_grad():
        for name in names:
            for value in sorted(frame[name].unique()):
                row = int(np.flatnonzero(frame[name] == value)[0])
                if name in categories:
                    column = categories.index(name)
                    added = net.codes.weight[codes[row, column] + net.offsets[column]]
                else:
                    column = scales.index(name)
                    added = net.numbers.weight[:, column] * numbers[row, column]
                wide[0].weight[:, place] = added
                place += 1
        wide[0].bias.copy_(net.numbers.bias)
        for own, other in zip(net.rest.parameters(), list(wide.parameters())[2:], strict=True):
            other.copy_(own)
    assert place == width
    return wide


@pytest.mark.parametrize("alpha", [0.0, 0.3, 1.0])
def test_both_sides_have_the_same_loss_and_gradient(toy: Prepared, load: Load, alpha: float) -> None:
    paper = load("paper_loop")
    frame, spec = toy_data.rows(), toy.spec
    names = [column.name for column in spec.features(toy.attribute)]
    rows = split_rows(frame, spec, CONFIG.split_seed)["train"]
    matrix = torch.from_numpy(paper.one_hot(frame, names)[rows])
    table = toy.splits["train"]
    two = np.flatnonzero(table.group < 2)[:300]
    part = table.take(two)
    label, group = torch.from_numpy(part.label).float(), torch.from_numpy(part.group)

    torch.manual_seed(0)
    nets = [make_net(toy, CONFIG) for _ in range(2)]
    wide = [widened(net, names, matrix.shape[1], load, toy) for net in nets]
    ends = TwoEnds(Line.between(*nets), 0.0)
    ours = Paper(ends, train._scored(toy, CONFIG), CONFIG).loss(
        0, alpha, Batch(torch.from_numpy(part.codes), torch.from_numpy(part.numbers), label, group)
    )
    logits = paper.scores_at(*wide, alpha, matrix[two])
    theirs = paper.prediction_loss(logits, label, group.float(), alpha * CONFIG.penalty)
    assert float(ours.detach()) == pytest.approx(float(theirs.detach()), abs=1e-5)

    ours.backward()
    ends.gather()
    theirs.backward()
    for end, (net, gradient) in enumerate(zip(wide, ends.ends.grad, strict=True)):  # type: ignore[arg-type]
        parts = gradient.split([p.numel() for p in ordered(nets[0])])
        hidden = next(part for p, part in zip(ordered(nets[0]), parts, strict=True) if p is nets[0].rest[2].weight)
        assert torch.allclose(net[3].weight.grad.flatten(), hidden, atol=1e-6), f"end {end}"


def test_the_cosine_is_the_line_s(load: Load) -> None:
    paper = load("paper_loop")
    nets = [paper.one_hot_net(7, CONFIG) for _ in range(2)]
    assert torch.allclose(paper.squared_cosine(*nets), Line.between(*nets).squared_cosine())


@pytest.mark.usefixtures("toy_known")
def test_what_a_side_holds_survives_the_way_to_a_fresh_process(load: Load, tmp_path: Path) -> None:
    sides = load("sides").SIDES
    rows = prepare(toy_data.TOY, "kind").splits["train"]
    for side in sides.values():
        side.save(side.from_file(CONFIG), tmp_path)
    line, paper = (side.load(CONFIG, tmp_path) for side in sides.values())
    table = line.splits["train"]
    assert all(np.array_equal(getattr(table, part), getattr(rows, part)) for part in ("codes", "numbers", "group"))
    matrix, label, group = (tensor.numpy() for tensor in paper)
    assert np.array_equal(label, rows.label)
    assert np.array_equal(group, rows.group)
    columns = len(line.encoder.categories) + len(line.encoder.numbers)
    assert np.array_equal(matrix.sum(1), np.full(len(rows), columns)), "one value a column and row"
    assert sides["line"].train(line, CONFIG) == len(rows) // CONFIG.batch_size * CONFIG.batch_size
    assert sides["paper"].train(paper, CONFIG) == len(rows)
    assert sides["paper"].size(paper) == matrix.nbytes + label.nbytes + group.nbytes
    assert sides["line"].size(line) == sum(
        getattr(rows, part).nbytes for part in ("codes", "numbers", "label", "group")
    )


@pytest.mark.usefixtures("toy_known")
@pytest.mark.parametrize("side", ["line", "paper"])
def test_every_part_of_a_step_is_timed(load: Load, side: str) -> None:
    shares, sides = load("shares"), load("sides")
    config: TrainConfig = toy_data.config(epochs=1)
    before = {place: getattr(*place) for place in shares.PLACES[side]}
    parts = shares.by_part(side, sides.SIDES[side].from_file(config), config)
    assert set(parts) == {*shares.PLACES[side].values(), "the rest"}
    assert min(parts.values()) > 0
    assert {place: getattr(*place) for place in shares.PLACES[side]} == before


def test_a_part_within_a_part_counts_once(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    stopwatch, now = load("stopwatch"), [0.0]
    monkeypatch.setattr(stopwatch, "time", SimpleNamespace(thread_time=lambda: now[0]))

    class Work:
        def inner(self) -> None:
            now[0] += 1

        def outer(self) -> None:
            now[0] += 10
            self.inner()

        def items(self) -> Iterator[int]:
            for number in range(3):
                now[0] += 100
                self.inner()
                yield number

    watch = stopwatch.Stopwatch()
    with watch.watching({(Work, "inner"): "inner", (Work, "outer"): "outer", (Work, "items"): "items"}):
        Work().outer()
        for _ in Work().items():
            now[0] += 1000
    assert watch.seconds == {"inner": 4, "outer": 10, "items": 300, "the rest": 3000}
