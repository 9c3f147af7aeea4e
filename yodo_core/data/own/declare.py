"""From a file and a recipe to a DataSpec like that of any other data set."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from yodo_core.data.own.groups import readable
from yodo_core.data.own.recipe import Recipe, dataset_id
from yodo_core.data.own.rows import Rows, Shaped
from yodo_core.data.spec import JOIN, Attribute, DataSpec
from yodo_core.errors import InputError, unknown

LEAST_GROUP = 100


def declare(path: str | Path, recipe: Recipe) -> DataSpec:
    """The data set that a file is under a recipe; its `load` gives the rows that are used.

    Raises InputError for a bad file, or a recipe that does not fit it.
    """
    path = Path(path).resolve()
    rows = Rows(path, recipe)
    shaped = rows.shaped
    said = f"“{_words(recipe.target)}: {shaped.favourable}”"
    return DataSpec(
        id=dataset_id(path),
        title=recipe.name or path.stem,
        columns=shaped.columns,
        target=recipe.target,
        favourable=shaped.favourable,
        weight=recipe.weight,
        unit=recipe.unit,
        attributes=_attributes(shaped, recipe),
        people="people",
        decision_noun=f"predicted to have {said}",
        qualified_phrase=f"among people who do have {said}",
        teaching_note="",
        licence="not known: a file of one's own",
        attribution=f"The file {path.name}, as its user brought it.",
        source=path.name,
        known_problems=(
            "Nothing is known here of how these rows were gathered, whom they leave out and who set the outcome.",
            *_problems(shaped, recipe),
        ),
        load=rows,
        rows=len(shaped.frame),
        own={"file": path.name, **recipe.to_json()},
    )


def _attributes(shaped: Shaped, recipe: Recipe) -> tuple[Attribute, ...]:
    """One attribute a column, which the split is stratified on, and their combination where there are several."""
    several = len(recipe.attribute) > 1
    singles = []
    for id, name in zip(recipe.attribute_ids, recipe.attribute, strict=True):
        groups = _by_size(shaped.frame[name])
        reference = groups[0] if several else _reference(groups, recipe)
        singles.append(Attribute(id, (name,), reference, _words(name), {group: group for group in groups}))
    if not several:
        return tuple(singles)
    joined = shaped.frame[recipe.attribute[0]].astype(str)
    for name in recipe.attribute[1:]:
        joined = joined + JOIN + shaped.frame[name].astype(str)
    noun = " and ".join(single.noun for single in singles)
    groups = _by_size(joined)
    both = Attribute(recipe.attribute_id, recipe.attribute, _reference(groups, recipe), noun)
    return (*singles, both)


def _by_size(values: pd.Series) -> list[str]:
    """Groups as `groups_of` orders them: the largest first, ties by name.

    Raises InputError where fewer than two have the rows without which nothing can be evened out.
    """
    sizes = values.astype(str).value_counts()
    groups = sorted(map(str, sizes.index), key=lambda group: (-int(sizes[group]), group))
    if (sizes >= LEAST_GROUP).sum() < 2:
        told = ", ".join(f"{group} {sizes[group]:,}" for group in groups[:5])
        raise InputError(
            f"Fewer than two groups have {LEAST_GROUP} rows ({told}); expected hundreds in each. Choose another "
            "attribute, or bring more rows."
        )
    return groups


def _reference(groups: list[str], recipe: Recipe) -> str:
    if recipe.reference is None:
        return groups[0]
    named = recipe.reference
    if named not in groups and len(recipe.attribute) == 1:
        named = readable(recipe.attribute[0], named)
    if named not in groups:
        raise unknown(f"group of {'+'.join(recipe.attribute)}", recipe.reference, groups)
    return named


def _problems(shaped: Shaped, recipe: Recipe) -> list[str]:
    gone = sum(shaped.lacking.values())
    said = [f"{gone:,} rows lack {recipe.needed} and are left out."] if gone else []
    if len(shaped.outcomes) > 2:
        said.append(
            f"{_words(recipe.target)} has {len(shaped.outcomes)} values; all but the favourable one count as one."
        )
    return said


def attribute_of(spec: DataSpec) -> Attribute:
    """The attribute that the recipe asks for: its one column, or the combination of several."""
    return spec.attributes[-1]


def rows_of(spec: DataSpec) -> Rows:
    """What reads the file behind a spec of `declare`. Raises InputError for another data set."""
    if not isinstance(spec.load, Rows):
        raise InputError(f"{spec.id} is no file of one's own; expected a data set made by `declare`.")
    return spec.load


def _words(name: str) -> str:
    return " ".join(name.replace("_", " ").split())
