"""`evaluate`: the same line on other rows, beside its own test rows; and alphas by region."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import reduce
from operator import add
from pathlib import Path
from typing import Any

from yodo_core.checkpoint import Checkpoint
from yodo_core.commands.console import progress
from yodo_core.commands.workers import Workers
from yodo_core.data.fitted import Fitter
from yodo_core.elsewhere import measure
from yodo_core.elsewhere.file import of_file
from yodo_core.elsewhere.place import STATE, Place, listed, of_datasets
from yodo_core.elsewhere.policy import ByGroupError, Policy, apply, regions_of, why_by_group
from yodo_core.errors import InputError, RowsAbsentError
from yodo_core.fairness.counts import Counts, threshold_index
from yodo_core.partitions import bare


def places(
    ready: Checkpoint,
    dataset: str | None,
    states: str | None,
    years: str | None,
    horizon: str | None,
    file: Path | None,
) -> list[Place]:
    """What --dataset with --states and --year, or --data, names. Raises InputError for neither or both."""
    if ready.manifest.get("picture"):
        raise InputError(
            f"{ready.id} sees pictures, which are measured on their own rows only; name another checkpoint."
        )
    if (dataset is None) == (file is None):
        raise InputError(
            f"Got {'neither' if file is None else 'both'} of --dataset and --data; expected one of them, as in "
            "--dataset acs-income --states TX --year 2018, or --data FILE."
        )
    if dataset is not None:
        return of_datasets(ready, listed(dataset, states, years, horizon))
    if states or years or horizon:
        raise InputError("Got --states, --year or --horizon with --data; a file has none. Leave them out.")
    return [of_file(ready, Path(str(file)))]


def run(
    ready: Checkpoint,
    where: Sequence[Place],
    alphas: Sequence[float],
    threshold: float,
    workers: Workers | None = None,
    file: Path | None = None,
    weighted: bool = False,
) -> dict[str, Any]:
    """The line's own place, then each other, then all of them together, as one plain record.

    Places are counted here one after another, or by `workers` at once; `file` is the place where that is a file.
    """
    threshold_index(threshold)
    found = [measure.here(ready, alphas, threshold, weighted)]
    measured = []
    with progress() as bar:
        task = bar.add_task("places", total=len(where))
        counted = _elsewhere(ready, where, alphas, workers, file, weighted) if workers else None
        for one in counted or (measure.measure(ready, one, alphas, weighted=weighted) for one in where):
            measured.append(one)
            bar.advance(task)
    measured.sort(key=lambda one: where.index(one.place))
    if len(measured) > 1:
        measured.append(measure.together(measured))
    found += [measure.described(ready, one, alphas, threshold, weighted) for one in measured]
    return {"checkpoint": ready.id, "notion": ready.notion, "weighted": weighted, "places": found}


def _elsewhere(
    ready: Checkpoint,
    where: Sequence[Place],
    alphas: Sequence[float],
    workers: Workers,
    file: Path | None,
    weighted: bool,
) -> Iterator[measure.Measured]:
    tasks = [(bare(ready), i, one.dataset, file, (one.rows, one.note), alphas, weighted) for i, one in enumerate(where)]
    with closing(workers.each(count_place, tasks)) as counted:
        for i, counts, fit in counted:
            yield measure.Measured(where[i], counts, fit)


def count_place(
    ready: Checkpoint,
    number: int,
    dataset: str,
    file: Path | None,
    told: tuple[str, str | None],
    alphas: Sequence[float],
    weighted: bool = True,
) -> tuple[int, Counts, Fitter]:
    """A place's counts and what was left out, from the copy of its rows on the machine that a task runs on.

    `told` is which rows it says it uses, and its note, where the command runs. Raises RowsAbsentError where they are
    others here: without the rows of the training, those of them that are among the place's cannot be told.
    """
    (place,) = of_datasets(ready, [dataset]) if file is None else [of_file(ready, file)]
    if (place.rows, place.note) != told:
        raise RowsAbsentError(
            f"{place.name} would be measured on {place.rows} rows here, on {told[0]} rows where the command runs, as "
            f"the files of the two differ; put the same on both, those that {ready.id} was trained on among them."
        )
    found = measure.measure(ready, place, alphas, weighted=weighted)
    return number, found.counts, found.fitter


def policy_of(file: Path, where: Sequence[Place], column: str | None) -> Policy:
    """The policy of a file; `column` holds the regions of the places' rows, by default the state.

    Raises InputError where there is no default, or the file cannot be read.
    """
    column = column or (STATE if all(one.state for one in where) else None)
    if column is None:
        raise InputError("Got --policy without --region; name the column that holds the regions of these rows.")
    return Policy.of_file(file, column)


def by_policy(
    ready: Checkpoint,
    where: Sequence[Place],
    rules: Policy,
    threshold: float,
    by_group: bool,
    weighted: bool = False,
) -> dict[str, Any]:
    """Every region under its own alpha, and everyone together.

    Raises InputError for a policy that cannot be used, ByGroupError for one by a sensitive group unless `by_group`.
    """
    regions = regions_of(ready, where, rules.column)
    reason = why_by_group(ready, where, regions, rules.column)
    if reason and not by_group:
        raise ByGroupError(reason)
    rules.check([str(region) for region in regions.index])
    found = apply(ready, where, rules, weighted)
    rows = " and ".join(sorted({one.rows for one in where}))
    named = [(rules.alphas[region], counts) for region, counts in found.items()]
    records = measure.records(ready, named, threshold, rows, "rows", weighted)
    total = measure.records(ready, [(None, reduce(add, found.values()))], threshold, rows, "rows", weighted)[0]
    return {
        "column": rules.column,
        "by_group": reason,
        "total": total,
        "regions": [{"region": region, **record} for region, record in zip(found, records, strict=True)],
        "without_rows": sorted(set(rules.alphas) - set(found)),
    }
