"""What the slider's number means, in all its variants: a share where one is set, and elsewhere a place."""

from __future__ import annotations

from typing import Any

import pytest

from app.wording.meaning import explained, holds, meaning, number
from app.wording.payload import build
from tests.app.facts import RACE, SEX, gap, here, level, start
from tests.app.test_wording import FORBIDDEN

UNSET = SEX | {"share_set": None}
FAR = SEX | {"share_set": {"threshold": 0.5, "most": 0.9}}
EODDS = SEX | {"notion": "eodds"}
ONE_LINE = 78
"""Characters that fit beside the chart on a laptop's screen."""


def say(alpha: float, card: dict[str, Any] = SEX, threshold: float = 0.5, **facts: Any) -> str:
    return meaning(alpha, here(**facts), start(), card, threshold)


def test_a_share_stands_beside_the_measured_one() -> None:
    assert say(0.6) == "About 60% of the difference should be gone; on test rows 60% is."
    assert say(0.4, share_gone=0.434) == "About 40% of the difference should be gone; on test rows 43% is."
    assert number(0.4, SEX, 0.5) == "40%"


def test_the_measured_share_is_never_alpha() -> None:
    for share in (0.12, 0.5, 0.87):
        assert say(0.4, share_gone=share).endswith(f"on test rows {100 * share:.0f}% is.")
    assert "40" not in say(1.0, share_gone=0.87)


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (None, "it cannot be estimated"),
        (-0.031, "it is 3% larger"),
        (-0.004, "none is"),
        (0.004, "none is"),
        (0.93, "93% is"),
        (0.997, "all is"),
        (1.003, "all is"),
        (1.12, "it is 12% the other way"),
    ],
)
def test_what_was_measured(share: float | None, words: str) -> None:
    assert say(1.0, share_gone=share) == f"All of the difference should be gone; on test rows {words}."


def test_what_cannot_be_told_from_none_has_no_direction() -> None:
    small = gap(0.011, "Women", "Men")
    assert say(1.0, dp=small, share_gone=1.06).endswith("on test rows too little is left to tell.")
    assert say(1.0, dp=small, share_gone=0.94).endswith("on test rows 94% is.")
    chance = start() | {"gaps": start()["gaps"] | {"dp": gap(0.01)}}
    said = meaning(0.5, here(share_gone=3.0), chance, SEX, 0.5)
    assert said.endswith("on test rows it may be chance from the start.")


def test_without_a_gap_there_is_no_measured_share() -> None:
    assert say(0.5, dp=gap(None)).endswith("on test rows it cannot be estimated.")


def test_the_most_accurate_end() -> None:
    assert say(0.0, share_gone=0.0) == "None of the difference is taken out here: the most accurate end."


def test_a_line_that_never_comes_to_none_says_how_far_it_comes() -> None:
    assert say(0.89, FAR).startswith("About 89% of the difference should be gone;")
    for alpha in (0.9, 0.95, 1.0):
        assert say(alpha, FAR).startswith("At most about 90% of the difference can be gone;")
    assert "takes out at most about 90%: from there up every place is the same model." in explained(FAR, 0.5)
    assert "at most" not in explained(SEX, 0.5)
    assert say(1.0, RACE | {"share_set": FAR["share_set"]}).startswith(
        "Over all groups, at most about 90% can be gone;"
    )


def test_several_differences_are_taken_together_and_the_weights_are_said_in_words() -> None:
    assert say(0.4, RACE, share_gone=0.43) == (
        "Over all groups, by size, about 40% should be gone; on test rows 43% is."
    )
    assert "a group counts for more the more people it has and the farther it lay at first" in explained(RACE, 0.5)
    assert "The largest difference alone can shrink by another share." in explained(RACE, 0.5)
    assert "over all groups" not in explained(SEX, 0.5)


def test_of_two_differences_the_larger_one_counts() -> None:
    assert say(0.4, EODDS, share_gone=0.43) == "About 40% of the larger difference should be gone; on test rows 43% is."
    assert "the one that is larger at a place counts there" in explained(EODDS, 0.5)
    assert "over all groups" not in explained(EODDS, 0.5)
    assert "larger at a place" not in explained(SEX, 0.5)


def test_the_long_form_names_the_difference_and_where_it_holds() -> None:
    said = explained(SEX, 0.5)
    assert said.startswith("The number is the share of the difference in being predicted to earn over $50,000 that")
    assert "at a threshold of 0.50, and holds there only" in said
    assert "in being predicted to earn over $50,000, among people who do earn over $50,000, that" in explained(
        SEX | {"notion": "eo"}, 0.5
    )


@pytest.mark.parametrize(
    ("card", "threshold", "why"),
    [
        (SEX, 0.3, "shares are set for a threshold of 0.50 only"),
        (RACE, 0.51, "shares are set for a threshold of 0.50 only"),
        (UNSET | {"share_unset": "objective"}, 0.5, "the paper's way of training sets none"),
        (UNSET | {"share_unset": "chance"}, 0.5, "the first difference may be chance"),
        (UNSET | {"share_unset": "unknown"}, 0.3, "none was set when this model was trained"),
    ],
)
def test_elsewhere_the_number_is_a_place_and_the_reason_is_given(
    card: dict[str, Any], threshold: float, why: str
) -> None:
    assert not holds(card, threshold)
    for alpha in (0.0, 0.4, 1.0):
        assert say(alpha, card, threshold) == f"A place on the line, not a share: {why}."
    assert number(0.4, card, threshold) == "0.40"
    assert f"no share of the difference belongs to it, as {why}." in explained(card, threshold)


def variants(*shares: float | None) -> list[str]:
    cards = [SEX, RACE, FAR, EODDS, RACE | {"share_set": FAR["share_set"]}]
    cards += [UNSET | {"share_unset": why} for why in ("objective", "chance", "unknown")]
    return [
        say(alpha, card, threshold, share_gone=share)
        for card in cards
        for threshold in (0.5, 0.3)
        for alpha in (0.0, 0.37, 0.95, 1.0)
        for share in shares
    ]


def test_it_stays_one_short_line_without_forbidden_words() -> None:
    said = variants(0.0, 0.5, 0.97, 1.0)
    assert max(map(len, said)) <= ONE_LINE, max(said, key=len)
    said += variants(None, -0.2, 1.2)
    assert max(map(len, said)) <= 1.2 * ONE_LINE, max(said, key=len)
    longer = [explained(card, threshold) for card in (SEX, RACE, FAR, EODDS, UNSET) for threshold in (0.5, 0.3)]
    assert [word for word in FORBIDDEN for line in said + longer if word in line.lower()] == []


def test_the_live_view_gets_the_measured_share_of_every_level() -> None:
    around = {
        "n": 9000, "models": [], "erm": [], "others": [], "seeds": [],
        "constant": {"accuracy": 0.76, "always": 0, "far": False},
    }  # fmt: skip
    first = start()
    levels = [first, *(level(gap(0.1), gap(0.05), first["groups"], share_gone=i / 50) for i in (1, 2))]
    made = build(SEX, levels, around, 0.5)
    assert [shown["number"] for shown in made["levels"]] == ["0%", "1%", "2%"]
    assert [shown["meaning"] for shown in made["levels"][1:]] == [
        "About 1% of the difference should be gone; on test rows 2% is.",
        "About 2% of the difference should be gone; on test rows 4% is.",
    ]
    assert made["words"]["explained"] == explained(SEX, 0.5)
    elsewhere = build(SEX, levels, around, 0.3)
    assert {shown["meaning"] for shown in elsewhere["levels"]} == {say(0.5, SEX, 0.3)}
