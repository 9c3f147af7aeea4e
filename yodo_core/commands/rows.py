"""The rows of a run, from the copy of the machine that a task runs on."""

from __future__ import annotations

from functools import lru_cache

from yodo_core import data
from yodo_core.config import TrainConfig
from yodo_core.data.own import declare
from yodo_core.data.own.rows import Rows
from yodo_core.data.prepare import Prepared, prepare
from yodo_core.data.spec import DataSpec
from yodo_core.errors import RowsAbsentError


def file_of(spec: DataSpec | None) -> Rows | None:
    """What reads the file of a data set of one's own, to be sent to other processes; None for other data sets."""
    return spec.load if spec is not None and isinstance(spec.load, Rows) else None


@lru_cache(maxsize=1)
def rows_of(config: TrainConfig, rows_sha256: str, file: Rows | None = None) -> Prepared:
    """The rows that a run is trained on, prepared once a process; `file` says which, where they are one's own.

    Raises RowsAbsentError where they are not here, or are others than those of this hash.
    """
    spec = data.get(config.dataset) if file is None else declare(file.path, file.recipe)
    absent = spec.absent()
    if absent:
        raise RowsAbsentError(f"The rows of {config.dataset} are not here: {absent}")
    prepared = prepare(spec, config.attribute, config.with_attribute, config.split_seed, config.split)
    if prepared.rows_sha256 != rows_sha256:
        raise RowsAbsentError(
            f"The rows of {config.dataset} here are not those of this run ({prepared.rows_sha256[:12]}, expected "
            f"{rows_sha256[:12]}); copy the same files to every machine."
        )
    return prepared
