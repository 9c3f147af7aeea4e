"""The data sets there are. Adding one is one file with a DataSpec and one row of this table.

Beside the table stand those of the American Community Survey, one for each problem, states and year.
"""

from __future__ import annotations

from yodo_core.data import acs
from yodo_core.data.adult import ADULT
from yodo_core.data.kdd import KDD
from yodo_core.data.spec import Attribute, Column, DataSpec
from yodo_core.errors import unknown

DATASETS: dict[str, DataSpec] = {spec.id: spec for spec in (ADULT, KDD)}


def get(name: str) -> DataSpec:
    """The data set of this id, from the table or of the form acs.PATTERN. Raises InputError for another."""
    if name in DATASETS:
        return DATASETS[name]
    if name.startswith(acs.PREFIX):
        return acs.declare(name)
    raise unknown("data set", name, (*DATASETS, acs.PATTERN))


__all__ = ["DATASETS", "Attribute", "Column", "DataSpec", "get"]
