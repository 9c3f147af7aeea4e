"""`evaluate --chart`: what `evaluate` found, as one file that needs no network."""

from __future__ import annotations

import importlib.util
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from yodo_core.checkpoint import Checkpoint
from yodo_core.elsewhere import measure
from yodo_core.errors import InputError, unknown
from yodo_core.fairness.notions import get_notion

KINDS, THEMES = (".html", ".png"), ("light", "dark")


def check(file: Path, theme: str) -> None:
    """Raises InputError, before anything is worked out, for a chart that cannot be written."""
    if theme not in THEMES:
        raise unknown("theme", theme, THEMES)
    if file.suffix.lower() not in KINDS:
        raise InputError(f"Got --chart {file}; expected a name that ends in {' or '.join(KINDS)}.")
    if file.suffix.lower() == ".png" and importlib.util.find_spec("kaleido") is None:
        raise InputError("A .png chart needs the package kaleido; install it, or write an .html file.")
    if not file.absolute().parent.is_dir():
        raise InputError(f"There is no folder {file.absolute().parent}; make it first, or name another --chart.")


def write(found: dict[str, Any], ready: Checkpoint, file: Path, theme: str) -> str:
    """The chart of what `run` gave, as a file that needs no network. Returns its name."""
    from yodo_core import charts

    shown = drawn(found["places"])
    behind = measure.behind(ready, ready.notion, shown[0])
    figure = charts.elsewhere(shown, ready.notion, behind, _words(shown, ready, behind, found["weighted"]), theme)
    try:
        if file.suffix.lower() == ".png":
            figure.write_image(file, width=1100, height=620, scale=2)
        else:
            # The page around the figure is white without it.
            page = f"Object.assign(document.body.style, {{margin: 0, background: '{figure.layout.paper_bgcolor}'}})"
            looks = {"displaylogo": False, "responsive": True}
            figure.write_html(file, include_plotlyjs=True, config=looks, post_script=page)
    except (OSError, ValueError, RuntimeError) as error:
        raise InputError(f"{file} cannot be written ({' '.join(str(error).split())[:120]}); name another.") from None
    return str(file)


def finding(places: Sequence[dict[str, Any]], notion: str) -> str:
    """The place whose gap at the last alpha is farthest from that of the line's own, and that one, in one sentence."""
    own = places[0]["levels"][-1]["gaps"][notion]
    last = [(place["levels"][-1]["gaps"][notion], place["place"]) for place in places[1:]]
    known = [(gap, name) for gap, name in last if gap["gap"] is not None]
    if own["gap"] is None or not known:
        return "Too few people for a gap: the same line on other rows"
    gap, name = max(known, key=lambda entry: abs(entry[0]["signed"] - own["signed"]))
    alpha = places[0]["levels"][-1]["alpha"]
    return f"In {name} the same line at alpha {alpha:g} {_does(gap)}; where it was trained it {_does(own)}"


def _does(gap: dict[str, Any]) -> str:
    points = f"{100 * gap['gap']:.1f} points"
    if gap["floor"] is not None and gap["gap"] < gap["floor"]:
        return f"leaves no more than chance shows ({points})"
    return f"puts {gap['high']} ahead of {gap['low']} by {points}"


def drawn(places: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The line's own place once, and every single other one."""
    own, *others = places
    return [own] + [p for p in others if p["dataset"] != own["dataset"] and p["place"] != measure.TOGETHER]


def _words(places: Sequence[dict[str, Any]], ready: Checkpoint, behind: str | None, weighted: bool) -> dict[str, str]:
    what = f"{get_notion(ready.notion).title} gap"
    other = [group for group in ready.groups if group != behind]
    between = f"{len(other)} groups, worst case" if behind is None else f"how far {other[0]} is ahead of {behind}"
    return {
        "title": "\n".join(textwrap.wrap(finding(places, ready.notion), 100)),
        "x": f"{what}: {between}, percentage points" + ", in survey weights" * weighted,
        "y": "Accuracy, %, with 95% intervals. Circle: alpha 0, diamond: 0.5, square: 1; hollow: chance shows as much",
    }
