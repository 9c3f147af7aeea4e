"""`baselines`: which models to train beside a curve."""

from __future__ import annotations

from typing import Annotated

import typer

from yodo_core.cli.options import Backend, Data, Json, Scheduler, TlsCa, TlsCert, TlsKey, Where, emit, say

METHODS_HELP = (
    "Any of erm, fixed, prejudice-remover, adversarial, film and group-thresholds (needs the group), by commas."
)


def baselines(
    checkpoint: Where,
    methods: Annotated[str, typer.Option(help=METHODS_HELP)] = "erm,fixed",
    penalties: Annotated[
        str | None, typer.Option(help="Penalties of the methods fixed and film, e.g. 0.05:1:0.05,2,4.")
    ] = None,
    seeds: Annotated[int, typer.Option(help="Training seeds a setting, from 0.")] = 3,
    jobs: Annotated[int, typer.Option(help="Processes of the backend loky; -1 is one a core.")] = -1,
    backend: Backend = "loky",
    scheduler: Scheduler = None,
    tls_ca: TlsCa = None,
    tls_cert: TlsCert = None,
    tls_key: TlsKey = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Train what the curve is compared with, in parallel; run it again to go on where it stopped."""
    from yodo_core.commands import baselines as command
    from yodo_core.commands.workers import Workers

    settings = None if penalties is None else command.penalties(penalties)
    workers = Workers(backend, jobs, scheduler, (tls_ca, tls_cert, tls_key))
    result = command.run(checkpoint, methods.split(","), settings, seeds, workers, True, data)
    if as_json:
        return emit(result)
    say(f"{result['path']}: {result['models']} models stored, {result['trained']} of them trained now")
