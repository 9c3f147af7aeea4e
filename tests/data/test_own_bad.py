"""Every bad file has its own one line: what came, what was expected, what to do."""

from __future__ import annotations

import gzip
import io
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.data.strangers import ROWS, loans, recipe, write
from yodo_core.data.own import declare, delimited, look
from yodo_core.data.own.limits import MB_VARIABLE, ROWS_VARIABLE
from yodo_core.errors import InputError

GOOD = "default,sex,age\n" + "".join(f"{'yes' if i % 3 else 'no'},{'mf'[i % 2]},{i % 40}\n" for i in range(400))


def told(call: Callable[[], object]) -> str:
    with pytest.raises(InputError) as error:
        call()
    message = str(error.value)
    assert "\n" not in message
    assert message.endswith((".", "?"))
    return message


def zipped() -> bytes:
    """Ten megabytes of zeros in ten kilobytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("loans.csv", b"0" * 10_000_000)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty; expected a first row of column names"),
        (b" \n\n", "holds nothing but blanks"),
        (b"default,sex,age\n", "holds a row of column names and no rows; expected hundreds"),
        (b"default,sex,age\nno,m,3\n", "holds one row; expected hundreds"),
        (b"age,sex,age\n1,m,2\n3,f,4\n", "has the columns 'age' more than once; rename"),
        (b"default\nyes\nno\n", "has one column only; expected several, separated by comma, semicolon, tab or bar"),
        (b"1,2,3\n4,5,6\n7,8,9\n", "has numbers in its first row; expected the names"),
        ("name,sex\nJosé,m\nZoé,f\n".encode("latin-1"), "is not UTF-8 text; expected UTF-8"),
        (GOOD.encode() * 900 + b"\xff,m,3\n", "is not UTF-8 text; expected UTF-8"),
        ("größe,sex\n".encode("latin-1") + b"1,m\n" * 99_999, "is not UTF-8 text; expected UTF-8"),
        (GOOD.encode() + b"no,\xe9\n", "is not UTF-8 text; expected UTF-8"),
        (GOOD.encode() + b"no,m,3\xc3", "is not UTF-8 text; expected UTF-8"),
        (b"default,sex,age", "has nothing below its first row, or a quotation mark there is not closed"),
        (b'default,"sex,age\nno,m,3\n', "has nothing below its first row, or a quotation mark there is not closed"),
        (b"a,b" * 99_999, "has a first row of more than 262,144 bytes; expected column names there"),
        (b"\n \n1,2,3\n4,5,6\n7,8,9\n", "has numbers in its first row; expected the names"),
        (b"\n" * 60 + b"default\nyes\nno\n", "has one column only; expected several"),
        (GOOD.encode("utf-16"), "is text in UTF-16; expected UTF-8"),
        (GOOD.encode("utf-16-le"), r"holds a NUL byte \(at byte 2\)"),
        (GOOD.encode() + b"no,m\x00,3\n", "holds a NUL byte"),
        (GOOD.encode() + b"no,m\n", r"is ragged: row 402 has 2 cells, the header 3 \(1 such rows\); expected the same"),
        (GOOD.encode() + b"no,m,3,4\n" * 3, r"has 4 cells, the header 3 \(3 such rows\)"),
        (GOOD.encode() + b'no,m,"3\n' + GOOD.encode(), "has a quotation mark that is not closed"),
        (gzip.compress(GOOD.encode()), r"is packed \(gzip\), whatever its name says; expected plain"),
        (zipped(), r"is packed \(a zip or an Excel workbook\)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel workbook"),
        ((",".join(f"c{i}" for i in range(1001)) + "\n").encode() * 3, "has 1,001 columns; the limit is 1,000"),
        ((f"{'x' * 201},b\n" + "1,2\n" * 3).encode(), "has a column name of 201 characters; shorten"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_bad_files_are_one_line(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "loans.csv"
    path.write_bytes(content)
    line = told(lambda: look(path))
    assert line.startswith("loans.csv ")
    assert re.search(message, line), line


def test_a_row_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "LONGEST_ROW", 2**20)
    path = tmp_path / "loans.csv"
    path.write_text(GOOD + 'no,m,"' + "x\n" * 1_500_000)
    assert "loans.csv has a row longer than 1 MB; a quotation mark is probably not closed" in told(lambda: look(path))


def test_places_that_hold_no_file(tmp_path: Path) -> None:
    assert "is a folder; expected one CSV or Parquet file" in told(lambda: look(tmp_path))
    assert "There is no file" in told(lambda: look(tmp_path / "lons.csv"))


@pytest.mark.parametrize("name", ["loans.csv", "loans.parquet"])
def test_limits_name_the_variable_that_moves_them(tmp_path: Path, monkeypatch, name: str) -> None:
    path = write(tmp_path / name, loans())
    monkeypatch.setenv(ROWS_VARIABLE, "1999")
    assert "has more than 1,999 rows, the limit; take a sample of them, or raise YODO_OWN_ROWS" in told(
        lambda: look(path)
    )
    monkeypatch.setenv(ROWS_VARIABLE, "2000")
    assert look(path).rows == 2000
    path.write_bytes(path.read_bytes() + b" " * 2**20)
    monkeypatch.setenv(MB_VARIABLE, "1")
    assert "the limit is 1 MB. Leave out rows or columns, or raise YODO_OWN_MB" in told(lambda: look(path))
    monkeypatch.setenv(MB_VARIABLE, "many")
    assert told(lambda: look(path)) == "YODO_OWN_MB is 'many'; expected a whole number above 0. Correct or unset it."


# Parquet


def parquet(frame: pd.DataFrame) -> bytearray:
    sink = io.BytesIO()
    frame.to_parquet(sink)
    return bytearray(sink.getvalue())


def lying_length(content: bytearray) -> bytearray:
    content[-8:-4] = struct.pack("<I", 2**31)
    return content


def lying_rows(content: bytearray) -> bytearray:
    """2,000 rows stand in the header as a zigzag varint; 2,001 do not change its length."""
    (length,) = struct.unpack("<I", content[-8:-4])
    footer = content[-8 - length : -8].replace(bytes([0xA0, 0x1F]), bytes([0xA2, 0x1F]), 1)
    content[-8 - length : -8] = footer
    return content


def lying_header(content: bytearray) -> bytearray:
    (length,) = struct.unpack("<I", content[-8:-4])
    content[-8 - length : -8] = bytes(length)
    return content


@pytest.mark.parametrize(
    "damage",
    [
        lying_length,
        lying_rows,
        lying_header,
        lambda content: content[:-30],
        lambda content: content[:4],
        lambda content: content[: len(content) // 2] + content[-8:],
        lambda content: content[:40] + bytes(400) + content[440:],
    ],
    ids=["length", "rows", "header", "cut off", "first bytes only", "a hole", "zeros"],
)
def test_a_parquet_with_a_lying_header_is_refused(tmp_path: Path, damage: Callable[[bytearray], bytearray]) -> None:
    path = tmp_path / "loans.parquet"
    path.write_bytes(damage(parquet(loans())))
    line = told(lambda: look(path))
    assert line.startswith("loans.parquet is no sound Parquet file (")
    assert line.endswith("); write or copy it again.")


@pytest.mark.parametrize("use_dictionary", [True, False])
@pytest.mark.parametrize(
    "columns",
    [
        {f"c{i}": np.zeros(200_000) for i in range(10)},
        {"c": np.zeros(200_000), "v": pa.FixedSizeListArray.from_arrays(np.zeros(1_800_000), 9)},
    ],
    ids=["columns", "vectors"],
)
def test_a_small_parquet_that_unpacks_to_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, columns: dict, use_dictionary: bool
) -> None:
    path = tmp_path / "bomb.parquet"
    pq.write_table(pa.table(columns), path, use_dictionary=use_dictionary)
    assert path.stat().st_size < 2**20
    monkeypatch.setenv(MB_VARIABLE, "1")
    assert re.search(r"bomb.parquet unpacks to 1[56] MB; the limit is 4 MB. Leave out rows", told(lambda: look(path)))


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (
            pd.DataFrame({"y\0x": ["a", "b"], "z": [1, 2]}),
            "has a control character in the column name 'y\\x00x'; rename",
        ),
        (pd.DataFrame({"y\x1b[2J": ["a", "b"], "z": [1, 2]}), "has a control character in the column name 'y\\x1b[2J'"),
        (pd.DataFrame({"y": ["a\0", "b"], "z": [1, 2]}), "has a NUL character in a cell of the column 'y'; remove it"),
        (
            pd.DataFrame({"y": pd.Categorical(["a\0", "b"]), "z": [1, 2]}),
            "has a NUL character in a cell of the column 'y'; remove it",
        ),
    ],
)
def test_a_parquet_with_what_no_command_can_take_is_refused(tmp_path: Path, frame: pd.DataFrame, message: str) -> None:
    path = tmp_path / "loans.parquet"
    frame.to_parquet(path)
    assert f"loans.parquet {message}" in told(lambda: look(path))


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("sound")
    return {name: write(folder / name, loans(150)).read_bytes() for name in ("loans.csv", "loans.parquet")}


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(["loans.csv", "loans.parquet"]),
    st.lists(st.tuples(st.floats(0, 0.999), st.binary(max_size=4) | st.sampled_from([b'"', b";", b"\n"])), max_size=4),
    st.integers(0, 40),
)
def test_whatever_is_wrong_a_file_is_read_or_refused_in_one_line(
    tmp_path_factory: pytest.TempPathFactory, sound: dict[str, bytes], name: str, cuts: list, lost: int
) -> None:
    content = bytearray(sound[name])
    for place, patch in cuts:
        start = int(place * len(content))
        content[start : start + lost] = patch
    path = tmp_path_factory.mktemp("cut") / name
    path.write_bytes(content)
    try:
        assert len(look(path).columns) > 1
    except InputError as error:
        # Several kinds of damage, so no one message: but a line that names the file.
        assert re.fullmatch(rf"{name} [^\n]+[.]", str(error))  # noqa: PT017


def test_lists_and_bytes_are_no_columns_to_learn_from(tmp_path: Path) -> None:
    frame = loans()
    frame["tags"] = [["a", "b"]] * len(frame)
    frame["photo"] = [b"\x00\x01"] * len(frame)
    path = write(tmp_path / "loans.parquet", frame)
    assert {look(path).column(name).left_out for name in ("tags", "photo")} == {"neither numbers nor text"}
    assert "tags" not in {column.name for column in declare(path, recipe()).columns}
    assert "Column 'tags' of loans.parquet is neither numbers nor text; expected" in told(
        lambda: declare(path, recipe(keep=("tags",)))
    )


# What a recipe asks for and the file does not have


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"target": "defalt"}, r"Unknown column of loans.csv 'defalt'\. Known: .* Did you mean 'default'\?"),
        ({"attribute": ("gender",)}, "Unknown column of loans.csv 'gender'"),
        ({"drop": ("nothing",)}, "Unknown column of loans.csv 'nothing'"),
        ({"keep": ("nothing",)}, "Unknown column of loans.csv 'nothing'"),
        ({"favourable": "maybe"}, "Column 'default' has no value 'maybe'; it holds no, yes. Give the one"),
        ({"target": "income", "favourable": "1"}, "Column 'income' holds .* different numbers; expected an outcome"),
        ({"target": "applicant"}, "Column 'applicant' holds 2,000 different values; expected an outcome"),
        ({"attribute": ("applicant",)}, "Column 'applicant' of loans.csv holds no group of 5 rows or more"),
        ({"weight": "town"}, "Column 'town' of loans.csv cannot be the weight: .* of its cells are no finite number"),
        ({"weight": "children"}, "cannot be the weight: .* of its cells are no finite number above 0"),
        ({"unit": "houshold"}, "Unknown column of loans.csv 'houshold'"),
        ({"unit": "children"}, r"Column 'children' of loans.csv cannot be the unit: it has 4 values, .* at least 10"),
        ({"unit": "mixed"}, "Column 'mixed' of loans.csv cannot be the unit: 1 of its cells are no number"),
        ({"reference": "Women"}, "Unknown group of sex 'Women'. Known: Female, Male"),
        ({"drop": ("income", "age", "town", "children")}, "loans.csv has no column left to learn from"),
    ],
)
def test_recipes_that_do_not_fit_are_one_line(tmp_path: Path, changes: dict, message: str) -> None:
    path = write(tmp_path / "loans.csv", loans().assign(mixed=[*range(ROWS - 1), "h12"]))
    assert re.search(message, told(lambda: declare(path, recipe(**changes))))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda frame: frame.assign(default="no"), r"Column 'default' holds one value only \(no\)"),
        (lambda frame: frame.assign(default=None), "Column 'default' is empty; expected an outcome"),
        (lambda frame: frame.assign(sex="Male"), "Column 'sex' of loans.csv holds one group only"),
        (lambda frame: frame.assign(sex=None), "has 0 rows with outcome, group and weight"),
        (lambda frame: frame.head(80), r"has \d\d rows with outcome, group and weight; expected at least 100"),
        (
            lambda frame: frame.assign(default=np.where(np.arange(len(frame)) < 9, "no", "yes")),
            "has 9 rows of 1,989 with default no; expected at least 10 with it and as many without",
        ),
        (
            lambda frame: frame.assign(sex=np.where(np.arange(len(frame)) < 60, "f", "m")),
            r"Fewer than two groups have 100 rows \(m 1,\d+, f \d\d\); expected hundreds in each",
        ),
        (
            lambda frame: frame.assign(sex=[f"g{place // 20}" for place in range(len(frame))]),
            "Column 'sex' of loans.csv has 100 groups of 5 rows or more; expected at most 50",
        ),
    ],
    ids=["one label", "no label", "one group", "no group", "few rows", "few of a label", "few of a group", "many"],
)
def test_too_little_to_split_or_compare_is_one_line(tmp_path: Path, change: Callable, message: str) -> None:
    path = write(tmp_path / "loans.csv", change(loans()))
    assert re.search(message, told(lambda: declare(path, recipe())))
