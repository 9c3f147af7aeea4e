"""A file parsed once is read back from Parquet, identical; a changed file or a damaged copy is parsed anew."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from tests.data.census import people, with_replicates, writer
from tests.data.test_acs import SHARED, needs
from yodo_core.data import get, person_file
from yodo_core.data.parsed import parsed

COLUMNS = ["name", "size"]


class Reader:
    """Reads a CSV and counts how often."""

    def __init__(self, path: Path) -> None:
        self.path, self.times = path, 0

    def __call__(self) -> pd.DataFrame:
        self.times += 1
        return pd.read_csv(self.path)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "yodo" / "parsed"


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    path = tmp_path / "rows.csv"
    path.write_text("name,size\na,1.5\n,2\n")
    return Reader(path)


def test_the_second_time_nothing_is_parsed(cache: Path, reader: Reader) -> None:
    first, second = (parsed(reader.path, COLUMNS, reader) for _ in range(2))
    assert reader.times == 1
    pd.testing.assert_frame_equal(first, second, check_exact=True)
    assert [kept.suffix for kept in cache.iterdir()] == [".parquet"]


def test_copies_of_an_older_version_of_the_file_go(cache: Path, reader: Reader, tmp_path: Path) -> None:
    other = tmp_path / "2017" / "rows.csv"
    other.parent.mkdir()
    other.write_bytes(reader.path.read_bytes())
    parsed(other, COLUMNS, reader)
    for when in range(1, 4):
        os.utime(reader.path, ns=(when, when))
        for columns in (COLUMNS, ["size"]):
            parsed(reader.path, columns, lambda columns=columns: reader()[columns])
        assert len(list(cache.iterdir())) == 3
    times = reader.times
    parsed(other, COLUMNS, reader)
    parsed(reader.path, COLUMNS, reader)
    assert reader.times == times


def test_a_changed_file_or_other_columns_are_parsed_anew(cache: Path, reader: Reader) -> None:
    parsed(reader.path, COLUMNS, reader)
    os.utime(reader.path, ns=(1, 1))
    parsed(reader.path, COLUMNS, reader)
    reader.path.write_text("name,size\nb,1.5\n,2\n")
    assert parsed(reader.path, COLUMNS, reader)["name"].tolist()[0] == "b"
    assert parsed(reader.path, ["size"], lambda: reader()[["size"]]).columns.tolist() == ["size"]
    assert reader.times == 4


@pytest.mark.parametrize("damage", ["nothing", "cut", "flipped", "other columns", "a folder"])
def test_a_damaged_copy_is_made_anew(cache: Path, reader: Reader, damage: str) -> None:
    whole = parsed(reader.path, COLUMNS, reader)
    (kept,) = cache.iterdir()
    data = kept.read_bytes()
    if damage == "a folder":
        kept.unlink()
        kept.mkdir()
    elif damage == "other columns":
        whole[["size"]].to_parquet(kept)
    else:
        place = data.index(b"PAR1") + 40
        changed = {
            "nothing": b"",
            "cut": data[:-9],
            "flipped": data[:place] + bytes([data[place] ^ 255]) + data[place + 1 :],
        }
        kept.write_bytes(changed[damage])
    pd.testing.assert_frame_equal(parsed(reader.path, COLUMNS, reader), whole)
    assert reader.times == 2
    parsed(reader.path, COLUMNS, reader)
    assert reader.times == (3 if damage == "a folder" else 2)


def test_where_nothing_can_be_kept_rows_are_read_all_the_same(cache: Path, reader: Reader) -> None:
    cache.parent.parent.write_text("a file in the way")
    assert [len(parsed(reader.path, COLUMNS, reader)) for _ in range(2)] == [2, 2]
    assert reader.times == 2


def twice(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = get(name).load()
    monkeypatch.setattr(person_file, "_parse", lambda *_: 1 / 0)
    pd.testing.assert_frame_equal(get(name).load(), first, check_exact=True)


def test_person_files_are_the_same_from_the_copy(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YODO_PUMS_ROOT", str(tmp_path))
    write: Callable[..., Path] = writer(tmp_path)
    write(with_replicates(people(300)).astype({"COW": "Int64"}).replace({"COW": {1: pd.NA}}))
    write(with_replicates(people(200)), "ny")
    twice("acs-income-ca+ny-2018", monkeypatch)
    assert len(list(cache.iterdir())) == 2


@pytest.mark.shared
@needs("2018", "psam_p06.csv")
def test_california_is_the_same_from_the_copy(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YODO_PUMS_ROOT", str(SHARED))
    twice("acs-income-ca-2018", monkeypatch)
