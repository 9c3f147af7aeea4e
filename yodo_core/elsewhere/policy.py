"""A policy: an alpha for each region, so that different people fall under different rules, row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from yodo_core import evaluate
from yodo_core.checkpoint import Checkpoint
from yodo_core.data.encoder import category_codes
from yodo_core.data.prepare import Table
from yodo_core.data.rows import group_names
from yodo_core.data.states import code_of
from yodo_core.elsewhere.measure import check_groups
from yodo_core.elsewhere.place import STATE, Place, fitter, tables
from yodo_core.errors import InputError, some
from yodo_core.fairness.counts import Counts, count
from yodo_core.line import MOST_POSITIONS, Line

COLUMNS = ["region", "alpha"]
MOST_REGIONS = 10_000
NEARLY = 0.9
"""Cramér's V from which a column tells the groups apart about as well as the attribute itself."""
BLOCK = 32 * evaluate.CHUNK
"""Rows scored together: enough that blending a net for each alpha among them costs little."""
EMPTY = "(empty)"
FEW = 5
"""Regions that a message names at most."""


class ByGroupError(InputError):
    """A policy that decides by a protected characteristic, which was not asked for; `reason` says by which."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The policy decides by a protected characteristic: {reason}. Two people who differ in nothing else would "
            "be judged by different rules, which many laws forbid; name another --region, or say --policy-by-group."
        )
        self.reason = reason


@dataclass(frozen=True)
class Policy:
    """The alpha of each region; the region of a row is its text in `column`, for the survey its state's code.

    Raises InputError, with everything that is wrong in one line, from `of_file` and `check`.
    """

    column: str
    alphas: Mapping[str, float]
    wrong: tuple[str, ...] = ()

    @classmethod
    def of_file(cls, path: Path, column: str) -> Policy:
        """A policy from a CSV file of the columns region and alpha. What is `wrong` in its rows waits for `check`."""
        try:
            raw = pd.read_csv(path, dtype=str, keep_default_na=False, skipinitialspace=True, nrows=MOST_REGIONS + 1)
        except (OSError, ValueError) as error:
            reason = " ".join(str(getattr(error, "strerror", None) or error).split())[:120]
            raise InputError(
                f"The policy {path} cannot be read ({reason}); expected a CSV file, region,alpha."
            ) from None
        raw.columns = [str(name).strip().casefold() for name in raw.columns]
        if sorted(raw.columns) != sorted(COLUMNS) or not 0 < len(raw) <= MOST_REGIONS:
            raise InputError(
                f"The policy {path.name} has the columns {', '.join(map(str, raw.columns))} and {len(raw):,} rows; "
                f"expected region,alpha and 1 to {MOST_REGIONS:,} rows."
            )
        if not isinstance(raw.index, pd.RangeIndex):
            raise InputError(f"The policy {path.name} has rows of more than two cells; expected region,alpha in each.")
        regions = [_region(text.strip(), column) for text in raw["region"]]
        alphas = pd.to_numeric(raw["alpha"], errors="coerce").to_numpy(np.float64)
        twice = sorted(region for region, times in Counter(regions).items() if times > 1)
        bad = ~((alphas >= 0) & (alphas <= 1))
        values = len(np.unique(alphas[~bad]))
        wrong = [f"it holds {some(twice, FEW)} more than once"] if twice else []
        if bad.any():
            came = [f"{regions[i]} ({raw['alpha'][i] or 'empty'})" for i in np.flatnonzero(bad)]
            wrong.append(f"alpha must be a number from 0 to 1, which it is not for {some(came, FEW)}")
        if values > MOST_POSITIONS:
            wrong.append(f"it has {values} different alphas, and at most {MOST_POSITIONS} are possible: round them")
        return cls(column, dict(zip(regions, alphas.tolist(), strict=True)), tuple(wrong))

    def check(self, regions: Sequence[str]) -> None:
        """Raises InputError where the file is wrong or lacks regions that rows have, all in one line."""
        missing = sorted(set(regions) - set(self.alphas))
        wrong = [*self.wrong]
        if missing:
            wrong.append(f"it has no alpha for {some(missing, FEW)}, which the rows have in {self.column}")
        if wrong:
            raise InputError(f"The policy cannot be used: {'; '.join(wrong)}. Correct the file.")


def _region(text: str, column: str) -> str:
    """A state by its code, however it is named; any other region as it stands."""
    code = code_of(text) if column == STATE else None
    return code.upper() if code else text


def regions_of(checkpoint: Checkpoint, places: Sequence[Place], column: str) -> pd.DataFrame:
    """How many rows each region (index) has of each group (columns). Raises InputError for an unknown column."""
    parts = []
    for place in places:
        attribute = fitter(checkpoint, place).attribute
        for frame in place.frames(column):
            group = group_names(frame, place.spec, attribute, declared=False)
            parts.append(pd.crosstab(_regions(place, frame, column), group))
    return pd.concat(parts).groupby(level=0).sum() if parts else pd.DataFrame()


def _regions(place: Place, frame: pd.DataFrame, column: str) -> np.ndarray:
    """The region of each row as text (N,). Raises InputError for an unknown column."""
    if column == STATE and place.state:
        return np.full(len(frame), place.state, dtype=object)
    if column not in frame:
        raise InputError(
            f"{place.name} has no column {column!r}; name one of {', '.join(frame.columns)} with --region."
        )
    codes, texts = category_codes(frame[column])
    return np.array([*(_region(text, column) for text in texts), EMPTY], dtype=object)[codes]


def why_by_group(checkpoint: Checkpoint, places: Sequence[Place], regions: pd.DataFrame, column: str) -> str | None:
    """Why a policy by this column decides by a protected characteristic; None where it does not."""
    from scipy.stats.contingency import association

    for place in places:
        for attribute in place.spec.attributes:
            if column in attribute.columns:
                return f"{column} is how {place.dataset} records {attribute.noun}"
    if min(regions.shape) < 2:
        return None
    strength = float(association(regions.to_numpy().astype(np.int64), method="cramer"))
    noun = checkpoint.manifest["attribute_noun"]
    return f"{column} nearly tells {noun} (Cramér's V {strength:.2f})" if strength >= NEARLY else None


def by_row(line: Line, positions: np.ndarray, table: Table) -> np.ndarray:
    """Predicted probabilities float64 (N,) of the table's rows, each at its own position (N,) in [0, 1]."""
    found = np.empty(len(table))
    line.eval()
    with torch.inference_mode(), evaluate.one_thread():
        for low in range(0, len(table), BLOCK):
            rows = slice(low, low + BLOCK)
            inputs = torch.from_numpy(table.codes[rows]), torch.from_numpy(table.numbers[rows])
            found[rows] = line(*inputs, position=torch.from_numpy(positions[rows])).sigmoid().numpy()
    return found


def apply(checkpoint: Checkpoint, places: Sequence[Place], policy: Policy, weighted: bool = True) -> dict[str, Counts]:
    """Counts of every region that has rows, each row decided at the alpha of its region; `weighted` as in `measure`.

    Raises InputError for a place where nobody belongs to a group of the checkpoint.
    """
    found: dict[str, Counts] = {}
    for place in places:
        fit = fitter(checkpoint, place, weighted)
        for table, kept, frame in tables(fit, place, policy.column):
            regions = _regions(place, frame, policy.column)[kept]
            names, which = np.unique(regions, return_inverse=True)
            positions = np.array([checkpoint.position(policy.alphas[name]) for name in names])[which]
            scores = by_row(checkpoint.line, positions, table)
            start = evaluate.levels(checkpoint.line, [checkpoint.position(0.0)], table)[0]
            for i, name in enumerate(names):
                rows = np.flatnonzero(which == i)
                part = table.take(rows)
                counts = count(scores[rows], part.label, part.group, checkpoint.groups, part.weight, start[rows])
                found[name] = found[name] + counts if name in found else counts
        check_groups(checkpoint, fit, place)
    return found
