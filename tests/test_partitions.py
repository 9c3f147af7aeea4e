"""Counts in parts are those of all rows at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from yodo_core import checkpoint, evaluate, partitions
from yodo_core.commands.point import figures
from yodo_core.commands.workers import Workers
from yodo_core.data.prepare import Table
from yodo_core.errors import InputError
from yodo_core.line import Line

POSITIONS = [0.0, 0.3, 1.0]
SMALL = 64


@pytest.mark.parametrize("rows", [0, 1, 512, 513, 9_769, 10**6 + 1])
def test_parts_are_whole_chunks_that_cover_every_row_once(rows: int) -> None:
    found = partitions.ranges(rows)
    assert len(found) <= partitions.MOST
    assert [row for low, high in found for row in (low, high)][1:-1] == [
        row for low, _ in found[1:] for row in (low, low)
    ]
    assert (found[0][0], found[-1][1]) == (0, rows) if rows else found == []
    assert all(low % evaluate.CHUNK == 0 and low < high for low, high in found)


@pytest.mark.usefixtures("toy_known")
@pytest.mark.parametrize("keep", [True, False])
def test_parts_add_up_to_all_rows(toy_trained: Path, monkeypatch: pytest.MonkeyPatch, keep: bool) -> None:
    monkeypatch.setattr(evaluate, "CHUNK", SMALL)
    ready = checkpoint.read(toy_trained)
    prepared = evaluate.rows(ready)
    table, origin = prepared.splits["test"], ready.position(0.0)
    whole = evaluate.curve(ready.line, POSITIONS, table, prepared.groups, origin=origin)
    sent, ranges = partitions.bare(ready), partitions.ranges(len(table))
    assert len(ranges) == -(-len(table) // SMALL)
    parts = [partitions.count_part(sent, None, "test", POSITIONS, low, high, keep) for low, high in reversed(ranges)]
    found = partitions.total(parts)
    for name in ("n", "gained", "lost"):
        assert np.array_equal(getattr(found, name), getattr(whole, name)), name
    assert np.allclose(found.weight, whole.weight, rtol=1e-12)
    if keep:
        assert np.array_equal(found.average_precision, whole.average_precision)
    else:
        assert found.average_precision is None


@pytest.mark.usefixtures("toy_known")
def test_scores_that_are_kept_are_those_that_are_counted(toy_trained: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ready, levels, asked = checkpoint.read(toy_trained), evaluate.levels, list[float]()

    def counted(line: Line, positions: Sequence[float], table: Table) -> np.ndarray:
        asked.extend(positions)
        return levels(line, positions, table)

    monkeypatch.setattr(evaluate, "levels", counted)
    part = partitions.count_part(partitions.bare(ready), None, "test", POSITIONS, 0, SMALL, True)
    assert asked == [ready.position(0.0), *POSITIONS]
    assert part.scores is not None
    assert part.scores.shape == (len(POSITIONS), SMALL)


@pytest.mark.usefixtures("toy_known")
def test_a_curve_in_parts_is_the_curve(toy_trained: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def curve(workers: Workers | None, weighted: bool = False) -> list[dict[str, Any]]:
        return figures(toy_trained, [0.0, 0.35, 1.0], "test", 0.5, weighted, workers=workers)

    whole = curve(None)
    monkeypatch.setattr(evaluate, "CHUNK", SMALL)
    assert curve(Workers(jobs=1)) == whole
    assert whole[1]["source"] == "rows"
    with pytest.raises(InputError, match="Leave --stored and --weighted out with --backend"):
        curve(Workers(jobs=1), weighted=True)
