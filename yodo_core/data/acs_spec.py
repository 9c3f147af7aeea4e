"""A problem of the American Community Survey, years and states as a DataSpec."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from yodo_core.data import pums
from yodo_core.data.acs_words import ATTRIBUTES, HELP, NUMBERS, PROBLEMS, Problem
from yodo_core.data.pums import HORIZONS, UNIT, WEIGHT, Survey, Task, renamed
from yodo_core.data.spec import Attribute, Column, DataSpec
from yodo_core.errors import InputError

SOURCE = "https://www.census.gov/programs-surveys/acs/microdata.html"


def build(name: str, problem: Problem, survey: Survey, find: Callable[[], Any], fetch: str) -> DataSpec:
    """The data set `name`: the problem over the survey's files.

    `find` gives the problem as folktables has it; `fetch` is the data set that `data fetch` knows these files by.
    Raises InputError for a problem without any sensitive attribute.
    """
    year, five = survey.year, survey.horizon != HORIZONS[0]
    years = f"{int(year) - 4} to {year}" if five else year
    columns = _columns(problem, year)
    also = tuple(renamed(column, year) for column in problem.also)
    task = Task(problem.name, find, columns, problem.outcomes, also, fetch)
    return DataSpec(
        id=name,
        title=f"{problem.title}, {' and '.join(state.upper() for state in survey.states)}, {years}",
        columns=columns,
        target=renamed(problem.target, year),
        favourable=problem.favourable,
        weight=WEIGHT,
        unit=UNIT,
        attributes=_attributes(problem, columns),
        people="people",
        decision_noun=problem.decision_noun,
        qualified_phrase=problem.qualified_phrase,
        teaching_note=f"a research example from the {years} census survey; nobody was approved or refused",
        licence="US public domain",
        attribution=(
            f"U.S. Census Bureau, American Community Survey {years}, {survey.horizon} Public Use Microdata Sample; "
            f"the problem is {problem.name} {problem.by}"
        ),
        source=SOURCE,
        known_problems=_known_problems(problem, columns, five),
        lacks=_lacks(columns),
        load=partial(pums.load, task, survey),
        absent=partial(survey.absent, fetch),
        replicates=partial(pums.replicates, task, survey),
    )


def _columns(problem: Problem, year: str) -> tuple[Column, ...]:
    help = HELP | {renamed(problem.target, year): problem.target_help}
    features = [renamed(name, year) for name in problem.features]
    names = dict.fromkeys((*features, WEIGHT, UNIT, renamed(problem.target, year)))
    target = renamed(problem.target, year)
    return tuple(
        Column(
            name,
            "number" if name in NUMBERS and name != target else "category",
            help=help.get(name, f"{name} of the survey's data dictionary."),
        )
        for name in names
    )


def _attributes(problem: Problem, columns: Sequence[Column]) -> tuple[Attribute, ...]:
    """Those whose columns the problem has. Raises InputError where there are none."""
    names = {column.name for column in columns}
    found = tuple(attribute for attribute in ATTRIBUTES if set(attribute.columns) <= names - {problem.target})
    if not found:
        raise InputError(
            f"The problem {problem.name} has none of SEX, RAC1P, AGEP and DIS among its features; expected at least "
            "one, to compare groups by. Add it: the attribute that is compared is no feature by default."
        )
    return found


def _lacks(columns: Sequence[Column]) -> dict[str, str]:
    """Of each attribute whose columns the problem has not: which problems have them."""
    names = {column.name for column in columns}
    return {
        id: f"{shown.id} is there in {', '.join(k for k, v in PROBLEMS.items() if needed <= set(v.features))}."
        for shown in ATTRIBUTES
        if not (needed := set(shown.columns)) <= names
        for id in (shown.id, *shown.aliases)
    }


def _known_problems(problem: Problem, columns: Sequence[Column], five: bool) -> tuple[str, ...]:
    names = {column.name for column in columns}
    found = [
        *problem.known_problems,
        "The rows are a sample with survey weights (PWGTP); unweighted figures describe the rows, not the population.",
        "Only two values of sex were recorded; some of the nine values of race are too small for firm figures.",
        "What does not apply to a person is coded 0.",
    ]
    for new, old in (("RELSHIPP", "RELP"), ("JWTRNS", "JWTR")):
        if new in names:
            found.append(
                f"{new} took the place of {old} in 2019, with other codes; `evaluate` translates it for earlier lines."
            )
    if five:
        found.append("Amounts in dollars are those of each interview's year; the file's ADJINC is not applied.")
    return tuple(found)
