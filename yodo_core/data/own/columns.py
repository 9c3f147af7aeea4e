"""What each column of a file is: a category or a number. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from yodo_core.data.own import vectors
from yodo_core.data.own.delimited import MISSING
from yodo_core.data.own.reasons import constant, matches, why_no_feature, why_no_number

FEW = 10
"""Whole numbers with at most so many different values are categories: they are codes as often as counts."""
STRAY = 0.05
"""The share of cells that may be no number in a column of numbers; they count as missing."""
_NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
# What begins with 0, as postcodes do, or is longer than a float is exact, is no quantity.
_CODE = r"0\d+|\d{16,}"


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
    texts = (pa.string(), pa.large_string(), pa.string_view())
    if pa.types.is_dictionary(kind) and kind.value_type in texts:
        return _from_text(name, column, comma)
    if pa.types.is_boolean(kind):
        return _from_text(name, column.cast(pa.string()).dictionary_encode(), False)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return _from_numbers(name, column.cast(pa.float64(), safe=False).to_numpy())
    if pa.types.is_temporal(kind):
        return _from_text(name, column.cast(pa.string()).dictionary_encode(), False)
    if pa.types.is_dictionary(kind):
        return _column(name, column.cast(kind.value_type), comma)
    if kind in texts:
        return _from_text(name, column.cast(pa.string()).dictionary_encode(), comma)
    nothing = pd.Series(pd.Categorical([None] * len(column), categories=[]))
    return Cells(name, nothing, "empty" if pa.types.is_null(kind) else vectors.why_none(column), unusable=True)


def _from_text(name: str, column: pa.ChunkedArray, comma: bool) -> Cells:
    """Trimmed text, each value once; numbers where the text is that of numbers."""
    codes, texts = _trimmed(column)
    sizes = np.bincount(codes[codes >= 0], minlength=len(texts))
    numbers = _parsed(texts, comma)
    strange = np.isnan(numbers)
    stray, distinct = int(sizes[strange].sum()), len(np.unique(numbers[~strange]))
    few = not stray or (distinct > FEW and stray <= STRAY * sizes.sum())
    if distinct and few and not matches(texts, _CODE).any():
        return _from_numbers(name, np.append(numbers, np.nan)[codes], stray)
    formulas = int(sizes[strange & matches(texts, "[=+@-].*")].sum())
    values = pd.Series(pd.Categorical.from_codes(codes, texts.to_pylist()))
    return Cells(name, values, why_no_feature(name, texts, sizes, len(values)), formulas=formulas)


def _trimmed(column: pa.ChunkedArray) -> tuple[np.ndarray, pa.StringArray]:
    """Codes int64 (N,) into the texts that occur, without blanks around them; -1 where missing."""
    array = column.unify_dictionaries().combine_chunks()
    raw = pc.fill_null(array.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    occurs = np.bincount(raw[raw >= 0], minlength=len(array.dictionary)) > 0
    texts = pc.utf8_trim_whitespace(array.dictionary.cast(pa.string()))
    nothing = pc.or_(pc.is_in(texts, value_set=pa.array(MISSING)), pa.array(~occurs))
    once = pc.if_else(nothing, pa.scalar(None, pa.string()), texts).dictionary_encode()
    moved = pc.fill_null(once.indices, -1).to_numpy(zero_copy_only=False)
    return np.append(moved, -1).astype(np.int64)[raw], once.dictionary


def _parsed(texts: pa.StringArray, comma: bool) -> np.ndarray:
    """The finite number that each text is, NaN where it is none. With `comma` a decimal comma counts too."""
    plain = pc.replace_substring_regex(texts, r"^([^.,]*),([^.,]*)$", r"\1.\2") if comma else texts
    found = matches(plain, _NUMBER)
    numbers = np.full(len(texts), np.nan)
    numbers[found] = plain.filter(pa.array(found)).to_numpy(zero_copy_only=False).astype(np.float64)
    return np.where(np.isfinite(numbers), numbers, np.nan)


def _from_numbers(name: str, values: np.ndarray, stray: int = 0) -> Cells:
    stray += int(np.isinf(values).sum())
    values = np.where(np.isfinite(values), values, np.nan)
    known = values[~np.isnan(values)]
    distinct = np.unique(known)
    whole = bool((distinct == np.round(distinct)).all())
    if len(distinct) <= 2 or (whole and len(distinct) <= FEW):
        cells = _categories(values)
        return Cells(name, cells, constant(len(distinct), len(known) < len(values)), stray=stray)
    return Cells(name, pd.Series(values), why_no_number(name, distinct, len(known)), stray=stray)


def _categories(values: np.ndarray) -> pd.Series:
    """Numbers as text: 1 for 1.0."""
    distinct, codes = np.unique(values[~np.isnan(values)], return_inverse=True)
    placed = np.full(len(values), -1, np.int64)
    placed[~np.isnan(values)] = codes
    texts = [str(int(v)) if v == round(v) and abs(v) < 2**53 else repr(float(v)) for v in distinct]
    return pd.Series(pd.Categorical.from_codes(placed, texts))
