"""Vectors with label and group, as text models give them: .npz and Parquet of lists, and one line for each bad file."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from yodo_core.data.own.declare import declare
from yodo_core.data.own.look import look
from yodo_core.data.own.read import read_table
from yodo_core.data.own.recipe import Recipe
from yodo_core.data.prepare import prepare
from yodo_core.errors import InputError

ROWS, WIDE = 600, 12
RECIPE = Recipe(target="label", favourable="1", attribute=("group",))


def arrays() -> dict[str, Any]:
    rng = np.random.default_rng(0)
    group, label = rng.integers(0, 2, ROWS), rng.integers(0, 2, ROWS)
    vectors = rng.normal(size=(ROWS, WIDE)).astype(np.float32)
    return {"vector": vectors, "label": label, "group": np.where(group, "north", "south")}


def npz(path: Path, **changes: Any) -> Path:
    kept = {name: value for name, value in (arrays() | changes).items() if value is not None}
    np.savez_compressed(path, **kept)
    return path


def parquet(path: Path, vectors: pa.Array) -> Path:
    found = arrays()
    pq.write_table(pa.table({"vector": vectors, "label": found["label"], "group": found["group"]}), path)
    return path


def test_all_forms_are_the_same_rows(tmp_path: Path) -> None:
    listed = list(arrays()["vector"].astype(np.float64))
    forms = [
        npz(tmp_path / "a.npz"),
        parquet(tmp_path / "b.parquet", pa.array(listed)),
        parquet(tmp_path / "c.parquet", pa.array(listed, pa.list_(pa.float32(), WIDE))),
        parquet(tmp_path / "d.parquet", pa.array(listed, pa.large_list(pa.float32()))),
    ]
    found = [prepare(declare(path, RECIPE), "group") for path in forms]
    for prepared in found:
        assert prepared.encoder.names_numbers == tuple(f"vector_{place:02d}" for place in range(WIDE))
        assert set(prepared.groups) == {"north", "south"}
        for name, table in prepared.splits.items():
            np.testing.assert_allclose(table.numbers, found[0].splits[name].numbers, atol=1e-5)
            assert np.array_equal(table.label, found[0].splits[name].label)
    held = np.concatenate([table.label for table in found[0].splits.values()])
    assert held.sum() == arrays()["label"].sum()


def test_a_vector_may_be_as_wide_as_those_of_large_models(tmp_path: Path) -> None:
    wide = np.random.default_rng(1).normal(size=(ROWS, 1536)).astype(np.float32)
    assert len(read_table(npz(tmp_path / "wide.npz", vector=wide)).column_names) == 1538
    assert len(read_table(parquet(tmp_path / "wide.parquet", pa.array(list(wide)))).column_names) == 1538
    with pytest.raises(InputError) as told:
        look(tmp_path / "wide.npz").column("labels")
    assert str(told.value).startswith("Unknown column of wide.npz 'labels'. Known: group, label, vector_0000, ")
    assert str(told.value).endswith("vector_0057 and 1,478 more. Did you mean 'label'?")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"label": np.zeros(7)}, "its arrays have 7, 600 rows, expected the same number"),
        ({"vector": np.zeros((ROWS, 2, 2))}, "vector is 3-dimensional of float64"),
        ({"vector": np.zeros((ROWS, 5000), np.int8)}, "the vectors of vector have 5,000 numbers, expected 1 to 4,096"),
        ({"vector": np.array([["a"]] * ROWS)}, "vector is 2-dimensional of <U1"),
        ({"vector": np.zeros((ROWS, 2), np.complex64)}, "vector is 2-dimensional of complex64"),
        ({"label": np.array([{}] * ROWS)}, "label.npy holds objects, or less than its header says"),
        ({"label": np.float64(1)}, "its arrays have 0, 600 rows"),
    ],
)
def test_arrays_that_are_no_vectors_are_one_line(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=f"v.npz cannot be read as vectors .{said}") as told:
        read_table(npz(tmp_path / "v.npz", **changes))
    assert "\n" not in str(told.value)


def test_lists_of_several_lengths_are_no_vectors(tmp_path: Path) -> None:
    for vectors, why in (
        ([[1.0, 2.0]] * (ROWS - 1) + [[1.0]], "lists of 1 to 2 numbers; vectors have one length"),
        ([[1.0, 2.0]] * (ROWS - 1) + [None], "lists of numbers, of which 1 are missing"),
        ([[1.0]] * ROWS, "lists of fewer than two numbers"),
        ([["a", "b"]] * ROWS, "neither numbers nor text"),
    ):
        path = parquet(tmp_path / "v.parquet", pa.array(vectors))
        assert read_table(path).column_names == ["vector", "label", "group"]
        with pytest.raises(InputError, match=f"has no column left to learn from .vector: {why}"):
            declare(path, RECIPE)


def lying(path: Path) -> Path:
    """An .npz whose array promises a hundred million numbers and holds eight."""
    held = io.BytesIO()
    np.lib.format.write_array_header_1_0(held, {"descr": "<f8", "fortran_order": False, "shape": (10**8,)})
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("label.npy", held.getvalue() + bytes(64))
    return path


def test_damaged_and_lying_files_are_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="holds objects, or less than its header says"):
        read_table(lying(tmp_path / "lying.npz"))
    whole = npz(tmp_path / "v.npz").read_bytes()
    broken = bytearray(whole)
    broken[200:260] = bytes(255 - byte for byte in broken[200:260])
    (tmp_path / "v.npz").write_bytes(bytes(broken))
    with pytest.raises(InputError, match=r"v.npz cannot be read as vectors"):
        read_table(tmp_path / "v.npz")
    (tmp_path / "v.npz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match=r"v.npz cannot be read as vectors \(File is not a zip file"):
        read_table(tmp_path / "v.npz")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as packed:
        packed.writestr("a.txt", "1")
    with pytest.raises(InputError, match=r"is packed .a zip or an Excel workbook."):
        read_table(tmp_path / "other.zip")
    monkeypatch.setenv("YODO_OWN_MB", "1")
    np.savez_compressed(tmp_path / "bomb.npz", vector=np.zeros((ROWS, 2000)))
    with pytest.raises(InputError, match=r"bomb.npz unpacks to 9 MB in 1 arrays; the limit is 4 MB in 100"):
        read_table(tmp_path / "bomb.npz")
