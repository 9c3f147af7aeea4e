"""The command line: `python -m yodo_core COMMAND`. Parses, prints and turns errors into one line and a code."""

from __future__ import annotations

import json
import os
import shlex
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Annotated, Any

import typer

from yodo_core.config import TrainConfig, help_of
from yodo_core.errors import YodoError

# A help page needs no colour boxes, and an error is one line: rich's markup stays off.
app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None, help=__doc__)
data_app = typer.Typer(no_args_is_help=True, help="Data sets: what there is.")
app.add_typer(data_app, name="data")

DEFAULT = TrainConfig()
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
Where = Annotated[Path, typer.Argument(help="A checkpoint folder, e.g. checkpoints/adult-sex-dp.")]
Split = Annotated[str, typer.Option(help="Rows to use: train, tune, certify or test.")]
Threshold = Annotated[float, typer.Option(help="A score of at least this is a positive decision; hundredths.")]
Weighted = Annotated[bool, typer.Option("--weighted", help="Use the survey weight (approximate).")]
Stored = Annotated[bool, typer.Option("--stored", help="Use the stored counts even where the rows are at hand.")]
METHODS_HELP = (
    "Any of erm, fixed, prejudice-remover, adversarial, film and group-thresholds (needs the group), by commas."
)


def option(name: str) -> Any:
    """A CLI option whose help is that of the field in TrainConfig."""
    return typer.Option(help=help_of(name))


@data_app.command("list")
def data_list(as_json: Json = False) -> None:
    """The data sets there are, with licence, size and attributes."""
    from yodo_core.data import DATASETS, acs, pums

    cards: list[dict[str, Any]] = [
        {
            "dataset": spec.id,
            "title": spec.title,
            "rows": spec.rows,
            "absent": spec.absent(),
            "attributes": [a.id for a in spec.attributes],
            "favourable": spec.favourable,
            "decision_noun": spec.decision_noun,
            "licence": spec.licence,
            "source": spec.source,
            "known_problems": list(spec.known_problems),
        }
        for spec in DATASETS.values()
    ]
    if as_json:
        return emit({"datasets": cards, "patterns": [acs.PATTERN]})
    for card in cards:
        size = f", {card['rows']:,} rows" if card["rows"] else ""
        print(f"{card['dataset']}: {card['title']}{size}; attributes {', '.join(card['attributes'])}")
        if card["absent"]:
            print(f"  its rows are not on this machine: {card['absent']}")
        print(f"  favourable outcome {card['favourable']} ({card['decision_noun']}); {card['licence']}")
        print(f"  {card['source']}")
        for problem in card["known_problems"]:
            print(f"  - {problem}")
    print(f"{acs.PATTERN}: American Community Survey, as in {acs.EXAMPLE}, several states joined by +")
    print(f"  problems {', '.join(acs.PROBLEMS)}; years {pums.YEARS[0]} to {pums.YEARS[-1]}; {acs.SOURCE}")
    print(f"  its rows are read from the folder that {pums.ROOT} names; nothing is downloaded")


@app.command()
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
    out: Annotated[Path | None, typer.Option(help="Where to; by default checkpoints/<id>.")] = None,
    other_seeds: Annotated[int, typer.Option(min=0, max=50, help="Further seeds, for curves beside it.")] = 4,
    with_baselines: Annotated[bool, typer.Option("--with-baselines", help="Run `baselines` afterwards.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where a stopped run ended.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an existing checkpoint.")] = False,
    as_json: Json = False,
) -> None:
    """Train a line and write a checkpoint, with progress; Ctrl-C saves, --resume goes on."""
    given = {name: value for name, value in locals().items() if name in TrainConfig.__dataclass_fields__}
    config = TrainConfig(**given)
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


@app.command()
def baselines(
    checkpoint: Where,
    methods: Annotated[str, typer.Option(help=METHODS_HELP)] = "erm,fixed",
    penalties: Annotated[
        str | None, typer.Option(help="Penalties of the methods fixed and film, e.g. 0.05:1:0.05,2,4.")
    ] = None,
    seeds: Annotated[int, typer.Option(help="Training seeds a setting, from 0.")] = 3,
    jobs: Annotated[int, typer.Option(help="Processes; -1 is one a core.")] = -1,
    as_json: Json = False,
) -> None:
    """Train what the curve is compared with, in parallel; run it again to go on where it stopped."""
    from yodo_core.commands import baselines as command

    settings = None if penalties is None else command.penalties(penalties)
    if jobs == 0:
        from yodo_core.errors import InputError

        raise InputError("Got --jobs 0; give a number of processes, or -1 for one a core.")
    result = command.run(checkpoint, methods.split(","), settings, seeds, jobs, True)
    if as_json:
        return emit(result)
    print(f"{result['path']}: {result['models']} models stored, {result['trained']} of them trained now")


@app.command()
def point(
    checkpoint: Where,
    alpha: Annotated[float, typer.Option(help="0 is the accuracy end, 1 the fairness end.")],
    split: Split = "test",
    threshold: Threshold = 0.5,
    weighted: Weighted = False,
    stored: Stored = False,
    as_json: Json = False,
) -> None:
    """Every figure at one alpha, recomputed from rows; without rows from stored counts."""
    from yodo_core.commands.point import figures

    found = figures(checkpoint, [alpha], split, threshold, weighted, stored)[0]
    if as_json:
        return emit(found)
    print(f"{found['checkpoint']}, alpha {alpha:g}, threshold {threshold:g}, {found['n']:,} {split} rows "
          f"({'recomputed' if found['source'] == 'rows' else 'from stored counts'})")  # fmt: skip
    for name in ("accuracy", "decision_rate", "dp_gap", "eo_gap", "eodds_gap", "average_precision"):
        value = found[name]
        print(f"  {name:18} {'cannot be estimated' if value is None else f'{value:.4f}'}")
    for group in found["groups"]:
        rate = group["decision_rate"]
        print(f"  {group['group']}: n {group['n']:,}, decision rate {'-' if rate is None else f'{rate:.4f}'}")


@app.command()
def curve(
    checkpoint: Where,
    alphas: Annotated[int, typer.Option(help="Levels, spread evenly from 0 to 1.")] = 101,
    split: Split = "test",
    threshold: Threshold = 0.5,
    weighted: Weighted = False,
    stored: Stored = False,
    as_json: Json = False,
) -> None:
    """Every level's figures, recomputed from rows; without rows from stored counts."""
    from yodo_core.commands.point import figures, grid

    levels = figures(checkpoint, grid(alphas), split, threshold, weighted, stored)
    if as_json:
        return emit({"checkpoint": levels[0]["checkpoint"], "source": levels[0]["source"], "levels": levels})
    print("alpha  accuracy  decision_rate  dp_gap  eo_gap  eodds_gap")
    for level in levels:
        cells = [level[k] for k in ("accuracy", "decision_rate", "dp_gap", "eo_gap", "eodds_gap")]
        print(f"{level['alpha']:5.3f}  " + "  ".join("  -   " if c is None else f"{c:.4f}" for c in cells))


def emit(result: dict[str, Any]) -> None:
    """One JSON object on standard output."""
    print(json.dumps(result, allow_nan=False))


def main() -> None:
    """Run a command; exit with the codes of DESIGN.md section 7 and never with a traceback."""
    as_json = "--json" in sys.argv[1:]
    try:
        code = app(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except YodoError as error:
        _fail(str(error), error.code, error.exit_code, as_json)
    except (KeyboardInterrupt, typer.Abort):
        _fail("Stopped; what was finished before is saved.", "stopped", 130, as_json)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:  # The last boundary: a traceback goes to a file, one line to the user.
        if type(error).__name__ == "NoArgsIsHelpError":
            print(error.format_message(), file=sys.stderr)  # type: ignore[attr-defined]
            sys.exit(2)
        if hasattr(error, "format_message"):
            _fail(f"{_usage(error)} See --help.", "wrong_input", 2, as_json)
        with tempfile.NamedTemporaryFile("w", prefix="yodo-", suffix=".log", delete=False) as log:
            log.write(traceback.format_exc())
        _fail(f"Internal failure ({type(error).__name__}); details are in {log.name}.", "failed", 1, as_json)


def _usage(error: Any) -> str:
    """What the parser says, with the value that came where it leaves it out."""
    message, arguments = str(error.format_message()).rstrip("."), sys.argv[1:]
    named = set(getattr(getattr(error, "param", None), "opts", ())) & set(arguments[:-1])
    came = arguments[arguments.index(named.pop()) + 1] if named else ""
    return f"{message}{f' (got {came!r})' if came and came not in message else ''}."


def _fail(message: str, code: str, exit_code: int, as_json: bool) -> None:
    line = " ".join(message.split())
    print(line, file=sys.stderr)
    if as_json:
        print(json.dumps({"error": {"code": code, "message": line}}))
    sys.exit(exit_code)


if __name__ == "__main__":
    main()
