"""The options that `train` has for a file of one's own, and the preview as text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

FileToTrain = Annotated[Path | None, typer.Option(help="A CSV or Parquet file of your own, in place of --dataset.")]
Target = Annotated[str | None, typer.Option(help="With --data: the column of the outcome.")]
Favourable = Annotated[str | None, typer.Option(help="With --data: the outcome that is good for the person.")]
Weight = Annotated[str | None, typer.Option(help="With --data: a column of survey weights.")]
Unit = Annotated[str | None, typer.Option(help="With --data: a column whose rows stay together, as a household's.")]
Drop = Annotated[list[str] | None, typer.Option(help="With --data: a column to leave out; may be repeated.")]
Keep = Annotated[
    list[str] | None, typer.Option(help="With --data: a column to use though it looks like none; may be repeated.")
]
Reference = Annotated[str | None, typer.Option(help="With --data: the group that others are compared with.")]
Preview = Annotated[bool, typer.Option("--preview", help="With --data: show what would be used, and end there.")]


def lines(preview: dict[str, Any]) -> Iterator[str]:
    """What is used of a file and how, for a terminal."""
    yield f"{preview['file']}: {preview['rows']:,} rows, {preview['rows_used']:,} used ({preview['dataset']})"
    rate = preview["favourable_rate"]
    yield f"outcome: {preview['target']}, good for the person: {preview['favourable']} ({rate:.1%} of the rows)"
    yield f"groups: {preview['attribute']}, compared with {preview['reference']}"
    for group in preview["groups"]:
        yield f"  {group['group']}: {group['rows']:,} rows, {group['favourable_rate']:.1%} {preview['favourable']}"
    if preview["weight"]:
        yield f"weight: {preview['weight']}"
    if preview["unit"]:
        yield f"kept together: rows of one {preview['unit']} ({preview['units']:,} of them)"
    yield f"features: {len(preview['features'])}"
    for feature in preview["features"]:
        kind = feature["kind"] + (" (as log(1 + value))" if feature["log"] else "")
        gaps = f"; {feature['missing']:,} missing: {feature['handled']}" if feature["missing"] else ""
        yield f"  {feature['name']}: {kind}{gaps}"
    if preview["left_out"]:
        yield "left out:"
    for column in preview["left_out"]:
        yield f"  {column['name']}: {column['reason']}"
    for concern in preview["concerns"]:
        yield f"note: {concern['sentence']}"
