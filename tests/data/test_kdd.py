"""KDD Census-Income: the rows as UCI publishes them, and what is said where the files are absent or damaged."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
import pytest

from yodo_core.data import get
from yodo_core.data.kdd import COLUMNS
from yodo_core.data.prepare import prepare
from yodo_core.data.spec import DataSpec
from yodo_core.errors import InputError, RowsAbsentError

KDD = get("kdd")
SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
needs_rows = pytest.mark.skipif(
    not (SHARED / "kdd" / "census-income.test.gz").is_file(),
    reason="census-income.test.gz is not in ../shared/data/kdd",
)
# A made-up person: each column's name, but for the numbers and what decides groups and label.
GIVEN = {"sex": "Female", "race": "White", "income": "50000+.", "hispanic_origin": "NA", "year": "94"}
PERSON = [GIVEN.get(c.name, c.name if c.kind == "category" else "7") for c in COLUMNS]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Write a file as UCI publishes it, ', ' between values, into the folder that YODO_DATA now names."""
    monkeypatch.setenv("YODO_DATA", str(tmp_path))
    (tmp_path / "kdd").mkdir()

    def put(rows: Sequence[Sequence[str]], name: str = "census-income.test.gz") -> Path:
        path = tmp_path / "kdd" / name
        with gzip.open(path, "wt") as file:
            file.writelines(", ".join(row) + "\n" for row in rows)
        return path

    return put


@pytest.mark.shared
@needs_rows
def test_published_figures(
    check_declaration: Callable[[DataSpec], pd.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YODO_DATA", str(SHARED))
    rows = check_declaration(KDD)
    assert len(rows) == 99_762
    assert rows["income"].value_counts().to_dict() == {"- 50000.": 93_576, "50000+.": 6_186}
    assert rows["sex"].value_counts().to_dict() == {"Female": 51_791, "Male": 47_971}
    assert (rows["hispanic_origin"] == "NA").sum() == 405
    assert rows["instance_weight"].iloc[0] == 1032.38
    assert (rows.loc[rows["year"] == "95", "migration_code_change_in_msa"] == "?").all()
    assert not any(text != text.strip() for c in rows.select_dtypes("category") for text in rows[c].cat.categories)


@pytest.mark.shared
@needs_rows
def test_prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YODO_DATA", str(SHARED))
    race = prepare(KDD, "race")
    assert race.rows_sha256.startswith("ad16034ea56faf0f"), "checkpoints are tied to these rows"
    assert race.groups == ("White", "Black", "Asian or Pacific Islander", "Other race", "Native American")
    sizes = {name: len(table) for name, table in race.splits.items()}
    assert sizes == {"train": 59_855, "tune": 9_977, "certify": 9_977, "test": 19_953}
    features = {*race.encoder.names_categories, *race.encoder.names_numbers}
    assert features == {column.name for column in COLUMNS} - {"income", "instance_weight", "race"}
    assert {number.name for number in race.encoder.numbers if number.log} == {
        *("wage_per_hour", "capital_gains", "capital_losses", "dividends_from_stocks")
    }
    assert "detailed_industry_recode" in race.encoder.names_categories


def test_data_comes_before_test(write: Callable[..., Path]) -> None:
    write([["40", *PERSON[1:]], ["41", *PERSON[1:]]])
    assert KDD.load()["age"].tolist() == [40, 41]
    write([["39", *PERSON[1:-1], "- 50000."]], "census-income.data.gz")
    rows = KDD.load()
    assert rows["age"].tolist() == [39, 40, 41]
    assert rows["income"].tolist() == ["- 50000.", "50000+.", "50000+."]
    assert rows["hispanic_origin"].tolist() == ["NA"] * 3, "a value like any other"
    assert {str(kind) for kind in rows.dtypes} == {"float64", "category"}


def test_absent_file_says_what_to_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("YODO_DATA", raising=False)
    with pytest.raises(
        RowsAbsentError, match=r"test\.gz is not in .*; run `python -m yodo_core data fetch kdd`, or set"
    ):
        KDD.load()
    monkeypatch.setenv("YODO_DATA", str(tmp_path))
    with pytest.raises(RowsAbsentError, match=rf"census-income\.test\.gz is not in {tmp_path}/kdd and .*/kdd; run"):
        prepare(KDD, "sex")


def test_damaged_file_is_refused_in_one_line(write: Callable[..., Path]) -> None:
    path = write([PERSON[:-1]])
    with pytest.raises(InputError, match="has 41 columns; expected the 42 that UCI publishes"):
        KDD.load()
    write([["old", *PERSON[1:]]])
    with pytest.raises(InputError, match=r"cannot be read \(ValueError .*; expected the gzipped file"):
        KDD.load()
    whole = gzip.compress(("\n".join([", ".join(PERSON)] * 500)).encode())
    flipped = whole[:12] + bytes(255 - byte for byte in whole[12:40]) + whole[40:]
    for damage in (b"", b"no gzip", whole[: len(whole) // 2], flipped):
        path.write_bytes(damage)
        with pytest.raises(InputError, match="cannot be read"):
            KDD.load()
