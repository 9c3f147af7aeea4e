"""ACS PUMS as data sets: one id a problem, states and year, as `acs-income-ca-2018` (Ding et al. 2021)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

from yodo_core.data.acs_spec import SOURCE, build
from yodo_core.data.acs_words import PROBLEMS, Problem
from yodo_core.data.pums import HORIZONS, STATES, Survey
from yodo_core.data.spec import DataSpec
from yodo_core.errors import InputError, unknown

PREFIX = "acs-"
PATTERN = "acs-<problem>-<state>-<year>"
EXAMPLE = "acs-income-ca-2018"
FIVE = "-5y"
FIRST_YEAR = 2014

__all__ = [
    "EXAMPLE",
    "FIRST_YEAR",
    "HORIZONS",
    "PATTERN",
    "PREFIX",
    "PROBLEMS",
    "SOURCE",
    "declare",
    "define",
    "identify",
    "survey",
]


def identify(problem: str, states: Sequence[str], year: str, horizon: str = HORIZONS[0]) -> str:
    """The id of a problem's rows; the order and case of the states do not matter.

    Raises InputError for an unknown horizon; the rest is checked where the id is read.
    """
    if horizon not in HORIZONS:
        raise unknown("horizon", horizon, HORIZONS)
    joined = "+".join(sorted(state.strip().lower() for state in states))
    return f"{PREFIX}{problem}-{joined}-{year}{FIVE if horizon == HORIZONS[1] else ''}"


def declare(name: str) -> DataSpec:
    """The data set of an id such as acs-employment-ma-2018, acs-income-ca+ny-2018 or acs-income-ca-2018-5y.

    Raises InputError for an id of another form, or an unknown problem, state or year.
    """
    problem_id, files = _read(name)
    if problem_id not in PROBLEMS:
        raise unknown("ACS problem", problem_id, PROBLEMS)
    problem = PROBLEMS[problem_id]
    return build(name, problem, files, partial(_of_folktables, problem.name), f"{PREFIX}{problem_id}")


def define(
    problem: Any,
    name: str,
    states: Sequence[str],
    year: int | str,
    *,
    horizon: str = HORIZONS[0],
    outcomes: tuple[str, str] = ("no", "yes"),
    favourable: str = "yes",
    decision_noun: str,
    qualified_phrase: str,
    known_problems: tuple[str, ...] = (),
    also: tuple[str, ...] = (),
) -> DataSpec:
    """A data set of one's own problem, a `folktables.BasicProblem`, over the same files.

    `name` becomes part of the id. `outcomes` name what the target is where the problem's transform does not hold, and
    where it does; `favourable` is the one that is good for the person. `also` are columns that only the problem's
    filter reads. Columns that were renamed over the years may be called as in 2018. Put the result into
    `yodo_core.DATASETS` under its id to train on it by that id. Raises InputError for what does not fit.

    >>> import folktables
    >>> problem = folktables.BasicProblem(
    ...     features=["AGEP", "SCHL", "WKHP", "SEX", "RAC1P"],
    ...     target="PINCP",
    ...     target_transform=lambda income: income > 70_000,
    ...     preprocess=folktables.adult_filter,
    ... )
    >>> spec = define(
    ...     problem, "high-income", ["CA", "NY"], 2018,
    ...     decision_noun="predicted to have an income over $70,000",
    ...     qualified_phrase="among people who do have an income over $70,000",
    ... )
    >>> spec.id, [attribute.id for attribute in spec.attributes]
    ('acs-high-income-ca+ny-2018', ['sex', 'race', 'race2', 'age', 'sex+race', 'sex+age'])
    """
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise InputError(f"Got the name {name!r}; expected small letters and digits, joined by -, as in high-income.")
    if favourable not in outcomes:
        raise unknown("favourable outcome", favourable, outcomes)
    own = Problem(
        name=name,
        title=f"ACS {name.replace('-', ' ')}",
        features=tuple(problem.features),
        target=problem.target,
        target_help=f"The outcome: {outcomes[0]} or {outcomes[1]}.",
        outcomes=outcomes,
        favourable=favourable,
        decision_noun=decision_noun,
        qualified_phrase=qualified_phrase,
        known_problems=known_problems,
        also=also,
        by="defined over it.",
    )
    full = identify(name, states, str(year), horizon)
    return build(full, own, _read(full)[1], lambda: problem, f"{PREFIX}income")


def _of_folktables(name: str) -> Any:
    # Imported here: it takes half a second, and only who loads rows needs it.
    import folktables

    return getattr(folktables, name)


def survey(name: str) -> Survey:
    """The files that an id names. Raises InputError for an id of another form."""
    return _read(name)[1]


def _read(name: str) -> tuple[str, Survey]:
    """The problem's id, known or not, and the survey."""
    parts = name.removeprefix(PREFIX).removesuffix(FIVE).rsplit("-", 2)
    if len(parts) != 3:
        raise InputError(
            f"Got the data set {name!r}; expected {PATTERN}, as in {EXAMPLE}, several states joined by +, {FIVE} at "
            "the end for a 5-Year survey; or an ACS problem with --states and --year."
        )
    problem, joined, year = parts
    states, horizon = joined.split("+"), HORIZONS[name.endswith(FIVE)]
    for state in states:
        if state not in STATES:
            raise unknown("state", state, STATES)
    if not re.fullmatch(r"[0-9]{4}", year) or int(year) < FIRST_YEAR:
        raise InputError(f"Unknown year of the ACS {year!r}; expected {FIRST_YEAR} or a later one.")
    if (year, horizon) == ("2020", HORIZONS[0]):
        raise InputError(
            "Got the ACS of 2020, 1-Year, of which the Census Bureau has no standard file; expected another year or "
            "--horizon 5-Year."
        )
    if len(set(states)) < len(states):
        raise InputError(f"Got the data set {name!r}; expected each state once. Leave out what is repeated.")
    return problem, Survey(tuple(states), year, horizon)
