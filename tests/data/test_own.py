"""A file of one's own: what its columns are found to be, and the rows, groups and features a recipe makes of it."""

from __future__ import annotations

import copy
import json
import string
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.data.strangers import ROWS, loans, recipe, write
from yodo_core.data import get
from yodo_core.data.own import OwnFile, Recipe, attribute_of, concerns, declare, delimited, look, preview
from yodo_core.data.own.columns import read_columns
from yodo_core.data.own.delimited import MISSING
from yodo_core.data.own.groups import POOLED, bands, plain
from yodo_core.data.own.read import read_table
from yodo_core.data.own.reasons import DATE, FREE_TEXT, IDENTIFIER
from yodo_core.data.prepare import prepare
from yodo_core.data.split import split_rows
from yodo_core.errors import InputError, RowsAbsentError


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return loans()


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory, frame: pd.DataFrame) -> Path:
    return write(tmp_path_factory.mktemp("own") / "Loans, 2019.csv", frame)


@pytest.fixture(scope="module")
def seen(path: Path) -> OwnFile:
    return look(path)


def small(folder: Path, columns: dict[str, Any], **options: Any) -> Path:
    """A file of 400 rows with an outcome, two groups, and these columns, repeated to the length."""
    basis: dict[str, list[Any]] = {
        "good": [("yes", "no", "no")[i % 3] for i in range(400)],
        "sex": [("m", "f")[i // 2 % 2] for i in range(400)],
        "size": [i % 37 for i in range(400)],
    }
    made = {name: [values[i % len(values)] for i in range(400)] for name, values in columns.items()}
    return write(folder / "small.csv", pd.DataFrame({**basis, **made}), **options)


def said(**changes: Any) -> Recipe:
    return Recipe(**{"target": "good", "favourable": "yes", "attribute": ("sex",), **changes})


# look


def test_columns_are_what_a_reader_would_say(seen: OwnFile, frame: pd.DataFrame) -> None:
    assert (seen.rows, seen.bytes) == (ROWS, seen.path.stat().st_size)
    assert [column.name for column in seen.columns] == list(frame.columns)
    assert {column.name: column.kind for column in seen.columns if column.left_out is None} == {
        "income": "number",
        "age": "number",
        "town": "category",
        "children": "category",
        "sex": "category",
        "default": "category",
    }
    assert {column.name: column.left_out for column in seen.columns if column.left_out} == {
        "loan_id": IDENTIFIER,
        "applicant": IDENTIFIER,
        "remark": FREE_TEXT,
        "opened": DATE,
    }
    for column in seen.columns:
        assert column.missing == frame[column.name].isna().sum()
        assert column.distinct == frame[column.name].nunique()
    sizes = frame["town"].value_counts()
    assert seen.column("town").values == tuple((town, int(n)) for town, n in sizes.items())
    assert {seen.column(name).values for name in ("income", "loan_id", "applicant", "remark", "opened")} == {()}
    with pytest.raises(InputError, match=r"Unknown column of Loans, 2019\.csv 'twon'"):
        seen.column("twon")


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("loans.csv", {"sep": ","}),
        ("loans.tsv", {"sep": "\t"}),
        ("loans.txt", {"sep": "|"}),
        ("loans.csv", {"encoding": "utf-8-sig"}),
        ("loans.csv", {"lineterminator": "\r\n", "quoting": 1}),
        ("loans.csv", {"na_rep": "NA"}),
        ("loans.parquet", {}),
    ],
    ids=["comma", "tab", "bar", "byte order mark", "quoted, CRLF", "NA", "parquet"],
)
def test_the_same_rows_in_another_form_are_the_same_rows(
    tmp_path: Path, path: Path, frame: pd.DataFrame, seen: OwnFile, name: str, options: dict[str, Any]
) -> None:
    other = write(tmp_path / name, frame, **options)
    assert look(other).columns == seen.columns
    hashes = {prepare(declare(file, recipe()), "sex").rows_sha256 for file in (path, other)}
    assert len(hashes) == 1


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_a_file_longer_than_the_first_look_is_read_however_its_lines_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    monkeypatch.setattr(delimited, "_PEEK", 30)
    path = tmp_path / "loans.csv"
    path.write_bytes(end.join(["sex;good", *["é;yes", "ü;no"] * 40, ""]).encode())
    assert read_table(path).to_pydict() == {"sex": ["é", "ü"] * 40, "good": ["yes", "no"] * 40}


@pytest.mark.parametrize(
    "blank",
    [b"\n", b"\n" * 60, b"\r\n  \r\n", b"\xef\xbb\xbf \t \n\n", b" \r"],
    ids=["one", "60", "CRLF", "mark", "CR"],
)
@pytest.mark.parametrize("between", [b"", b"\n"], ids=["", "below"])
def test_blank_lines_on_top_are_no_rows(tmp_path: Path, blank: bytes, between: bytes) -> None:
    header, rows = b"\tsex\n" if b"\t" in blank else b"good\tsex\n", b"yes\tm\nno\tf\n" * 40
    path = tmp_path / "loans.csv"
    path.write_bytes(blank + header + between + rows)
    found = read_table(path).to_pydict()
    assert list(found.values()) == [["yes", "no"] * 40, ["m", "f"] * 40]
    assert list(found) == ["column 1" if b"\t" in blank else "good", "sex"]


JOBS = [f"job {0 if i % 20 < 11 else i % 131}" for i in range(400)]
"""Most people have the first of them."""
COLUMNS: dict[str, tuple[list[Any], str, str | None]] = {
    "whole numbers, few of them": ([3, 1, 2], "category", None),
    "whole numbers, many of them": (list(range(11)), "number", None),
    "two numbers": ([0.5, 1.5], "category", None),
    "numbers written in all ways": (["1", "+2", "-3.5", ".5", "4.", "1e3", "7", "8", "9", "10", "11"], "number", None),
    "a word among numbers": ([*range(30), "unknown"], "number", None),
    "too many words among numbers": ([*range(15), "a", "b"], "category", None),
    "codes that begin with 0": ([f"0{i}" for i in range(40)], "category", None),
    "a year": (list(range(1960, 2010)), "number", None),
    "customerId": (list(range(7, 127)), "number", IDENTIFIER),
    "a running number": (list(range(500, 900)), "number", IDENTIFIER),
    "amounts that hardly repeat": ([(i * 7919) % 99_991 for i in range(400)], "number", None),
    "eight digits": ([10_000_000 + (i * 7_919_777) % 89_999_999 for i in range(400)], "number", IDENTIFIER),
    "e-mail": ([f"x{i}@y.org" for i in range(60)], "category", IDENTIFIER),
    "phone": (["yes", "no"], "category", None),
    "hash": ([f"{i * 2654435761:x}" for i in range(1, 401)], "category", IDENTIFIER),
    "town": ([f"town {i}" for i in range(60)], "category", None),
    "day": ([f"{i % 28 + 1:02}.{i % 12 + 1:02}.2020" for i in range(90)], "category", DATE),
    "moment": ([f"2020-03-{i % 28 + 1:02}T10:{i % 60:02}:00Z" for i in range(90)], "category", DATE),
    "remark": ([f"he said that it was number {i} of them" for i in range(90)], "category", FREE_TEXT),
    "applied by": ([f"Hans Meier {i}" for i in range(25)], "category", IDENTIFIER),
    "applicant": (
        [
            f"{a}, {b}"
            for a in ("Quill", "O'Hara", "Łuka")
            for b in ("Zoë", "Anne-Marie", "J.", "Bo", "Li", "Max", "Ida", "Jo")
        ],
        "category",
        IDENTIFIER,
    ),
    "seller": ([f"seller{i}" for i in range(130)], "category", IDENTIFIER),
    "occupation": (JOBS, "category", None),
    "birthplace": ([*(f"Land{i}" for i in range(30)), "New York", "Puerto Rico"], "category", None),
    "answer": (
        [f"he said on day {i} that it would all be paid back in good time" for i in range(12)],
        "category",
        FREE_TEXT,
    ),
    "class": (["Self emp not inc", "Not in universe or children"], "category", None),
    "constant": (["same"], "category", "one value only"),
    "a tick or nothing": (["x", ""], "category", None),
    "nothing": ([""], "category", "empty"),
    "answers": (["None", "some", "unknown"], "category", None),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_kinds_and_reasons(tmp_path: Path, name: str) -> None:
    values, kind, reason = COLUMNS[name]
    found = look(small(tmp_path, {name: values})).column(name)
    assert (found.kind, found.left_out) == (kind, reason)


def test_a_decimal_comma_is_read_where_semicolons_separate(tmp_path: Path) -> None:
    values = [f"{i},25" for i in range(30)]
    assert look(small(tmp_path, {"amount": values}, sep=";")).column("amount").kind == "number"
    amount = read_columns(read_table(tmp_path / "small.csv"))["amount"].values
    assert amount.head(3).tolist() == [0.25, 1.25, 2.25]
    assert look(small(tmp_path, {"amount": values}, sep=",")).column("amount").kind == "category"


def test_cells_are_trimmed_and_never_run(tmp_path: Path) -> None:
    evil = ['=HYPERLINK("http://x","y")', "+cmd|' /C calc'!A0", "@SUM(A1)", " plain ", "-"]
    file = small(tmp_path, {"note": evil})
    assert dict(look(file).column("note").values) == {text.strip(): 80 for text in evil}
    told = [c for c in concerns(declare(file, said()), said()) if c.kind == "formulas"]
    assert [(c.columns, c.sentence) for c in told] == [
        (("note",), "Cells of note that begin as formulas do are text and never run: 320 rows.")
    ]
    groups = small(tmp_path, {"club": ["=cmd|calc", "chess"], "reader": ["@x", "-"]})
    recipe = said(attribute=("club",), drop=("reader",))
    told = [c for c in concerns(declare(groups, recipe), recipe) if c.kind == "formulas"]
    assert [c.columns for c in told] == [("club",)], "groups are named too, columns left out are not"


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.lists(
            st.one_of(
                st.text(string.ascii_letters + string.digits + ' ,;"\n|\t=é', max_size=8),
                st.integers(-9, 9).map(str),
            ),
            min_size=3,
            max_size=3,
        ),
        min_size=2,
        max_size=12,
    ),
    st.sampled_from([",", ";"]),
)
def test_whatever_pandas_writes_is_read_back(tmp_path_factory, rows: list[list[str]], delimiter: str) -> None:
    file = tmp_path_factory.mktemp("any") / "any.csv"
    pd.DataFrame(rows, columns=["alpha", "beta", "gamma"]).to_csv(file, index=False, sep=delimiter)
    table = read_table(file)
    assert table.column_names == ["alpha", "beta", "gamma"]
    assert table.num_rows == len(rows)
    expected = [[None if cell in MISSING else cell for cell in row] for row in rows]
    assert [[row[name] for name in table.column_names] for row in table.to_pylist()] == expected


# Recipes


def test_a_recipe_survives_json_and_says_all_that_is_wrong() -> None:
    full = recipe(
        attribute=("sex", "town"),
        weight="age",
        drop=("children",),
        keep=("opened",),
        reference="Male · East",
        unit="id",
    )
    assert Recipe.from_json(json.loads(json.dumps(full.to_json() | {"file": "loans.csv"}))) == full
    with pytest.raises(InputError) as told:
        recipe(target="sex", favourable="", attribute=("sex", "sex"), weight="sex", drop=("sex", "age"), keep=("age",),
               unit="sex")  # fmt: skip
    for part in (
        "no favourable outcome is named",
        "a column stands twice in attribute",
        "target and attribute are both 'sex'",
        "weight and attribute are both 'sex'",
        "target and weight are both 'sex'",
        "unit and attribute are both 'sex'",
        "target and unit are both 'sex'",
        "weight and unit are both 'sex'",
        "'sex' is to be dropped but has a role",
        "'age' is both to be dropped and to be kept",
    ):
        assert part in str(told.value)


@pytest.mark.parametrize(
    ("stored", "message"),
    [
        (None, "is no object"),
        ({"target": "a"}, "lacks attribute, favourable"),
        (recipe().to_json() | {"code": "x"}, "unknown fields code"),
        (recipe().to_json() | {"attribute": "sex"}, "attribute must be a list of texts"),
        (recipe().to_json() | {"drop": [1]}, "drop must be a list of texts"),
        (recipe().to_json() | {"target": 3}, "target must be a text"),
        (recipe().to_json() | {"weight": 3}, "weight must be a text or nothing"),
        (recipe().to_json() | {"name": "x" * 201}, "name must be a text"),
    ],
)
def test_a_stored_recipe_is_checked(stored: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Recipe.from_json(stored)


# The rows that a recipe makes


def test_a_file_is_a_data_set_like_any_other(path: Path, frame: pd.DataFrame) -> None:
    spec = declare(path, recipe(reference="Female"))
    assert (spec.id, spec.title, spec.favourable) == ("own-loans-2019", "Loans, 2019", "no")
    assert (spec.decision_noun, spec.qualified_phrase) == (
        "predicted to have “default: no”",
        "among people who do have “default: no”",
    )
    assert spec.own == {"file": "Loans, 2019.csv", **recipe(reference="Female").to_json()}
    prepared = prepare(spec, "sex")
    used = frame.dropna(subset=["default", "sex"])
    assert sum(map(len, prepared.splits.values())) == len(used)
    assert prepared.groups == ("Male", "Female")
    assert prepared.attribute.reference == "Female"
    label = np.concatenate([table.label for table in prepared.splits.values()])
    assert label.sum() == (used["default"] == "no").sum()
    assert prepared.encoder.categories == {
        "income missing": ("no", "yes"),
        "town": ("East", "North", "South", "missing"),
        "children": ("0", "1", "2", "3"),
    }
    assert prepared.encoder.names_numbers == ("income", "age")
    seeing = prepare(spec, "sex", with_attribute=True).encoder.categories
    assert seeing["sex"] == ("Female", "Male")
    with pytest.raises(RowsAbsentError, match="give that file with --data"):
        get(spec.id)


def test_missing_numbers_take_the_median_of_the_training_rows_only(path: Path, frame: pd.DataFrame) -> None:
    spec = declare(path, recipe())
    prepared = prepare(spec, "sex")
    income = prepared.encoder.numbers[0]
    assert (income.name, income.fill is None) == ("income", False)
    used = frame.dropna(subset=["default", "sex"]).reset_index(drop=True)
    index = _train_rows(spec, len(used))
    values = used["income"].astype(float).iloc[index]
    assert income.fill == pytest.approx(values.median())
    filled = values.fillna(values.median())
    assert (income.mean, income.scale) == (pytest.approx(filled.mean()), pytest.approx(filled.std(ddof=0)))
    train = prepared.splits["train"]
    expected = (filled.to_numpy() - income.mean) / income.scale
    np.testing.assert_allclose(train.numbers[:, 0], expected, rtol=1e-4, atol=1e-5)
    marked = train.codes[:, prepared.encoder.names_categories.index("income missing")] == 2
    assert np.array_equal(marked, values.isna())


def _train_rows(spec: Any, rows: int) -> np.ndarray:
    index = split_rows(spec.load(), spec)["train"]
    assert len(index) < rows
    return index


def test_an_intersection_has_groups_of_both(path: Path, frame: pd.DataFrame) -> None:
    both = declare(path, recipe(attribute=("sex", "town")))
    assert attribute_of(both).id == "sex+town"
    assert [attribute.id for attribute in both.attributes] == ["sex", "town", "sex+town"]
    prepared = prepare(both, "sex+town")
    sizes = frame.dropna(subset=["default"]).groupby(["sex", "town"]).size()
    assert set(prepared.groups) == {f"{sex} · {town}" for sex, town in sizes.index}
    assert prepared.groups[0] == attribute_of(both).reference == " · ".join(sizes.idxmax())


def test_a_number_becomes_bands_that_say_their_edges(path: Path, frame: pd.DataFrame) -> None:
    prepared = prepare(declare(path, recipe(attribute=("age",))), "age")
    group = np.concatenate([table.group for table in prepared.splits.values()])
    sizes = {name: int((group == place).sum()) for place, name in enumerate(prepared.groups)}
    age = frame.dropna(subset=["default"])["age"].astype(int)
    edges = [18, *(int(np.ceil(np.quantile(age, q))) for q in (0.2, 0.4, 0.6, 0.8)), 100]
    names = [f"age under {edges[1]}", *(f"age {a} to {b - 1}" for a, b in pairwise(edges[1:5]))]
    names.append(f"age {edges[4]} and over")
    expected = {name: int(age.between(a, b - 1).sum()) for name, (a, b) in zip(names, pairwise(edges), strict=True)}
    assert sizes == expected


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6) | st.integers(-50, 50).map(float), min_size=21, max_size=60, unique=True))
def test_bands_cut_where_they_say(values: list[float]) -> None:
    array = np.array(values)
    found = bands(array, "x")
    names = list(found.cat.categories)
    assert 1 <= len(names) <= 5
    tops = [array[found == name].max() for name in names]
    lows = [array[found == name].min() for name in names]
    assert all(top < low for top, low in zip(tops, lows[1:], strict=False)), "bands do not overlap and rise"


def test_a_number_that_is_nearly_always_the_same_has_no_bands() -> None:
    with pytest.raises(InputError, match="Column 'x' cannot be cut into bands: nearly all rows hold one number"):
        bands(np.array([0.0] * 970 + [1.0] * 30), "x")


def test_a_name_of_a_few_stands_nowhere(tmp_path: Path) -> None:
    file = small(tmp_path, {})
    rows = pd.read_csv(file, sep=";")
    rows.loc[:3, "sex"] = "Zenobia Quill"
    rows["town"] = ["Quillsville", *["North", "South"] * 200][:400]
    write(file, rows)
    spec = declare(file, said())
    prepared = prepare(spec, "sex")
    assert set(prepared.groups) == {"m", "f", POOLED}
    kept = [preview(spec, said()), prepared.encoder.to_json(), prepared.groups, spec.known_problems, spec.own]
    assert "Quill" not in json.dumps(kept)
    kinds = {concern["kind"] for concern in preview(spec, said())["concerns"]}
    assert {"rare groups pooled", "rare values pooled", "tiny group"} <= kinds


@pytest.mark.parametrize("wanted", ["1", "1.0", "True", "true", " 1 "])
@pytest.mark.parametrize("values", [[1, 0, 0], [1.0, 0.0, 0.0], [True, False, False], ["TRUE", "FALSE", "FALSE"]])
def test_the_favourable_value_is_matched_as_a_user_writes_it(tmp_path: Path, values: list[Any], wanted: str) -> None:
    frame = pd.read_csv(small(tmp_path, {"paid": values}), sep=";")
    file = tmp_path / "small.parquet"
    frame.assign(paid=[values[i % 3] for i in range(400)]).to_parquet(file)
    for one in (tmp_path / "small.csv", file):
        spec = declare(one, said(target="paid", favourable=wanted, drop=("good",)))
        assert sum(int(table.label.sum()) for table in prepare(spec, "sex").splits.values()) == 134


@settings(max_examples=30)
@given(st.text(max_size=12))
def test_a_plain_value_stays_plain(text: str) -> None:
    assert plain(plain(text)) == plain(text)


def test_columns_are_dropped_and_kept_as_said(path: Path) -> None:
    spec = declare(path, recipe(drop=("age",), keep=("loan_id", "opened")))
    assert [column.name for column in spec.columns if column.kind == "number"] == ["loan_id", "income"]
    left_out = {entry["name"]: entry["reason"] for entry in preview(spec, recipe())["left_out"]}
    assert left_out == {"applicant": IDENTIFIER, "age": "left out as you asked", "remark": FREE_TEXT}


def test_weights_come_along_and_are_no_feature(tmp_path: Path) -> None:
    file = small(tmp_path, {"w": [1, 2, 3, ""]})
    spec = declare(file, said(weight="w"))
    prepared = prepare(spec, "sex")
    assert sum(map(len, prepared.splits.values())) == 300
    assert sum(table.weight.sum() for table in prepared.splits.values()) == 600
    assert "w" not in (*prepared.encoder.names_categories, *prepared.encoder.names_numbers)


@pytest.mark.parametrize("kind", ["text", "number"])
def test_rows_of_one_unit_stay_on_one_side_and_its_values_out_of_the_encoder(tmp_path: Path, kind: str) -> None:
    homes = [f"Quill {i * 7 % 83}" if kind == "text" else 4_000 + i * 7 % 83 for i in range(400)]
    file = small(tmp_path, {"home": homes, "visit": list(range(400))})
    asked = said(unit="home", keep=("visit",))
    spec = declare(file, asked)
    frame, parts = spec.load(), split_rows(spec.load(), spec)
    assert sum(map(len, parts.values())) == len(frame) == 400
    sides = [set(frame["home"].iloc[index].astype(str)) for index in parts.values()]
    assert set.union(*sides) == {str(home) for home in homes}
    assert sum(map(len, sides)) == 83
    prepared = prepare(spec, "sex", with_attribute=True)
    assert "home" not in (*prepared.encoder.names_categories, *prepared.encoder.names_numbers)
    shown = json.dumps([prepared.encoder.to_json(), preview(spec, asked), spec.own])
    assert not any(f'"{home}"' in shown for home in homes)
    assert (preview(spec, asked)["unit"], preview(spec, asked)["units"]) == ("home", 83)


def test_rows_without_a_unit_are_left_out_and_units_that_say_little_are_told_of(tmp_path: Path) -> None:
    file = small(tmp_path, {"home": ["a", "b", "", *"cdefghijk", *"lmnopqrst"], "alone": list(range(400))})
    found = {c.kind: c.sentence for c in concerns(declare(file, said(unit="home")), said(unit="home"))}
    assert found["rows left out"] == "Left out, as they have no unit: 19 rows."
    found = {c.kind: c.sentence for c in concerns(declare(file, said(unit="alone")), said(unit="alone"))}
    assert found["nothing together"].startswith("No two rows share a value of alone")
    found = {c.kind: c.sentence for c in concerns(declare(file, said(unit="size")), said(unit="size"))}
    assert not {"nothing together", "large unit"} & set(found)
    most = small(tmp_path, {"home": [*"abcdefghijk", *"k" * 9]})
    found = {c.kind: c.sentence for c in concerns(declare(most, said(unit="home")), said(unit="home"))}
    assert found["large unit"] == (
        "200 rows share one value of home and stay together, so the parts of the split are uneven."
    )


def test_large_numbers_that_are_rarely_large_enter_as_logarithms(tmp_path: Path) -> None:
    file = small(tmp_path, {"gain": [*[0] * 46, *range(3_000, 3_012), 99_999], "loss": list(range(-5, 45))})
    assert {c.name: c.log for c in declare(file, said()).columns if c.kind == "number"} == {
        "size": False,
        "gain": True,
        "loss": False,
    }


# Concerns and the preview


def test_what_a_user_should_know_is_said(tmp_path: Path) -> None:
    rows = pd.read_csv(small(tmp_path, {}), sep=";")
    rows["title"] = rows["sex"].map({"m": "Mr", "f": "Ms"})
    rows["outcome code"] = rows["good"].map({"yes": 901, "no": 17}).astype(object)
    rows.loc[5, "good"] = "perhaps"
    rows.loc[6:8, "good"] = ""
    rows["size"] = rows["size"].astype(object)
    rows.loc[9, "size"] = "large"
    file = write(tmp_path / "small.csv", rows)
    found = {c.kind: c for c in concerns(declare(file, said()), said())}
    assert found["tells the group"].columns == ("title",)
    assert found["tells the outcome"].columns == ("outcome code",)
    assert found["several outcomes"].sentence == "good has 3 values; yes is set against all others: no, perhaps."
    assert found["rows left out"].sentence == "Left out, as they have no outcome: 3 rows."
    assert found["not numbers"].sentence == "Cells of size that hold no number count as missing: 1 row."
    assert found["few rows"].sentence.startswith("397 rows are few")
    assert found["no difference measurable"].columns == ("sex",)
    assert "about 39 of them for testing: fewer than 100, so it is set aside" in found["small group"].sentence
    rare = write(tmp_path / "rare.csv", rows.assign(good=["yes" if i % 30 == 0 else "no" for i in range(400)]))
    first = concerns(declare(rare, said(drop=("title",))), said())[0]
    assert first.kind == "one-sided outcome"
    assert "a model that says no to everyone is already 96.5% right" in first.sentence


def test_many_values_and_a_group_that_is_the_outcome_are_said(tmp_path: Path) -> None:
    file = small(tmp_path, {"job": JOBS, "passed": ["y", "n", "n"]})
    recipe = said(attribute=("passed",))
    found = {c.kind: c for c in concerns(declare(file, recipe), recipe)}
    assert found["many values"].sentence == (
        f"job has {len(set(JOBS))} different values; if they tell single people apart, drop it."
    )
    assert found["group tells the outcome"].columns == ("passed",)
    assert not {"many values", "group tells the outcome"} & {
        c.kind for c in concerns(declare(file, said(drop=("job",))), said(drop=("job",)))
    }


@pytest.mark.parametrize(
    ("value", "weight"), [(1e306, "cell"), (-2e12, "cell"), (1e300, "w"), (1e-320, "w"), (np.inf, "w")]
)
@pytest.mark.parametrize("name", ["loans.csv", "loans.parquet"])
def test_numbers_too_large_or_small_to_compute_with_are_one_line(
    tmp_path: Path, value: float, weight: str, name: str
) -> None:
    frame = loans().assign(w=1.0 + np.arange(ROWS) % 7)
    frame.loc[7, "income" if weight == "cell" else "w"] = value
    file = write(tmp_path / name, frame)
    told = "'income' of loans.*1 cells beyond 1e.12.*expected numbers from -1e.12 to 1e.12"
    if weight == "w":
        told = "'w' of loans.* cannot be the weight: 1 of its cells are no finite number above 0, from 1e-09 to 1e.12"
    with pytest.raises(InputError, match=told):
        declare(file, recipe(weight="w"))


def test_a_sound_file_raises_few_concerns(path: Path) -> None:
    assert [c.kind for c in concerns(declare(path, recipe()), recipe())] == ["rows left out", "rows left out"]


def test_the_preview_counts_rows_as_pandas_does(path: Path, frame: pd.DataFrame) -> None:
    shown = preview(declare(path, recipe()), recipe())
    assert json.loads(json.dumps(shown)) == shown
    used = frame.dropna(subset=["default", "sex"])
    assert (shown["rows"], shown["rows_used"]) == (len(frame), len(used))
    without = int(frame["default"].isna().sum())
    assert shown["rows_left_out"] == {"outcome": without, "group": len(frame) - len(used) - without}
    rates = (used["default"] == "no").groupby(used["sex"]).mean()
    assert {g["group"]: g["favourable_rate"] for g in shown["groups"]} == pytest.approx(rates.to_dict())
    assert {f["name"]: f["missing"] for f in shown["features"]} == {
        name: int(used[name].isna().sum()) for name in ("income", "age", "town", "children")
    }


def test_sent_elsewhere_the_file_is_read_again(path: Path) -> None:
    rows = declare(path, recipe()).load
    assert "shaped" in vars(rows)
    sent = copy.deepcopy(rows)
    assert sent == rows
    assert "shaped" not in vars(sent), "the rows are not sent along"
    pd.testing.assert_frame_equal(sent(), rows())


def test_groups_that_are_numbers_are_called_after_their_column(tmp_path: Path) -> None:
    """And names of people are left out though each is seen often."""
    generator = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "home_sex": generator.integers(1, 3, 2_000),
            "name": generator.choice([f"Person{chr(65 + i)}" for i in range(25)], 2_000),
            "income": generator.normal(0, 1, 2_000).round(3),
            "approved": generator.choice(["yes", "no"], 2_000),
        }
    )
    file = tmp_path / "loans.csv"
    frame.to_csv(file, index=False)
    for reference in (None, "2", "home sex 2"):
        spec = declare(file, Recipe("approved", "yes", ("home_sex",), reference=reference))
        attribute = spec.attribute("home_sex")
        assert set(attribute.groups.values()) == {"home sex 1", "home sex 2"}
        assert reference is None or attribute.reference == "home sex 2"
    assert "name" not in {column.name for column in spec.columns}
    assert set(spec.load()["home_sex"].astype(str)) == {"home sex 1", "home sex 2"}
