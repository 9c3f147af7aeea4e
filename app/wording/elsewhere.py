"""The page "Elsewhere": what the same model does on the rows of other places. Figures as `store.home` gives them."""

from __future__ import annotations

from collections.abc import Sequence

from app.wording.numbers import UNKNOWN, listed, percent, points, span, whole
from app.wording.sentence import Facts, name, too_small
from app.wording.texts import NOTION_PICK, attribute_pick, features_pick

TITLE = "The same model on other rows"
LINE = "Model"
PLACES = "Places whose rows are on this machine"
SLIDER = "How much of the difference to take out (alpha), for the sentence and the table"
CHOOSE = "Choose one place or more."
KEY = (
    "One line a place, from the most accurate end (circle) over alpha 0.5 (diamond) to the other end (square). Bars "
    "are 95% intervals; a hollow mark is a difference no larger than chance alone shows. Where it was trained only the "
    "test rows count, elsewhere all rows."
)


def at_home(place: str) -> str:
    """A place that was chosen and is the line's own."""
    return f"{place} is where this model was trained: its test rows are the thick line."


def working(place: str) -> str:
    """While a place's rows are run."""
    return f"Running the model on the rows of {place}…"


def pick(card: Facts) -> str:
    """A line in the picker."""
    return ", ".join(
        (str(card["dataset_title"]), attribute_pick(card), NOTION_PICK[card["notion"]], features_pick(card))
    )


def none_at_hand(card: Facts) -> str:
    """Why there is nowhere else to look, and what to do."""
    if not str(card["dataset"]).startswith("acs-"):
        return (
            f"There are no other rows of the kind that this line was trained on ({card['dataset_title']}). A file with "
            "the same columns is measured by: python -m yodo_core evaluate CHECKPOINT --data FILE"
        )
    problem = str(card["dataset"]).removesuffix("-5y").rsplit("-", 2)[0]
    return (
        "No rows of other states or years are on this machine. Fetch some, as in: python -m yodo_core data fetch "
        f"{problem} --states TX --year 2018. Then open this page again."
    )


def finding(home: Facts, others: Sequence[Facts], level: int, card: Facts) -> str:
    """The place whose difference is farthest from that of the line's own place, in plain words."""
    own = home["levels"][level]
    signed = own["gaps"][card["notion"]]["signed"]
    known = [one for one in others if one["levels"][level]["gaps"][card["notion"]]["signed"] is not None]
    if signed is None or not known:
        return f"The same model, used elsewhere: a difference {UNKNOWN}, as there are too few people in the groups."
    far = max(known, key=lambda one: abs(one["levels"][level]["gaps"][card["notion"]]["signed"] - signed))
    there = far["levels"][level]
    said = (
        f"The same model, used in {far['place']}, {_does(there, card)} {_what(card)}; where it was trained, in "
        f"{home['place']}, it {_does(own, card)}. It is right for {percent(there['accuracy'])} of {card['people']} "
        f"there, {percent(own['accuracy'])} at home."
    )
    return said if len(known) == 1 else f"{said} Of the {len(known)} places this is the farthest from home."


def _does(level: Facts, card: Facts) -> str:
    gap = level["gaps"][card["notion"]]
    if too_small(gap):
        return f"shows a difference too small to tell from none ({points(gap['gap'])})"
    return f"puts {name(gap['high'], card)} ahead of {name(gap['low'], card)} by {points(gap['gap'])}"


def _what(card: Facts) -> str:
    if card["notion"] == "eodds":
        return "in right or in wrong positive predictions, whichever differs more"
    among = f", {card['qualified_phrase']}" if card["notion"] == "eo" else ""
    return f"in being {card['decision_noun']}{among}"


def rows(places: Sequence[Facts], level: int, card: Facts) -> list[dict[str, str]]:
    """The table at one level, a row a place, the line's own first."""
    return [_row(place, place["levels"][level], level, card) for place in places]


def _row(place: Facts, found: Facts, level: int, card: Facts) -> dict[str, str]:
    gap, share = found["gaps"][card["notion"]], place["share_gone"][level]
    ahead = "" if gap["gap"] is None or too_small(gap) else f", {name(gap['high'], card)} ahead"
    unseen = place["unseen"]
    return {
        "Place": str(place["place"]),
        "People": f"{whole(found['n'])}{' (test rows)' if place['rows'] == 'test' else ''}",
        "Right": percent(found["accuracy"]),
        "Difference": f"{points(gap['gap'])}{ahead}",
        "95%": "–" if gap["low_end"] is None else span(gap["low_end"], gap["high_end"]),
        "By chance up to": points(gap["floor"]),
        "Share gone": "–" if share is None else percent(share, 0),
        "Unknown values": "–" if unseen is None else percent(unseen["share"], 2),
    }


def notes(places: Sequence[Facts]) -> list[str]:
    """What the table leaves out, place by place."""
    found = []
    for place in places:
        found += [
            f"{place['place']}: {group['group']} ({whole(group['n'])} people) is left out, as {group['reason']}."
            for group in place["left_out_groups"]
        ]
        small = [entry for entry in place["levels"][0]["left_out"] if entry["metric"] == "decision_rate" and entry["n"]]
        if small:
            groups = listed([f"{entry['group']} ({whole(entry['n'])})" for entry in small])
            found.append(f"{place['place']}: too few people for the difference: {groups}.")
        found += [f"{place['place']}: {place['note']}"] if place["note"] else []
    return found


def chart_words(card: Facts) -> dict[str, str]:
    """Axes of the chart; the finding stands above it."""
    groups = [str(group["name"]) for group in card["groups"]]
    other = [group for group in groups if group != card["reference_group"]]
    between = f"largest difference of {len(groups)} groups"
    if len(groups) == 2 and card["notion"] != "eodds":
        between = f"{name(other[0], card)} minus {name(str(card['reference_group']), card)}"
    return {
        "title": "",
        "x": f"{between[:1].upper()}{between[1:]}, percentage points",
        "y": "Accuracy: share predicted correctly",
    }


def unusable(places: Sequence[tuple[str, str]]) -> str:
    """Places that were chosen and could not be used."""
    return listed([f"{place}: {reason}" for place, reason in places])
