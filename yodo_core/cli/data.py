"""`data list`, `data show` and `data fetch`: what data sets there are, what is in one, and how to get it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from yodo_core.cli.options import Horizon, Json, States, Year, emit, say

Dataset = Annotated[str, typer.Argument(help="A data set, e.g. kdd, or acs-income with --states and --year.")]
MOST_NAMED = 10
"""Attributes that get a line each; more than these are named on one."""


def listed(as_json: Json = False) -> None:
    """A card for each data set: rows, groups and rates where its rows are here, nouns, licence, source, problems."""
    from yodo_core.data import acs, celeba, listing

    cards, patterns = listing.datasets(), listing.patterns()
    if as_json:
        return emit({"datasets": cards, "patterns": [acs.PATTERN, celeba.PATTERN], "pattern_cards": patterns})
    for found in (*cards, *patterns):
        _print(found)
        _print_groups(found)
        for problem in found["known_problems"]:
            say(f"  - {problem}")


def show(
    dataset: Dataset, states: States = None, year: Year = None, horizon: Horizon = None, as_json: Json = False
) -> None:
    """One data set's card, with the size and the rate of favourable outcomes of each group where its rows are here."""
    from yodo_core.data import get, resolve
    from yodo_core.data.card import card, counted

    spec = get(resolve(dataset, states, year, horizon))
    found = card(spec) if spec.absent() else counted(spec)
    if as_json:
        return emit(found)
    _print(found)
    for problem in found["known_problems"]:
        say(f"  - {problem}")
    for attribute, groups in found["groups"].items() if not found["absent"] else ():
        say(f"  by {attribute}, share with {found['favourable']}:")
        for group in groups:
            say(f"    {group['group']}: {group['n']:,} rows, {_rate(group)}")


def fetch(
    dataset: Dataset,
    states: States = None,
    year: Year = None,
    horizon: Horizon = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also files that a data set uses only where they are there, as kdd does.")
    ] = False,
    progress_file: Annotated[
        Path | None, typer.Option(help="Keep the progress in this file too, for other programs.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Download a data set's files, with progress; Ctrl-C keeps what came, and the same command goes on with it."""
    from yodo_core.commands import fetch as command
    from yodo_core.data import resolve

    result = command.run(resolve(dataset, states, year, horizon), everything, told=progress_file)
    if as_json:
        return emit(result)
    for file in result["files"]:
        say(f"{file['path']}: {file['bytes']:,} bytes, {'fetched' if file['fetched'] else 'was there already'}")


def _print(card: dict[str, Any]) -> None:
    size = f", {card['rows']:,} rows" if card["rows"] else ""
    by = f"; attributes {', '.join(card['attributes'])}" if 0 < len(card["attributes"]) <= MOST_NAMED else ""
    say(f"{card['dataset']}: {card['title']}{size}{by}")
    if card["absent"]:
        say(f"  its rows are not on this machine: {card['absent']}")
    if "like" in card:
        say(f"  as in {card['like']}; {card['note']}")
    share = "" if card["rate"] is None else f", {card['rate']:.1%} of the rows"
    say(f"  favourable outcome {card['favourable']}{share} ({card['decision_noun']}; {card['qualified_phrase']})")
    say(f"  {card['licence']}; {card['source']}")


def _print_groups(card: dict[str, Any]) -> None:
    """A line for each attribute of one column, with rows and rates where they are known; many attributes on one."""
    singles = {name: groups for name, groups in card["groups"].items() if "+" not in name}
    if len(singles) > MOST_NAMED:
        say(f"  by any of {len(singles)} attributes, yes or no: {', '.join(singles)}")
        return
    for name, groups in singles.items():
        say(f"  by {name}: {', '.join(map(_group, groups))}")


def _group(group: dict[str, Any]) -> str:
    if group["n"] is None:
        return str(group["group"])
    return f"{group['group']} {group['n']:,} rows ({_rate(group)})"


def _rate(group: dict[str, Any]) -> str:
    return "too few to tell" if group["rate"] is None else f"{group['rate']:.1%}"
