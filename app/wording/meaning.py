"""What the slider's number means: where alpha is the share of the difference that is gone, and where it is not.

The share that should be gone is alpha, up to the most this line comes to; the share that is gone is measured
(`share_gone` of a level's figures) and never taken from alpha. A card's `share_set` holds the threshold at which that
is so and that most; it is None where it is nowhere so, and `share_unset` says why.
"""

from __future__ import annotations

from app.wording.groups import Facts, too_small
from app.wording.numbers import percent

SAME = 0.005
"""Below half a percent of the difference is shown as none: shares carry no decimal."""


def holds(card: Facts, threshold: float) -> bool:
    """Whether alpha is a share of the difference at this threshold."""
    return card["share_set"] is not None and abs(card["share_set"]["threshold"] - threshold) < 1e-9


def number(alpha: float, card: Facts, threshold: float) -> str:
    """The slider's number: a share where it is one, "40%", and else a place from 0 to 1, "0.40"."""
    return percent(alpha, 0) if holds(card, threshold) else f"{alpha:.2f}"


def meaning(alpha: float, facts: Facts, start: Facts, card: Facts, threshold: float) -> str:
    """The one line below the slider, short enough to stay one on a laptop's screen."""
    if not holds(card, threshold):
        return f"A place on the line, not a share: {_why(card)}."
    if alpha < SAME:
        return "None of the difference is taken out here: the most accurate end."
    most = card["share_set"]["most"]
    full = most <= alpha and most < 1 - SAME
    wanted = "all" if not full and alpha > 1 - SAME else f"about {percent(min(alpha, most), 0)}"
    wanted, should = (f"at most {wanted}", "can") if full else (wanted, "should")
    if len(card["groups"]) == 2:
        lead = f"{wanted[:1].upper()}{wanted[1:]} of the {'larger ' if card['notion'] == 'eodds' else ''}difference"
    else:
        lead = f"Over all groups, {'' if full else 'by size, '}{wanted}"
    return f"{lead} {should} be gone; on test rows {_measured(facts, start, card)}."


def explained(card: Facts, threshold: float) -> str:
    """The same at length, for whoever asks what the number means."""
    if not holds(card, threshold):
        return (
            "The number says how far along the line between its two ends this place lies; no share of the difference "
            f"belongs to it, as {_why(card)}. The differences shown are measured at every place."
        )
    said = f"The number is the share of the difference {_in_what(card)} that should be gone, compared with the most "
    said += "accurate end."
    said += _over_all(card)
    said += (
        f" It was set on other rows, at a threshold of {card['share_set']['threshold']:.2f}, and holds there only; the "
        "share on test rows is measured, and chance in both sets of rows keeps the two apart."
    )
    most = card["share_set"]["most"]
    if most < 1 - SAME:
        said += f" The line takes out at most about {percent(most, 0)}: from there up every place is the same model."
    return said


def _why(card: Facts) -> str:
    if card["share_set"] is not None:
        return f"shares are set for a threshold of {card['share_set']['threshold']:.2f} only"
    return {
        "objective": "the paper's way of training sets none",
        "chance": "the first difference may be chance",
    }.get(card["share_unset"], "none was set when this model was trained")


def _in_what(card: Facts) -> str:
    if card["notion"] == "eodds":
        return "in right and in wrong positive predictions"
    what = f"in being {card['decision_noun']}"
    return what if card["notion"] == "dp" else f"{what}, {card['qualified_phrase']},"


def _over_all(card: Facts) -> str:
    """What a share of several differences is, in plain words: see `share_gone`."""
    said = ""
    if len(card["groups"]) > 2:
        said = (
            " It is taken over all groups at once: how far each one's rate lies from everyone's; a group counts for "
            "more the more people it has and the farther it lay at first. The largest difference alone can shrink by "
            "another share."
        )
    if card["notion"] == "eodds":
        said += (
            " Of the two differences, among people with the good outcome and among the others, the one that is larger "
            "at a place counts there, compared with the larger one at first."
        )
    return said


def _measured(facts: Facts, start: Facts, card: Facts) -> str:
    share, gap = facts["share_gone"], facts["gaps"][card["notion"]]
    if share is None or gap["gap"] is None:
        return "it cannot be estimated"
    if too_small(start["gaps"][card["notion"]]):
        return "it may be chance from the start"
    if abs(share) < SAME:
        return "none is"
    if share < 0:
        return f"it is {percent(-share, 0)} larger"
    if share < 1 - SAME:
        return f"{percent(share, 0)} is"
    # Where what is left cannot be told from none, neither can the way it points.
    if too_small(gap):
        return "too little is left to tell"
    return "all is" if share <= 1 + SAME else f"it is {percent(share - 1, 0)} the other way"
