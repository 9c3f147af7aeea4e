"""Words for an alpha of its own for each region."""

from __future__ import annotations

from collections.abc import Sequence

from app.wording import elsewhere
from app.wording.numbers import listed
from app.wording.sentence import Facts

TITLE = "An alpha for each region"
ABOUT = (
    "Bring a small CSV file with the columns region and alpha, a row a region. Every person is then decided by the "
    "model at the alpha of their region, in the places chosen above; where you brought a file of rows, in that file."
)
UPLOAD = "policy.csv: region,alpha"
COLUMN = "Column of the rows that holds the region (ST: the state)"
NAME_COLUMN = "Name the column of your file that holds the region."
CHOOSE = "Choose a place above, or bring a file."
WORKING = "Deciding each person at the alpha of their region…"
ALLOW = "Use this policy all the same, though it decides by a protected characteristic"
EVERYONE = "Everyone"


def refused(reason: str) -> str:
    """Why a policy is not used."""
    return (
        f"The policy decides by a protected characteristic: {reason}. Two people who differ in nothing else would be "
        "judged by different rules, which many laws forbid. Name another column."
    )


def allowed(reason: str) -> str:
    """Said of a policy that is used though it decides by group."""
    return f"This policy decides by a protected characteristic: {reason}."


def rows(found: Facts, card: Facts) -> list[dict[str, str]]:
    """The table: everyone first, then each region."""
    entries = [({"Region": EVERYONE, "Alpha": "mixed"}, found["total"])]
    entries += [({"Region": one["region"], "Alpha": f"{one['alpha']:g}"}, one) for one in found["regions"]]
    return [head | elsewhere.level_cells(one, card) for head, one in entries]


def notes(without_rows: Sequence[str]) -> list[str]:
    """What the table leaves out."""
    return [f"No rows of {listed(list(without_rows))}."] if without_rows else []
