"""`evaluate`: the same line on other rows, beside its own test rows; and alphas by region."""

from __future__ import annotations

import importlib.util
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import reduce
from operator import add
from pathlib import Path
from typing import Any

from yodo_core.checkpoint import Checkpoint
from yodo_core.commands.console import progress
from yodo_core.commands.workers import Workers
from yodo_core.data import acs
from yodo_core.data.fitted import Fitter
from yodo_core.elsewhere import measure
from yodo_core.elsewhere.file import of_file
from yodo_core.elsewhere.place import STATE, Place, listed, of_datasets
from yodo_core.elsewhere.policy import Policy, apply, regions_of, why_by_group
from yodo_core.errors import InputError, unknown
from yodo_core.fairness.counts import Counts, threshold_index
from yodo_core.fairness.notions import get_notion
from yodo_core.partitions import bare

KINDS, THEMES = (".html", ".png"), ("light", "dark")


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
) -> dict[str, Any]:
    """The line's own place, then each other, then all of them together, as one plain record.

    Places are counted here one after another, or by `workers` at once; `file` is the place where that is a file.
    """
    threshold_index(threshold)
    found = [measure.here(ready, alphas, threshold)]
    measured = []
    with progress() as bar:
        task = bar.add_task("places", total=len(where))
        for one in _elsewhere(ready, where, alphas, workers, file) if workers else _in_turn(ready, where, alphas):
            measured.append(one)
            bar.advance(task)
    measured.sort(key=lambda one: where.index(one.place))
    if len(measured) > 1:
        measured.append(measure.together(measured))
    found += [measure.described(ready, one, alphas, threshold) for one in measured]
    return {"checkpoint": ready.id, "notion": ready.notion, "places": found}


def _in_turn(ready: Checkpoint, where: Sequence[Place], alphas: Sequence[float]) -> Iterator[measure.Measured]:
    return (measure.measure(ready, one, alphas) for one in where)


def _elsewhere(
    ready: Checkpoint, where: Sequence[Place], alphas: Sequence[float], workers: Workers, file: Path | None
) -> Iterator[measure.Measured]:
    tasks = [(bare(ready), i, one.dataset, file, alphas) for i, one in enumerate(where)]
    with closing(workers.each(count_place, tasks)) as counted:
        for i, counts, fit in counted:
            yield measure.Measured(where[i], counts, fit)


def count_place(
    ready: Checkpoint, number: int, dataset: str, file: Path | None, alphas: Sequence[float]
) -> tuple[int, Counts, Fitter]:
    """A place's counts and what was left out, from the copy of its rows on the machine that a task runs on."""
    (place,) = of_datasets(ready, [dataset]) if file is None else [of_file(ready, file)]
    found = measure.measure(ready, place, alphas)
    return number, found.counts, found.fitter


def by_policy(
    ready: Checkpoint, where: Sequence[Place], file: Path, column: str | None, threshold: float, by_group: bool
) -> dict[str, Any]:
    """Every region under its own alpha, and everyone together. `column` holds the regions, by default the state.

    Raises InputError for a policy that cannot be used, or one by a sensitive group unless `by_group`.
    """
    column = column or (STATE if all(one.dataset.startswith(acs.PREFIX) for one in where) else None)
    if column is None:
        raise InputError("Got --policy without --region; name the column that holds the regions of these rows.")
    rules = Policy.of_file(file, column)
    regions = regions_of(ready, where, column)
    reason = why_by_group(ready, where, regions, column)
    if reason and not by_group:
        raise InputError(
            f"The policy decides by a protected characteristic: {reason}. Two people who differ in nothing else would "
            "be judged by different rules, which many laws forbid; name another --region, or say --policy-by-group."
        )
    rules.check([str(region) for region in regions.index])
    found = apply(ready, where, rules)
    rows = " and ".join(sorted({one.rows for one in where}))
    named = [(rules.alphas[region], counts) for region, counts in found.items()]
    records = measure.records(ready, named, threshold, rows, "rows")
    total = measure.records(ready, [(None, reduce(add, found.values()))], threshold, rows, "rows")[0]
    return {
        "column": column,
        "by_group": reason,
        "total": total,
        "regions": [{"region": region, **record} for region, record in zip(found, records, strict=True)],
        "without_rows": sorted(set(rules.alphas) - set(found)),
    }


def check_chart(file: Path, theme: str) -> None:
    """Raises InputError, before anything is worked out, for a chart that cannot be written."""
    if theme not in THEMES:
        raise unknown("theme", theme, THEMES)
    if file.suffix.lower() not in KINDS:
        raise InputError(f"Got --chart {file}; expected a name that ends in {' or '.join(KINDS)}.")
    if file.suffix.lower() == ".png" and importlib.util.find_spec("kaleido") is None:
        raise InputError("A .png chart needs the package kaleido; install it, or write an .html file.")
    if not file.absolute().parent.is_dir():
        raise InputError(f"There is no folder {file.absolute().parent}; make it first, or name another --chart.")


def write_chart(found: dict[str, Any], ready: Checkpoint, file: Path, theme: str) -> str:
    """The chart of what `run` gave, as a file that needs no network. Returns its name."""
    from yodo_core import charts

    shown, reference = drawn(found["places"]), reference_of(ready)
    figure = charts.elsewhere(shown, ready.notion, reference, _words(shown, ready, reference), theme)
    try:
        if file.suffix.lower() == ".png":
            figure.write_image(file, width=1100, height=620, scale=2)
        else:
            # The page around the figure is white without it.
            page = f"Object.assign(document.body.style, {{margin: 0, background: '{figure.layout.paper_bgcolor}'}})"
            looks = {"displaylogo": False, "responsive": True}
            figure.write_html(file, include_plotlyjs=True, config=looks, post_script=page)
    except (OSError, ValueError, RuntimeError) as error:
        raise InputError(f"{file} cannot be written ({' '.join(str(error).split())[:120]}); name another.") from None
    return str(file)


def finding(places: Sequence[dict[str, Any]], notion: str, reference: str | None) -> str:
    """The place whose gap at the last alpha is farthest from that of the line's own, in one sentence."""
    own = places[0]["levels"][-1]["gaps"][notion]
    last = [(place["levels"][-1]["gaps"][notion], place["place"]) for place in places[1:]]
    known = [(gap, name) for gap, name in last if gap["gap"] is not None]
    if own["gap"] is None or not known:
        return "Too few people for a gap: the same line on other rows"

    def signed(gap: dict[str, Any]) -> float:
        return -float(gap["gap"]) if gap["high"] == reference else float(gap["gap"])

    gap, name = max(known, key=lambda entry: abs(signed(entry[0]) - signed(own)))
    points = f"{100 * gap['gap']:.1f} points"
    small = gap["floor"] is not None and gap["gap"] < gap["floor"]
    does = (
        f"leaves no more than chance shows ({points})"
        if small
        else f"puts {gap['high']} ahead of {gap['low']} by {points}"
    )
    alpha = places[0]["levels"][-1]["alpha"]
    return f"In {name} the same line at alpha {alpha:g} {does}; where it was trained the gap is {100 * own['gap']:.1f}"


def reference_of(ready: Checkpoint) -> str | None:
    """The group that signed gaps are measured from; None where there are not two, or not of one condition."""
    signed = len(ready.groups) == 2 and len(get_notion(ready.notion).conditions) == 1
    return str(ready.manifest["reference_group"]) if signed else None


def drawn(places: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The line's own place once, and every single other one."""
    own, *others = places
    return [own] + [p for p in others if p["dataset"] != own["dataset"] and p["place"] != measure.TOGETHER]


def _words(places: Sequence[dict[str, Any]], ready: Checkpoint, reference: str | None) -> dict[str, str]:
    what = f"{get_notion(ready.notion).title} gap"
    other = [group for group in ready.groups if group != reference]
    between = f"{len(other)} groups, worst case" if reference is None else f"{other[0]} minus {reference}"
    return {
        "title": "\n".join(textwrap.wrap(finding(places, ready.notion, reference), 100)),
        "x": f"{what}: {between}, percentage points",
        "y": "Accuracy, %, with 95% intervals. Circle: alpha 0, diamond: 0.5, square: 1; hollow: chance shows as much",
    }
