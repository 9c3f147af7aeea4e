"""The figures of a line elsewhere: counts of its levels on a place's rows, beside those stored with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yodo_core import alpha_map, evaluate, stream
from yodo_core.checkpoint import FORMAT, Checkpoint
from yodo_core.data.fitted import Fitter
from yodo_core.elsewhere.place import Place, called, fitter, tables
from yodo_core.errors import InputError, RowsAbsentError
from yodo_core.fairness import metrics
from yodo_core.fairness.counts import Counts
from yodo_core.fairness.facts import clean, facts, signed
from yodo_core.fairness.notions import get_notion

TOGETHER = "all together"
HERE = "here"


@dataclass(frozen=True, eq=False)
class Measured:
    """A place and what was counted there: levels in the order of the alphas asked for, and what was left out."""

    place: Place
    counts: Counts
    fitter: Fitter


def measure(
    checkpoint: Checkpoint,
    place: Place,
    alphas: Sequence[float],
    on_rows: Callable[[int], None] | None = None,
    weighted: bool = True,
) -> Measured:
    """Count the line's levels on every row of a place; gained and lost are against alpha 0.

    Survey weights, where there are any, are read and counted too unless `weighted` is False. `on_rows` is told how many
    rows are counted so far. Raises InputError where rows lack columns or hold what cannot be used, where nobody belongs
    to a group of the checkpoint, or where no row has the favourable outcome.
    """
    positions, origin = [checkpoint.position(alpha) for alpha in alphas], checkpoint.position(0.0)
    fit = fitter(checkpoint, place, weighted)
    encoded = (table for table, _, _ in tables(fit, place))
    total = stream.counts(checkpoint.line, positions, encoded, checkpoint.groups, origin, on_rows)
    check_groups(checkpoint, fit, place)
    assert total is not None
    check_outcome(total, fit, place)
    return Measured(place, total, fit)


def check_groups(checkpoint: Checkpoint, fit: Fitter, place: Place) -> None:
    """Raises InputError where none of the place's rows, which `fit` has seen, belongs to a group of the checkpoint."""
    if not fit.rows:
        strangers = ", ".join(fit.strangers) or "none at all"
        raise InputError(
            f"{place.name} has no rows of the groups {', '.join(checkpoint.groups)} (its own: {strangers}); bring rows "
            "whose groups the checkpoint knows."
        )


def check_outcome(counts: Counts, fit: Fitter, place: Place) -> None:
    """Raises InputError where no row has the favourable outcome: it is then most likely written another way."""
    if not counts.n[..., 1, :].any():
        raise InputError(
            f"None of the {fit.rows:,} rows of {place.name} has {fit.spec.target} {fit.spec.favourable!r}, the good "
            f"outcome (they have {', '.join(sorted(fit.outcomes)[:5])}); write it as the training rows do."
        )


def records(
    checkpoint: Checkpoint,
    levels: Iterable[tuple[float | None, Counts]],
    threshold: float,
    split: str,
    source: str,
    weighted: bool = False,
) -> list[dict[str, Any]]:
    """One `point` record a level, with intervals, gaps also signed; alpha None where rows have several.

    Raises InputError where figures in survey weights are asked of counts without.
    """
    return [
        {
            "checkpoint": checkpoint.id,
            "format": FORMAT,
            "alpha": alpha,
            "position": None if alpha is None else checkpoint.position(alpha),
            "threshold": threshold,
            "split": split,
            **({"weighted": True} if weighted else {}),
            **_signs(checkpoint, facts(counts, threshold, weighted)),
            "source": source,
        }
        for alpha, counts in levels
    ]


def _signs(checkpoint: Checkpoint, level: dict[str, Any]) -> dict[str, Any]:
    gaps = level["gaps"].items()
    return level | {"gaps": {id: gap | {"signed": signed(gap, reference_of(checkpoint, id))} for id, gap in gaps}}


def reference_of(checkpoint: Checkpoint, notion: str) -> str | None:
    """The group that signed gaps are measured from; None where there are not two, or not of one condition."""
    has_sign = len(checkpoint.groups) == 2 and len(get_notion(notion).conditions) == 1
    return str(checkpoint.manifest["reference_group"]) if has_sign else None


def behind(checkpoint: Checkpoint, notion: str, home: Mapping[str, Any]) -> str | None:
    """The group that charts measure from: of two groups the one that is behind at the first level of `home`.

    So gaps at home start above 0, and below 0 is the other order. None where signs have no meaning.
    """
    reference = reference_of(checkpoint, notion)
    return reference and str(home["levels"][0]["gaps"][notion]["low"] or reference)


def described(
    checkpoint: Checkpoint, found: Measured, alphas: Sequence[float], threshold: float, weighted: bool = False
) -> dict[str, Any]:
    """A place's figures as one plain record. Raises InputError where they are asked in weights that it has not."""
    if weighted and found.counts.weight is None:
        raise InputError(f"{found.place.name} holds no survey weights; leave --weighted out.")
    levels = records(checkpoint, _levels(alphas, found.counts), threshold, found.place.rows, "rows", weighted)
    return {
        "place": found.place.name,
        "dataset": found.place.dataset,
        "rows": found.place.rows,
        "n": levels[0]["n"],
        "levels": levels,
        "unseen": found.fitter.unseen(),
        "left_out_groups": found.fitter.left_out_groups(),
        "share_gone": _shares(checkpoint, found.counts, threshold, weighted),
        "note": found.place.note,
    }


def together(found: Sequence[Measured]) -> Measured:
    """The rows of several places as one: counts add up."""
    total = found[0].counts
    for one in found[1:]:
        total = total + one.counts
    fit = Fitter.merged([one.fitter for one in found])
    kinds = sorted({one.place.rows for one in found})
    notes = [one.place.note for one in found if one.place.note]
    place = Place(
        TOGETHER,
        ", ".join(one.place.dataset for one in found),
        fit.spec,
        lambda _: iter(()),
        " and ".join(kinds),
        " ".join(dict.fromkeys(notes)) or None,
    )
    return Measured(place, total, fit)


def here(checkpoint: Checkpoint, alphas: Sequence[float], threshold: float, weighted: bool = False) -> dict[str, Any]:
    """The checkpoint's own test rows: its stored curve, or the rows themselves for alphas that are not stored."""
    try:
        counts, source = Counts.stack([checkpoint.stored(alpha) for alpha in alphas]), "stored"
    except RowsAbsentError:
        prepared = evaluate.rows(checkpoint)
        positions, origin = [checkpoint.position(alpha) for alpha in alphas], checkpoint.position(0.0)
        table = prepared.splits["test"]
        counts, source = evaluate.curve(checkpoint.line, positions, table, prepared.groups, origin=origin), "rows"
    if weighted and counts.weight is None:
        raise InputError(f"{checkpoint.id} holds no weights for these rows; leave --weighted out.")
    levels = records(checkpoint, _levels(alphas, counts), threshold, "test", source, weighted)
    return {
        "place": f"{called(checkpoint.manifest['dataset'])} ({HERE})",
        "dataset": checkpoint.manifest["dataset"],
        "rows": "test",
        "n": levels[0]["n"],
        "levels": levels,
        "unseen": None,
        "left_out_groups": [],
        "share_gone": _shares(checkpoint, counts, threshold, weighted),
        "note": None,
    }


def _shares(checkpoint: Checkpoint, counts: Counts, threshold: float, weighted: bool) -> list[float | None]:
    """The measured share of the first level's disparity that is gone at each level; None where chance shows as much."""
    first = counts.level(0)
    gap = float(metrics.gap(metrics.rates(first, threshold, weighted), checkpoint.notion))
    if not gap > metrics.floor_of(first, checkpoint.notion, threshold, weighted)[1]:
        return [None] * counts.leading[0]
    return list(clean(alpha_map.share_gone(counts, checkpoint.notion, threshold, weighted)))


def _levels(alphas: Sequence[float], counts: Counts) -> list[tuple[float | None, Counts]]:
    return [(alpha, counts.level(i)) for i, alpha in enumerate(alphas)]
