"""The sentence of the first screen, from measured and signed figures; the place on the line is never read.

`facts` is one level's figures and `start` those of the most accurate end (both from `app.store`):
n, accuracy, gained, lost, groups [{group, n, decision_rate, gained, lost, ...}] and gaps, a table by notion
id of {gap, floor, high, low, condition}. `card` holds the data set's nouns. All rates are fractions.
"""

from __future__ import annotations

from typing import Any

from app.wording.numbers import SMALLEST, UNKNOWN, listed, points, tenths, whole

Token = tuple[str, bool]
Facts = dict[str, Any]
RATE_OF = {None: "decision_rate", 1: "true_positive_rate", 0: "false_positive_rate"}


def name(group: str, card: Facts) -> str:
    """A group inside a sentence: "men", but "White"."""
    return group.lower() if card["attribute"] == "sex" else group


def _people(n: int, group: str, card: Facts) -> str:
    """ "172 men", "1 man", "12 White"."""
    noun = name(group, card)
    one = {"men": "man", "women": "woman"}
    return f"{whole(n)} {one.get(noun, noun) if n == 1 else noun}"


def among(condition: int | None, card: Facts) -> str:
    """The people a rate is about, to start a clause with."""
    if condition == 1:
        return str(card["qualified_phrase"])
    return f"among all {card['people']}" if condition is None else f"among the other {card['people']}"


def too_small(gap: Facts) -> bool:
    """Whether chance alone shows gaps of this size when all groups share one rate."""
    return gap["gap"] is not None and gap["floor"] is not None and gap["gap"] < gap["floor"]


def reversed_since(gap: Facts, start: Facts, facts: Facts) -> bool:
    """Whether the group that was ahead at the most accurate end is now behind the one that trailed."""
    if gap["gap"] is None or start["gap"] is None or too_small(gap) or too_small(start):
        return False
    if gap["condition"] != start["condition"]:
        return False
    rates = {row["group"]: row[RATE_OF[gap["condition"]]] for row in facts["groups"]}
    ahead, behind = rates[start["high"]], rates[start["low"]]
    return ahead is not None and behind is not None and ahead < behind - SMALLEST


def sentence(facts: Facts, start: Facts, card: Facts) -> list[Token]:
    """The sentence as (text, bold) tokens, to be shown as text only: names may come from a file."""
    if _unchanged(facts, start):
        return [*_at_start(facts, card), *_set_aside(facts, card)]
    return [
        *_own(facts, start, card),
        *_accuracy(facts, start),
        *_who(facts, card),
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
    return f"{name(gap['high'], card)} and {name(gap['low'], card)}"


def _in_being(card: Facts, condition: int | None) -> str:
    clause = f"in being {card['decision_noun']}"
    return clause if condition is None else f"{clause}, {among(condition, card)},"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _undefined(facts: Facts, card: Facts) -> list[Token]:
    what = "The difference between groups in being " + card["decision_noun"]
    return [(f"{what} ", False), (UNKNOWN, True), (": too few people in all groups but one. ", False)]


def _at_start(facts: Facts, card: Facts) -> list[Token]:
    gap = facts["gaps"][card["notion"]]
    if gap["gap"] is None:
        return _undefined(facts, card)
    tokens: list[Token] = [("Nobody's prediction differs from that at the most accurate end. ", False)]
    if too_small(gap):
        tokens += [("The difference ", False), (_in_being(card, gap["condition"]) + " is ", False)]
        tokens += [(f"{points(gap['gap'])}, too small to tell from none", True), (". ", False)]
    elif _two(facts):
        tokens += [(_capital(f"{name(gap['high'], card)} are ahead by "), False), (points(gap["gap"]), True)]
        tokens += [(f" {_in_being(card, gap['condition']).rstrip(',')}. ", False)]
    else:
        tokens += [(f"The largest difference {_in_being(card, gap['condition'])} is ", False)]
        tokens += [(points(gap["gap"]), True), (f" (largest: {_pair(gap, card)}). ", False)]
    other, condition = (facts["gaps"]["eo"], 1) if card["notion"] == "dp" else (facts["gaps"]["dp"], None)
    clause = _capital(among(condition, card))
    if other["gap"] is None:
        return [*tokens, (f"{clause} the difference {UNKNOWN}. ", False)]
    if too_small(other):
        return [*tokens, (f"{clause} it is {points(other['gap'])}, too small to tell from none. ", False)]
    if _two(facts):
        ahead = f"{clause} {name(other['high'], card)} are ahead by "
        return [*tokens, (ahead, False), (points(other["gap"]), True), (". ", False)]
    return [*tokens, (f"{clause} the largest is {points(other['gap'])} ({_pair(other, card)}). ", False)]


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
        floor = f" (chance alone shows up to {tenths(gap['floor'])})"
        told = f"{now}, too small to tell from none"
        return [(f"{subject} is ", False), (told, True), (f"{floor}{pair}{then}. ", False)]
    if _two(facts) and reversed_since(gap, was, facts):
        return [
            (f"{subject} has reversed: ", False),
            (f"{name(gap['high'], card)} are ahead by {now}", True),
            (f"; at the most accurate end {name(was['high'], card)} are, by {tenths(was['gap'])}. ", False),
        ]
    if gap["gap"] > was["gap"] + SMALLEST:
        return [(f"{subject} is ", False), (f"larger here: {now}", True), (f"{pair}{then}. ", False)]
    if _two(facts):
        pair = f" ({name(gap['high'], card)} ahead)"
    return [(f"{subject} is ", False), (now, True), (f"{pair}{then}. ", False)]


def _accuracy(facts: Facts, start: Facts) -> list[Token]:
    if facts["accuracy"] is None or start["accuracy"] is None:
        return [(f"Accuracy {UNKNOWN}. ", False)]
    change = facts["accuracy"] - start["accuracy"]
    if abs(change) < SMALLEST:
        return [("Accuracy is the same to a tenth of a point. ", False)]
    return [
        ("Accuracy is ", False),
        (f"{points(change)} {'higher' if change > 0 else 'lower'}", True),
        (". ", False),
    ]


def _shares(facts: Facts, key: str, card: Facts) -> str:
    rows = sorted(facts["groups"], key=lambda row: -row[key])
    parts = [_people(row[key], row["group"], card) for row in rows if row[key] or len(rows) == 2]
    return f" ({', '.join(parts)})" if parts else ""


def _who(facts: Facts, card: Facts) -> list[Token]:
    if facts["gained"] is None or facts["lost"] is None:
        return [("Who gains and who loses is not stored for this place. ", False)]
    gained, lost = facts["gained"], facts["lost"]
    if not gained and not lost:
        return [("Nobody's prediction changes. ", False)]
    unit = "person" if gained == 1 else card["people"]
    some = f"{whole(gained)} {unit} newly get{'s' if gained == 1 else ''}" if gained else "Nobody newly gets"
    fewer = f"{whole(lost)} no longer do{'es' if lost == 1 else ''}" if lost else "nobody loses one"
    return [
        (some, True),
        (f" a positive prediction{_shares(facts, 'gained', card) if gained else ''}; ", False),
        (fewer, True),
        (f"{_shares(facts, 'lost', card) if lost else ''}. ", False),
    ]


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
        clause = _capital(among((1 if notion == "eo" else None) if unknown else gap["condition"], card))
        if gap["gap"] is None or was["gap"] is None:
            if notion != "eodds":
                tokens.append((f"{clause} the difference {UNKNOWN}. ", False))
            continue
        if too_small(gap):
            continue
        ahead = f"{name(gap['high'], card)} are ahead by {points(gap['gap'])}"
        if too_small(was):
            pair = ahead if _two(facts) else f"largest: {_pair(gap, card)}, {points(gap['gap'])}"
            tokens += [(f"{clause} a difference has opened: ", False), (pair, True)]
            tokens.append((f" ({tenths(was['gap'])} before, too small to tell). ", False))
        elif reversed_since(gap, was, facts):
            tokens.append((f"{clause} the difference has reversed: ", False))
            pair = ahead if _two(facts) else f"largest: {_pair(gap, card)}, {points(gap['gap'])}"
            tokens += [(pair, True), (f" ({tenths(was['gap'])} the other way before). ", False)]
        elif gap["gap"] > was["gap"] + SMALLEST:
            tokens.append((f"{clause} the difference grew: ", False))
            pair = ahead if _two(facts) else f"largest: {_pair(gap, card)}, {points(gap['gap'])}"
            tokens += [(pair, True), (f" ({tenths(was['gap'])} before{_then(was)}). ", False)]
    return tokens


def _then(was: Facts) -> str:
    return ", too small to tell from none" if too_small(was) else ""


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
