"""`point` and `curve`: the figures of one level, or of many."""

from __future__ import annotations

from typing import Annotated

import typer

from yodo_core.cli.options import (
    Data,
    Json,
    Scheduler,
    Split,
    Stored,
    Threshold,
    TlsCa,
    TlsCert,
    TlsKey,
    Weighted,
    Where,
    emit,
    say,
)


def point(
    checkpoint: Where,
    alpha: Annotated[float, typer.Option(help="0 is the accuracy end, 1 the fairness end.")],
    split: Split = "test",
    threshold: Threshold = 0.5,
    weighted: Weighted = False,
    stored: Stored = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Every figure at one alpha, recomputed from rows; without rows from stored counts."""
    from yodo_core.commands.point import figures

    found = figures(checkpoint, [alpha], split, threshold, weighted, stored, data)[0]
    if as_json:
        return emit(found)
    size = f"{split} rows that stand for {found['n']:,.0f}" if weighted else f"{found['n']:,} {split} rows"
    say(f"{found['checkpoint']}, alpha {alpha:g}, threshold {threshold:g}, {size} "
        f"({'recomputed' if found['source'] == 'rows' else 'from stored counts'})")  # fmt: skip
    for name in ("accuracy", "decision_rate", "dp_gap", "eo_gap", "eodds_gap", "average_precision"):
        value = found[name]
        error = found.get(f"{name}_se")
        say(f"  {name:18} {'cannot be estimated' if value is None else f'{value:.4f}'}"
            f"{'' if error is None else f' (standard error {error:.4f})'}")  # fmt: skip
    for group in found["groups"]:
        rate = group["decision_rate"]
        say(f"  {group['group']}: n {group['n']:,.0f}, decision rate {'-' if rate is None else f'{rate:.4f}'}")


def curve(
    checkpoint: Where,
    alphas: Annotated[int, typer.Option(help="Levels, spread evenly from 0 to 1.")] = 101,
    split: Split = "test",
    threshold: Threshold = 0.5,
    weighted: Weighted = False,
    stored: Stored = False,
    data: Data = None,
    backend: Annotated[
        str | None, typer.Option(help="Who counts the rows: loky (this machine), dask; by default this process.")
    ] = None,
    scheduler: Scheduler = None,
    tls_ca: TlsCa = None,
    tls_cert: TlsCert = None,
    tls_key: TlsKey = None,
    as_json: Json = False,
) -> None:
    """Every level's figures, recomputed from rows; without rows from stored counts."""
    from yodo_core.commands.point import figures, grid
    from yodo_core.commands.workers import Workers

    workers = Workers(backend or "loky", -1, scheduler, (tls_ca, tls_cert, tls_key))
    levels = figures(checkpoint, grid(alphas), split, threshold, weighted, stored, data, workers if backend else None)
    if as_json:
        return emit({"checkpoint": levels[0]["checkpoint"], "source": levels[0]["source"], "levels": levels})
    say("alpha  accuracy  decision_rate  dp_gap  eo_gap  eodds_gap")
    for level in levels:
        cells = [level[k] for k in ("accuracy", "decision_rate", "dp_gap", "eo_gap", "eodds_gap")]
        say(f"{level['alpha']:5.3f}  " + "  ".join("  -   " if c is None else f"{c:.4f}" for c in cells))
