"""The sentence of the first screen, from measured and signed figures; the place on the line is never read.

`facts` is one level's figures and `start` those of the most accurate end (both from `app.store`):
n, accuracy, gained, lost, groups [{group, n, decision_rate, gained, lost, ...}] and gaps, a table by notion
id of {gap, floor, high, low, condition}. `card` holds the data set's nouns. All rates are fractions.
"""

from __future__ import annotations

from app.wording import effects
from app.wording.groups import (
    CHANCE,
    RATE_OF,
    Facts,
    Token,
    among,
    both,
    capital,
    chance,
    name,
    reversed_since,
    those,
    too_small,
)
from app.wording.numbers import SMALLEST, UNKNOWN, listed, percent, points, span, tenths

OPENED = 0.01
"""A difference that grew less since it was too small to tell now shows, as it may have been there before."""
MOVE = "Move the slider to see what a smaller difference changes, and for whom. "


def sentence(facts: Facts, start: Facts, card: Facts) -> list[Token]:
    """The sentence as (text, bold) tokens, to be shown as text only: names may come from a file."""
    if _unchanged(facts, start):
        return [*_at_start(facts, card), *_set_aside(facts, card)]
    return [
        *_own(facts, start, card),
        *effects.accuracy(facts, start, card),
        *effects.who(facts, start, card),
        *_others(facts, start, card),
        *_set_aside(facts, card),
    ]


def plain(tokens: list[Token]) -> str:
    """The tokens as one line of text."""
    return "".join(text for text, _ in tokens)


def _unchanged(facts: Facts, start: Facts) -> bool:
    same = all(facts[key] == start[key] for key in ("accuracy", "decision_rate"))
    return same and not facts["gained"] and not facts["lost"]


def _two(facts: Facts) -> bool:
    return len(facts["groups"]) == 2


def _pair(gap: Facts, card: Facts) -> str:
    return both(gap["high"], gap["low"], card)


def _in_being(card: Facts, condition: int | None) -> str:
    clause = f"in being {card['decision_noun']}"
    return clause if condition is None else f"{clause}, {among(condition, card)},"


def _undefined(facts: Facts, card: Facts) -> list[Token]:
    what = "The difference between groups in being " + card["decision_noun"]
    return [(f"{what} ", False), (UNKNOWN, True), (": too few people in all groups but one. ", False)]


def _at_start(facts: Facts, card: Facts) -> list[Token]:
    """Where nothing has changed: what the difference is, what accuracy is, and what to do."""
    gap = facts["gaps"][card["notion"]]
    other, condition = (facts["gaps"]["eo"], 1) if card["notion"] == "dp" else (facts["gaps"]["dp"], None)
    right = f"The model is right for {percent(facts['accuracy'])} of all {card['people']}"
    return [
        *_stands(gap, facts, card),
        (f"{right}{effects.constant(facts)}. ", False),
        *_stands_among(other, condition, facts, card),
        *([] if gap["gap"] is None else [(MOVE, False)]),
    ]


def _stands(gap: Facts, facts: Facts, card: Facts) -> list[Token]:
    """The difference of the line's notion, with the two rates behind it."""
    if gap["gap"] is None:
        return _undefined(facts, card)
    if too_small(gap):
        subject = f"The {'' if _two(facts) else 'largest '}difference {_in_being(card, gap['condition'])} is "
        now = f"{points(gap['gap'])}, {chance(card['notion'])}"
        floor = _floor(gap, card) if card["notion"] == "eodds" else ""
        return [(subject, False), (now, True), (f"{floor}. ", False)]
    rate = {row["group"]: percent(row[RATE_OF[gap["condition"]]]) for row in facts["groups"]}
    high, low = (f"{rate[group]} of {name(group, card)}" for group in (gap["high"], gap["low"]))
    lead = "" if gap["condition"] is None else f"{among(gap['condition'], card)}, "
    what = "a difference of " if _two(facts) else "the largest difference, "
    said = capital(f"{lead}{high} and {low} are {card['decision_noun']}: {what}")
    return [(said, False), (points(gap["gap"]), True), (". ", False)]


def _stands_among(gap: Facts, condition: int | None, facts: Facts, card: Facts) -> list[Token]:
    """The difference of the other notion that everyone knows, in one short sentence."""
    clause = capital(among(condition, card))
    if gap["gap"] is None:
        return [(f"{clause} the difference {UNKNOWN}. ", False)]
    if too_small(gap):
        return [(f"{clause} it is {points(gap['gap'])}, {CHANCE}. ", False)]
    if _two(facts):
        ahead = f"{clause} {those(gap['high'], card)} are ahead by "
        return [(ahead, False), (points(gap["gap"]), True), (". ", False)]
    return [(f"{clause} the largest is {points(gap['gap'])} ({_pair(gap, card)}). ", False)]


def _own(facts: Facts, start: Facts, card: Facts) -> list[Token]:
    """The notion the line was trained for: its difference here and at the most accurate end."""
    gap, was = facts["gaps"][card["notion"]], start["gaps"][card["notion"]]
    if gap["gap"] is None or was["gap"] is None:
        return _undefined(facts, card)
    what = _in_being(card, gap["condition"])
    now = points(gap["gap"])
    between = f"between {_pair(was, card)} " if _two(facts) else ""
    subject = f"The difference {between}{what}" if _two(facts) else f"The largest difference {what}"
    then = f", {tenths(was['gap'])} at the most accurate end"
    if gap["condition"] != was["condition"]:
        # The larger of two differences may be another one there: like is not compared with unlike.
        then = f"; at the most accurate end the larger one is {tenths(was['gap'])}, {among(was['condition'], card)}"
    pair = "" if _two(facts) else f" (largest: {_pair(gap, card)})"
    if too_small(gap):
        said = f"{now}, {chance(card['notion'])}"
        return [(f"{subject} is ", False), (said, True), (f"{_floor(gap, card)}{then}. ", False)]
    if _two(facts) and reversed_since(gap, was, facts):
        return [
            (f"{subject} has reversed: ", False),
            (f"{those(gap['high'], card)} are ahead by {now}", True),
            (f"; at the most accurate end {those(was['high'], card)} are, by {tenths(was['gap'])}. ", False),
        ]
    if gap["gap"] > was["gap"] + SMALLEST:
        return [(f"{subject} is ", False), (f"larger here: {now}", True), (f"{pair}{then}. ", False)]
    if _two(facts):
        pair = f" ({those(gap['high'], card)} ahead)"
    return [(f"{subject} is ", False), (now, True), (f"{pair}{then}. ", False)]


def _floor(gap: Facts, card: Facts) -> str:
    """What chance alone shows, beside a difference that is no larger; of one of two also its own interval."""
    if not gap["floor"]:
        return ""
    if card["notion"] != "eodds":
        return f" (chance alone shows up to {tenths(gap['floor'])})"
    own = "" if gap["low_end"] is None else f"; by itself it is {span(gap['low_end'], gap['high_end'])}"
    return f" (up to {tenths(gap['floor'])}{own})"


def _others(facts: Facts, start: Facts, card: Facts) -> list[Token]:
    """Every other notion that got worse or changed sign. What cannot be told from none is no change."""
    tokens: list[Token] = []
    for notion in ("dp", "eo", "eodds"):
        gap, was = facts["gaps"][notion], start["gaps"][notion]
        # Equalized odds repeats equal opportunity unless its larger gap is among the other people.
        if notion == card["notion"] or (notion == "eodds" and gap["condition"] != 0):
            continue
        if card["notion"] == "eodds" and notion == "eo" and facts["gaps"]["eodds"]["condition"] == 1:
            continue
        unknown = gap["gap"] is None
        clause = capital(among((1 if notion == "eo" else None) if unknown else gap["condition"], card))
        if gap["gap"] is None or was["gap"] is None:
            if notion != "eodds":
                tokens.append((f"{clause} the difference {UNKNOWN}. ", False))
            continue
        if too_small(gap):
            continue
        ahead = f"{those(gap['high'], card)} are ahead by {points(gap['gap'])}"
        if too_small(was):
            pair = ahead if _two(facts) else f"largest: {_pair(gap, card)}, {points(gap['gap'])}"
            opened = "has opened" if gap["gap"] - was["gap"] >= OPENED else "now shows"
            tokens += [(f"{clause} a difference {opened}: ", False), (pair, True)]
            tokens.append((f" ({tenths(was['gap'])} before, {_small_before(notion)}). ", False))
        elif reversed_since(gap, was, facts):
            tokens.append((f"{clause} the difference has reversed: ", False))
            pair = ahead if _two(facts) else f"largest: {_pair(gap, card)}, {points(gap['gap'])}"
            tokens += [(pair, True), (f" ({tenths(was['gap'])} the other way before). ", False)]
        elif gap["gap"] > was["gap"] + SMALLEST:
            tokens.append((f"{clause} the difference grew: ", False))
            pair = ahead if _two(facts) else f"largest: {_pair(gap, card)}, {points(gap['gap'])}"
            tokens += [(pair, True), (f" ({tenths(was['gap'])} before{_then(was, notion)}). ", False)]
    return tokens


def _then(was: Facts, notion: str) -> str:
    return f", {chance(notion)}" if too_small(was) else ""


def _small_before(notion: str) -> str:
    return chance(notion) if notion == "eodds" else "too small to tell"


METRICS = {"dp": ("decision_rate",), "eo": ("true_positive_rate",)}


def _set_aside(facts: Facts, card: Facts) -> list[Token]:
    """Groups too small for the worst-case gaps on the screen, by name and size: the card's notion, then eo."""
    first = _small(facts, METRICS.get(card["notion"], ("true_positive_rate", "false_positive_rate")))
    more = {g: n for g, n in _small(facts, METRICS["eo"]).items() if g not in first}
    named = [listed([f"{name(g, card)} ({n})" for g, n in part.items()]) for part in (first, more)]
    if more:
        named[1] = f"{among(1, card)}{' also' if first else ''} {named[1]}"
    text = "; ".join(part for part in named if part)
    return [(f"Set aside, too few to compare: {text}.", False)] if text else []


def _small(facts: Facts, metrics: tuple[str, ...]) -> dict[str, int]:
    small: dict[str, int] = {}
    for entry in facts["left_out"]:
        if entry["metric"] in metrics:
            small[entry["group"]] = min(entry["n"], small.get(entry["group"], entry["n"]))
    return small
