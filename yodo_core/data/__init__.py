"""The data sets there are. Adding one is one file with a DataSpec and one row of this table.

Beside the table stand those of the American Community Survey, one for each problem, states and year, and those of
CelebA, one for each target.
"""

from __future__ import annotations

from yodo_core.data import acs, celeba
from yodo_core.data.adult import ADULT
from yodo_core.data.digits import DIGITS
from yodo_core.data.kdd import KDD
from yodo_core.data.spec import OWN, Attribute, Column, DataSpec
from yodo_core.errors import InputError, RowsAbsentError, unknown

DATASETS: dict[str, DataSpec] = {spec.id: spec for spec in (ADULT, KDD, DIGITS)}


def get(name: str) -> DataSpec:
    """The data set of this id, from the table or of the form of a PATTERN. Raises InputError for another."""
    if name in DATASETS:
        return DATASETS[name]
    if name.startswith(acs.PREFIX):
        return acs.declare(name)
    if name.startswith(celeba.PREFIX):
        return celeba.declare(name)
    if name.startswith(OWN):
        raise RowsAbsentError(f"{name} is a file of one's own; give that file with --data.")
    raise unknown("data set", name, (*DATASETS, acs.PATTERN, celeba.PATTERN))


def resolve(dataset: str, states: str | None = None, year: int | str | None = None, horizon: str | None = None) -> str:
    """The id that the options --dataset, --states, --year and --horizon name together.

    Without the last three it is `dataset` itself; with them `dataset` is an ACS problem. Raises InputError where
    they do not fit together.

    >>> resolve("acs-income", "NY,CA", 2018)
    'acs-income-ca+ny-2018'
    >>> resolve("adult")
    'adult'
    """
    if states is None and year is None and horizon is None:
        return dataset
    problems = [f"{acs.PREFIX}{problem}" for problem in acs.PROBLEMS]
    if dataset not in problems:
        raise InputError(
            f"Got --states, --year or --horizon with the data set {dataset!r}; they go with {', '.join(problems)}. "
            "Leave them out, or name one of these."
        )
    if states is None or year is None:
        raise InputError(
            f"Got {dataset} without {'--states' if states is None else '--year'}; expected both, as in "
            f"--dataset {dataset} --states CA,NY --year 2018."
        )
    return acs.identify(dataset.removeprefix(acs.PREFIX), states.split(","), str(year), horizon or acs.HORIZONS[0])


__all__ = ["DATASETS", "Attribute", "Column", "DataSpec", "get", "resolve"]
