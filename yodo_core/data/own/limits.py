"""How large a file may be; environment variables move the limits."""

from __future__ import annotations

import os
from pathlib import Path

from yodo_core.errors import InputError

MOST_MB, MOST_ROWS = 500, 5_000_000
LEAST_WEIGHT = 1e-9
MB_VARIABLE, ROWS_VARIABLE = "YODO_OWN_MB", "YODO_OWN_ROWS"


def most_bytes() -> int:
    """Bytes that a file may have. Raises InputError where the variable holds no number above 0."""
    return _limit(MB_VARIABLE, MOST_MB) * 2**20


def most_rows() -> int:
    """Rows that a file may have. Raises InputError where the variable holds no number above 0."""
    return _limit(ROWS_VARIABLE, MOST_ROWS)


def too_many_rows(path: Path) -> InputError:
    return InputError(
        f"{path.name} has more than {most_rows():,} rows, the limit; take a sample of them, or raise {ROWS_VARIABLE}."
    )


def _limit(variable: str, default: int) -> int:
    text = os.environ.get(variable, str(default))
    if not text.isdecimal() or not int(text):
        raise InputError(f"{variable} is {text!r}; expected a whole number above 0. Correct or unset it.")
    return int(text)
