"""docs/paper.md: its tables are those that benchmarks/results/paper.jsonl gives, by the same few formulas."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
from torch import nn

from yodo_core import train
from yodo_core.config import TrainConfig

ROOT = Path(__file__).parents[1]
Load = Callable[[str], ModuleType]


@pytest.fixture(scope="module")
def load() -> Iterator[Load]:
    """Modules of benchmarks/ and scripts/, which are no packages."""
    with pytest.MonkeyPatch.context() as patch:
        for folder in ("benchmarks", "scripts"):
            patch.syspath_prepend(str(ROOT / folder))
        yield importlib.import_module


def test_the_tables_are_in_step_with_the_results(load: Load) -> None:
    page = load("paper_tables")
    text = page.PAGE.read_text("utf-8")
    assert page.filled(text, page.Results(page.RESULTS)) == text
    assert "Not run yet" not in text


def test_wandering_is_what_a_series_goes_to_and_fro(load: Load) -> None:
    results = load("paper_parts.results")
    assert results.wander(np.array([3.0, 2.0, 0.0])) == 0
    assert results.wander(np.array([3.0, 1.0, 2.0])) == 2
    assert results.least_error(np.array([1.0, 5.0]), np.array([9.0, 7.0]), 4.0) == 9
    assert np.isnan(results.least_error(np.array([5.0]), np.array([7.0]), 4.0))


def test_the_paper_s_net_and_rate_are_in_place_only_within(load: Load) -> None:
    run, panels = load("paper_parts.run"), load("paper_parts.panels")
    prepared = panels.PANELS[0].prepared
    config = TrainConfig(depth=3, hidden=4, dropout=0.5)
    before = train.make_net, train.one_cycle
    with run.as_paper():
        rest = train.make_net(prepared, config).rest
        assert train.one_cycle(99, 100, 1e-3) == 1e-3
    assert (train.make_net, train.one_cycle) == before
    assert isinstance(rest, nn.Sequential)
    kinds = [type(layer) for layer in rest]
    first, then = [nn.ReLU, nn.Dropout, nn.Linear], [nn.Sigmoid, nn.Identity, nn.Linear]
    assert kinds == [*first, *first, *then]


def test_figures_are_those_of_plain_formulas(load: Load) -> None:
    measure, panels = load("paper_parts.measure"), load("paper_parts.panels")
    panel = panels.BY_ID["adult-sex-eo"]
    test = panel.prepared.splits["test"]
    scores = torch.rand(len(test), generator=torch.Generator().manual_seed(0)).double().numpy()
    men = test.group == panel.prepared.groups.index("Men")
    good, decided = test.label == 1, np.floor(scores * 100) >= 50
    found = measure.figures(panel, scores)
    assert found["error"] == pytest.approx(100 * (decided != good).mean())
    assert found["dp_gap"] == pytest.approx(100 * (decided[men].mean() - decided[~men].mean()))
    assert found["eo_gap"] == pytest.approx(100 * (decided[men & good].mean() - decided[~men & good].mean()))
    assert found["score_gap"] == pytest.approx(100 * (scores[men & good].mean() - scores[~men & good].mean()), abs=1e-3)
