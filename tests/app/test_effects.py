"""What the sentence says of accuracy, of the group that it falls for, of everyone's share, and of easy answers."""

from __future__ import annotations

from typing import Any

import pytest

from app.wording import display, finding
from app.wording.groups import both, counted, name, those
from tests.app.facts import SEX, gap, group, here, level, start
from tests.app.test_wording import say

DIS = SEX | {
    "people": "people",
    "attribute": "dis",
    "groups": [{"name": "Without"}, {"name": "With"}],
    "phrases": {"With": "people with a disability", "Without": "people without a disability"},
}
OWN = SEX | {"phrases": {}, "groups": [{"name": "F"}, {"name": "of men"}]}


def changed(n: int = 3000, **women: float) -> tuple[dict[str, Any], dict[str, Any]]:
    """A place where women's figures are these, and its start; n women, 30% of them with the good outcome."""
    at = [here() | {"groups": here()["groups"]}, start()]
    for facts in at:
        facts["groups"][1] |= {"n": n, "positives": round(0.3 * n)}
    at[0]["groups"][1] |= women
    return at[0], at[1]


def test_a_group_whose_accuracy_falls_much_is_named() -> None:
    assert "For women accuracy falls from 84.0% to 80.0%. " in say(*changed(accuracy=0.80))


def test_wrong_positives_that_rise_with_it_stand_beside() -> None:
    said = say(*changed(accuracy=0.57, false_positive_rate=0.504))
    assert (
        "For women accuracy falls from 84.0% to 57.0% and wrong positive predictions rise from 5.0% to 50.4%. " in said
    )


def test_wrong_positives_that_rise_alone_are_named() -> None:
    assert "For women wrong positive predictions rise from 5.0% to 11.0%. " in say(*changed(false_positive_rate=0.11))


def test_the_group_that_loses_most_is_the_one() -> None:
    facts, first = changed(accuracy=0.80)
    facts["groups"][0] |= {"accuracy": 0.76}
    said = say(facts, first)
    assert "For men accuracy falls from 84.0% to 76.0%" in said
    assert "For women" not in said


@pytest.mark.parametrize(
    ("n", "figures"),
    [
        (3000, {"accuracy": 0.825}),
        (3000, {"accuracy": 0.9}),
        (3000, {"false_positive_rate": 0.09}),
        (150, {"accuracy": 0.80}),
        (90, {"accuracy": 0.4}),
        (140, {"false_positive_rate": 0.5}),
    ],
    ids=("little", "better", "few wrong ones", "chance", "small group", "few others"),
)
def test_little_changes_chance_and_small_groups_are_not_named(n: int, figures: dict[str, float]) -> None:
    assert "For women" not in say(*changed(n, **figures))


def test_what_cannot_be_estimated_is_no_loss() -> None:
    facts, first = changed()
    for one in (facts, first):
        one["groups"][1] |= {"accuracy": None, "false_positive_rate": None}
    assert "For women" not in say(facts, first)


def test_a_change_of_accuracy_that_may_be_chance_is_about_the_same_everywhere() -> None:
    facts = here(accuracy=0.851, accuracy_change=0.001)
    assert "Accuracy is about the same (0.1 points higher, which may be chance). " in say(facts)
    levels = [start(), here(gap(0.08), accuracy=0.849, accuracy_change=-0.001), here(gap(0.02), accuracy=0.83)]
    assert finding(levels, SEX) == ("Half the difference gone: accuracy about the same, 2.0 lower at the far end")
    assert display(facts, start(), SEX)["cards"][0]["change"] == "+0.1 pp (−0.3 to 0.5)"


def test_a_large_change_of_everyones_share_is_said() -> None:
    assert "(525 men, 5 women): 12.0% of all people get one, 21.0% before. " in say(here(decision_rate=0.12))
    assert "get one" not in say(here(decision_rate=0.18))
    rare = start() | {"decision_rate": 0.037}
    assert ": 2.7% of all people get one, 3.7% before. " in say(here(decision_rate=0.027), rare)
    assert "get one" not in say(here(decision_rate=None))


def test_accuracy_close_to_the_same_answer_for_everyone_is_said() -> None:
    """In these figures 30% have the good outcome, so that no to everyone is right for 70%."""
    assert "lower; saying no to everyone would be right for 70.0%. " in say(here(accuracy=0.71))
    assert "lower, below the 70.0% of saying no to everyone. " in say(here(accuracy=0.69))
    assert "everyone" not in say(here(accuracy=0.73))
    first = start() | {"accuracy": 0.715}
    assert "right for 71.5% of all people; saying no to everyone would be right for 70.0%. " in say(first, first)


def test_where_most_have_the_good_outcome_the_easy_answer_is_yes() -> None:
    groups = [row | {"positives": 2700} for row in here()["groups"]]
    assert "below the 90.0% of saying yes to everyone" in say(here() | {"groups": groups})


def test_groups_are_called_as_in_a_sentence() -> None:
    rows = [group("Without", 0.19, 0.52, 11, 525), group("With", 0.122, 0.70, 161, 1)]
    facts = level(gap(0.068, "Without", "With"), gap(0.18, "With", "Without"), rows, accuracy=0.838)
    first = level(gap(0.172, "Without", "With"), gap(0.09, "Without", "With"), rows)
    said = say(facts, first, DIS)
    assert said.startswith("The difference between people without and with a disability in being predicted to earn")
    assert "(those without a disability ahead)" in said
    assert "(161 with a disability, 11 without a disability)" in said
    assert "the difference has reversed: those with a disability are ahead by 18.0 points" in said
    shown = display(facts, first, DIS)
    assert shown["cards"][1]["lead"] == "those without a disability ahead by"
    assert [row["group"] for row in shown["strip"]] == ["People without a disability", "People with a disability"]


def test_groups_of_a_file_of_ones_own_have_a_plain_name() -> None:
    assert name("F", OWN) == "people in group F"
    assert those("F", OWN) == "those in group F"
    assert both("F", "of men", OWN) == "people in group F and in group of men"
    assert counted(1, "of men", OWN) == "1 in group of men"


def test_one_of_a_group() -> None:
    card = SEX | {"phrases": {"a": "women of some other race", "b": "White people", "c": "men"}}
    assert [counted(1, found, card) for found in "abc"] == ["1 woman of some other race", "1 White person", "1 man"]
    assert counted(1200, "b", card) == "1,200 White people"
