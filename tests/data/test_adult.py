"""The packaged Adult rows: what they hold, where they come from, and that they can be made again."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from yodo_core.data import DATASETS, get
from yodo_core.data.prepare import rows_hash
from yodo_core.data.spec import DataSpec
from yodo_core.errors import InputError

ROOT = Path(__file__).resolve().parents[2]
ORIGINALS = ROOT.parent / "shared" / "data" / "adult"
GOLDEN_ROWS = "5ea965f1adcc12e2c8c79d562135b6913b6ade21dc66ab192beb64a4a644c988"


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return get("adult").load()


def make(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "scripts" / "make_adult.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_published_figures(frame: pd.DataFrame) -> None:
    """Sizes as UCI documents them: 48,842 rows, 11,687 above $50,000, 16,192 women."""
    assert len(frame) == 48_842
    assert frame["income"].value_counts().to_dict() == {"<=50K": 37_155, ">50K": 11_687}
    assert frame["sex"].value_counts().to_dict() == {"Male": 32_650, "Female": 16_192}
    assert frame["race"].value_counts().to_dict() == {
        "White": 41_762,
        "Black": 4_685,
        "Asian-Pac-Islander": 1_519,
        "Amer-Indian-Eskimo": 470,
        "Other": 406,
    }


def test_row_order_is_data_then_test(frame: pd.DataFrame) -> None:
    at = frame.loc[[0, 32_560, 32_561, 48_841], ["age", "fnlwgt", "education", "income"]].values.tolist()
    assert at == [
        [39.0, 77_516.0, "Bachelors", "<=50K"],
        [52.0, 287_927.0, "HS-grad", ">50K"],
        [25.0, 226_802.0, "11th", "<=50K"],
        [35.0, 182_148.0, "Bachelors", ">50K"],
    ]


def test_not_known_is_a_value_of_its_own(frame: pd.DataFrame) -> None:
    unknowns = {name: int((frame[name] == "?").sum()) for name in frame if (frame[name] == "?").any()}
    assert unknowns == {"workclass": 2_799, "occupation": 2_809, "native_country": 857}
    assert not frame.isna().any().any()


def test_content_is_golden(frame: pd.DataFrame) -> None:
    """The hash that checkpoints carry. If it changes, every committed Adult checkpoint loses its rows."""
    assert rows_hash(frame, get("adult")) == GOLDEN_ROWS


def test_file_is_small_compressed_and_coded() -> None:
    path = ROOT / "yodo_core" / "data" / "adult.parquet"
    with pq.ParquetFile(path) as file:
        group = file.metadata.row_group(0)
        assert {group.column(i).compression for i in range(group.num_columns)} == {"ZSTD"}
        assert {str(kind) for kind in file.schema_arrow.types} == {
            "double",
            "dictionary<values=string, indices=int8, ordered=0>",
        }
    assert path.stat().st_size < 1_000_000


def test_attribution_stands_beside_the_rows() -> None:
    text = resources.files("yodo_core.data").joinpath("ATTRIBUTION.md").read_text(encoding="utf-8")
    assert "Becker, B. and Kohavi, R. (1996)" in text
    assert "creativecommons.org/licenses/by/4.0" in text
    assert "Changes made" in text


@pytest.mark.shared
@pytest.mark.skipif(not ORIGINALS.is_dir(), reason="the original files are not in ../shared/data/adult")
def test_rebuilt_from_the_originals_is_the_packaged_file(tmp_path: Path, frame: pd.DataFrame) -> None:
    done = make(ORIGINALS / "adult.data", ORIGINALS / "adult.test", "--out", tmp_path / "adult.parquet")
    assert done.returncode == 0, done.stderr
    rebuilt = pq.read_table(tmp_path / "adult.parquet").to_pandas()
    pd.testing.assert_frame_equal(rebuilt, frame)
    assert [path.name for path in tmp_path.iterdir()] == ["adult.parquet"]


def test_other_files_are_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "adult.data").write_text("39, State-gov\n")
    done = make(tmp_path / "adult.data", tmp_path / "adult.data", "--out", tmp_path / "out.parquet")
    assert done.returncode == 2
    assert "expected 5d7c39d7b8804f071cdd1f2a7c460872" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "out.parquet").exists()


def test_unknown_data_set_names_the_nearest() -> None:
    with pytest.raises(InputError, match=r"Unknown data set 'adlut'\. Known: .* Did you mean 'adult'\?"):
        get("adlut")


def test_attribute_by_id_alias_and_raw_column() -> None:
    adult = get("adult")
    asked = {"sex": "sex", "SEX": "sex", "gender": "sex", "race": "race", "race+sex": "sex+race"}
    assert {name: adult.attribute(name).id for name in asked} == asked
    with pytest.raises(InputError, match=r"Unknown attribute of adult 'rcae'.*Did you mean 'race'\?"):
        adult.attribute("rcae")
    with pytest.raises(InputError, match=r"Unknown column of adult 'agee'.*Did you mean 'age'"):
        adult.column("agee")


@pytest.mark.parametrize("spec", DATASETS.values(), ids=DATASETS)
def test_declaration_fits_the_rows(spec: DataSpec, check_declaration: Callable[[DataSpec], pd.DataFrame]) -> None:
    """Over the table; a data set whose files are not at hand is skipped here and checked in a test of its own."""
    if (missing := spec.absent()) is not None:
        pytest.skip(missing)
    check_declaration(spec)
