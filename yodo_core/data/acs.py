"""ACS PUMS as data sets: one id a problem, states and year, as `acs-income-ca-2018` (Ding et al. 2021)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from yodo_core.data import pums
from yodo_core.data.pums import STATES, UNIT, WEIGHT, YEARS
from yodo_core.data.spec import Attribute, Column, DataSpec
from yodo_core.errors import InputError, unknown

PREFIX = "acs-"
PATTERN = "acs-<problem>-<state>-<year>"
HORIZONS = ("1-Year", "5-Year")
EXAMPLE = "acs-income-ca-2018"
SOURCE = "https://www.census.gov/programs-surveys/acs/microdata.html"
HELP = {
    "AGEP": "Age in years.",
    "ANC": "Ancestry: single, multiple, unclassified or not reported, as a code.",
    "CIT": "Citizenship, as a code.",
    "COW": "Class of worker, as a code.",
    "DEAR": "Hearing difficulty: 1 yes, 2 no.",
    "DEYE": "Vision difficulty: 1 yes, 2 no.",
    "DIS": "Disability: 1 with, 2 without.",
    "DREM": "Cognitive difficulty: 1 yes, 2 no.",
    "ESP": "Employment of the parents, for children; as a code.",
    "MAR": "Marital status, as a code.",
    "MIG": "Lived here a year ago, as a code.",
    "MIL": "Military service, as a code.",
    "NATIVITY": "1 native, 2 foreign born.",
    "OCCP": "Occupation, as a code.",
    "POBP": "Place of birth, as a code.",
    "RAC1P": "Race as recorded by the survey, in nine codes.",
    "RELP": "Relationship to the reference person of the household, as a code.",
    "SCHL": "Highest level of education, as a code.",
    "SEX": "Sex as recorded by the survey: 1 male, 2 female.",
    "WKHP": "Usual hours worked in a week.",
    WEIGHT: "Survey weight: how many people the row stands for.",
    UNIT: "Serial number of the household or group quarters.",
}
RACES = {
    "1": "White",
    "2": "Black or African American",
    "3": "American Indian",
    "4": "Alaska Native",
    "5": "American Indian or Alaska Native",
    "6": "Asian",
    "7": "Native Hawaiian or Pacific Islander",
    "8": "Some other race",
    "9": "Two or more races",
}
SEX = Attribute("sex", ("SEX",), "Women", "sex", {"1": "Men", "2": "Women"}, aliases=("gender",))
RACE = Attribute("race", ("RAC1P",), "White", "race", RACES)
OTHERS = {code: name if name == "White" else "All other races" for code, name in RACES.items()}
RACE2 = Attribute("race2", ("RAC1P",), "White", "race", OTHERS)
BOTH = Attribute("sex+race", ("RAC1P", "SEX"), "White · Women", "sex and race", aliases=("race+sex",))
DISABILITY = {"1": "With a disability", "2": "Without a disability"}
DIS = Attribute("dis", ("DIS",), "Without a disability", "disability", DISABILITY, aliases=("disability",))


@dataclass(frozen=True)
class Problem:
    """One of folktables' problems, `folktables`, as this program shows it."""

    folktables: str
    title: str
    features: tuple[str, ...]
    numbers: tuple[str, ...]
    target: str
    target_help: str
    favourable: str
    unfavourable: str
    attributes: tuple[Attribute, ...]
    decision_noun: str
    qualified_phrase: str
    known_problems: tuple[str, ...]


PROBLEMS = {
    "income": Problem(
        folktables="ACSIncome",
        title="ACS income",
        features=("AGEP", "COW", "SCHL", "MAR", "OCCP", "POBP", "RELP", "WKHP", "SEX", "RAC1P"),
        numbers=("AGEP", "WKHP"),
        target="PINCP",
        target_help="Whether the person's income is over $50,000 a year.",
        favourable=">50000",
        unfavourable="<=50000",
        attributes=(SEX, RACE, RACE2, BOTH),
        decision_noun="predicted to have an income over $50,000",
        qualified_phrase="among people who do have an income over $50,000",
        known_problems=(
            "The rows are people over 16 who work and have an income over $100; results depend on where the "
            "$50,000 line was drawn (Ding et al. 2021, Retiring Adult).",
        ),
    ),
    "employment": Problem(
        folktables="ACSEmployment",
        title="ACS employment",
        features=(
            *("AGEP", "SCHL", "MAR", "RELP", "DIS", "ESP", "CIT", "MIG", "MIL", "ANC", "NATIVITY"),
            *("DEAR", "DEYE", "DREM", "SEX", "RAC1P"),
        ),
        numbers=("AGEP",),
        target="ESR",
        target_help="Whether the person is a civilian employee at work.",
        favourable="employed",
        unfavourable="not employed",
        attributes=(SEX, RACE, RACE2, DIS, BOTH),
        decision_noun="predicted to be employed",
        qualified_phrase="among people who are employed",
        known_problems=(
            "Everyone is in the rows, children and pensioners too, so age alone tells much of the outcome.",
            "Employed means a civilian at work: those with a job but away from it, and soldiers, count as not.",
        ),
    ),
}


def identify(problem: str, states: Sequence[str], year: str, horizon: str) -> str:
    """The id of a problem's rows; the order and case of the states do not matter. Raises InputError."""
    if horizon not in HORIZONS:
        raise unknown("horizon", horizon, HORIZONS)
    joined = "+".join(sorted(state.strip().lower() for state in states))
    return f"{PREFIX}{problem}-{joined}-{year}{'' if horizon == HORIZONS[0] else '-5y'}"


def declare(name: str) -> DataSpec:
    """The data set of an id such as acs-employment-ma-2018 or acs-income-ca+ny-2018 (1-Year survey).

    Raises InputError for an id of another form, or an unknown problem, state or year.
    """
    parts = name.split("-")
    if len(parts) != 4:
        raise InputError(f"Got the data set {name!r}; expected {PATTERN}, as in {EXAMPLE}, several states joined by +.")
    _, problem_id, joined, year = parts
    states = joined.split("+")
    for kind, came, known in (
        ("ACS problem", [problem_id], PROBLEMS),
        ("state", states, STATES),
        ("year of the ACS", [year], YEARS),
    ):
        for one in came:
            if one not in known:
                raise unknown(kind, one, known)
    if len(set(states)) < len(states):
        raise InputError(f"Got the data set {name!r}; expected each state once. Leave out what is repeated.")
    problem = PROBLEMS[problem_id]
    columns = _columns(problem)
    return DataSpec(
        id=name,
        title=f"{problem.title}, {' and '.join(state.upper() for state in states)}, {year}",
        columns=columns,
        target=problem.target,
        favourable=problem.favourable,
        weight=WEIGHT,
        unit=UNIT,
        attributes=problem.attributes,
        people="people",
        decision_noun=problem.decision_noun,
        qualified_phrase=problem.qualified_phrase,
        teaching_note=f"a research example from the {year} census survey; nobody was approved or refused",
        licence="US public domain",
        attribution=(
            f"U.S. Census Bureau, American Community Survey {year}, 1-Year Public Use Microdata Sample; the problem "
            f"is {problem.folktables} of Ding, F., Hardt, M., Miller, J. and Schmidt, L. (2021). Retiring Adult."
        ),
        source=SOURCE,
        known_problems=(
            *problem.known_problems,
            "The rows are a sample with survey weights (PWGTP); unweighted figures describe the rows, not the "
            "population.",
            "Only two values of sex were recorded; some of the nine values of race are too small for firm figures.",
            "What does not apply to a person is coded 0.",
        ),
        load=partial(pums.load, problem.folktables, states, year, columns, (problem.unfavourable, problem.favourable)),
        absent=partial(pums.absent, states, year),
    )


def _columns(problem: Problem) -> tuple[Column, ...]:
    numbers = {*problem.numbers, WEIGHT}
    help = HELP | {problem.target: problem.target_help}
    names = (*problem.features, WEIGHT, UNIT, problem.target)
    return tuple(Column(name, "number" if name in numbers else "category", help=help[name]) for name in names)
