"""CelebA as data sets: one id a target, as `celeba-attractive`; every other of its 40 attributes has groups.

Liu, Luo, Wang and Tang 2015, Deep Learning Face Attributes in the Wild.
"""

from __future__ import annotations

from yodo_core.data import faces
from yodo_core.data.spec import Attribute, Column, DataSpec
from yodo_core.errors import unknown

PREFIX = "celeba-"
PATTERN = "celeba-<target>"
EXAMPLE = "celeba-attractive"
SOURCE = "https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html"
LICENCE = "non-commercial research only, no redistribution"
CARD = f"CelebA faces, as in {EXAMPLE}; {LICENCE}; read from celeba/ in the folder that YODO_DATA names; {SOURCE}"
KEEP_OUT = "CelebA is for non-commercial research only: no weights or scores from it may be kept with the project."
# What a face has; the others are what it is or does.
HAS = frozenset(
    """5_o_clock_shadow arched_eyebrows bags_under_eyes bangs big_lips big_nose black_hair blond_hair brown_hair
    bushy_eyebrows double_chin eyeglasses goatee gray_hair heavy_makeup high_cheekbones mustache narrow_eyes oval_face
    pale_skin pointy_nose receding_hairline rosy_cheeks sideburns straight_hair wavy_hair""".split()  # noqa: SIM905
)


def declare(name: str) -> DataSpec:
    """The data set of an id such as celeba-attractive. Raises InputError for an unknown target."""
    target = name.removeprefix(PREFIX)
    if target not in faces.ATTRIBUTES:
        raise unknown("CelebA target", target, faces.ATTRIBUTES)
    shown = _words(target)
    return DataSpec(
        id=name,
        title=f"CelebA, {shown}",
        columns=tuple(Column(one, "category", help=f"Labelled {_words(one)}: yes or no.") for one in faces.ATTRIBUTES),
        target=target,
        favourable="yes",
        weight=None,
        attributes=tuple(_attribute(one) for one in faces.ATTRIBUTES if one != target),
        people="pictures",
        decision_noun=f"labelled {shown}",
        qualified_phrase=f"among pictures that people labelled {shown}",
        teaching_note="a research example; nobody was approved or refused",
        licence=LICENCE,
        attribution=(
            "Liu, Z., Luo, P., Wang, X. and Tang, X. (2015). Deep Learning Face Attributes in the Wild. ICCV. "
            "CelebFaces Attributes Dataset."
        ),
        source=SOURCE,
        known_problems=(
            "The labels are impressions of unnamed raters, not facts about anyone; they carry the raters' prejudices.",
            "Male and not male is a label of the same kind: no one in the pictures was asked.",
            "The people are celebrities, mostly light-skinned and young, often in several pictures, which may stand in "
            "different parts of the split.",
            f"'{shown}' counts as the good outcome because one label must; it need not be good for anyone.",
        ),
        load=faces.load,
        absent=faces.absent,
        pictures=faces.pictures,
        keep_out=KEEP_OUT,
    )


def _attribute(name: str) -> Attribute:
    shown = _words(name)
    other = "beard" if name == "no_beard" else f"no {shown}" if name in HAS else f"not {shown}"
    groups = {"yes": shown.capitalize(), "no": other.capitalize()}
    phrases = {groups["yes"]: f"{{}} labelled {shown}", groups["no"]: f"{{}} not labelled {shown}"}
    return Attribute(name, (name,), groups["no"], f"the label {shown}", groups, phrases=phrases)


def _words(name: str) -> str:
    return name.replace("_", " ").replace("o clock", "o'clock")
