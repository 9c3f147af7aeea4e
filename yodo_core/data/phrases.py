"""What a group is called inside a sentence: "men", "White people", "women without a disability"."""

from __future__ import annotations

from collections.abc import Iterable

from yodo_core.data.spec import JOIN, Attribute, DataSpec
from yodo_core.errors import InputError

NOUN = "{}"
"""Where the noun stands in a phrase: "White {}", "{} with a disability". A phrase without it is itself the noun."""


def phrases(spec: DataSpec | None, attribute: str, groups: Iterable[str], people: str) -> dict[str, str]:
    """The words for each group, by its readable name; `people` is the noun where a phrase holds none.

    A group that the data set declares no phrase for, as in a file of one's own (`spec` None), is "people in group X".
    """
    found = _attribute(spec, attribute)
    return {group: _phrase(spec, found, group, people) or f"{people} in group {group}" for group in groups}


def _attribute(spec: DataSpec | None, name: str) -> Attribute | None:
    try:
        return spec.attribute(name) if spec else None
    except InputError:
        return None


def _phrase(spec: DataSpec | None, attribute: Attribute | None, group: str, people: str) -> str | None:
    if spec is None or attribute is None:
        return None
    parts: list[str | None] = [_declared(attribute, group)]
    if len(attribute.columns) > 1:
        values = group.split(JOIN)
        singles = [spec.single(column) for column in attribute.columns]
        parts = [_declared(single, value) for single, value in zip(singles, values, strict=False)]
    if None in parts or not parts:
        return None
    said = next((part for part in parts if part and NOUN not in part), people)
    for part in parts:
        if part and NOUN in part:
            said = part.replace(NOUN, said)
    return said


def _declared(attribute: Attribute | None, group: str) -> str | None:
    """The phrase of a group of one column, None where there is none; bands of ages need no words of their own."""
    if attribute is None:
        return None
    if group in attribute.band_names():
        return f"{NOUN} aged {group.lower()}"
    return attribute.phrases.get(group)
