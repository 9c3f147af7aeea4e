"""`data list`, `data show` and `data fetch`: what data sets there are, what is in one, and how to get it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from yodo_core.cli.options import Horizon, Json, States, Year, emit, say

Dataset = Annotated[str, typer.Argument(help="A data set, e.g. kdd, or acs-income with --states and --year.")]


def listed(as_json: Json = False) -> None:
    """The data sets there are, with licence, size and attributes; reads no rows."""
    from yodo_core.data import DATASETS, acs, celeba, places
    from yodo_core.data.card import card

    cards = [card(spec) for spec in DATASETS.values()]
    if as_json:
        return emit({"datasets": cards, "patterns": [acs.PATTERN, celeba.PATTERN]})
    for found in cards:
        _print(found)
    say(f"{acs.PATTERN}: American Community Survey, as in {acs.EXAMPLE}, several states joined by +")
    say(f"  problems {', '.join(acs.PROBLEMS)}; years from {acs.FIRST_YEAR} on, {acs.FIVE} at the end for 5-Year files")
    say(f"  its rows are read from the folder that {places.PUMS} names, or where `data fetch` put them; {acs.SOURCE}")
    say(f"{celeba.PATTERN}: {celeba.CARD}")
    say("a CSV or Parquet file of your own: train --data FILE --target COLUMN --favourable VALUE --attribute COLUMN")


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
    for attribute, groups in found.get("groups", {}).items():
        say(f"  by {attribute}, share with {found['favourable']}:")
        for group in groups:
            rate = "too few to tell" if group["rate"] is None else f"{group['rate']:.1%}"
            say(f"    {group['group']}: {group['n']:,} rows, {rate}")


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
    say(f"{card['dataset']}: {card['title']}{size}; attributes {', '.join(card['attributes'])}")
    if card["absent"]:
        say(f"  its rows are not on this machine: {card['absent']}")
    say(f"  favourable outcome {card['favourable']} ({card['decision_noun']}); {card['licence']}")
    say(f"  {card['source']}")
    for problem in card["known_problems"]:
        say(f"  - {problem}")
