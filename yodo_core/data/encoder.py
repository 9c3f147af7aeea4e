"""From raw columns to what a net reads: integer codes and standardised numbers, fitted on training rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from yodo_core.data.spec import Column
from yodo_core.errors import InputError

RARE = 5
MOST_NARROW = 2**15
MOST = 1e12
"""The size a number may have; with far larger ones means and losses are no numbers any more."""


class NumberScale(NamedTuple):
    """How a number enters: (log(1 + value) if log else value) minus mean, over scale (> 0).

    A missing value is first replaced by `fill`, the median of the training rows; None where none may be missing.
    """

    name: str
    log: bool
    mean: float
    scale: float
    fill: float | None = None

    def values(self, frame: pd.DataFrame) -> np.ndarray:
        """The column as it enters before scaling, float64 (N,). Raises InputError for what is no finite number."""
        if self.fill is None:
            return finite_numbers(frame, self.name, self.log)
        return finite_numbers(frame[[self.name]].fillna(self.fill), self.name, self.log)

    def to_json(self) -> dict[str, Any]:
        """Plain values; `fill` only where there is one."""
        return {name: value for name, value in self._asdict().items() if name != "fill" or value is not None}


def category_codes(values: pd.Series) -> tuple[np.ndarray, list[str]]:
    """Integer codes (N,), -1 where missing, and the text of each code's value."""
    categorical = values if isinstance(values.dtype, pd.CategoricalDtype) else values.astype("category")
    return np.asarray(categorical.cat.codes, np.int64), [str(value) for value in categorical.cat.categories]


@dataclass(frozen=True)
class Encoder:
    """Fitted on training rows. Code 0 is "other" (rare, unseen or missing); code i+1 is categories[i].

    A category with fewer than RARE training rows is rare. There is one order of columns, the declared one.
    """

    categories: dict[str, tuple[str, ...]] = field(hash=False)
    numbers: tuple[NumberScale, ...]

    @classmethod
    def fit(cls, frame: pd.DataFrame, columns: Sequence[Column]) -> Encoder:
        """Learn categories, means and scales from these rows, which must be training rows only."""
        categories: dict[str, tuple[str, ...]] = {}
        numbers: list[NumberScale] = []
        for column in columns:
            if column.kind == "category":
                codes, names = category_codes(frame[column.name])
                sizes = np.bincount(codes[codes >= 0], minlength=len(names))
                kept = (name for name, size in zip(names, sizes, strict=True) if size >= RARE)
                categories[column.name] = tuple(sorted(kept))
            else:
                unscaled = NumberScale(column.name, column.log, 0.0, 1.0, _median(frame, column))
                values = unscaled.values(frame)
                numbers.append(unscaled._replace(mean=float(values.mean()), scale=float(values.std()) or 1.0))
        return cls(categories, tuple(numbers))

    @property
    def names_categories(self) -> tuple[str, ...]:
        return tuple(self.categories)

    @property
    def names_numbers(self) -> tuple[str, ...]:
        return tuple(number.name for number in self.numbers)

    @property
    def cardinalities(self) -> tuple[int, ...]:
        """How many codes each category column has, "other" included."""
        return tuple(len(values) + 1 for values in self.categories.values())

    def encode(self, frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        """Codes (N, C) and numbers float32 (N, D). Raises InputError for what is no finite number.

        Codes are int16, which takes a quarter of the memory of int64, or int32 where a column has too many.
        """
        narrow = np.int16 if max(self.cardinalities, default=0) <= MOST_NARROW else np.int32
        codes = np.zeros((len(frame), len(self.categories)), narrow)
        for place, (name, values) in enumerate(self.categories.items()):
            known = {value: code for code, value in enumerate(values, start=1)}
            raw, texts = category_codes(frame[name])
            # The last entry answers for code -1, a missing value.
            codes[:, place] = np.array([*(known.get(text, 0) for text in texts), 0], narrow)[raw]
        numbers = np.zeros((len(frame), len(self.numbers)), np.float32)
        for place, number in enumerate(self.numbers):
            numbers[:, place] = (number.values(frame) - number.mean) / number.scale
        return codes, numbers

    def to_json(self) -> dict[str, Any]:
        """Plain lists, for the manifest; `from_json` gives an equal encoder back."""
        return {
            "categories": [{"name": name, "values": list(v)} for name, v in self.categories.items()],
            "numbers": [number.to_json() for number in self.numbers],
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Encoder:
        """The encoder that `to_json` wrote. Raises InputError where `stored` is not of that form."""
        try:
            categories = {entry["name"]: tuple(entry["values"]) for entry in stored["categories"]}
            numbers = tuple(
                NumberScale(str(n["name"]), bool(n["log"]), float(n["mean"]), float(n["scale"]), _fill(n))
                for n in stored["numbers"]
            )
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(
                f"The stored encoder cannot be read ({type(error).__name__}: {error}); expected categories "
                "and numbers as a checkpoint's manifest holds them. Train or copy the checkpoint again."
            ) from None
        texts = all(isinstance(text, str) for name, values in categories.items() for text in (name, *values))
        finite = all(math.isfinite(x) for n in numbers for x in (n.mean, n.scale, n.fill or 0.0))
        finite = finite and all(n.scale > 0 for n in numbers)
        names = [entry["name"] for entry in stored["categories"]] + [n.name for n in numbers]
        if not texts or not finite or len(set(names)) != len(names):
            raise InputError(
                "The stored encoder cannot be used: expected text categories, finite means, positive scales "
                "and each column once. Train or copy the checkpoint again."
            )
        return cls(categories, numbers)


def _median(frame: pd.DataFrame, column: Column) -> float | None:
    """What stands for a missing number: the median of these rows, 0 if all are missing; None without gaps."""
    if not column.gaps:
        return None
    median = float(frame[column.name].median())
    return median if math.isfinite(median) else 0.0


def _fill(stored: dict[str, Any]) -> float | None:
    return None if stored.get("fill") is None else float(stored["fill"])


def finite_numbers(frame: pd.DataFrame, name: str, log: bool = False) -> np.ndarray:
    """The column as float64 (N,), through log(1 + value) where asked.

    Raises InputError for what is not finite, or beyond MOST.
    """
    values = pd.to_numeric(frame[name], errors="coerce").to_numpy(np.float64, na_value=np.nan)
    # A comparison with NaN is False.
    values = np.where(np.abs(values) <= MOST, values, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        values = np.log1p(values) if log else values
    bad = int((~np.isfinite(values)).sum())
    if bad:
        floor = "numbers above -1, as the column enters as log(1 + value)," if log else f"numbers from {-MOST:g}"
        expected = f"finite {floor} to {MOST:g}"
        raise InputError(
            f"Column {name!r} has {bad} values that cannot be used; expected {expected}. "
            "Correct those rows or leave them out."
        )
    return values
