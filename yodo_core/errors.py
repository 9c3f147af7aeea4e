"""Errors that a user can act on: one line that says what came, what was expected and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

MOST_NAMED = 60
"""Names that a message lists at most: all states, all attributes of a picture, not every number of a vector."""


class YodoError(Exception):
    """Base of every error that is meant for a user. `code` goes into JSON, `exit_code` to the shell."""

    code = "failed"
    exit_code = 1


class InputError(YodoError):
    """The request itself cannot be served as it stands."""

    code = "wrong_input"
    exit_code = 2


class CheckpointError(InputError):
    """A checkpoint is missing, damaged or of another version."""

    code = "bad_checkpoint"


class EmptyGroupError(InputError):
    """A rate was asked of a group with no rows, for which it is undefined."""

    code = "empty_group"


class RowsAbsentError(InputError):
    """Rows are needed that are not on this machine, and no stored count holds the figure."""

    code = "rows_absent"
    exit_code = 4


class InterruptedRun(YodoError):
    """The user stopped a run; what was done so far is saved."""

    code = "stopped"
    exit_code = 130


def unknown(kind: str, name: object, known: Iterable[str]) -> InputError:
    """An InputError for a name that is not in a table, with the nearest known name where there is one."""
    names = sorted(known)
    near = get_close_matches(str(name), names, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return InputError(f"Unknown {kind} {str(name)!r}. Known: {some(names) or 'none'}.{hint}")


def some(names: Sequence[str], most: int = MOST_NAMED) -> str:
    """The names joined by commas; of more than `most` the first, and how many more there are: "a, b and 1 more"."""
    return ", ".join(names[:most]) + (f" and {len(names) - most:,} more" if len(names) > most else "")
