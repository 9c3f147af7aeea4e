"""What a place does to accuracy, to whom it does it, and who gets a positive prediction. From measured figures."""

from __future__ import annotations

from math import sqrt

from app.wording.groups import Facts, Token, counted, name
from app.wording.numbers import SMALLEST, UNKNOWN, percent, points, whole

LEAST = 100
"""People behind a rate before its change is told, as for the gaps."""
FALL, RISE = 0.02, 0.05
"""From here on a group's loss of accuracy, and its rise in wrong positives, is told."""
SHIFT, SHARE = 0.05, 0.2
"""From here on a change of everyone's share of positives is told: in points, or as a part of what it was."""
NEAR = 0.02
"""So close to the same answer for everyone, accuracy says little, and the reader is told so."""
MOST_NAMED = 3
"""Groups named one by one among those who gain or lose; of more, the two largest are."""


def accuracy(facts: Facts, start: Facts, card: Facts) -> list[Token]:
    """Accuracy against the most accurate end, and for whom it falls much."""
    if facts["accuracy"] is None or start["accuracy"] is None:
        return [(f"Accuracy {UNKNOWN}. ", False)]
    change = facts["accuracy"] - start["accuracy"]
    size, way = points(change), "higher" if change > 0 else "lower"
    end = f"{constant(facts)}. "
    if abs(change) < SMALLEST:
        return [(f"Accuracy is the same to a tenth of a point{end}", False), *worse(facts, start, card)]
    if by_chance(facts):
        told = [
            ("Accuracy is ", False),
            ("about the same", True),
            (f" ({size} {way}, which may be chance){end}", False),
        ]
    else:
        told = [("Accuracy is ", False), (f"{size} {way}", True), (end, False)]
    return [*told, *worse(facts, start, card)]


def by_chance(facts: Facts) -> bool:
    """Whether the interval of the change of accuracy holds no change as well."""
    low, high = facts["accuracy_change_low"], facts["accuracy_change_high"]
    return low is not None and high is not None and low <= 0 <= high


def constant(facts: Facts) -> str:
    """A clause where accuracy is close to, or below, what the same answer for everyone would give; else ""."""
    people = sum(row["n"] for row in facts["groups"])
    positives = sum(row["positives"] for row in facts["groups"]) / people
    same = max(positives, 1 - positives)
    if facts["accuracy"] is None or facts["accuracy"] >= same + NEAR:
        return ""
    answer = f"saying {'yes' if positives > 0.5 else 'no'} to everyone"
    if facts["accuracy"] < same:
        return f", below the {percent(same)} of {answer}"
    return f"; {answer} would be right for {percent(same)}"


def worse(facts: Facts, start: Facts, card: Facts) -> list[Token]:
    """The group whose accuracy falls most, or else the one whose wrong positives rise most, where that is no chance."""
    pairs = [(now, was) for now, was in zip(facts["groups"], start["groups"], strict=True) if now["n"] >= LEAST]
    falls = [(was["accuracy"] - now["accuracy"], now, was) for now, was in pairs if _falls(now, was)]
    if falls:
        _, now, was = max(falls, key=lambda found: found[0])
        fell = f"accuracy falls from {percent(was['accuracy'])} to {percent(now['accuracy'])}"
        more = f" and {_wrong(now, was)}" if _rises(now, was) else ""
        return [(f"For {name(now['group'], card)} ", False), (f"{fell}{more}", True), (". ", False)]
    key = "false_positive_rate"
    rises = [(now[key] - was[key], now, was) for now, was in pairs if _rises(now, was)]
    if not rises:
        return []
    _, now, was = max(rises, key=lambda found: found[0])
    return [(f"For {name(now['group'], card)} ", False), (_wrong(now, was), True), (". ", False)]


def _wrong(now: Facts, was: Facts) -> str:
    before, after = percent(was["false_positive_rate"]), percent(now["false_positive_rate"])
    return f"wrong positive predictions rise from {before} to {after}"


def _falls(now: Facts, was: Facts) -> bool:
    if now["accuracy"] is None or was["accuracy"] is None:
        return False
    return _beyond(was["accuracy"], now["accuracy"], now["n"], FALL)


def _rises(now: Facts, was: Facts) -> bool:
    before, after, people = was["false_positive_rate"], now["false_positive_rate"], now["n"] - now["positives"]
    return before is not None and after is not None and people >= LEAST and _beyond(after, before, people, RISE)


def _beyond(larger: float, smaller: float, n: int, least: float) -> bool:
    """Whether two shares of n people differ by `least` and by more than a 95% margin of two samples of that size.

    The same people stand behind both, so that chance moves their difference less than this margin says.
    """
    margin = 1.96 * sqrt((larger * (1 - larger) + smaller * (1 - smaller)) / n)
    return larger - smaller >= max(least, margin)


def who(facts: Facts, start: Facts, card: Facts) -> list[Token]:
    """Who newly gets a positive prediction and who no longer does; everyone's share where it changes much."""
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
        (_shares(facts, "lost", card) if lost else "", False),
        *_overall(facts, start, card),
    ]


def _overall(facts: Facts, start: Facts, card: Facts) -> list[Token]:
    now, was = facts["decision_rate"], start["decision_rate"]
    if now is None or was is None or abs(now - was) < min(SHIFT, SHARE * was):
        return [(". ", False)]
    return [
        (": ", False),
        (f"{percent(now)} of all {card['people']}", True),
        (f" get one, {percent(was)} before. ", False),
    ]


def _shares(facts: Facts, key: str, card: Facts) -> str:
    rows = sorted(facts["groups"], key=lambda row: -row[key])
    rows = [row for row in rows if row[key] or len(rows) == 2]
    named = rows if len(rows) <= MOST_NAMED else rows[: MOST_NAMED - 1]
    parts = [counted(row[key], row["group"], card) for row in named]
    rest = sum(row[key] for row in rows[len(named) :])
    parts += [f"{whole(rest)} others"] if rest else []
    return f" ({', '.join(parts)})" if parts else ""
