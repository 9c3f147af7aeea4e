"""The page "Elsewhere": what the same model does on the rows of other places. Figures as `store.home` gives them."""

from __future__ import annotations

from collections.abc import Sequence

from app.wording.groups import Facts, capital, chance, name, too_small
from app.wording.numbers import UNKNOWN, listed, percent, points, span, whole
from app.wording.texts import NOTION_PICK, attribute_pick, features_pick

TITLE = "The same model on other rows"
LINE = "Model"
PLACES = "Places whose rows are on this machine"
SLIDER = "How much of the difference to take out (alpha), for the sentence and the table"
USABLE = "Models with rows of other places on this machine:"
MORE, MORE_FILES = "More rows: another state or year, or a file of your own", "More rows: a file of your own"
STATE, YEAR = "State", "Year"
FILE = "A file with the columns that the model was trained on (it is not kept)"
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


def none_at_hand(card: Facts, obtainable: bool) -> str:
    """Why there is nowhere else to look, and what to do; `obtainable`: whether rows of other places can be fetched."""
    if obtainable:
        problem = str(card["dataset"]).removesuffix("-5y").rsplit("-", 2)[0]
        horizon = " --horizon 5-Year" if str(card["dataset"]).endswith("-5y") else ""
        return (
            "No rows of other states or years are on this machine. Choose some to download below, or run: python -m "
            f"yodo_core data fetch {problem} --states TX --year 2018{horizon}"
        )
    if card.get("picture"):
        return f"There are no other rows for this model: it sees pictures ({card['dataset_title']}). Choose another."
    if str(card["dataset"]).startswith("acs-"):
        return (
            f"There are no other rows for this model here: {card['dataset_title']} is a problem of someone's own, and "
            "only the program that defines it can make its rows. Bring the files of other states into the folder that "
            "YODO_PUMS_ROOT names, in YEAR/1-Year/, define the problem on them there, and measure it in that program."
        )
    return (
        f"There are no other rows for this model ({card['dataset_title']}). Choose another model, or bring a file with "
        "the same columns."
    )


def here(place: str) -> str:
    """That a place's rows need no download."""
    return f"The rows of {place} are on this machine."


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
        f"The same model, used {_at(far)}, {_does(there, card)} {_what(card)}; where it was trained, {_at(home)}, "
        f"it {_does(own, card)}. It is right for {percent(there['accuracy'])} of {card['people']} "
        f"there, {percent(own['accuracy'])} at home."
    )
    return said if len(known) == 1 else f"{said} Of the {len(known)} places this is the farthest from home."


def _at(place: Facts) -> str:
    """ "in Texas 2018", "on town.csv": rows that are no state's have no place."""
    return f"{'in' if str(place['dataset']).startswith('acs-') else 'on'} {place['place']}"


def _does(level: Facts, card: Facts) -> str:
    gap = level["gaps"][card["notion"]]
    if too_small(gap):
        return f"shows a difference {chance(card['notion'])} ({points(gap['gap'])})"
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
    share, unseen = place["share_gone"][level], place["unseen"]
    cells = level_cells(found, card)
    cells["People"] += " (test rows)" if place["rows"] == "test" else ""
    return {
        "Place": str(place["place"]),
        **cells,
        "Share gone": "–" if share is None else percent(share, 0),
        "Unknown values": "–" if unseen is None else percent(unseen["share"], 2),
    }


def level_cells(found: Facts, card: Facts) -> dict[str, str]:
    """The cells of one level's figures, or of any rows' taken together."""
    gap = found["gaps"][card["notion"]]
    ahead = "" if gap["gap"] is None or too_small(gap) else f", {name(gap['high'], card)} ahead"
    return {
        "People": whole(found["n"]),
        "Right": percent(found["accuracy"]),
        "Difference": f"{points(gap['gap'])}{ahead}",
        "95%": "–" if gap["low_end"] is None else span(gap["low_end"], gap["high_end"]),
        "By chance up to": points(gap["floor"]),
    }


def share_key(places: Sequence[Facts], level: int) -> str:
    """What the shares in the table are of, and those of its cells that need a word."""
    shares = [place["share_gone"][level] for place in places]
    told = [share for share in shares if share is not None]
    parts = ["Share gone: of the difference that the same place has at alpha 0."]
    if any(round(share, 2) > 1 for share in told):
        parts.append("Over 100%: it has turned round, and whoever was ahead at alpha 0 is now behind.")
    if any(round(share, 2) < 0 for share in told):
        parts.append("Below 0%: it has grown.")
    if len(told) < len(shares):
        parts.append("–: at alpha 0 it is no larger than chance alone shows, or cannot be estimated.")
    return " ".join(parts)


def counted(card: Facts, threshold: float) -> str:
    """At which threshold and in which weights the figures are taken, and what the floor of two gaps is."""
    weights = "; python -m yodo_core evaluate CHECKPOINT --weighted takes survey weights" if card.get("weight") else ""
    said = f"Positive from a score of {threshold:.2f} up, as set on the page Explore. Everyone counts once, unweighted"
    said += f"{weights}. "
    if card["notion"] == "eodds":
        said += (
            "“By chance up to” is that of the larger of the two differences of equalized odds, “95%” that of the one "
            "shown, which may lie above 0 all the same."
        )
    return said.strip()


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


def chart_words(card: Facts, home: Facts) -> dict[str, str]:
    """Axes of the chart; the finding stands above it. The order is that of the most accurate end at home."""
    groups = [str(group["name"]) for group in card["groups"]]
    between = f"largest difference of {len(groups)} groups"
    if len(groups) == 2 and card["notion"] != "eodds":
        behind = home["levels"][0]["gaps"][card["notion"]]["low"] or card["reference_group"]
        ahead = next(group for group in groups if group != behind)
        between = f"{name(ahead, card)} ahead of {name(behind, card)} (below 0: behind)"
    return {
        "title": "",
        "x": f"{capital(between)}, percentage points",
        "y": "Accuracy: share predicted correctly",
    }


def unusable(places: Sequence[tuple[str, str]]) -> str:
    """Places that were chosen and could not be used."""
    # A line about a file begins with its name already.
    return listed([reason if reason.startswith(place) else f"{place}: {reason}" for place, reason in places])
