"""Person files of the ACS, made up: filters, codes, households, years, weights, and what is wrong in a file."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import folktables
import numpy as np
import pandas as pd
import pytest

from tests.data.census import people, with_replicates, write, writer
from yodo_core.data import acs, get, pums
from yodo_core.data.phrases import phrases
from yodo_core.data.prepare import prepare, split_rows
from yodo_core.data.spec import DataSpec
from yodo_core.errors import InputError, RowsAbsentError

Check = Callable[[DataSpec], pd.DataFrame]

__all__ = ["write"]


@pytest.mark.parametrize("kind", ["default", "paper"])
def test_a_household_falls_in_one_split(kind: str, write: Callable[..., Path], check_declaration: Check) -> None:
    write(people(1_000))
    spec = get("acs-income-ca-2018")
    rows = check_declaration(spec)
    assert rows["SERIALNO"].nunique() == 400
    splits = split_rows(rows, spec, kind=kind).values()
    homes = [set(rows["SERIALNO"].iloc[index]) for index in splits]
    assert sum(map(len, homes)) == len(set.union(*homes)) == 400
    assert sum(map(len, splits)) == 1_000
    prepared = prepare(spec, "sex", with_attribute=True, split=kind)
    features = {*prepared.encoder.names_categories, *prepared.encoder.names_numbers}
    assert features == set(folktables.ACSIncome.features)
    assert prepared.splits["test"].weight is not None


def test_filter_codes_and_what_does_not_apply(write: Callable[..., Path]) -> None:
    """People of 16, without hours or of $100 or less are left out; 2.0 is the code 2, N/A the code 0."""
    frame = people(60).astype({"COW": float, "PINCP": float})
    frame.loc[[0, 1, 2], ["AGEP", "WKHP", "PINCP"]] = [[16, 40, 60_000], [30, 0, 60_000], [30, 40, 100]]
    frame.loc[3, "COW"] = np.nan
    write(frame)
    rows = get("acs-income-ca-2018").load()
    assert len(rows) == 57
    assert set(rows["COW"]) == {"0", "1", "2"}
    assert rows["COW"].tolist()[0] == "0"
    assert (rows["PINCP"] == ">50000").sum() == 11
    assert rows["PWGTP"].tolist() == frame["PWGTP"].tolist()[3:]


def test_columns_may_stand_in_another_order_in_each_file(write: Callable[..., Path]) -> None:
    first, second = people(40, 6), people(30, 36)
    write(first, "ca")
    write(second[list(reversed(second.columns))].assign(EXTRA="x"), "ny")
    rows = get("acs-income-ny+ca-2018").load()
    assert rows["SERIALNO"].astype(str).tolist() == [*second["SERIALNO"], *first["SERIALNO"]]
    assert rows["AGEP"].tolist() == [*second["AGEP"], *first["AGEP"]]


def test_complete_files_of_mixed_content_do_not_warn(write: Callable[..., Path]) -> None:
    frame = people(60_000)
    write(frame.assign(MIXED=np.where(np.arange(60_000) < 50_000, "1", "x")))
    assert len(get("acs-income-ca-2018").load()) == 60_000


def test_absent_files_say_what_is_missing_and_what_to_set(
    write: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(people(20))
    with pytest.raises(RowsAbsentError) as told:
        get("acs-income-ca+ny+tx-2018").load()
    cache = Path(os.environ["XDG_CACHE_HOME"]) / "yodo" / "pums"
    assert str(told.value) == (
        f"The ACS files psam_p36.csv, psam_p48.csv are not in {tmp_path}/2018/1-Year and {cache}/2018/1-Year; "
        "run `python -m yodo_core data fetch acs-income --states CA,NY,TX --year 2018`, or set YODO_PUMS_ROOT to the "
        "folder that holds them as folktables does, in 2018/1-Year/."
    )
    with pytest.raises(RowsAbsentError, match=r"ss16pca\.csv are not in .*fetch acs-income --states CA --year 2016"):
        get("acs-income-ca-2016").load()
    assert not (tmp_path / "2016").exists(), "asking leaves no folder behind"
    assert get("acs-income-ca-2018").absent() is None
    monkeypatch.delenv("YODO_PUMS_ROOT")
    assert f"psam_p06.csv are not in {cache}/2018/5-Year; run" in str(get("acs-mobility-ca-2018-5y").absent())
    assert "fetch acs-mobility --states CA --year 2018 --horizon 5-Year`" in str(
        get("acs-mobility-ca-2018-5y").absent()
    )


def test_files_are_found_where_they_were_fetched_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file in the first folder that has it: the one for person files, the one for data, the cache."""
    spec = get("acs-income-ca+ny+ut-2018")
    for state, folder in (("ca", "own"), ("ny", "data/pums"), ("ut", "cache/yodo/pums")):
        writer(tmp_path / folder)(people(10 + len(folder)), state)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for variable in ("YODO_DATA", "YODO_PUMS_ROOT"):
        monkeypatch.delenv(variable, raising=False)
    assert "psam_p06.csv, psam_p36.csv are not in" in (spec.absent() or "")
    monkeypatch.setenv("YODO_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("YODO_PUMS_ROOT", str(tmp_path / "own"))
    assert spec.absent() is None
    assert len(spec.load()) == 13 + 19 + 25
    writer(tmp_path / "own")(people(5), "ut")
    assert len(spec.load()) == 13 + 19 + 5


@pytest.mark.parametrize(
    ("year", "horizon", "name"), [("2016", "1-Year", "ss16pca.csv"), ("2014", "5-Year", "ss14pca.csv")]
)
def test_older_files_have_other_names(year: str, horizon: str, name: str, write: Callable[..., Path]) -> None:
    assert write(people(20), year=year, horizon=horizon).name == name
    assert len(get(f"acs-income-ca-{year}{'-5y' if horizon == '5-Year' else ''}").load()) == 20


def test_damaged_files_are_refused_in_one_line(write: Callable[..., Path]) -> None:
    path = write(people(20).assign(SEX="male"))
    with pytest.raises(InputError, match="CA in 2018 holds the text 'male' in the column SEX; expected codes"):
        get("acs-income-ca-2018").load()
    header = ",".join(people(1).columns)
    for damage in ("", f"{header}\n1,2\n1{',2' * 99}\n", header.replace("SERIALNO", "PINCP") + "\n" + "x," * 11 + "x"):
        path.write_text(damage)
        with pytest.raises(InputError, match="The ACS file of CA in 2018 ") as told:
            get("acs-income-ca-2018").load()
        assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "has a first row and no people below it"),
        (np.random.default_rng(1).bytes(5_000), "cannot be read (it is no text); expected a person file"),
    ],
)
def test_files_without_people_or_of_no_text_are_one_clean_line(
    write: Callable[..., Path], content: bytes, told: str
) -> None:
    path = write(people(30))
    path.write_bytes(content or path.read_bytes().partition(b"\n")[0] + b"\n")
    with pytest.raises(InputError) as ended:
        get("acs-income-ca-2018").load()
    assert told in str(ended.value)
    assert str(ended.value).endswith(f" Delete {path} and copy or fetch it again.")
    assert str(ended.value).isascii()
    assert str(ended.value).isprintable()


def test_a_file_of_which_nobody_passes_is_said(write: Callable[..., Path]) -> None:
    write(people(30).assign(AGEP=5))
    with pytest.raises(InputError, match=r"Nobody in psam_p06\.csv passes the filter of ACSIncome"):
        get("acs-income-ca-2018").load()


# every problem, year, horizon


@pytest.mark.parametrize("year", ["2018", "2019", "2023"])
@pytest.mark.parametrize("problem", acs.PROBLEMS)
def test_every_problem_loads_as_folktables_has_it(
    problem: str, year: str, write: Callable[..., Path], check_declaration: Check
) -> None:
    frame = people(300, problem=problem, year=year)
    write(frame, year=year)
    spec = get(f"acs-{problem}-ca-{year}")
    rows = check_declaration(spec)
    task = getattr(folktables, acs.PROBLEMS[problem].name)
    kept = task._preprocess(frame)
    assert len(rows) == len(kept) > 0
    good = task.target_transform(kept[task.target]).to_numpy()
    if problem == "travel-time":
        good = ~good
    assert np.array_equal(rows[spec.target] == spec.favourable, good)
    names = [pums.renamed(name, year) for name in task.features]
    assert np.array_equal(rows[names].astype(float).to_numpy(), kept[names].to_numpy())


def test_a_short_way_to_work_is_the_good_one(write: Callable[..., Path]) -> None:
    frame = people(40, problem="travel-time").assign(ESR=1, JWMNP=np.arange(40.0))
    frame.loc[39, "JWMNP"] = np.nan
    write(frame)
    spec = get("acs-travel-time-ca-2018")
    assert spec.load()["JWMNP"].tolist() == ["20 minutes or less"] * 21 + ["over 20 minutes"] * 18 + [
        "20 minutes or less"
    ]
    assert spec.favourable == "20 minutes or less"


def test_ages_are_compared_in_bands(write: Callable[..., Path]) -> None:
    frame = people(1_000).assign(AGEP=17 + np.arange(1_000) % 60)
    write(frame)
    spec = get("acs-income-ca-2018")
    prepared = prepare(spec, "age")
    assert set(prepared.groups) == {"Under 18", "18 to 29", "30 to 44", "45 to 64", "65 and over"}
    assert "AGEP" not in prepared.encoder.names_numbers
    assert "AGEP" in prepare(spec, "age", with_attribute=True).encoder.names_numbers
    sizes = [sum(int((t.group == i).sum()) for t in prepared.splits.values()) for i in range(5)]
    bands = np.searchsorted([18, 30, 45, 65], frame["AGEP"], side="right")
    assert sorted(sizes) == sorted(np.bincount(bands))
    both = prepare(spec, "age+sex")
    assert {"30 to 44 · Women", "Under 18 · Men"} <= set(both.groups)
    assert {"AGEP", "SEX"}.isdisjoint({*both.encoder.names_numbers, *both.encoder.names_categories})


def test_any_attributes_are_an_intersection(write: Callable[..., Path]) -> None:
    frame = people(3_000, problem="employment").assign(DIS=1 + np.arange(3_000) // 7 % 2, AGEP=20)
    write(frame)
    spec = get("acs-employment-ca-2018")
    prepared = prepare(spec, "RAC1P+dis")
    attribute = prepared.attribute
    assert (attribute.id, attribute.columns, attribute.noun) == ("dis+race", ("DIS", "RAC1P"), "disability and race")
    assert attribute.reference == "Without a disability · White"
    assert attribute.reference in prepared.groups
    assert len(prepared.groups) == 18
    sizes = [sum(int((table.group == i).sum()) for table in prepared.splits.values()) for i in range(18)]
    assert sorted(sizes) == sorted(frame.groupby(["DIS", "RAC1P"]).size())
    assert {"DIS", "RAC1P"}.isdisjoint(prepared.encoder.names_categories)
    assert spec.attribute("sex+dis+age").columns == ("AGEP", "DIS", "SEX")
    assert spec.attribute("race+sex") is spec.attribute("sex+race"), "as declared, where it is"
    said = phrases(spec, "dis+race", [attribute.reference], "people")
    assert said == {attribute.reference: "White people without a disability"}


@pytest.mark.parametrize("name", ["sex+gender", "sex+", "sex+race2", "race+race2", "sex+dis+x", "sex+race+sex+race"])
def test_what_is_no_intersection_is_unknown(name: str) -> None:
    with pytest.raises(InputError, match=f"Unknown attribute of acs-employment-ca-2018 '{re.escape(name)}'"):
        get("acs-employment-ca-2018").attribute(name)


# a problem of one's own


def own(**changes: object) -> DataSpec:
    """People with an income over $70,000, by a problem that reads columns it has no use for as features."""
    problem = folktables.BasicProblem(
        features=["AGEP", "RELP", "SEX", "SOCP"],
        target="PINCP",
        target_transform=changes.pop("transform", lambda income: income > 70_000),  # type: ignore[arg-type]
        preprocess=lambda rows: rows[rows["WKHP"] > 1],
    )
    words = {"decision_noun": "predicted to be rich", "qualified_phrase": "among the rich", "also": ("WKHP",)}
    return acs.define(problem, "rich", ["CA"], 2019, **{**words, **changes})  # type: ignore[arg-type]


def test_a_problem_of_ones_own(write: Callable[..., Path], check_declaration: Check) -> None:
    frame = people(400, year="2019").assign(SOCP=[f"11 {i % 3}0XX" for i in range(400)])
    frame["PINCP"] = 60_000 + 100 * np.arange(400)
    write(frame, year="2019")
    rows = check_declaration(own())
    assert len(rows) == (frame["WKHP"] > 1).sum()
    assert (rows["PINCP"] == "yes").sum() == ((frame["WKHP"] > 1) & (frame["PINCP"] > 70_000)).sum()
    assert set(rows["SOCP"]) == {"1100XX", "1110XX", "1120XX"}, "spaces are taken out, as folktables does"
    assert "RELSHIPP" in rows
    prepared = prepare(own(favourable="no"), "sex")
    assert sum(int(table.label.sum()) for table in prepared.splits.values()) == (rows["PINCP"] == "no").sum()


def test_what_a_problem_of_ones_own_lacks_is_said(write: Callable[..., Path]) -> None:
    write(people(50, year="2019").assign(SOCP="11"), year="2019")
    with pytest.raises(InputError, match=r"The filter of rich reads the column 'WKHP', .* name it in `also`"):
        own(also=()).load()
    with pytest.raises(InputError, match="The target of rich is not yes or no; give its BasicProblem a target_trans"):
        own(transform=None).load()
    with pytest.raises(InputError, match="CA in 2019 lacks the columns POVPIP, which rich needs"):
        own(also=("WKHP", "POVPIP")).load()


# weights


def test_replicate_weights_are_kept_and_change_no_hash(write: Callable[..., Path]) -> None:
    spec = get("acs-income-ca-2018")
    frame = people(400)
    write(frame)
    plain = prepare(spec, "sex", with_replicates=True)
    assert plain.splits["test"].replicates is None
    full = with_replicates(frame)
    write(full)
    rows = spec.load()
    assert list(rows.columns) == [column.name for column in spec.columns]
    assert np.array_equal(spec.replicates(), full[list(pums.REPLICATES)])
    assert prepare(spec, "sex").splits["test"].replicates is None, "only when asked"
    prepared = prepare(spec, "sex", with_replicates=True)
    assert prepared.rows_sha256 == plain.rows_sha256
    for name, index in split_rows(rows, spec).items():
        table = prepared.splits[name]
        assert table.replicates is not None
        assert (table.replicates.shape, table.replicates.dtype) == ((len(index), 80), np.float32)
        assert np.array_equal(table.replicates, full[list(pums.REPLICATES)].to_numpy()[index])
        assert np.array_equal(table.weight, frame["PWGTP"].to_numpy()[index])
        assert {*pums.REPLICATES}.isdisjoint({*prepared.encoder.names_numbers, *prepared.encoder.names_categories})


def test_replicate_weights_are_those_of_the_rows_that_pass(write: Callable[..., Path]) -> None:
    """Of each state in turn, the young left out as the filter does."""
    files = [with_replicates(people(count).assign(AGEP=14 + np.arange(count) % 9), count) for count in (50, 40)]
    for frame, state in zip(files, ("ny", "ca"), strict=True):
        write(frame, state)
    spec = get("acs-income-ny+ca-2018")
    kept = pd.concat(files)[lambda rows: rows["AGEP"] > 16]
    assert np.array_equal(spec.replicates(), kept[list(pums.REPLICATES)])
    assert spec.load()["SERIALNO"].tolist() == kept["SERIALNO"].tolist()


def test_replicate_weights_of_some_states_only_are_none(write: Callable[..., Path]) -> None:
    write(with_replicates(people(40)))
    write(people(30), "ny")
    assert get("acs-income-ca-2018").replicates() is not None
    assert get("acs-income-ca+ny-2018").replicates() is None
    with pytest.raises(RowsAbsentError, match=r"psam_p48\.csv"):
        get("acs-income-tx-2018").replicates()


def test_who_asks_for_an_attribute_that_a_problem_lacks_is_told_where_it_is() -> None:
    with pytest.raises(InputError) as told:
        get("acs-income-ca-2018").attribute("DIS".lower())
    assert "Unknown attribute of acs-income-ca-2018 'dis'. Known: age, race," in str(told.value)
    assert str(told.value).endswith("dis is there in employment, public-coverage, mobility, travel-time.")
    with pytest.raises(InputError, match=r"'race\+dis'.* dis is there in employment, public-coverage"):
        get("acs-income-ca-2018").attribute("race+dis")
    assert get("acs-employment-ma-2018").attribute("dis").columns == ("DIS",)
