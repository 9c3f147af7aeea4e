"""What the components share: their sources, and the way figures reach a view that is already drawn."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent


def read(*names: str) -> str:
    """The named files as one text."""
    return "".join((_HERE / name).read_text("utf-8") for name in names)


def hand_over_to(view: str) -> str:
    """The code of a component that draws nothing: it puts its data where a view finds them, and says so.

    `view` is a fixed word of ours: "Scores" becomes window.__yodoScores and the event yodo-scores.
    """
    return f"""
export default function (component) {{
  window.__yodo{view} = component.data;
  window.dispatchEvent(new CustomEvent("yodo-{view.lower()}"));
}}
"""
