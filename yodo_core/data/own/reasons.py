"""Why a column is no feature unless forced: identifiers, free text, dates, one value only. Pure."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yodo_core.data.encoder import RARE

FLAG, FEW = 50, 20
"""A column of numbers, and of text, with at most so many different values may be a feature, whatever it is called."""
IDENTIFIER, FREE_TEXT, DATE = "looks like an identifier", "looks like free text", "a date"
PRIVATE = (IDENTIFIER, FREE_TEXT)
"""Columns left out for these reasons may name people: their values are not shown."""

_DAY = r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2}))"
_DATE = _DAY + r"([T ]\d{1,2}:\d{2}.{0,20})?"
_WORDS = frozenset(
    {"id", "ids", "uid", "uuid", "guid", "ssn", "passport", "iban", "account", "ip", "url", "address", "street"}
    | {"name", "names", "firstname", "lastname", "fullname", "surname", "forename"}
    | {"email", "mail", "phone", "telephone", "tel", "mobile"}
)


def constant(distinct: int, gaps: bool) -> str | None:
    """A column of one value says nothing, unless it is missing in some rows."""
    if not distinct:
        return "empty"
    return "one value only" if distinct == 1 and not gaps else None


def why_no_number(name: str, distinct: np.ndarray, cells: int) -> str | None:
    """Why a column of numbers is no feature; None where it may be one. `distinct` are its values, rising.

    Whole numbers that hardly repeat are identifiers where they run on, or all have the same seven digits or more.
    """
    if len(distinct) <= FLAG:
        return None
    if identifies(name):
        return IDENTIFIER
    if (distinct != np.round(distinct)).any() or len(distinct) <= 0.98 * cells:
        return None
    low, high = (len(f"{abs(value):.0f}") for value in distinct[[0, -1]])
    runs_on = distinct[-1] - distinct[0] < 10 * cells
    return IDENTIFIER if runs_on or low == high >= 7 else None


def why_no_feature(name: str, texts: pa.StringArray, sizes: np.ndarray, rows: int) -> str | None:
    """Why a column of text is no feature; None where it may be one. `sizes` are the rows of each text."""
    told = int(sizes.sum())
    alone = sizes[sizes < RARE].sum() > 0.5 * told
    found = constant(len(texts), told < rows)
    if found is None and matches(texts, _DATE).mean() >= 0.95:
        found = DATE
    if found is None and len(texts) > FLAG:
        blanks = pc.mean(pc.count_substring(texts, " ")).as_py()
        if blanks >= 3 or pc.mean(pc.utf8_length(texts)).as_py() > 40:
            found = FREE_TEXT
        elif identifies(name) or alone:
            found = IDENTIFIER
    if found is None and identifies(name) and (alone or len(texts) > FEW):
        found = IDENTIFIER
    return found


def identifies(name: str) -> bool:
    """Whether a word of the name, as in customerId or e-mail, is one that identifiers have."""
    return bool({word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)} & _WORDS)


def matches(texts: pa.StringArray, pattern: str) -> np.ndarray:
    """Which texts match the whole pattern, bool (N,)."""
    return np.asarray(pc.match_substring_regex(texts, f"^(?:{pattern})$"))
