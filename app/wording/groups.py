"""Words for groups, for the people a rate is about, and for a difference that may be chance."""

from __future__ import annotations

import re
from typing import Any

from app.wording.numbers import SMALLEST, whole

Token = tuple[str, bool]
Facts = dict[str, Any]
RATE_OF = {None: "decision_rate", 1: "true_positive_rate", 0: "false_positive_rate"}
CHANCE = "too small to tell from none"
# Of two differences one may be within chance as the larger, and yet more than none by its own interval.
CHANCE_OF_TWO = "no more than chance shows in the larger of two"
ONE_OF = {"men": "man", "women": "woman", "people": "person", "pictures": "picture"}
# The words that may follow a noun in a phrase for a group.
AFTER = ("with ", "without ", "of ", "aged ", "labelled ", "not labelled ", "in group ")


def name(group: str, card: Facts) -> str:
    """A group inside a sentence: "men", "White people", "people with a disability"."""
    found = card.get("phrases", {}).get(group)
    return found if found else f"{card['people']} in group {group}"


def capital(text: str) -> str:
    """The text as the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def those(group: str, card: Facts) -> str:
    """A group where its noun has just been said: "men", "White people", "those with a disability"."""
    rest = _rest(group, card)
    return f"those {rest}" if rest else name(group, card)


def _rest(group: str, card: Facts) -> str:
    """What follows the noun in the words for a group; "" where it has another noun or none follows."""
    noun, said = f"{card['people']} ", name(group, card)
    rest = said.removeprefix(noun)
    return rest if rest != said and rest.startswith(AFTER) else ""


def counted(n: int, group: str, card: Facts) -> str:
    """ "172 men", "1 man", "12 White people"; "711 with a disability", as the noun has been said before."""
    noun, rest = name(group, card), _rest(group, card)
    if rest:
        return f"{whole(n)} {rest}"
    if n == 1:
        noun = re.sub(r"\b(" + "|".join(ONE_OF) + r")\b", lambda found: ONE_OF[found[1]], noun, count=1)
    return f"{whole(n)} {noun}"


def both(first: str, second: str, card: Facts) -> str:
    """Two groups in few words: "men and women", "people without and with a disability"."""
    ends = [_rest(group, card).split() for group in (first, second)]
    if not all(ends):
        return f"{name(first, card)} and {name(second, card)}"
    # What both end on is said once.
    same = 0
    while same < min(map(len, ends)) - 1 and ends[0][-1 - same] == ends[1][-1 - same]:
        same += 1
    begin = " ".join(ends[0][: len(ends[0]) - same])
    return f"{card['people']} {begin} and {' '.join(ends[1])}"


def among(condition: int | None, card: Facts) -> str:
    """The people a rate is about, to start a clause with."""
    if condition == 1:
        return str(card["qualified_phrase"])
    return f"among all {card['people']}" if condition is None else f"among the other {card['people']}"


def too_small(gap: Facts) -> bool:
    """Whether chance alone shows gaps of this size when all groups share one rate."""
    if gap["gap"] is None:
        return False
    return bool(gap["gap"] < SMALLEST or (gap["floor"] is not None and gap["gap"] < gap["floor"]))


def chance(notion: str) -> str:
    """What is said of a difference that is `too_small`; equalized odds takes the larger of two."""
    return CHANCE_OF_TWO if notion == "eodds" else CHANCE


def reversed_since(gap: Facts, start: Facts, facts: Facts) -> bool:
    """Whether the group that was ahead at the most accurate end is now behind the one that trailed."""
    if gap["gap"] is None or start["gap"] is None or too_small(gap) or too_small(start):
        return False
    if gap["condition"] != start["condition"]:
        return False
    rates = {row["group"]: row[RATE_OF[gap["condition"]]] for row in facts["groups"]}
    ahead, behind = rates[start["high"]], rates[start["low"]]
    return ahead is not None and behind is not None and ahead < behind - SMALLEST
