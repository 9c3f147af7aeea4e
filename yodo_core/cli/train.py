"""`train`: the options of a run, which are the fields of TrainConfig, and what is printed of it."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from yodo_core.cli.options import Horizon, Json, States, Year, emit, option
from yodo_core.config import TrainConfig, help_of

DEFAULT = TrainConfig()


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
    out: Annotated[Path | None, typer.Option(help="Where to; by default checkpoints/<id>.")] = None,
    other_seeds: Annotated[int, typer.Option(min=0, max=50, help="Further seeds, for curves beside it.")] = 4,
    with_baselines: Annotated[bool, typer.Option("--with-baselines", help="Run `baselines` afterwards.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where a stopped run ended.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an existing checkpoint.")] = False,
    as_json: Json = False,
) -> None:
    """Train a line and write a checkpoint, with progress; Ctrl-C saves, --resume goes on."""
    from yodo_core.data import resolve

    given = {name: value for name, value in locals().items() if name in TrainConfig.__dataclass_fields__}
    config = TrainConfig(**{**given, "dataset": resolve(dataset, states, year, horizon)})
    from yodo_core.commands import baselines as baselines_command
    from yodo_core.commands import train as command

    path = command.default_out(config) if out is None else out
    result = command.finished(config, path) if resume and with_baselines else None
    if result is None:
        result = command.run(config, path, other_seeds, resume, overwrite, regenerate(sys.argv[1:]))
    if with_baselines:
        result["baselines"] = baselines_command.run(path, ("erm", "fixed"), None, 3, -1, True)["models"]
    if as_json:
        return emit(result)
    print(f"{result['path']}: {result['steps']:,} steps in {result['seconds']:.1f} s "
          f"({result['rows_per_second'] or 0:,.0f} rows a second)")  # fmt: skip


def regenerate(arguments: list[str]) -> str:
    """The command as it was given, less what only concerns this one run."""
    kept = [a for a in arguments if a not in ("--json", "--resume", "--overwrite")]
    return "python -m yodo_core " + " ".join(shlex.quote(a) for a in kept)
