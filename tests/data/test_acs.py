"""ACS problems over the Census Bureau's person files: real rows where they are at hand, made-up ones for the errors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import folktables
import numpy as np
import pandas as pd
import pytest
from folktables.load_acs import _STATE_CODES

from yodo_core.data import get, pums, resolve
from yodo_core.data.acs import PROBLEMS
from yodo_core.data.prepare import prepare, split_rows
from yodo_core.data.spec import DataSpec
from yodo_core.errors import InputError, RowsAbsentError

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "pums"
Check = Callable[[DataSpec], pd.DataFrame]


def needs(year: str, *files: str) -> pytest.MarkDecorator:
    missing = [name for name in files if not (SHARED / year / "1-Year" / name).is_file()]
    return pytest.mark.skipif(bool(missing), reason=f"{', '.join(missing)} not in ../shared/data/pums/{year}/1-Year")


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YODO_PUMS_ROOT", str(SHARED))


def people(count: int, state: int, problem: str = "income") -> pd.DataFrame:
    """Made-up people of households of 1 to 4, scattered over the file; every fifth earns over $50,000 or works."""
    place = np.arange(count)
    wanted = PROBLEMS[problem]
    frame = pd.DataFrame(dict.fromkeys(wanted.features, 1 + place % 2))
    frame["AGEP"], frame["RAC1P"] = 20 + place % 50, 1 + place % 9
    homes = np.repeat(place, 1 + place % 4)[:count]
    frame.insert(0, "SERIALNO", [f"2018HU{state:02}{home:05}" for home in np.random.default_rng(0).permutation(homes)])
    frame[wanted.target] = np.where(place % 5 == 0, 60_000, 30_000) if problem == "income" else 1 + place % 5
    return frame.assign(PWGTP=1 + place % 7)


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Write a person file of 2018 into the folder that YODO_PUMS_ROOT now names."""
    monkeypatch.setenv("YODO_PUMS_ROOT", str(tmp_path))
    (tmp_path / "2018" / "1-Year").mkdir(parents=True)

    def put(frame: pd.DataFrame, state: str = "ca") -> Path:
        path = tmp_path / "2018" / "1-Year" / f"psam_p{pums.STATES[state]}.csv"
        frame.to_csv(path, index=False)
        return path

    return put


# real rows


@pytest.mark.shared
@needs("2018", "psam_p06.csv")
def test_california_income(shared: None, check_declaration: Check) -> None:
    rows = check_declaration(get("acs-income-ca-2018"))
    assert len(rows) == 78_266
    assert rows["PINCP"].value_counts().to_dict() == {"<=50000": 46_145, ">50000": 32_121}
    assert rows["SEX"].value_counts().to_dict() == {"1": 41_374, "2": 36_892}
    race = prepare(get("acs-income-ca-2018"), "race")
    assert len(race.groups) == 9
    assert race.groups[:3] == ("White", "Asian", "Some other race")
    assert {"PWGTP", "SERIALNO", "PINCP", "RAC1P"}.isdisjoint(race.encoder.names_categories)
    assert race.encoder.names_numbers == ("AGEP", "WKHP")
    two = prepare(get("acs-income-ca-2018"), "race2")
    assert two.groups == ("White", "All other races")
    assert sum(int((table.group == 0).sum()) for table in two.splits.values()) == 48_355
    assert "RAC1P" not in two.encoder.names_categories
    both = prepare(get("acs-income-ca-2018"), "sex+race")
    assert both.attribute.reference in both.groups


@pytest.mark.shared
@needs("2018", "psam_p06.csv")
def test_california_is_what_folktables_gives(shared: None) -> None:
    rows = get("acs-income-ca-2018").load()
    source = folktables.ACSDataSource("2018", "1-Year", "person", root_dir=str(SHARED))
    features, label, group = folktables.ACSIncome.df_to_numpy(source.get_data(["CA"]))
    assert np.array_equal(rows[folktables.ACSIncome.features].astype(float).to_numpy(), features)
    assert np.array_equal(rows["PINCP"] == ">50000", label)
    assert np.array_equal(rows["RAC1P"].astype(int), group)


@pytest.mark.shared
@needs("2018", "psam_p25.csv")
@needs("2017", "psam_p25.csv")
@pytest.mark.parametrize(("year", "count", "employed"), [("2018", 70_131, 35_422), ("2017", 69_635, 35_037)])
def test_massachusetts_employment(year: str, count: int, employed: int, shared: None, check_declaration: Check) -> None:
    spec = get(f"acs-employment-ma-{year}")
    rows = check_declaration(spec)
    assert rows["ESR"].value_counts().to_dict() == {"employed": employed, "not employed": count - employed}
    assert prepare(spec, "dis").groups == ("Without a disability", "With a disability")
    assert prepare(spec, "SEX").groups == ("Women", "Men")


@pytest.mark.shared
@needs("2018", "psam_p25.csv")
def test_missing_columns_and_the_problem_are_named(shared: None) -> None:
    with pytest.raises(InputError) as told:
        get("acs-income-ma-2018").load()
    assert str(told.value) == (
        "The ACS file of MA in 2018 lacks the columns COW, OCCP, POBP, WKHP, PINCP, which ACSIncome needs; "
        "bring the complete person file or take another problem."
    )


@pytest.mark.shared
@needs("2018", "psam_p49.csv", "psam_p72.csv")
def test_states_follow_each_other(shared: None, check_declaration: Check) -> None:
    rows = check_declaration(get("acs-income-ut+pr-2018"))
    alone = [get(f"acs-income-{state}-2018").load() for state in ("ut", "pr")]
    assert len(rows) == len(alone[0]) + len(alone[1])
    assert rows["OCCP"].astype(str).tolist() == [code for one in alone for code in one["OCCP"].astype(str)]


# made-up rows


@pytest.mark.parametrize("kind", ["default", "paper"])
def test_a_household_falls_in_one_split(kind: str, write: Callable[..., Path], check_declaration: Check) -> None:
    write(people(1_000, 6))
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
    frame = people(60, 6).astype({"COW": float, "PINCP": float})
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
    frame = people(60_000, 6)
    write(frame.assign(MIXED=np.where(np.arange(60_000) < 50_000, "1", "x")))
    assert len(get("acs-income-ca-2018").load()) == 60_000


def test_absent_files_say_what_is_missing_and_what_to_set(
    write: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(people(20, 6))
    with pytest.raises(RowsAbsentError, match=r"1-Year has no psam_p36\.csv, psam_p48\.csv; .* set YODO_PUMS_ROOT"):
        get("acs-income-ca+ny+tx-2018").load()
    with pytest.raises(RowsAbsentError, match=r"2016/1-Year has no ss16pca\.csv"):
        get("acs-income-ca-2016").load()
    assert not (tmp_path / "2016").exists(), "asking leaves no folder behind"
    assert get("acs-income-ca-2018").absent() is None
    monkeypatch.delenv("YODO_PUMS_ROOT")
    spec = get("acs-income-ca-2018")
    with pytest.raises(RowsAbsentError, match=r"YODO_PUMS_ROOT is not set; set YODO_PUMS_ROOT to the folder"):
        spec.load()
    assert "YODO_PUMS_ROOT is not set" in (spec.absent() or "")


def test_older_files_have_other_names(write: Callable[..., Path], tmp_path: Path) -> None:
    path = write(people(20, 6))
    older = tmp_path / "2016" / "1-Year" / "ss16pca.csv"
    older.parent.mkdir(parents=True)
    path.rename(older)
    assert len(get("acs-income-ca-2016").load()) == 20


def test_damaged_files_are_refused_in_one_line(write: Callable[..., Path]) -> None:
    path = write(people(20, 6).assign(SEX="male"))
    with pytest.raises(InputError, match="CA in 2018 holds text in the columns SEX; expected codes"):
        get("acs-income-ca-2018").load()
    header = ",".join(people(1, 6).columns)
    for damage in ("", f"{header}\n1,2\n1{',2' * 99}\n", header.replace("SERIALNO", "PINCP") + "\n" + "x," * 11 + "x"):
        path.write_text(damage)
        with pytest.raises(InputError, match="The ACS file of CA in 2018 ") as told:
            get("acs-income-ca-2018").load()
        assert "\n" not in str(told.value)


# ids


def test_declared_as_folktables_has_it() -> None:
    for problem in PROBLEMS.values():
        task = getattr(folktables, problem.folktables)
        assert (list(problem.features), problem.target) == (task.features, task.target)
    assert {state.upper(): code for state, code in pums.STATES.items()} == _STATE_CODES
    assert get("acs-employment-ma-2018").attribute("RAC1P").id == "race"
    assert [a.id for a in get("acs-employment-ma-2018").attributes] == ["sex", "race", "race2", "dis", "sex+race"]
    assert get("acs-income-ca+ny-2018").title == "ACS income, CA and NY, 2018"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("acs-incom-ca-2018", r"Unknown ACS problem 'incom'\. Known: employment, income\. Did you mean 'income'\?"),
        ("acs-income-ca+cx-2018", r"Unknown state 'cx'\. Known: ak, al, .*"),
        ("acs-income-CA-2018", r"Unknown state 'CA'"),
        ("acs-income-ca-2019", r"Unknown year of the ACS '2019'\. Known: 2014, .* 2018\."),
        ("acs-income-ca+ca-2018", "expected each state once"),
        (
            "acs-income",
            "Got the data set 'acs-income'; expected acs-<problem>-<state>-<year>, as in acs-income-ca-2018",
        ),
        ("acs-income-../ca-2018", r"Unknown state '\.\./ca'"),
        ("census", "Unknown data set 'census'. Known: acs-<problem>-<state>-<year>, adult, kdd"),
    ],
)
def test_unknown_ids(name: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        get(name)


@pytest.mark.parametrize(
    ("options", "name"),
    [
        (("acs-income", "CA", 2018), "acs-income-ca-2018"),
        (("acs-income", "NY, ca", "2018", "1-Year"), "acs-income-ca+ny-2018"),
        (("acs-employment", "MA", 2018, "5-Year"), "acs-employment-ma-2018-5y"),
        (("acs-income-ny+ca-2018",), "acs-income-ny+ca-2018"),
        (("adult",), "adult"),
    ],
)
def test_options_name_an_id(options: tuple[str, ...], name: str) -> None:
    assert resolve(*options) == name


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("adult", "CA"), "Got --states, --year or --horizon with the data set 'adult'; they go with acs-income, "),
        (("acs-income-ca-2018", None, 2018), "with the data set 'acs-income-ca-2018'; they go with acs-income, "),
        (("acs-income", "CA"), "Got acs-income without --year; expected both, as in --dataset acs-income --states"),
        (("acs-income", None, 2018), "Got acs-income without --states; expected both"),
        (("acs-income", "CA", 2018, "3-Year"), r"Unknown horizon '3-Year'\. Known: 1-Year, 5-Year"),
    ],
)
def test_options_that_name_none(options: tuple[str, ...], told: str) -> None:
    with pytest.raises(InputError, match=told):
        resolve(*options)
