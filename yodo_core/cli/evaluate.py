"""`evaluate`: the same line on other rows, one table for all places."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from yodo_core.cli.options import (
    Horizon,
    Json,
    Scheduler,
    States,
    Threshold,
    TlsCa,
    TlsCert,
    TlsKey,
    Weighted,
    Where,
    emit,
    say,
)

HEAD = ("place", "alpha", "n", "accuracy", "decision_rate", "dp_gap", "eo_gap", "eodds_gap")


def evaluate(
    checkpoint: Where,
    dataset: Annotated[str | None, typer.Option(help="Data set of the other rows, e.g. acs-income.")] = None,
    states: States = None,
    year: Annotated[str | None, typer.Option(help="Years of an ACS data set, by commas, e.g. 2017,2018.")] = None,
    horizon: Horizon = None,
    data: Annotated[
        Path | None, typer.Option(help="Or a CSV or Parquet file with the columns that the line was trained on.")
    ] = None,
    alphas: Annotated[int, typer.Option(help="Levels, spread evenly from 0 to 1.")] = 5,
    threshold: Threshold = 0.5,
    weighted: Weighted = False,
    policy: Annotated[Path | None, typer.Option(help="A CSV file region,alpha: an alpha for each region.")] = None,
    region: Annotated[
        str | None, typer.Option(help="Column that holds the regions; for ACS the state (ST) unless given.")
    ] = None,
    policy_by_group: Annotated[
        bool, typer.Option("--policy-by-group", help="Allow a policy by a sensitive group.")
    ] = False,
    chart: Annotated[Path | None, typer.Option(help="Write the chart to this .html file (or .png).")] = None,
    theme: Annotated[str, typer.Option(help="light or dark, for --chart.")] = "light",
    backend: Annotated[
        str | None, typer.Option(help="Who counts the places: loky (this machine), dask; by default this process.")
    ] = None,
    scheduler: Scheduler = None,
    tls_ca: TlsCa = None,
    tls_cert: TlsCert = None,
    tls_key: TlsKey = None,
    as_json: Json = False,
) -> None:
    """The same line on other rows: each place, all together, and beside them its own test rows."""
    from yodo_core import checkpoint as checkpoints
    from yodo_core.commands import evaluate as command
    from yodo_core.commands import evaluate_chart as drawing
    from yodo_core.commands.point import grid
    from yodo_core.commands.workers import Workers
    from yodo_core.errors import InputError

    if policy is None and (region is not None or policy_by_group):
        raise InputError("Got --region or --policy-by-group without --policy; name the file region,alpha too.")
    workers = Workers(backend or "loky", -1, scheduler, (tls_ca, tls_cert, tls_key)) if backend or scheduler else None
    ready, levels = checkpoints.read(checkpoint), grid(alphas)
    if chart is not None:
        drawing.check(chart, theme)
    where = command.places(ready, dataset, states, year, horizon, data)
    # First, as it takes a wrong policy at once.
    by_region = None
    if policy is not None:
        rules = command.policy_of(policy, where, region)
        by_region = command.by_policy(ready, where, rules, threshold, policy_by_group, weighted)
    found = command.run(ready, where, levels, threshold, workers, data, weighted)
    found |= {} if by_region is None else {"policy": by_region}
    if chart is not None:
        found["chart"] = drawing.write(found, ready, chart, theme)
    if as_json:
        return emit(found)
    show(found)


def show(found: dict[str, Any]) -> None:
    """The table, and below it what was left out, place by place."""
    notion = found["notion"]
    rows: list[tuple[str, ...]] = [(*HEAD, f"{notion}: 95%", "floor", "share gone")]
    for place in found["places"]:
        shares = place["share_gone"]
        rows += [
            _cells(place["place"], level, notion, share) for level, share in zip(place["levels"], shares, strict=True)
        ]
    if "policy" in found:
        policy = found["policy"]
        rows += [_cells(f"policy: {region['region']}", region, notion) for region in policy["regions"]]
        rows.append(_cells("policy: everyone", policy["total"], notion))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        first, *cells = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        say("  ".join((first.strip().ljust(widths[0]), *cells)))
    for place in found["places"]:
        for line in notes(place):
            say(f"{place['place']}: {line}")
    if "policy" in found and found["policy"]["without_rows"]:
        say(f"policy: no rows of {', '.join(found['policy']['without_rows'])}")
    if found["weighted"]:
        say("people and shares in survey weights; intervals of so many rows as the weights are worth, without clusters")
    if "chart" in found:
        say(f"chart: {found['chart']}")


def notes(place: dict[str, Any]) -> list[str]:
    """What a reader of a place's figures must know: which rows, unknown values, groups left out."""
    lines = ["test rows only, as the line was trained on others of these"] if place["rows"] == "test" else []
    if any(share is None for share in place["share_gone"]):
        lines.append("no share gone, as the gap at alpha 0 is no more than chance shows, or cannot be estimated")
    small = [
        f"{e['group']} ({e['n']:,})"
        for e in place["levels"][0]["left_out"]
        if e["n"] and e["metric"] == "decision_rate"
    ]
    if small:
        lines.append(f"too few people for the gap: {', '.join(small)}")
    unseen = place["unseen"]
    if unseen and unseen["cells"]:
        worst = ", ".join(f"{name} {share:.1%}" for name, share in list(unseen["columns"].items())[:3])
        lines.append(f"{unseen['share']:.2%} of category cells hold a value unknown to the line ({worst})")
    lines += [f"{g['group']} left out, {g['n']:,} rows: {g['reason']}" for g in place["left_out_groups"]]
    return lines + ([place["note"]] if place["note"] else [])


def _cells(name: str, level: dict[str, Any], notion: str, share: float | None = None) -> tuple[str, ...]:
    alpha = "mixed" if level["alpha"] is None else f"{level['alpha']:g}"
    gap = level["gaps"][notion]
    ends = "-" if gap["low_end"] is None else f"{_figure(gap['low_end'])} to {_figure(gap['high_end'])}"
    figures = (*(_figure(level[key]) for key in HEAD[3:]), ends, _figure(gap["floor"]), _figure(share, 2))
    return (name, alpha, f"{level['n']:,.0f}", *figures)


def _figure(value: float | None, digits: int = 4) -> str:
    return "-" if value is None else f"{value:.{digits}f}"
