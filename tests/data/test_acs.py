"""ACS problems: real rows of two of them where they are at hand, ids, and problems of one's own."""

from __future__ import annotations

import doctest
from collections.abc import Callable
from pathlib import Path
from typing import Any

import folktables
import numpy as np
import pandas as pd
import pytest
from folktables.load_acs import _STATE_CODES

from yodo_core.data import acs, get, pums, resolve
from yodo_core.data.acs import PROBLEMS
from yodo_core.data.prepare import prepare
from yodo_core.data.spec import DataSpec
from yodo_core.errors import InputError

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "pums"
Check = Callable[[DataSpec], pd.DataFrame]


def needs(year: str, *files: str) -> pytest.MarkDecorator:
    missing = [name for name in files if not (SHARED / year / "1-Year" / name).is_file()]
    return pytest.mark.skipif(bool(missing), reason=f"{', '.join(missing)} not in ../shared/data/pums/{year}/1-Year")


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YODO_PUMS_ROOT", str(SHARED))


# real rows


@pytest.mark.shared
@needs("2018", "psam_p06.csv")
def test_california_income(shared: None, check_declaration: Check) -> None:
    rows = check_declaration(get("acs-income-ca-2018"))
    assert len(rows) == 78_266
    assert rows["PINCP"].value_counts().to_dict() == {"<=50000": 46_145, ">50000": 32_121}
    assert rows["SEX"].value_counts().to_dict() == {"1": 41_374, "2": 36_892}
    race = prepare(get("acs-income-ca-2018"), "race")
    assert race.rows_sha256.startswith("855694ea0fb9c363"), "checkpoints are tied to these rows"
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
    by_disability = prepare(spec, "dis")
    assert by_disability.groups == ("Without a disability", "With a disability")
    assert by_disability.rows_sha256.startswith("c02501176a2ba184") == (year == "2018")
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


# ids


@pytest.mark.parametrize("problem", PROBLEMS.values(), ids=PROBLEMS)
def test_declared_as_folktables_has_it(problem: acs.Problem) -> None:
    task = getattr(folktables, problem.name)
    assert (list(problem.features), problem.target) == (task.features, task.target)
    assert problem.favourable in problem.outcomes


def test_states_are_those_of_folktables() -> None:
    assert {state.upper(): code for state, code in pums.STATES.items()} == _STATE_CODES


def test_titles_and_attributes() -> None:
    assert get("acs-income-ca+ny-2018").title == "ACS income, CA and NY, 2018"
    assert get("acs-travel-time-ca-2021-5y").title == "ACS travel time, CA, 2017 to 2021"
    assert get("acs-employment-ma-2018").attribute("RAC1P").id == "race"
    ids = {problem: [a.id for a in get(f"acs-{problem}-ma-2018").attributes] for problem in PROBLEMS}
    assert ids["income"] == ["sex", "race", "race2", "age", "sex+race", "sex+age"]
    everything = ["sex", "race", "race2", "age", "dis", "sex+race", "sex+age", "sex+dis"]
    assert [name for name in PROBLEMS if ids[name] == everything] == [name for name in PROBLEMS if name != "income"]


def test_columns_are_called_as_in_their_year() -> None:
    names = {year: {c.name for c in get(f"acs-travel-time-ca-{year}").columns} for year in (2018, 2019, 2023)}
    assert names[2018] - names[2019] == {"RELP", "JWTR"}
    assert names[2019] - names[2018] == {"RELSHIPP", "JWTRNS"}
    assert (names[2019] - names[2023], names[2023] - names[2019]) == ({"ST"}, {"STATE"})
    said = [" ".join(get(f"acs-income-ca-{year}").known_problems) for year in (2018, 2019)]
    assert [("RELSHIPP took the place of RELP in 2019, with other codes" in text) for text in said] == [False, True]


def test_a_problem_of_ones_own_is_an_example() -> None:
    result = doctest.testmod(acs)
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": "../x"}, "Got the name '../x'; expected small letters and digits"),
        ({"favourable": "rich"}, "Unknown favourable outcome 'rich'. Known: no, yes"),
        ({"states": ["zz"]}, "Unknown state 'zz'"),
        ({"year": 2012}, "Unknown year of the ACS '2012'; expected 2014 or a later one"),
        ({"problem": folktables.BasicProblem(["SCHL"], "PINCP")}, "has none of SEX, RAC1P, AGEP and DIS among its"),
    ],
)
def test_definitions_that_do_not_fit(changes: dict[str, Any], told: str) -> None:
    own = {"problem": folktables.ACSIncome, "name": "own", "states": ["ca"], "year": 2018}
    with pytest.raises(InputError, match=told):
        acs.define(**{**own, **changes}, decision_noun="predicted", qualified_phrase="among")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("acs-incom-ca-2018", r"Unknown ACS problem 'incom'\. Known: employment, income, .*\. Did you mean 'income'\?"),
        ("acs-income-ca+cx-2018", r"Unknown state 'cx'\. Known: ak, al, .*"),
        ("acs-income-CA-2018", r"Unknown state 'CA'"),
        ("acs-income-ca-2013", r"Unknown year of the ACS '2013'; expected 2014 or a later one"),
        ("acs-income-ca-18", r"Unknown year of the ACS '18'; expected 2014 or a later one"),
        ("acs-income-ca-2020", "of 2020, 1-Year, of which the Census Bureau has no standard file; .* --horizon 5-Year"),
        ("acs-income-ca+ca-2018", "expected each state once"),
        (
            "acs-income",
            "Got the data set 'acs-income'; expected acs-<problem>-<state>-<year>, as in acs-income-ca-2018",
        ),
        ("acs-income-../ca-2018", r"Unknown state '\.\./ca'"),
        ("census", "Unknown data set 'census'. Known: acs-<problem>-<state>-<year>, adult, "),
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
