"""Options that several commands share, and the one way of printing JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer

from yodo_core.config import help_of

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
Where = Annotated[Path, typer.Argument(help="A checkpoint folder, e.g. checkpoints/adult-sex-dp.")]
Split = Annotated[str, typer.Option(help="Rows to use: train, tune, certify or test.")]
Threshold = Annotated[float, typer.Option(help="A score of at least this is a positive decision; hundredths.")]
Weighted = Annotated[bool, typer.Option("--weighted", help="Use the survey weight (approximate).")]
Data = Annotated[Path | None, typer.Option(help="The CSV or Parquet file, where the rows are a file of your own.")]
Stored = Annotated[bool, typer.Option("--stored", help="Use the stored counts even where the rows are at hand.")]
States = Annotated[str | None, typer.Option(help="States of an ACS data set, by commas, e.g. CA,NY.")]
Year = Annotated[int | None, typer.Option(help="Year of an ACS data set, e.g. 2018.")]
Horizon = Annotated[str | None, typer.Option(help="Survey of an ACS data set: 1-Year (the default) or 5-Year.")]


RUNS_CODE = "A Dask cluster runs code that it is sent: name only one that you trust, best over TLS."
Backend = Annotated[str, typer.Option(help="loky: processes of this machine; dask: the cluster of --scheduler.")]
Scheduler = Annotated[str | None, typer.Option(help=f"Dask scheduler, tcp://HOST:PORT or tls://HOST:PORT. {RUNS_CODE}")]
TlsCa = Annotated[Path | None, typer.Option("--tls-ca", help="Certificate authority of a tls:// scheduler, PEM.")]
TlsCert = Annotated[Path | None, typer.Option("--tls-cert", help="This machine's certificate, PEM.")]
TlsKey = Annotated[Path | None, typer.Option("--tls-key", help="The key of that certificate, PEM.")]


def option(name: str) -> Any:
    """A CLI option whose help is that of the field in TrainConfig."""
    return typer.Option(help=help_of(name))


def emit(result: dict[str, Any]) -> None:
    """One JSON object on standard output."""
    print(json.dumps(result, allow_nan=False))


def say(*lines: str, file: TextIO | None = None) -> None:
    """Lines for a person, on standard output unless told otherwise."""
    for line in lines:
        print(printable(line), file=file)


def printable(line: str) -> str:
    """The line with ? for what a terminal might obey: names in it come from files."""
    return "".join(c if c.isprintable() else "?" for c in line)
