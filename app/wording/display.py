"""One level ready for the eye: the same function serves the stored curve and the recomputed figures."""

from __future__ import annotations

from typing import Any

from app.wording.effects import by_chance
from app.wording.groups import RATE_OF, Facts, among, capital, chance, name, those, too_small
from app.wording.numbers import SMALLEST, UNKNOWN, percent, points, signed, span, tenths, whole
from app.wording.sentence import plain, sentence

GAP_TITLES = {
    "dp": "Demographic-parity gap",
    "eo": "Equal-opportunity gap",
    "eodds": "Equalized-odds gap",
}


def display(facts: Facts, start: Facts, card: Facts) -> dict[str, Any]:
    """Everything the first screen shows of one level, as text ready to be shown and numbers ready to be drawn.

    x and floor are the gap of the line's notion and its parity floor, y the accuracy: fractions, or None
    where they cannot be estimated.
    """
    gap = facts["gaps"][card["notion"]]
    tokens = sentence(facts, start, card)
    return {
        "sentence": [list(token) for token in tokens],
        "x": gap["gap"],
        "y": facts["accuracy"],
        "floor": gap["floor"],
        "cards": cards(facts, start, card),
        "share": share(facts, start),
        "strip": strip(facts, start, card),
        "announce": announce(facts, card),
    }


def gap_titles(card: Facts) -> list[str]:
    """The notions that have a card: the two everyone knows, and the line's own if it is a third."""
    return ["dp", "eo"] if card["notion"] != "eodds" else ["dp", "eo", "eodds"]


def cards(facts: Facts, start: Facts, card: Facts) -> list[dict[str, str]]:
    """Accuracy and the gaps: {label, lead, value, change, interval}."""
    first = {
        "label": "Accuracy",
        "lead": "predicted correctly",
        "value": percent(facts["accuracy"]),
        "change": _accuracy_change(facts),
        "interval": f"95%: {span(facts['accuracy_low'], facts['accuracy_high'])}",
    }
    return [first, *(_gap_card(notion, facts, start, card) for notion in gap_titles(card))]


def _accuracy_change(facts: Facts) -> str:
    change = facts["accuracy_change"]
    if change is None:
        return "change not stored"
    if abs(change) < SMALLEST:
        return "same as at the start" if not facts["gained"] and not facts["lost"] else "less than 0.1 pp away"
    return f"{signed(change)} ({span(facts['accuracy_change_low'], facts['accuracy_change_high'])})"


def _gap_card(notion: str, facts: Facts, start: Facts, card: Facts) -> dict[str, str]:
    gap, was = facts["gaps"][notion], start["gaps"][notion]
    if gap["gap"] is None:
        lead, value = "too few people", UNKNOWN
    else:
        lead, value = direction(gap, notion, facts, card), points(gap["gap"])
    if gap["low_end"] is not None:
        of = "95% by itself" if notion == "eodds" and too_small(gap) else "95%"
        interval = f"{of}: {span(gap['low_end'], gap['high_end'])}"
    else:
        interval = f"by chance: up to {tenths(gap['floor'])}" if gap["floor"] is not None else ""
    return {
        "label": GAP_TITLES[notion],
        "lead": lead,
        "value": value,
        "change": f"was {tenths(was['gap'])}{_before(gap, was, facts, card)}" if was["gap"] is not None else "",
        "interval": interval,
    }


def _before(gap: Facts, was: Facts, facts: Facts, card: Facts) -> str:
    """With two groups: who was ahead, where that has changed and was no chance."""
    turned = len(facts["groups"]) == 2 and not too_small(was) and gap["high"] not in (None, was["high"])
    return f", {those(was['high'], card)} ahead" if turned else ""


def direction(gap: Facts, notion: str, facts: Facts, card: Facts) -> str:
    """Who is ahead, to stand before the size of the gap."""
    high, low = those(gap["high"], card), those(gap["low"], card)
    ahead = f"{high} ahead by" if len(facts["groups"]) == 2 else f"{high} ahead of {low} by"
    return f"{chance(notion)}:" if too_small(gap) else ahead


def share(facts: Facts, start: Facts) -> str:
    """The overall share of positive decisions, before and now."""
    before, now = percent(start["decision_rate"]), percent(facts["decision_rate"])
    return f"Everyone: {now}" if before == now else f"Everyone: {before} → {now}"


def strip_condition(card: Facts) -> int | None:
    """The rows whose rates the strip shows: everyone, or those with the good outcome."""
    return None if card["notion"] == "dp" else 1


def strip(facts: Facts, start: Facts, card: Facts) -> list[dict[str, Any]]:
    """One row a group: rates before and now in [0, 1] or None, their text, and people behind them."""
    condition = strip_condition(card)
    rate = RATE_OF[condition]
    aside = {entry["group"] for entry in facts["left_out"] if entry["metric"] == rate}
    hits, of = ("decisions", "n") if condition is None else ("true_positives", "positives")
    rows = []
    for now, before in zip(facts["groups"], start["groups"], strict=True):
        was, hit = whole(before[hits]), whole(now[hits])
        count = f"{whole(now[of])} people"
        if now[rate] is not None:
            count = f"{hit if was == hit else f'{was} → {hit}'} of {whole(now[of])}"
            count += ", set aside" if now["group"] in aside else ""
        rows.append(
            {
                "group": capital(name(now["group"], card)),
                "now": now[rate],
                "before": before[rate],
                "now_text": percent(now[rate]),
                "before_text": percent(before[rate]),
                "count": count,
            }
        )
    return rows


def announce(facts: Facts, card: Facts) -> str:
    """What a screen reader says once the slider has settled."""
    gap = facts["gaps"][card["notion"]]
    if gap["gap"] is None:
        return f"Accuracy {percent(facts['accuracy'])}; the difference {UNKNOWN}."
    lead = direction(gap, card["notion"], facts, card).rstrip(":")
    return f"Accuracy {percent(facts['accuracy'])}; {lead} {points(gap['gap'])}."


def recomputed_note(n: int, card: Facts) -> str:
    """Where the figures on the screen come from once Python has run the rows."""
    return f"Recomputed on {whole(n)} {card['people']} kept out of training."


def finding(levels: list[Facts], card: Facts) -> str:
    """The chart's title: what the measured curve shows, in one line."""
    gaps = [facts["gaps"][card["notion"]]["gap"] for facts in levels]
    if gaps[0] is None or gaps[-1] is None:
        return "The difference cannot be estimated on these people"
    if too_small(levels[0]["gaps"][card["notion"]]):
        far = [facts["gaps"][card["notion"]] for facts in levels]
        told = [gap["gap"] for gap in far if gap["gap"] is not None and not too_small(gap)]
        small, of_two = "too small to tell", ""
        if card["notion"] == "eodds":
            small, of_two = "within chance", " in the larger of two"
        if told:
            return f"A difference {small} at first, up to {points(max(told))} along the curve"
        return f"No difference along this curve that chance alone would not show{of_two}"
    above = [i for i, gap in enumerate(gaps) if gap is None or gap > gaps[0] / 2]
    half = None if above[-1] == len(gaps) - 1 else above[-1] + 1
    if half is None:
        best = min((gap, i) for i, gap in enumerate(gaps) if gap is not None)
        if gaps[0] - best[0] < SMALLEST:
            return "The difference does not get smaller along this curve"
        return f"The difference goes from {tenths(gaps[0])} to {points(best[0])}, no further"
    first, last = (_against(levels[i], levels[0]) for i in (half, -1))
    way = first.rsplit(" ", 1)[1]
    if last == first:
        last = "as"
    elif last.endswith(("lower", "higher")):
        size, there = last.split(" ")[0], last.rsplit(" ", 1)[1]
        last = size if there == way else f"{size} {there}"
    return f"Half the difference gone: accuracy {first}, {last} at the far end"


def _against(facts: Facts, start: Facts) -> str:
    """Accuracy against the most accurate end, in the words of the sentence above the chart."""
    change = facts["accuracy"] - start["accuracy"]
    if abs(change) < SMALLEST or by_chance(facts):
        return "about the same"
    return f"{points(change)} {'higher' if change > 0 else 'lower'}"


def spoken(facts: Facts, start: Facts, card: Facts) -> str:
    """The sentence as plain text, for places that show no bold."""
    return plain(sentence(facts, start, card)).strip()


__all__ = ["among", "cards", "display", "finding", "recomputed_note", "share", "spoken", "strip"]
