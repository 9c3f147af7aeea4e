"""Groups inside sentences: every group that a data set declares has words of its own, others a plain way out."""

from __future__ import annotations

from itertools import product

import pytest

from yodo_core import data
from yodo_core.data.phrases import phrases
from yodo_core.data.spec import JOIN, Attribute, DataSpec

NAMES = ("adult", "kdd", "digits", "acs-income-ca-2018", "acs-employment-ma-2018", "celeba-attractive")


def names_of(spec: DataSpec, attribute: Attribute) -> list[str]:
    """Every readable name the attribute may show."""
    singles = [spec.single(column) for column in attribute.columns]
    known = [single.band_names() or tuple(dict.fromkeys(single.groups.values())) for single in singles if single]
    own = attribute.band_names() or tuple(dict.fromkeys(attribute.groups.values()))
    return [JOIN.join(parts) for parts in product(*known)] if len(attribute.columns) > 1 else list(own)


@pytest.mark.parametrize("name", NAMES)
def test_every_declared_group_has_words_of_its_own(name: str) -> None:
    spec = data.get(name)
    for attribute in spec.attributes:
        groups = names_of(spec, attribute)
        found = phrases(spec, attribute.id, groups, spec.people)
        assert list(found) == groups
        assert len(set(found.values())) == len(groups) >= 2
        assert not [said for said in found.values() if "in group" in said or "{" in said]


@pytest.mark.parametrize(
    ("name", "attribute", "group", "said"),
    [
        ("adult", "sex", "Men", "men"),
        ("adult", "race", "White", "White people"),
        ("adult", "sex+race", "Other race · Women", "women of another race"),
        ("digits", "ink", "Faint ink", "pictures with faint ink"),
        ("acs-employment-ma-2018", "dis", "With a disability", "people with a disability"),
        ("acs-employment-ma-2018", "sex+dis", "Without a disability · Women", "women without a disability"),
        ("acs-income-ca-2018", "race2", "All other races", "people of all other races"),
        ("acs-income-ca-2018", "age", "65 and over", "people aged 65 and over"),
        ("acs-income-ca-2018", "sex+age", "Under 18 · Men", "men aged under 18"),
        ("celeba-attractive", "male", "Not male", "pictures not labelled male"),
        ("adult", "race", "Martian", "people in group Martian"),
        ("adult", "sex+race", "White", "White people"),
        ("adult", "shoe size", "42", "people in group 42"),
    ],
)
def test_phrases(name: str, attribute: str, group: str, said: str) -> None:
    spec = data.get(name)
    assert phrases(spec, attribute, [group], spec.people) == {group: said}


def test_a_file_of_ones_own_is_never_read_as_a_phrase() -> None:
    assert phrases(None, "sex", ["{}", "women"], "people") == {
        "{}": "people in group {}",
        "women": "people in group women",
    }
