"""Every data set there is, as cards: those with an id of their own, and those of which an id is made."""

from __future__ import annotations

from typing import Any

from yodo_core.data import DATASETS, acs, celeba, get
from yodo_core.data.card import WORDS, card, counted
from yodo_core.data.places import PUMS
from yodo_core.data.spec import OWN
from yodo_core.errors import InputError

SHIPPED = ("acs-income-ca-2018", "acs-employment-ma-2018")
"""Data sets of the survey that lines come with; the others are one for each problem, states and year."""
LATEST = "ca-2022"
"""Stands for any states and year in the cards of the survey's problems, whose notes on renamed columns it has."""


def datasets() -> list[dict[str, Any]]:
    """A card for each data set with an id of its own, with rows, rates and groups where its rows are here.

    What keeps rows from being read, a file that is damaged included, stands in `absent`.
    """
    return [_card(name) for name in (*DATASETS, *SHIPPED)]


def _card(name: str) -> dict[str, Any]:
    spec = get(name)
    found = card(spec)
    if found["absent"]:
        return found
    try:
        return counted(spec)
    except InputError as error:
        return found | {"absent": str(error)}


def patterns() -> list[dict[str, Any]]:
    """A card for each kind of data set of which an id is made: the survey's problems, CelebA, a file of one's own.

    As `card`, without rows and rates; groups are those known by name. `like` is an example of an id or a command,
    `note` says where rows come from and how to have them counted.
    """
    return [*map(_problem, acs.PROBLEMS), _faces(), _own()]


def _problem(problem: str) -> dict[str, Any]:
    spec = get(f"{acs.PREFIX}{problem}-{LATEST}")
    known = acs.PROBLEMS[problem]
    return card(spec) | {
        "dataset": acs.PATTERN.replace("<problem>", problem),
        "title": f"{known.title}, any states, years from {acs.FIRST_YEAR} on, {acs.FIVE} at the end for 5-Year files",
        "teaching_note": "a research example from a census survey; nobody was approved or refused",
        "attribution": (
            "U.S. Census Bureau, American Community Survey, Public Use Microdata Sample; the problem is "
            f"{known.name} {known.by}"
        ),
        "absent": None,
        "note": (
            f"its rows are read from the folder that {PUMS} names, or where `data fetch` put them, and counted by "
            "`data show`"
        ),
        "like": f"{acs.PREFIX}{problem}-ca-2018",
    }


def _faces() -> dict[str, Any]:
    spec = get(celeba.EXAMPLE)
    return card(spec) | {
        "dataset": celeba.PATTERN,
        "title": "CelebA faces, any of the 40 attributes the target",
        "note": "its rows are read from celeba/ in the folder that YODO_DATA names, and counted by `data show`",
        "like": celeba.EXAMPLE,
    }


def _own() -> dict[str, Any]:
    """What is known of a file before it is there: next to nothing."""
    return dict.fromkeys(WORDS) | {
        "dataset": f"{OWN}<file>",
        "title": "a CSV or Parquet file of your own",
        "people": "people",
        "decision_noun": "predicted to have “<target>: <value>”",
        "qualified_phrase": "among people who do have “<target>: <value>”",
        "favourable": "the value that you name",
        "licence": "not known: yours to say",
        "source": "the file",
        "known_problems": ["Nothing is known of how the rows were gathered, whom they leave out, who set the outcome."],
        "attributes": [],
        "rows": None,
        "absent": None,
        "note": "its rows are counted by --preview; groups are the values of the column that you name",
        "rate": None,
        "groups": {},
        "like": "train --data FILE --target COLUMN --favourable VALUE --attribute COLUMN",
    }
