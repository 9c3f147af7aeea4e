"""Columns of the survey that took the place of others, with other codes, read as those. After its data dictionaries."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from yodo_core.data.acs_words import HELP
from yodo_core.data.spec import DataSpec

# Spouses and partners were told apart by sex from 2019 on only, and roomers are other nonrelatives since.
_RELATIONSHIPS = {
    **{"20": "0", "21": "1", "22": "13", "23": "1", "24": "13", "25": "2", "26": "3", "27": "4", "28": "5", "29": "6"},
    **{"30": "7", "31": "8", "32": "9", "33": "10", "34": "12", "35": "14", "36": "15", "37": "16", "38": "17"},
}
_WAYS_TO_WORK = {"3": "4", "4": "5", "5": "3"}
READ_AS: dict[tuple[str, str], dict[str, str]] = {
    ("RELP", "RELSHIPP"): _RELATIONSHIPS,
    ("JWTR", "JWTRNS"): _WAYS_TO_WORK,
    ("JWTRNS", "JWTR"): {old: new for new, old in _WAYS_TO_WORK.items()},
    ("ST", "STATE"): {},
    ("STATE", "ST"): {},
}
"""What a line may want, and what files of other years have in its place: codes there that were others here."""


def read_as(spec: DataSpec, wanted: Collection[str]) -> tuple[DataSpec, str | None]:
    """The data set with each column that is `wanted` and that another took the place of, and a sentence that says so.

    As it is, and None, where there is none such. Rows keep their order; codes that are not known stay.
    """
    names = {column.name for column in spec.columns}
    swaps = {new: old for old, new in READ_AS if new in names and old in wanted and old not in names}
    if not swaps:
        return spec, None
    columns = tuple(
        replace(column, name=swaps[column.name], help=HELP[swaps[column.name]]) if column.name in swaps else column
        for column in spec.columns
    )
    note = f"{' and '.join(f'{new} is read as {old}' for new, old in swaps.items())}, code by code."
    return replace(spec, columns=columns, load=partial(_load, spec.load, swaps)), note


def _load(load: Callable[[], pd.DataFrame], swaps: Mapping[str, str]) -> pd.DataFrame:
    frame = load().rename(columns=swaps)
    return frame.assign(**{old: _recoded(frame[old], READ_AS[old, new]) for new, old in swaps.items()})


def _recoded(values: pd.Series, codes: Mapping[str, str]) -> pd.Categorical:
    texts = [codes.get(text, text) for text in values.cat.categories.astype(str)]
    once = {text: place for place, text in enumerate(dict.fromkeys(texts))}
    return pd.Categorical.from_codes(np.array([once[text] for text in texts])[values.cat.codes], list(once))
