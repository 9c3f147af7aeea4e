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
MANY, OFTEN, UNEVEN = 100, 10, 5
"""Text of more than MANY values that stand on fewer than OFTEN rows each on average, none on UNEVEN times as many,
tells people apart; occupations and places are uneven."""
NAMED = 0.8
"""The share of values that look like people's names, from which a column holds names."""

_DAY = r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2}))"
_DATE = _DAY + r"([T ]\d{1,2}:\d{2}.{0,20})?"
_PERSON = r"\p{Lu}[\p{L}.'’-]*(,? \p{Lu}[\p{L}.'’-]*){1,2}( \d+)?"
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
    """Why a column of text is no feature; None where it may be one. `sizes` are the rows of each text.

    Ten words or more, or 80 characters, on average are free text however often they repeat; more than FLAG values are
    it with four words or 40 characters. More than FEW values most of which look like people's names are identifiers.
    """
    told = int(sizes.sum())
    alone = sizes[sizes < RARE].sum() > 0.5 * told
    apart = len(texts) > MANY and told < OFTEN * len(texts) and sizes.max() < UNEVEN * told / len(texts)
    found = constant(len(texts), told < rows)
    if found is None and matches(texts, _DATE).mean() >= 0.95:
        found = DATE
    if found is None and _is_free(texts):
        found = FREE_TEXT
    if found is None and len(texts) > FLAG and (identifies(name) or alone or apart):
        found = IDENTIFIER
    if found is None and identifies(name) and (alone or len(texts) > FEW):
        found = IDENTIFIER
    if found is None and len(texts) > FEW and matches(texts, _PERSON).mean() >= NAMED:
        found = IDENTIFIER
    return found


def _is_free(texts: pa.StringArray) -> bool:
    """Whether these are sentences: by their words and characters on average, of fewer where there are many."""
    if len(texts) < 2:
        return False
    blanks, letters = pc.mean(pc.count_substring(texts, " ")).as_py(), pc.mean(pc.utf8_length(texts)).as_py()
    return bool(blanks >= 9 or letters > 80 or (len(texts) > FLAG and (blanks >= 3 or letters > 40)))


def identifies(name: str) -> bool:
    """Whether a word of the name, as in customerId or e-mail, is one that identifiers have."""
    return bool({word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)} & _WORDS)


def matches(texts: pa.StringArray, pattern: str) -> np.ndarray:
    """Which texts match the whole pattern, bool (N,)."""
    return np.asarray(pc.match_substring_regex(texts, f"^(?:{pattern})$"))
