"""What is said of one picture and its score."""

from __future__ import annotations

from typing import Any

from app.wording.numbers import percent

STORED = (
    "Figures of a net that reads pictures come from the stored curve. Under “One picture”, below, one test picture is "
    "run again."
)
PICK = "Which of the test pictures"
NOTE = "A single score does not show how anyone would be treated, only what blending the two ends does to one picture."


def alt(number: int) -> str:
    """The picture's name for whoever does not see it."""
    return f"Test picture {number}, enlarged"


def said(found: dict[str, Any], alpha: float, threshold: float) -> str:
    """The score at both ends and where the slider stands, and on which side of the threshold it falls."""
    first, last = (found["scores"][end] for end in (0, -1))
    side = "positive" if found["here"] >= threshold else "not positive"
    moved = [
        a for a, s in zip(found["alphas"], found["scores"], strict=True) if (s >= threshold) != (first >= threshold)
    ]
    turn = f" Along the line the prediction turns near alpha {moved[0]:.2f}." if moved else ""
    return (
        f"Its score is {percent(found['here'])} at alpha {alpha:.2f}, {side} from a score of {threshold:.2f} up; "
        f"{percent(first)} at the most accurate end, {percent(last)} at the other.{turn}"
    )


def about(found: dict[str, Any], card: dict[str, Any]) -> str:
    """The picture's group and label."""
    truth = ("the good outcome", "right") if found["label"] else ("the other outcome", "wrong")
    return f"{found['group']}. Its label is {truth[0]}: to be {card['decision_noun']} is {truth[1]}."


def chart_words(threshold: float) -> dict[str, str]:
    """Title, axes and the threshold's name."""
    return {
        "title": "The score of this picture along the line",
        "x": "alpha: 0 most accurate, 1 groups differ least",
        "y": "Score: the model's probability",
        "threshold": f"positive from {threshold:.2f} up",
    }
