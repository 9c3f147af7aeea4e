"""The data sets there are. Adding one is one file with a DataSpec and one row of this table."""

from __future__ import annotations

from yodo_core.data.adult import ADULT
from yodo_core.data.spec import Attribute, Column, DataSpec
from yodo_core.errors import unknown

DATASETS: dict[str, DataSpec] = {spec.id: spec for spec in (ADULT,)}


def get(name: str) -> DataSpec:
    """The data set of this id. Raises InputError for a name that is not in the table."""
    try:
        return DATASETS[name]
    except KeyError:
        raise unknown("data set", name, DATASETS) from None


__all__ = ["DATASETS", "Attribute", "Column", "DataSpec", "get"]
