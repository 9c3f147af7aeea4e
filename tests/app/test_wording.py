"""The sentence in all its variants, and the rule that it rests on measured figures alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from app.wording import display, finding, plain, sentence, texts
from app.wording.numbers import listed, percent, points, safe_cell, signed, span
from app.wording.payload import build, chart_words
from app.wording.tables import for_csv, groups
from tests.app.facts import RACE, SEX, gap, group, here, level, start
from yodo_core.baselines import METHODS

FORBIDDEN = ("debias", "unbiased", "mitigat", "removes", "costs", "exact", "✓", "✅")


def say(facts: dict[str, Any], first: dict[str, Any] | None = None, card: dict[str, Any] = SEX) -> str:
    return plain(sentence(facts, first or start(), card))


def test_the_whole_sentence_of_a_place_between() -> None:
    assert say(here()) == (
        "The difference between men and women in being predicted to earn over $50,000 is 6.8 points (men ahead), "
        "17.2 at the most accurate end. Accuracy is 1.2 points lower. 172 people newly get a positive prediction "
        "(161 women, 11 men); 530 no longer do (525 men, 5 women). Among people who do earn over $50,000 the "
        "difference has reversed: women are ahead by 18.0 points (9.1 the other way before). "
    )


def test_nothing_changed() -> None:
    said = say(start())
    assert said == (
        "26.2% of men and 9.0% of women are predicted to earn over $50,000: a difference of 17.2 points. The model is "
        "right for 85.0% of all people. Among people who do earn over $50,000 men are ahead by 9.1 points. Move the "
        "slider to see what a smaller difference changes, and for whom. "
    )


def test_nothing_changed_of_a_notion_that_is_about_some_people() -> None:
    said = say(start(), card=SEX | {"notion": "eo"})
    assert said.startswith(
        "Among people who do earn over $50,000, 65.0% of men and 55.9% of women are predicted to earn"
    )
    assert "Among all people men are ahead by 17.2 points. Move the slider" in said


def test_nothing_changed_where_there_is_nothing_to_be_made_smaller() -> None:
    small, unknown = start(), start()
    small["gaps"] = small["gaps"] | {"dp": gap(0.0)}
    unknown["gaps"] = unknown["gaps"] | {"dp": gap(None)}
    assert say(small, small).startswith(
        "The difference in being predicted to earn over $50,000 is 0.0 points, too small to tell from none. "
    )
    assert "Move the slider" not in say(unknown, unknown)


def test_nothing_changed_is_read_from_the_figures_not_from_a_place() -> None:
    """A level that decides as the first one does is described like it, wherever it lies; no alpha comes in."""
    assert "alpha" not in start()
    assert say(start() | {"average_precision": 0.1}) == say(start())


def test_gap_grew() -> None:
    assert "is larger here: 18.0 points, 17.2 at the most accurate end" in say(here(gap(0.18)))


@pytest.mark.parametrize(
    ("accuracy", "words"),
    [(0.854, "Accuracy is 0.4 points higher."), (0.8502, "the same to a tenth of a point"), (None, "cannot be")],
)
def test_accuracy(accuracy: float | None, words: str) -> None:
    assert words in say(here(accuracy=accuracy))


def test_below_the_parity_floor_is_no_difference_and_no_parity() -> None:
    said = say(here(gap(0.008)))
    assert "0.8 points, too small to tell from none (chance alone shows up to 1.7)" in said
    assert "men ahead" not in said


def test_the_difference_itself_reversed() -> None:
    groups = [group("Men", 0.12, 0.5, 0, 525), group("Women", 0.17, 0.7, 161, 0)]
    said = say(here(gap(0.05, "Women", "Men")) | {"groups": groups})
    assert "has reversed: women are ahead by 5.0 points; at the most accurate end men are, by 17.2." in said


def test_another_notion_got_worse_without_turning() -> None:
    groups = [group("Men", 0.19, 0.8, 11, 525), group("Women", 0.122, 0.65, 161, 5)]
    said = say(here(eo=gap(0.15)) | {"groups": groups})
    assert (
        "Among people who do earn over $50,000 the difference grew: men are ahead by 15.0 points (9.1 before)." in said
    )


def test_another_notion_that_only_shrank_is_not_named() -> None:
    groups = [group("Men", 0.19, 0.66, 11, 525), group("Women", 0.122, 0.62, 161, 5)]
    assert "Among" not in say(here(eo=gap(0.04)) | {"groups": groups})


def test_a_reversal_that_chance_would_show_is_not_called_one() -> None:
    assert "reversed" not in say(here(eo=gap(0.01, "Women", "Men")))


def test_another_notion_that_opened_from_nothing_that_could_be_told() -> None:
    first = start()
    first["gaps"] = first["gaps"] | {"eo": gap(0.012, condition=1)}
    said = say(here(), first)
    assert "a difference has opened: women are ahead by 18.0 points (1.2 before, too small to tell)." in said
    said = say(here(eo=gap(0.021, "Women", "Men")), first)
    assert "a difference now shows: women are ahead by 2.1 points (1.2 before, too small to tell)." in said


def test_equalized_odds_is_named_when_its_larger_gap_is_among_the_others() -> None:
    facts = here()
    facts["gaps"] = facts["gaps"] | {"eodds": gap(0.2, condition=0)}
    first = start()
    first["gaps"] = first["gaps"] | {"eodds": gap(0.1, condition=0)}
    assert "Among the other people the difference grew: men are ahead by 20.0 points" in say(facts, first)


def test_cannot_be_estimated() -> None:
    unknown = gap(None, condition=None)
    assert "cannot be estimated: too few people in all groups but one." in say(here(unknown))
    assert "Among people who do earn over $50,000 the difference cannot be estimated." in say(here(eo=gap(None)))


def test_who_gains_and_loses() -> None:
    one = [group("Men", 0.19, 0.6, 1, 0), group("Women", 0.122, 0.58, 0, 0)]
    said = say(here(eo=gap(0.05)) | {"groups": one, "gained": 1, "lost": 0})
    assert "1 person newly gets a positive prediction (1 man, 0 women); nobody loses one." in said
    assert "Who gains and who loses is not stored" in say(here() | {"gained": None, "lost": None})


def race(dp: dict[str, Any], moved: int, **more: Any) -> dict[str, Any]:
    rates = {"White": 0.22, "Black": 0.12, "Asian": 0.25, "Other race": None}
    groups = [group(name, rate, rate, moved, moved) for name, rate in rates.items()]
    left_out = [{"group": "Other race", "metric": "decision_rate", "n": 81, "reason": "set aside"}]
    return level(dp, gap(0.05, "White", "Black"), groups, left_out=left_out, **more)


def test_more_than_two_groups_name_the_pair_and_those_set_aside() -> None:
    first = race(gap(0.15, "Asian", "Black"), 0)
    said = say(race(gap(0.082, "White", "Black"), 3, accuracy=0.84), first, RACE)
    assert "The largest difference in being predicted to earn over $50,000 is 8.2 points" in said
    assert "(largest: White people and Black people), 15.0 at the most accurate end" in said
    assert said.endswith("Set aside, too few to compare: people of another race (81).")
    assert say(first, first, RACE).startswith(
        "25.0% of Asian people and 12.0% of Black people are predicted to earn over $50,000: the largest difference, "
        "15.0 points. "
    )


def test_of_many_groups_the_two_that_change_most_are_named() -> None:
    first = race(gap(0.15, "Asian", "Black"), 0)
    facts = race(gap(0.082, "White", "Black"), 3, accuracy=0.84)
    facts["groups"] = [row | {"gained": n} for row, n in zip(facts["groups"], (1, 7, 2, 2), strict=True)]
    assert "(7 Black people, 2 Asian people, 3 others)" in say(facts, first, RACE)


def test_what_is_left_of_the_largest_difference_is_given_with_one_remark() -> None:
    said = say(race(gap(0.011, "White", "Black"), 3, accuracy=0.84), race(gap(0.15, "Asian", "Black"), 0), RACE)
    assert "is 1.1 points, too small to tell from none (chance alone shows up to 1.7), 15.0 at the most" in said


def test_groups_set_aside_from_the_second_gap_on_the_screen_are_named_too() -> None:
    few = {"metric": "true_positive_rate", "reason": "set aside"}
    left_out = [
        {"group": "Other race", "metric": "decision_rate", "n": 81, "reason": "set aside"},
        {"group": "Other race", "n": 10, **few},
        {"group": "Asian", "n": 82, **few},
    ]
    facts = race(gap(0.082, "White", "Black"), 3) | {"left_out": left_out}
    said = say(facts, race(gap(0.15, "Asian", "Black"), 0), RACE)
    assert said.endswith("another race (81); among people who do earn over $50,000 also Asian people (82).")


def test_a_gap_that_cannot_be_estimated_is_said_of_its_own_people() -> None:
    facts = here()
    unknown = facts["gaps"] | {"eo": facts["gaps"]["eo"] | {"gap": None, "condition": None}}
    at_start = start()["gaps"] | {"eo": unknown["eo"]}
    for said in (say(facts | {"gaps": unknown}), say(start() | {"gaps": at_start})):
        assert "Among people who do earn over $50,000 the difference cannot be estimated." in said


def test_equalized_odds_never_compares_one_difference_with_the_other() -> None:
    card = SEX | {"notion": "eodds"}
    first, facts = start(), here()
    first["gaps"]["eodds"] = gap(0.049) | {"condition": 0}
    facts["gaps"]["eodds"] = gap(0.34) | {"condition": 1}
    said = say(facts, first, card)
    assert "34.0 points" in said
    assert "; at the most accurate end the larger one is 4.9, among the other people." in said


def test_equalized_odds_within_chance_is_so_as_the_larger_of_two_and_its_interval_is_its_own() -> None:
    card = SEX | {"notion": "eodds"}
    first, facts = start(), here()
    within = gap(0.051, floor=0.055, low_end=0.039, high_end=0.061) | {"condition": 0}
    first["gaps"]["eodds"], facts["gaps"]["eodds"] = gap(0.134) | {"condition": 1}, within
    said = say(facts, first, card)
    assert "5.1 points, no more than chance shows in the larger of two (up to 5.5; by itself it is 3.9 to 6.1)" in said
    shown = display(facts, first, card)["cards"][3]
    assert shown["lead"] == "no more than chance shows in the larger of two:"
    assert shown["interval"] == "95% by itself: 3.9 to 6.1"
    assert "itself" not in display(first, first, card)["cards"][3]["interval"]
    same = facts | {"accuracy_change": 0.0, "gained": 0, "lost": 0}
    for text in (say(same, same, card), finding([same], card), display(facts, first, card)["announce"]):
        assert "too small to tell" not in text
        assert "larger of two" in text
    nothing = {"n": 9000, "models": [], "erm": [], "others": [], "seeds": []}
    nothing |= {"constant": {"accuracy": 0.761, "always": 0, "far": False}}
    assert chart_words(card, [same], nothing)["floor"] == "no more than chance shows in the larger of two"


def test_cards_carry_direction_change_and_interval() -> None:
    shown = display(here(gap(0.068, low_end=0.051, high_end=0.085)), start(), SEX)["cards"]
    assert [card["label"] for card in shown] == ["Accuracy", "Demographic-parity gap", "Equal-opportunity gap"]
    assert shown[0]["value"] == "83.8%"
    assert shown[0]["change"].startswith("−1.2 pp")
    assert f"{shown[1]['lead']} {shown[1]['value']}" == "men ahead by 6.8 points"
    assert shown[1]["interval"] == "95%: 5.1 to 8.5"
    assert shown[2]["change"] == "was 9.1, men ahead"
    assert display(here(gap(None)), start(), SEX)["cards"][1]["value"] == "cannot be estimated"


def test_strip_and_announcement() -> None:
    shown = display(here(), start(), SEX)
    assert shown["strip"][0]["now_text"] == "19.0%"
    assert shown["strip"][0]["before_text"] == "26.2%"
    assert shown["share"] == "Everyone: 21.0% → 17.0%"
    assert shown["announce"] == "Accuracy 83.8%; men ahead by 6.8 points."


@pytest.mark.parametrize(
    ("gaps", "accuracies", "words"),
    [
        (
            (0.2, 0.09, 0.01),
            (0.85, 0.84, 0.82),
            "Half the difference gone: accuracy 1.0 point lower, 3.0 at the far end",
        ),
        ((0.2, 0.15, 0.12), (0.85, 0.84, 0.82), "The difference goes from 20.0 to 12.0 points, no further"),
        ((0.2, 0.21, 0.22), (0.85, 0.84, 0.82), "does not get smaller"),
        ((0.2, 0.09, 0.01), (0.85, 0.86, 0.85), "gone: accuracy 1.0 point higher, about the same at the far end"),
        ((0.01, 0.012, 0.009), (0.85, 0.86, 0.85), "No difference along this curve that chance alone"),
        ((0.01, 0.05, 0.12), (0.85, 0.86, 0.85), "too small to tell at first, up to 12.0 points along"),
        ((None, 0.1, None), (0.85, 0.86, 0.85), "cannot be estimated"),
        (
            (0.2, 0.05, 0.15, 0.04),
            (0.85, 0.84, 0.83, 0.82),
            "Half the difference gone: accuracy 3.0 points lower, as at the far end",
        ),
    ],
)
def test_the_chart_title_states_what_was_measured(gaps: Any, accuracies: Any, words: str) -> None:
    levels = [here(gap(value), accuracy=accuracy) for value, accuracy in zip(gaps, accuracies, strict=True)]
    assert words in finding(levels, SEX)


def test_numbers() -> None:
    assert (percent(None), percent(0.8421), points(0.01)) == ("cannot be estimated", "84.2%", "1.0 point")
    assert (signed(0.006), signed(-0.006), signed(0.0001)) == ("+0.6 pp", "−0.6 pp", "0.0 pp")
    assert span(-0.004, 0.02) == "−0.4 to 2.0"
    assert listed(["a", "b", "c"]) == "a, b and c"


@pytest.mark.parametrize("bad", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\r1"])
def test_csv_cells_that_a_spreadsheet_would_run_are_neutralised(bad: str) -> None:
    assert for_csv([{bad: bad, "n": -0.5}]) == [["'" + bad, "n"], ["'" + bad, -0.5]]
    assert safe_cell("plain") == "plain"


def test_small_cells_of_the_group_table_are_words() -> None:
    row = groups(here() | {"groups": [group("Other race", None, None, 0, 0)]}, None)[0]
    assert row["Positive predictions"].endswith("(cannot be estimated)")


def test_payload_is_whole_and_its_axes_hold_every_mark() -> None:
    marks = [{"x": 0.3, "y": 0.7}, {"x": None, "y": 0.8}]
    rival = {
        "method": "group-thresholds",
        "title": "group thresholds",
        "place": 2,
        "needs_group": True,
        "about": "a cut-off each",
    }
    around = {
        "n": 9000, "models": marks, "erm": [], "others": [rival | {"marks": [{"x": 0.4, "y": 0.6}]}], "seeds": [],
        "constant": {"accuracy": 0.761, "always": 0, "far": False},
    }  # fmt: skip
    made = build(SEX, [start(), here()], around, 0.5)
    assert made["chart"]["domain"]["x"][1] > 0.4
    assert made["chart"]["domain"]["y"][0] < 0.6
    assert made["chart"]["labels"]["models"] == "2 models, each trained for one trade-off"
    assert made["chart"]["others"] == [
        {
            "title": "group thresholds",
            "label": "group thresholds, 1 model; needs the group when deciding",
            "place": 2,
            "hollow": True,
            "marks": [[0.4, 0.6]],
        }
    ]
    assert made["chart"]["labels"]["constant"] == "says no to everyone: 76.1%, no difference"
    assert made["words"]["about"] == ["Group thresholds: a cut-off each."]
    assert made["chart"]["marks"] == {"models": "2 models, each trained for one trade-off"}
    around["constant"] = {"accuracy": 0.2, "always": 1, "far": True}
    below = build(SEX, [start(), here()], around, 0.5)["chart"]
    assert below["domain"] == made["chart"]["domain"]
    assert below["labels"]["constant"] == "says yes to everyone: 20.0%, below this chart"
    assert made["words"]["uses"] == "Uses sex when deciding: no"
    assert made["words"]["y"].endswith("(1 point = 90 of 9,000 people)")


def test_methods_are_named_with_how_many_models_they_took() -> None:
    assert texts.method_label("prejudice remover", 24, False) == "prejudice remover, 24 models"
    assert texts.method_label("group thresholds", 30, True) == (
        "group thresholds, 30 models; needs the group when deciding"
    )
    shown = " ".join(f"{method.title} {method.about}" for method in METHODS.values())
    assert [name for name, method in METHODS.items() if not method.about] == ["erm", "fixed"]
    assert [word for word in FORBIDDEN if word in shown] == []


def test_terms_are_explained_where_they_stand() -> None:
    assert "0 where a feature tells nothing of the group, 1 where it tells the group outright" in texts.standins_intro(
        SEX
    )
    told = " ".join(texts.HOW_IT_WORKS)
    assert "A positive prediction is wrong where the true outcome is not the good one" in told
    assert "the most accurate ends of two choices differ a little, by chance in training" in told


def test_pickers_and_axes_call_groups_as_the_sentence_does() -> None:
    card = SEX | {"phrases": {"Men": "people with a card", "Women": "people without a card"}}
    assert texts.attribute_pick(card) == "People with and without a card"
    assert texts.x_title(card).startswith("Difference between people with and without a card in being predicted")
    assert texts.attribute_pick(SEX) == "Men and women"
    assert texts.attribute_pick(RACE) == "Race, 4 groups"


def test_forbidden_words_are_nowhere_in_what_the_reader_sees() -> None:
    shown = " ".join(texts.LIMITS_OF_FIGURES + texts.HOW_IT_WORKS) + say(here()) + say(start())
    for path in Path("app/wording").glob("*.py"):
        shown += " ".join(re.findall(r'f?"[^"\n]*"', path.read_text("utf-8")))
    assert [word for word in FORBIDDEN if word in shown.lower()] == []


def test_markdown_signs_in_names_are_taken_literally() -> None:
    assert texts.markdown("<b>*x*</b> $1") == r"\<b\>\*x\*\</b\> \$1"
