"""`train`: the options of a run, which are the fields of TrainConfig, and what is printed of it."""

from __future__ import annotations

import shlex
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from yodo_core.cli.options import Horizon, Json, Scheduler, States, TlsCa, TlsCert, TlsKey, Year, emit, option, say
from yodo_core.cli.own import Drop, Favourable, FileToTrain, Keep, Preview, Reference, Target, Unit, Weight, lines
from yodo_core.config import TrainConfig, help_of
from yodo_core.errors import InputError

DEFAULT = TrainConfig()
FILES = ("--data", "--out")
HELPERS = ("--backend", "--scheduler", "--tls-ca", "--tls-cert", "--tls-key")


def train(
    dataset: Annotated[str, option("dataset")] = DEFAULT.dataset,
    attribute: Annotated[str, option("attribute")] = DEFAULT.attribute,
    notion: Annotated[str, option("notion")] = DEFAULT.notion,
    objective: Annotated[str, option("objective")] = DEFAULT.objective,
    with_attribute: Annotated[bool, typer.Option("--with-attribute", help=help_of("with_attribute"))] = False,
    seed: Annotated[int, option("seed")] = DEFAULT.seed,
    split_seed: Annotated[int, option("split_seed")] = DEFAULT.split_seed,
    split: Annotated[str, option("split")] = DEFAULT.split,
    epochs: Annotated[int, option("epochs")] = DEFAULT.epochs,
    batch_size: Annotated[int, option("batch_size")] = DEFAULT.batch_size,
    learning_rate: Annotated[float, option("learning_rate")] = DEFAULT.learning_rate,
    weight_decay: Annotated[float, option("weight_decay")] = DEFAULT.weight_decay,
    hidden: Annotated[int, option("hidden")] = DEFAULT.hidden,
    depth: Annotated[int, option("depth")] = DEFAULT.depth,
    dropout: Annotated[float, option("dropout")] = DEFAULT.dropout,
    ends: Annotated[str, option("ends")] = DEFAULT.ends,
    cosine_weight: Annotated[float, option("cosine_weight")] = DEFAULT.cosine_weight,
    penalty: Annotated[float, option("penalty")] = DEFAULT.penalty,
    trunk: Annotated[float, option("trunk")] = DEFAULT.trunk,
    at_start: Annotated[float, option("at_start")] = DEFAULT.at_start,
    at_end: Annotated[float, option("at_end")] = DEFAULT.at_end,
    dual_rate: Annotated[float, option("dual_rate")] = DEFAULT.dual_rate,
    threads: Annotated[int, option("threads")] = DEFAULT.threads,
    states: States = None,
    year: Year = None,
    horizon: Horizon = None,
    data: FileToTrain = None,
    target: Target = None,
    favourable: Favourable = None,
    weight: Weight = None,
    unit: Unit = None,
    drop: Drop = None,
    keep: Keep = None,
    reference: Reference = None,
    preview: Preview = False,
    out: Annotated[Path | None, typer.Option(help="Where to; by default checkpoints/<id>.")] = None,
    other_seeds: Annotated[int, typer.Option(min=0, max=50, help="Further seeds, for curves beside it.")] = 4,
    backend: Annotated[
        str | None, typer.Option(help="Who trains other seeds: loky (this machine), dask; by default this process.")
    ] = None,
    scheduler: Scheduler = None,
    tls_ca: TlsCa = None,
    tls_cert: TlsCert = None,
    tls_key: TlsKey = None,
    with_baselines: Annotated[bool, typer.Option("--with-baselines", help="Run `baselines` afterwards.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where a stopped run ended.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an existing checkpoint.")] = False,
    as_json: Json = False,
) -> None:
    """Train a line and write a checkpoint, with progress; Ctrl-C saves, --resume goes on."""
    from yodo_core.data import resolve

    given = {name: value for name, value in locals().items() if name in TrainConfig.__dataclass_fields__}
    if sum(argument.split("=")[0] == "--attribute" for argument in sys.argv) > 1:
        raise InputError("Got --attribute more than once; join what is to be compared together by +, as in sex+race.")
    if data is not None and (states or year or horizon):
        raise InputError("Got --states, --year or --horizon with --data; a file has none. Leave them out.")
    config = TrainConfig(**{**given, "dataset": resolve(dataset, states, year, horizon)})
    said: dict[str, Any] = {"target": target, "favourable": favourable, "weight": weight, "unit": unit}
    said |= {"drop": drop, "keep": keep}
    spec = None
    if data is None:
        refuse_without_file(said | {"reference": reference, "preview": preview})
    else:
        from yodo_core.commands import own
        from yodo_core.fairness.notions import get_notion

        if any(argument.split("=")[0] == "--dataset" for argument in sys.argv):
            raise InputError(f"Got both --data and --dataset {dataset}; give one of them.")
        get_notion(notion)
        config, spec, shown = own.described(data, config, reference=reference, **said)
        if preview:
            return emit(shown) if as_json else say(*lines(shown))
        say(*lines(shown), file=sys.stderr)
        if not any(argument.split("=")[0] == "--epochs" for argument in sys.argv):
            rows = shown["rows_used"]
            config = replace(config, epochs=own.enough_epochs(rows, config))
            say(f"epochs: {config.epochs}, for {rows:,} rows; --epochs sets another number", file=sys.stderr)
    from yodo_core import ranks
    from yodo_core.commands import baselines as baselines_command
    from yodo_core.commands import train as command
    from yodo_core.commands.workers import Workers

    workers = Workers(backend or "loky", -1, scheduler, (tls_ca, tls_cert, tls_key))
    path = command.default_out(config, spec) if out is None else out
    with ranks.joined() as group:
        result = group.told(command.finished(config, path, spec) if group.first and resume and with_baselines else None)
        if result is None and group.first:
            written = regenerate(sys.argv[1:], group.size, spec is not None)
            others = workers if backend else None
            result = command.run(config, path, other_seeds, resume, overwrite, written, others, group, spec)
        elif result is None:
            command.follow(config, group, spec)
    if result is None:
        return
    if with_baselines:
        result["baselines"] = baselines_command.run(path, ("erm", "fixed"), None, 3, workers, True, data)["models"]
    if as_json:
        return emit(result)
    say(f"{result['path']}: {result['steps']:,} steps in {result['seconds']:.1f} s "
        f"({result['rows_per_second'] or 0:,.0f} rows a second)")  # fmt: skip


def refuse_without_file(said: dict[str, object]) -> None:
    """Raises InputError for options that describe a file where none is given."""
    given = [f"--{name}" for name, value in said.items() if value]
    if given:
        raise InputError(f"Got {', '.join(given)} without --data; name the file that they describe, or leave them out.")


def regenerate(arguments: list[str], ranks: int = 1, own: bool = False) -> str:
    """The command as it was given, less what only concerns this one run and who worked for it.

    Where the rows are a file of one's `own`, the folders it and the checkpoint lie in are nobody else's business.
    """
    kept, flags = [], ("--json", "--resume", "--overwrite")
    waiting = iter(arguments)
    for argument in waiting:
        if argument in HELPERS:
            next(waiting, None)
        elif argument not in flags and argument.split("=")[0] not in HELPERS:
            kept.append(argument)
            if own and argument in FILES:
                kept.append(Path(next(waiting, "")).name)
            elif own and argument.split("=")[0] in FILES:
                kept[-1] = "=".join((argument.split("=")[0], Path(argument).name))
    start = "python" if ranks == 1 else f"torchrun --nproc-per-node={ranks}"
    return f"{start} -m yodo_core " + " ".join(shlex.quote(a) for a in kept)
