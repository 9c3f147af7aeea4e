"""What each column of a file is: a category or a number, and why it may be no feature. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from yodo_core.data.encoder import RARE
from yodo_core.data.own.delimited import MISSING

FEW = 10
"""Whole numbers with at most so many different values are categories: they are codes as often as counts."""
STRAY = 0.05
"""The share of cells that may be no number in a column of numbers; they count as missing."""
FLAG = 50
"""A column called "id" or "name" with at most so many different values may be a feature after all."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_CODE = re.compile(r"0\d+")
_DATE = re.compile(
    r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2}))([T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?.{0,6})?"
)
_IDENTIFIERS = frozenset(
    {"id", "ids", "uid", "uuid", "guid", "ssn", "passport", "iban", "account", "ip", "url", "address", "street"}
    | {"name", "names", "firstname", "lastname", "fullname", "surname", "forename"}
    | {"email", "mail", "phone", "telephone", "tel", "mobile"}
)


@dataclass(frozen=True, eq=False)
class Cells:
    """A column as found: a categorical of text or float64, NaN where missing.

    `left_out` says why it is no feature unless forced. `unusable` columns (lists, binary) never are. `stray`
    counts cells that are no number in a column of numbers, `formulas` those that begin as a formula does.
    """

    name: str
    values: pd.Series
    left_out: str | None = None
    unusable: bool = False
    stray: int = 0
    formulas: int = 0

    @property
    def is_number(self) -> bool:
        return not isinstance(self.values.dtype, pd.CategoricalDtype)

    @property
    def missing(self) -> int:
        return int(self.values.isna().sum())

    def sizes(self) -> pd.Series:
        """Rows of each value that occurs, the most frequent first, ties by value."""
        counts = self.values.value_counts()
        counts = counts[counts > 0]
        return counts.iloc[np.lexsort((counts.index.astype(str), -counts.to_numpy()))]

    def as_text(self) -> Cells:
        """The same cells as categories of text, whole numbers without a point."""
        if not self.is_number:
            return self
        return Cells(self.name, _categories(self.values.to_numpy()), self.left_out)


def read_columns(table: pa.Table) -> dict[str, Cells]:
    """Every column of a table as `read_table` gives it, by name, in its order."""
    comma = (table.schema.metadata or {}).get(b"delimiter") == b";"
    return {name: _column(name, table.column(i), comma) for i, name in enumerate(table.column_names)}


def _column(name: str, column: pa.ChunkedArray, comma: bool) -> Cells:
    kind = column.type
    if pa.types.is_dictionary(kind) and pa.types.is_string(kind.value_type):
        return _from_text(name, column, comma)
    if pa.types.is_boolean(kind):
        return _from_text(name, column.cast(pa.string()).dictionary_encode(), False)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return _from_numbers(name, column.cast(pa.float64(), safe=False).to_numpy())
    if pa.types.is_temporal(kind):
        return _from_text(name, column.cast(pa.string()).dictionary_encode(), False)
    if pa.types.is_dictionary(kind):
        return _column(name, column.cast(kind.value_type), comma)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return _from_text(name, column.cast(pa.string()).dictionary_encode(), comma)
    nothing = pd.Series(pd.Categorical([None] * len(column), categories=[]))
    return Cells(name, nothing, "empty" if pa.types.is_null(kind) else "neither numbers nor text", unusable=True)


def _from_text(name: str, column: pa.ChunkedArray, comma: bool) -> Cells:
    """Stripped text, each value once; numbers where the text is that of numbers."""
    array = pa.chunked_array(column.chunks, column.type).unify_dictionaries().combine_chunks()
    array = array.chunk(0) if isinstance(array, pa.ChunkedArray) else array
    raw = pc.fill_null(array.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    known: dict[str, int] = {}
    moved = [
        -1 if text is None or text.strip() in MISSING else known.setdefault(text.strip(), len(known))
        for text in array.dictionary.to_pylist()
    ]
    codes = np.array([*moved, -1], np.int64)[raw]
    texts = list(known)
    sizes = np.bincount(codes[codes >= 0], minlength=len(texts))
    used = sizes > 0
    parsed = np.array([_parse(text, comma) for text in texts], np.float64)
    strange = np.isnan(parsed) & used
    stray = int(sizes[strange].sum())
    numbers = len(np.unique(parsed[used & ~strange]))
    codelike = any(_CODE.fullmatch(text) for text in texts)
    if numbers and not codelike and (not stray or (numbers > FEW and stray <= STRAY * sizes.sum())):
        return _from_numbers(name, np.array([*parsed, np.nan])[codes], stray)
    values = pd.Series(pd.Categorical.from_codes(codes, texts)).cat.remove_unused_categories()
    formulas = int(sizes[[i for i, t in enumerate(texts) if t[0] in "=+-@" and np.isnan(parsed[i])]].sum())
    texts, sizes = [t for t, u in zip(texts, used, strict=True) if u], sizes[used]
    return Cells(name, values, _why_no_feature(name, texts, sizes, len(values)), formulas=formulas)


def _parse(text: str, comma: bool) -> float:
    """The number that this text is, NaN where it is none. With `comma` a decimal comma counts too."""
    plain = text.replace(",", ".") if comma and text.count(",") == 1 and "." not in text else text
    value = float(plain) if _NUMBER.fullmatch(plain) else np.nan
    return value if np.isfinite(value) else np.nan


def _from_numbers(name: str, values: np.ndarray, stray: int = 0) -> Cells:
    values = np.where(np.isfinite(values), values, np.nan)
    known = values[~np.isnan(values)]
    distinct = np.unique(known)
    whole = bool((distinct == np.round(distinct)).all())
    if len(distinct) <= 2 or (whole and len(distinct) <= FEW):
        cells = _categories(values)
        return Cells(name, cells, _constant(len(distinct), len(known) < len(values)), stray=stray)
    reason = None
    if len(distinct) > FLAG and _identifies(name):
        reason = "looks like an identifier"
    elif whole and len(distinct) > 0.98 * len(known) and len(known) > FLAG:
        digits = len(str(int(abs(distinct[0])))), len(str(int(abs(distinct[-1]))))
        dense = distinct[-1] - distinct[0] < 10 * len(known)
        if dense or (digits[0] == digits[1] and digits[0] >= 7):
            reason = "looks like an identifier"
    return Cells(name, pd.Series(values), reason, stray=stray)


def _categories(values: np.ndarray) -> pd.Series:
    """Numbers as text: 1 for 1.0."""
    distinct, codes = np.unique(values[~np.isnan(values)], return_inverse=True)
    placed = np.full(len(values), -1, np.int64)
    placed[~np.isnan(values)] = codes
    texts = [str(int(v)) if v == round(v) and abs(v) < 2**53 else repr(float(v)) for v in distinct]
    return pd.Series(pd.Categorical.from_codes(placed, texts))


def _constant(distinct: int, gaps: bool) -> str | None:
    """A column of one value says nothing, unless it is missing in some rows."""
    if not distinct:
        return "empty"
    return "one value only" if distinct == 1 and not gaps else None


def _why_no_feature(name: str, texts: list[str], sizes: np.ndarray, rows: int) -> str | None:
    """Why a column of text is no feature unless forced; None where it may be one."""
    told = int(sizes.sum())
    constant = _constant(len(texts), told < rows)
    if constant:
        return constant
    if sum(bool(_DATE.fullmatch(text)) for text in texts) >= 0.95 * len(texts):
        return "a date"
    alone = sizes[sizes < RARE].sum() > 0.5 * told
    words = sum(text.count(" ") for text in texts) / len(texts)
    long = sum(map(len, texts)) / len(texts)
    if (words >= 3 or long > 40) and len(texts) > FLAG:
        return "looks like free text"
    if len(texts) > FLAG and (_identifies(name) or alone):
        return "looks like an identifier"
    if len(texts) > 2 and _identifies(name) and alone:
        return "looks like an identifier"
    return None


def _identifies(name: str) -> bool:
    """Whether a word of the name, as in customerId or e-mail, is one that identifiers have."""
    words: Iterable[str] = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)
    return bool({word.lower() for word in words} & _IDENTIFIERS)
