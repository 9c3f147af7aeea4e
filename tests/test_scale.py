"""benchmarks/scale.py: rows of any number, the slope, and a benchmark that goes on where it was stopped."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from yodo_core.data.acs import declare

STATE = 300


@pytest.fixture(scope="module")
def scale() -> Iterator[ModuleType]:
    """The script and, by it, its parts; benchmarks/ is no package."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(Path(__file__).parents[1] / "benchmarks"))
        yield importlib.import_module("scale")


@pytest.fixture
def rows(scale: ModuleType, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The maker of rows, with a made-up state in place of California."""
    columns = declare("acs-income-ca-2018").columns
    draw = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            column.name: draw.integers(17, 90, STATE).astype(float)
            if column.kind == "number"
            else pd.Categorical(draw.integers(1, 3, STATE).astype(str))
            for column in columns
        }
    )
    frame["SERIALNO"] = pd.Categorical([f"h{i // 2}" for i in range(STATE)])
    spec = SimpleNamespace(load=lambda: frame, columns=columns)
    monkeypatch.setattr(scale.rows, "data", SimpleNamespace(get=lambda _: spec))
    monkeypatch.setattr(scale.rows, "GROUP", 256)
    return scale.rows


def test_any_number_of_rows_is_drawn_from_the_state(rows: ModuleType, tmp_path: Path) -> None:
    state = rows.data.get("").load()
    for size in (100, 900):
        rows.write(tmp_path / f"{size}.parquet", size)
    few, many = (rows.load(tmp_path / f"{size}.parquet") for size in (100, 900))
    assert len(few) == 100
    assert len(many) == 900
    assert list(many) == list(state)
    for name in rows.JITTERED:
        assert set(many[name]) - set(state[name]) <= set(range(17, 90))
        assert many[name].between(state[name].min(), state[name].max()).all()
    assert set(many["OCCP"]) <= set(state["OCCP"])
    homes = many["SERIALNO"].astype(str).str.rsplit("-", n=1)
    assert set(homes.str[1]) == {"0", "1", "2"}, "each pass over the state has homes of its own"
    assert set(homes.str[0]) <= set(state["SERIALNO"])
    rows.write(tmp_path / "again.parquet", 900)
    assert (tmp_path / "again.parquet").read_bytes() == (tmp_path / "900.parquet").read_bytes()
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.usefixtures("scale")
def test_the_slope_of_a_power_is_its_exponent() -> None:
    slope = sys.modules["scale_parts.slope"].slope
    sizes = [1e5, 1e6, 1e7]
    exact = slope(sizes, [3e-6 * size**1.1 for size in sizes])
    assert exact["slope"] == pytest.approx(1.1)
    assert exact["high"] - exact["low"] < 1e-6
    noisy = slope(sizes, [1.0, 12.0, 95.0])
    assert noisy["low"] < noisy["slope"] < noisy["high"]


def test_a_stopped_benchmark_goes_on_where_it_was(
    scale: ModuleType, rows: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[str, str]] = []

    def run(side: str, path: Path, _: Path) -> dict[str, Any]:
        started.append((side, path.name))
        if len(started) == 5:
            raise InterruptedError
        return {"ended": 1, "reason": "no memory"} if side == "paper" else {"cpu_s": float(len(started))}

    monkeypatch.setattr(scale, "in_fresh_process", run)
    monkeypatch.setattr(scale, "ONCE_FROM", 200)
    with pytest.raises(InterruptedError):
        scale.measure([100, 200], 2, tmp_path / "work")
    done = scale.measure([100, 200], 2, tmp_path / "work")
    sides = [(run["rows"], run["side"]) for run in done]
    small = [(100, side) for side in ("train", "train", "evaluate", "evaluate", "paper", "paper")]
    assert sides == [*small, (200, "train"), (200, "evaluate")], (
        "the one-hot is not tried where fewer rows were too many"
    )
    medians = scale.by_size([run for run in done if run["side"] == "train"])
    assert [(row["rows"], row["runs"]) for row in medians] == [(100, 2), (200, 1)]


def test_the_page_is_in_step_with_the_results() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(Path(__file__).parents[1] / "scripts"))
        page = importlib.import_module("scale_table")
    text = page.PAGE.read_text("utf-8")
    assert page.filled(text, page.read()) == text
    assert len(page.table(page.read()).splitlines()) > 4
