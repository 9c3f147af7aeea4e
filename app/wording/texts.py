"""Fixed words of the app: titles, units, explanations. The data set's own nouns come in with its card."""

from __future__ import annotations

from typing import Any

from app.wording.display import strip_condition
from app.wording.groups import both, capital
from app.wording.numbers import percent, whole

APP_TITLE = "One model, every trade-off"
SLIDER = "How much of the difference to take out"
SLIDER_LOW = "none (most accurate)"
SLIDER_HIGH = "as much as possible"
STORED = "From the stored curve."
ACROSS = "Across: "
WAITING = "From the stored curve; running the model on the test rows…"
SESSION_OVER = (
    "The model made from your own file was there until its page was closed or loaded again, so another is shown."
)
BY_NUMBER = "Set the values by number"
IN_WORDS = "The figures of this place as text"
THRESHOLD = "Score from which the prediction is positive"
NO_CHECKPOINT = (
    "There is no checkpoint in the folder checkpoints/ yet. Train one with: "
    "python -m yodo_core train --dataset adult --attribute sex --notion dp"
)
FALLBACK = (
    "The live view has not started. “Set the values by number”, below, does the same job; open “The figures of this "
    "place as text” there."
)
ALPHA_HELP = "alpha: 0 is the most accurate end of the line, 1 the end where groups differ least."
METHODS = "What the other methods do"
THRESHOLD_HELP = "A score is the model's probability. All figures, the curve and the drag follow this value."

NOTION_PICK = {
    "dp": "Make equal: positives among all people",
    "eo": "Make equal: positives among those who qualify",
    "eodds": "Make equal: right and wrong positives",
}

LIMITS_OF_FIGURES = (
    "Equal rates are not the same as fair treatment: a gap says nothing about why groups differ, or whether "
    "the labels themselves were recorded fairly.",
    "No place on the line satisfies every notion at once. Closing one gap can open or turn another.",
    "The figures describe the rows this was measured on. Other places, years or people can differ by more than "
    "the intervals show.",
    "The intervals count chance in the test rows only, not what another training run would give: the faint "
    "curves show that.",
    "Small groups are set aside or cannot be estimated. That is missing knowledge, not absence of a difference.",
    "Who gains and who loses counts changed predictions; what a changed prediction means for a person is not "
    "in the data.",
)

HOW_IT_WORKS = (
    "The model is trained once, as a line between two sets of weights: one end as accurate as it can be, the "
    "other with the smallest difference between groups. The slider blends the two sets; every place is a "
    "working model.",
    "While you drag, the figures come from the stored curve of 101 places. When you stop, the weights are "
    "blended at that place, the blended model runs on people kept out of training, and the figures are counted "
    "anew.",
    "Every choice in the row at the top is a model of its own, trained by itself. So the most accurate ends of two "
    "choices differ a little, by chance in training, also on the same data.",
    "A gap is the highest minus the lowest rate over groups of at least 100 people in what is compared. The "
    "grey band is what chance alone shows 95 times in 100 when all groups share one rate; for equalized odds in the "
    "larger of its two gaps, so that one may lie within the band and yet be more than none by its own interval.",
    "Demographic parity compares how often each group gets a positive prediction; equal opportunity compares "
    "the same among people whose true outcome is the good one; equalized odds compares that and the rate of "
    "wrong positive predictions, and takes the larger gap. A positive prediction is wrong where the true outcome is "
    "not the good one; its rate is taken among the people of whom that holds.",
)


def uses_attribute(card: dict[str, Any]) -> str:
    """Whether the model sees the attribute when it decides."""
    return f"Uses {card['attribute_noun']} when deciding: {'yes' if card['with_attribute'] else 'no'}"


def positive_from(threshold: float) -> str:
    """The threshold in words."""
    return f"Positive from a score of {threshold:.2f} up"


def dataset_pick(card: dict[str, Any]) -> str:
    """The data set in the picker; where this session has brought its rows, it says so."""
    title = str(card.get("dataset_title", card["dataset"]))
    return f"{title} (yours)" if card.get("data") else title


def attribute_pick(card: dict[str, Any]) -> str:
    """The attribute in the picker, by its groups where there are two: "Men and women"."""
    groups = [str(group["name"]) for group in card["groups"]]
    two = len(groups) == 2
    return capital(both(groups[0], groups[1], card) if two else f"{card['attribute_noun']}, {len(groups)} groups")


def features_pick(card: dict[str, Any]) -> str:
    """The setting "attribute among the features" in the picker."""
    return f"{'Sees' if card['with_attribute'] else 'Does not see'} {card['attribute_noun']}"


def strip_title(card: dict[str, Any]) -> str:
    """What the rates of the strip are."""
    title = f"{card['decision_noun'][:1].upper()}{card['decision_noun'][1:]}, by group"
    return title if strip_condition(card) is None else f"{title}, {card['qualified_phrase']}"


def x_title(card: dict[str, Any]) -> str:
    """The horizontal axis: the gap of the line's notion."""
    groups = [str(group["name"]) for group in card["groups"]]
    between = f"between {both(groups[0], groups[1], card)}" if len(groups) == 2 else "between groups, the largest,"
    what = f"in being {card['decision_noun']}"
    if card["notion"] == "eo":
        what += f", {card['qualified_phrase']}"
    if card["notion"] == "eodds":
        what = "in right or in wrong positive predictions, the larger"
    return f"Difference {between} {what}, percentage points"


def y_title(n: int, card: dict[str, Any]) -> str:
    """The vertical axis, also in people."""
    return f"Accuracy: share predicted correctly (1 point = {whole(n / 100)} of {whole(n)} {card['people']})"


def models_label(n: int) -> str:
    """The label of the fixed models' marks."""
    return f"{n} models, each trained for one trade-off" if n != 1 else "1 model trained for one trade-off"


def method_label(title: str, n: int, needs_group: bool) -> str:
    """The label of another method's marks."""
    label = f"{title}, {n} models" if n != 1 else f"{title}, 1 model"
    return f"{label}; needs the group when deciding" if needs_group else label


def constant_label(accuracy: float, always: int, far: bool) -> str:
    """The label of the model that decides alike for everyone, which may lie far below the chart."""
    said = f"says {'yes' if always else 'no'} to everyone: {percent(accuracy)}"
    return f"{said}, below this chart" if far else f"{said}, no difference"


def teaching_note(card: dict[str, Any]) -> str:
    """That nobody was affected, where the data set is an example."""
    note = str(card.get("teaching_note") or "")
    return f"{note[:1].upper()}{note[1:]}." if note else ""


def notice(kind: str, value: str) -> str:
    """A gentle word on a link whose value could not be used. The value is cut short and shown as text."""
    shown = value if len(value) <= 40 else value[:40] + "…"
    return f"The link's {kind} “{shown}” is not one this app knows, so the usual one is shown."


def cannot_open(folder: str, reason: str) -> str:
    """The one line about a damaged checkpoint."""
    return f"{folder} cannot be opened. {reason}"


def gained_help(card: dict[str, Any]) -> str:
    """What the columns "gained" and "lost" count."""
    return (
        f"Gained: {card['people']} with a positive prediction here and none at the most accurate end; lost: the "
        "other way round. Cells with fewer than 30 people behind them cannot be estimated."
    )


def standins_intro(card: dict[str, Any]) -> str:
    """Why features that tell the groups apart matter."""
    sees = "sees" if card["with_attribute"] else "does not see"
    return (
        f"The model {sees} {card['attribute_noun']} when deciding. These features tell the groups apart best, so "
        "a model can act on the attribute through them. The strength is Cramér's V on the training rows: 0 where a "
        "feature tells nothing of the group, 1 where it tells the group outright."
    )


def markdown(text: str) -> str:
    """Text that may hold names from files or links, with Markdown's signs taken literally."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]()<>#+-.!|~$:" else sign for sign in str(text))
