"""The command line: `python -m yodo_core COMMAND`. Parses, prints and turns errors into one line and a code."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from typing import Any

import typer

from yodo_core.cli import baselines, data, evaluate, figures, train
from yodo_core.cli.options import emit, printable, say
from yodo_core.errors import YodoError

# A help page needs no colour boxes, and an error is one line: rich's markup stays off.
app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None, help=__doc__)
data_app = typer.Typer(no_args_is_help=True, help="Data sets: what there is, and how to get it.")
app.add_typer(data_app, name="data")

data_app.command("list")(data.listed)
data_app.command("show")(data.show)
data_app.command("fetch")(data.fetch)
for command in (train.train, baselines.baselines, figures.point, figures.curve, evaluate.evaluate):
    app.command()(command)


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
            say(*error.format_message().splitlines(), file=sys.stderr)  # type: ignore[attr-defined]
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
    line = printable(" ".join(message.split()))
    say(line, file=sys.stderr)
    # Of several ranks that `torchrun` started the first one alone writes to standard output.
    if as_json and os.environ.get("RANK", "0") == "0":
        emit({"error": {"code": code, "message": line}})
    sys.exit(exit_code)


if __name__ == "__main__":
    main()
