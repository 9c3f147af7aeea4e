"""Rows in batches: the counts are those of all rows at once, however the batches fall."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import toy as toy_data
from yodo_core import checkpoint, evaluate, stream
from yodo_core.data import batches
from yodo_core.data.encoder import Encoder
from yodo_core.data.prepare import Prepared, Table
from yodo_core.data.rows import labels
from yodo_core.elsewhere.file import of_file
from yodo_core.elsewhere.measure import measure
from yodo_core.errors import InputError
from yodo_core.fairness import metrics
from yodo_core.fairness.counts import Counts
from yodo_core.line import Line
from yodo_core.train import new_line

POSITIONS, ORIGIN = [0.0, 0.3, 1.0], 0.1
ROWS = 1440


@pytest.fixture(scope="module", autouse=True)
def _small_blocks() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evaluate, "CHUNK", 100)
        patch.setattr(stream, "BLOCK", 500)
        yield


@pytest.fixture(scope="module")
def line(toy: Prepared) -> Line:
    """Untrained, with two different ends."""
    return new_line(toy, toy_data.config(ends="independent"))


@pytest.fixture(scope="module")
def table(toy: Prepared) -> Table:
    assert len(toy.splits["train"]) == ROWS
    return toy.splits["train"]


@pytest.fixture(scope="module")
def at_once(line: Line, table: Table, toy: Prepared, _small_blocks: None) -> Counts:
    return evaluate.curve(line, POSITIONS, table, toy.groups, origin=ORIGIN)


def parts(table: Table, cuts: list[int]) -> Iterator[Table]:
    """The rows between each two cuts, as they would come from a file."""
    return (table.take(np.arange(low, high)) for low, high in pairwise([0, *sorted(cuts), len(table)]))


def same(found: Counts | None, expected: Counts) -> None:
    assert found is not None
    assert found.groups == expected.groups
    for name in ("n", "gained", "lost"):
        assert np.array_equal(getattr(found, name), getattr(expected, name)), name
    for name in ("weight", "weight_sq"):
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), rtol=1e-12)


@given(cuts=st.lists(st.integers(0, ROWS), min_size=1, max_size=12))
@settings(max_examples=25, deadline=None)
def test_counts_do_not_depend_on_how_the_rows_come(line: Line, table: Table, at_once: Counts, cuts: list[int]) -> None:
    told: list[int] = []
    found = stream.counts(line, POSITIONS, parts(table, cuts), at_once.groups, ORIGIN, told.append)
    same(found, at_once)
    assert at_once.n.sum() == len(POSITIONS) * ROWS
    assert told == ([ROWS] if set(cuts) <= {0, ROWS} else [500, 1000, ROWS])


def test_average_precision_needs_all_rows_at_once(line: Line, table: Table, at_once: Counts) -> None:
    whole = stream.counts(line, POSITIONS, [table], at_once.groups, ORIGIN)
    same(whole, at_once)
    assert whole is not None
    assert np.array_equal(whole.average_precision, at_once.average_precision)  # type: ignore[arg-type]
    added = stream.counts(line, POSITIONS, parts(table, [700]), at_once.groups, ORIGIN)
    assert added is not None
    assert added.average_precision is None
    point = metrics.point(added.level(0))
    assert point["average_precision"] is None
    reasons = [entry["reason"] for entry in point["left_out"] if entry["metric"] == "average_precision"]
    assert reasons == ["it needs the scores of all rows at once, and these counts were added up from parts"]


def test_no_rows_have_no_counts(line: Line, table: Table, toy: Prepared) -> None:
    nobody = table.take(np.arange(0))
    for tables in ([], [nobody], [nobody, nobody]):
        assert stream.counts(line, POSITIONS, tables, toy.groups) is None


def test_weights_are_counted_where_all_rows_have_them(line: Line, table: Table, toy: Prepared) -> None:
    first, second = parts(table, [700])
    without = [dataclasses.replace(part, weight=None) for part in (first, second)]
    found = stream.counts(line, POSITIONS, without, toy.groups)
    assert found is not None
    assert found.weight is None
    with pytest.raises(InputError, match="Only some of the batches have weight; bring all with it or none"):
        stream.counts(line, POSITIONS, [first, without[1]], toy.groups)


@pytest.mark.usefixtures("toy_known")
@pytest.mark.parametrize("ending", ["parquet", "csv", "csv.gz"])
def test_a_file_counts_as_its_rows_at_once(
    toy_trained: Path, tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the file to the counts, groups by their readable names; people of groups not known are left out."""
    monkeypatch.setattr(batches, "read", partial(batches.read, rows=333))
    monkeypatch.setattr(batches, "BYTES", 5_000)
    ready, spec, path = checkpoint.read(toy_trained), toy_data.TOY, tmp_path / f"rows.{ending}"
    mixed = toy_data.rows().sample(frac=1, random_state=0, ignore_index=True)
    mixed.loc[mixed.index[::60], "kind"] = "z"
    mixed.to_parquet(path, row_group_size=700) if ending == "parquet" else mixed.to_csv(path, index=False)

    known = mixed[mixed["kind"] != "z"]
    codes, numbers = Encoder.from_json(ready.manifest["encoder"]).encode(known)
    group = np.array([ready.groups.index(kind) for kind in known["kind"]])
    whole = Table(codes, numbers, labels(known, spec), group, known["share"].to_numpy())
    alphas = [0.0, 0.5, 1.0]
    places = [ready.position(alpha) for alpha in alphas]

    found = measure(ready, of_file(ready, path), alphas)
    same(found.counts, evaluate.curve(ready.line, places, whole, ready.groups, origin=places[0]))
    assert found.counts.average_precision is None, "the file came in several batches"
    assert [(entry["group"], entry["n"]) for entry in found.fitter.left_out_groups()] == [("z", 40)]
