"""Rows in batches: the counts are those of all rows at once, however the batches fall."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import toy as toy_data
from yodo_core import checkpoint, evaluate, stream
from yodo_core.checkpoint import Checkpoint
from yodo_core.data.prepare import Encoder, Table
from yodo_core.data.rows import groups_of, labels
from yodo_core.errors import InputError
from yodo_core.fairness import metrics
from yodo_core.fairness.counts import Counts

POSITIONS = [0.0, 0.3, 1.0]
WHOLE = ("n", "gained", "lost")
ROWS = toy_data.rows()


@pytest.fixture(scope="module")
def trained(toy_trained: Path) -> Checkpoint:
    return checkpoint.read(toy_trained)


@pytest.fixture(scope="module", autouse=True)
def _small_blocks() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evaluate, "CHUNK", 100)
        patch.setattr(stream, "BLOCK", 500)
        yield


@pytest.fixture(scope="module")
def at_once(trained: Checkpoint, _small_blocks: None) -> Counts:
    """Counts of all rows as one table."""
    encoder, spec = Encoder.from_json(trained.manifest["encoder"]), toy_data.TOY
    group, groups = groups_of(ROWS, spec, spec.attribute("kind"))
    assert groups == trained.groups
    table = Table(*encoder.encode(ROWS), labels(ROWS, spec), group, ROWS["share"].to_numpy())
    return evaluate.curve(trained.line, POSITIONS, table, groups, origin=trained.position(0.0))


def streamed(trained: Checkpoint, frames: list[pd.DataFrame], **changes: object) -> Counts:
    return stream.curve(trained, POSITIONS, frames, spec=toy_data.TOY, **changes)  # type: ignore[arg-type]


def same(found: Counts, expected: Counts) -> None:
    assert found.groups == expected.groups
    for name in WHOLE:
        assert np.array_equal(getattr(found, name), getattr(expected, name)), name
    for name in ("weight", "weight_sq"):
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), rtol=1e-12)


@given(cuts=st.lists(st.integers(0, len(ROWS)), max_size=12))
@settings(max_examples=25, deadline=None)
def test_counts_do_not_depend_on_how_the_rows_come(trained: Checkpoint, at_once: Counts, cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(ROWS)]
    told: list[int] = []
    parts = [ROWS.iloc[low:high] for low, high in pairwise(edges)]
    found = streamed(trained, parts, on_rows=told.append)
    same(found, at_once)
    assert found.n.sum() == len(POSITIONS) * len(ROWS)
    assert told == [500, 1000, 1500, 2000, 2400]


@pytest.mark.parametrize("ending", ["parquet", "csv", "csv.gz"])
def test_a_file_counts_as_its_rows_do(trained: Checkpoint, at_once: Counts, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"rows.{ending}"
    ROWS.to_parquet(path, row_group_size=700) if ending == "parquet" else ROWS.to_csv(path, index=False)
    same(stream.curve(trained, POSITIONS, path, spec=toy_data.TOY), at_once)


def test_average_precision_is_left_out_with_the_reason(trained: Checkpoint) -> None:
    point = metrics.point(streamed(trained, [ROWS]).level(0))
    assert point["average_precision"] is None
    assert [entry["n"] for entry in point["left_out"] if entry["metric"] == "average_precision"] == [len(ROWS)]


def test_groups_are_matched_by_name(trained: Checkpoint, at_once: Counts) -> None:
    known, own = trained.groups, ROWS.assign(kind=ROWS["kind"].replace({"b": "z"}))
    late = own.sort_values("kind", ascending=False, kind="stable")
    late = pd.concat([late, late.iloc[:40].assign(kind="d")])
    found = streamed(trained, [late.iloc[low : low + 70] for low in range(0, len(late), 70)])
    assert found.groups == (*known, "d", "z"), "the checkpoint's first, whatever the order of the rows"
    sizes = dict(zip(found.groups, found.n[0].sum((1, 2)).tolist(), strict=True))
    assert sizes == {"a": 1400, "b": 0, "c": 100, "d": 40, "z": 900}
    assert np.array_equal(found.n[:, known.index("a")], at_once.n[:, known.index("a")])
    whole = stream.regrouped(found, (*reversed(found.groups), "none"))
    assert np.array_equal(whole.n[:, ::-1][:, 1:], found.n)
    assert not whole.n[:, -1].any()


def test_weights_are_counted_where_the_rows_have_them(trained: Checkpoint) -> None:
    assert streamed(trained, [ROWS], weighted=False).weight is None
    without = ROWS.drop(columns="share")
    assert streamed(trained, [without]).weight is None
    with pytest.raises(InputError, match=r"Only some of the batches have the column of weights.*"):
        streamed(trained, [ROWS.iloc[:700], without.iloc[700:]])


@pytest.mark.parametrize(
    ("frames", "message"),
    [
        ([], "There are no rows to evaluate"),
        ([ROWS.iloc[:0]], "There are no rows to evaluate"),
        ([ROWS.drop(columns=["town", "good"])], "The rows lack the columns town, good; bring"),
        ([ROWS.assign(good="1")], "None of the 2,400 rows has good 'yes', the favourable outcome; expected"),
        ([ROWS.assign(skill="x")], "Column 'skill' has 2400 values that cannot be used"),
    ],
)
def test_rows_that_cannot_be_used_are_refused(trained: Checkpoint, frames: list[pd.DataFrame], message: str) -> None:
    with pytest.raises(InputError, match=message):
        streamed(trained, frames)


def test_an_undeclared_group_is_refused(trained: Checkpoint) -> None:
    kinds = dataclasses.replace(toy_data.TOY.attributes[0], groups={"a": "a", "b": "b"})
    with pytest.raises(InputError, match="Column 'kind' has the undeclared values c; expected a, b"):
        stream.curve(trained, POSITIONS, [ROWS], spec=dataclasses.replace(toy_data.TOY, attributes=(kinds,)))
