"""The fairness notions, as a table of values: what is to be equal between groups, and among whom."""

from __future__ import annotations

from dataclasses import dataclass

from yodo_core.errors import unknown

MIN_GAP = 100
"""Rows in the metric's denominator that a group needs to enter a worst-case gap, a penalty or a target."""

MIN_SHOW = 30
"""Rows in the metric's denominator that a group needs for its rate to be shown at all."""


@dataclass(frozen=True)
class Notion:
    """What is to be equal.

    `conditions` names the rows whose decision rate is compared: None is everyone, 1 and 0 the rows with
    that label. Where there are several, the notion's gap is the largest of theirs.
    """

    id: str
    title: str
    short: str
    conditions: tuple[int | None, ...]
    help: str
    source: str


NOTIONS: dict[str, Notion] = {
    notion.id: notion
    for notion in (
        Notion(
            id="dp",
            title="Demographic parity",
            short="demographic parity",
            conditions=(None,),
            help="Every group gets a positive prediction equally often.",
            source="Calders, Kamiran and Pechenizkiy 2009; Dwork et al. 2012",
        ),
        Notion(
            id="eo",
            title="Equal opportunity",
            short="equal opportunity",
            conditions=(1,),
            help="Among people whose true label is the good outcome, every group gets a positive prediction "
            "equally often: equal true-positive rates.",
            source="Hardt, Price and Srebro 2016",
        ),
        Notion(
            id="eodds",
            title="Equalized odds",
            short="equalized odds",
            conditions=(1, 0),
            help="Equal true-positive rates and equal false-positive rates; the gap is the larger one.",
            source="Hardt, Price and Srebro 2016; as fairlearn's equalized_odds_difference (worst case)",
        ),
    )
}


def get_notion(name: str) -> Notion:
    """The notion with this id. Raises InputError with the known ids and the nearest one."""
    if name not in NOTIONS:
        raise unknown("notion", name, NOTIONS)
    return NOTIONS[name]
