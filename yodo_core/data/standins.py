"""Which features stand in for an attribute that the net does not see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from yodo_core.data.prepare import Prepared

MEASURE = "Cramér's V"


def standins(prepared: Prepared, top: int = 5) -> list[dict[str, Any]]:
    """How well each single feature tells the groups apart, on train rows, the strongest first.

    Each entry has `feature`, `association` (Cramér's V between feature and group, in [0, 1]: 0 tells nothing,
    1 tells the group outright; Cramér 1946), `measure` and `help`. Numbers enter in up to ten bins of about
    equal size. The attribute's own columns, and features with one value only, for which the measure is
    undefined, are left out.
    """
    train, encoder = prepared.splits["train"], prepared.encoder
    features = dict(zip(encoder.names_categories, train.codes.T, strict=True))
    features |= {name: bins(v) for name, v in zip(encoder.names_numbers, train.numbers.T, strict=True)}
    found: list[dict[str, Any]] = []
    for name, values in features.items():
        strength = None if name in prepared.attribute.columns else association(values, train.group)
        if strength is None:
            continue
        found.append(
            {
                "feature": name,
                "association": strength,
                "measure": MEASURE,
                "help": prepared.spec.column(name).help,
            }
        )
    return sorted(found, key=lambda entry: (-entry["association"], entry["feature"]))[:top]


def association(values: np.ndarray, others: np.ndarray) -> float | None:
    """Cramér's V in [0, 1] between two codings (N,) of the same rows; None where either has one value only."""
    from scipy.stats import contingency

    observed = _crosstab(values, others)
    return None if min(observed.shape) < 2 else min(float(contingency.association(observed, method="cramer")), 1.0)


def bins(values: np.ndarray) -> np.ndarray:
    """Decile bin of each number (N,). A value that fills several deciles, such as 0, is a bin of its own."""
    return np.searchsorted(np.unique(np.quantile(values, np.arange(1, 10) / 10)), values, side="left")


def _crosstab(values: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Counts of value by group, int64, without empty rows or columns."""
    rows, columns = (np.unique(axis, return_inverse=True)[1] for axis in (values, group))
    observed = np.zeros((rows.max() + 1, columns.max() + 1), np.int64)
    np.add.at(observed, (rows, columns), 1)
    return observed
