"""What is compared: data set, attribute, notion and whether the model sees the attribute."""

from __future__ import annotations

from dataclasses import dataclass

from yodo_core.config import TrainConfig

FIRST_SPLIT_SEED = 1314
REPEAT = 100
"""From one training seed of a split to the next."""
NOTIONS = ("dp", "eo", "eodds")
INCOME, EMPLOYMENT = "acs-income-ca-2018", "acs-employment-ma-2018"
ATTRIBUTES = {
    "adult": ("sex", "race"),
    INCOME: ("sex", "race", "race2"),
    EMPLOYMENT: ("race", "dis"),
    "kdd": ("sex", "race"),
}
SEEING = {("adult", "sex"), (INCOME, "sex"), (INCOME, "race2")}


@dataclass(frozen=True, order=True)
class Setting:
    """One comparison. `folder` names what shares its rows and features: the cache has one file for each."""

    dataset: str
    attribute: str
    notion: str
    with_attribute: bool = False

    @property
    def folder(self) -> str:
        return f"{self.dataset}-{self.attribute}{'-with' if self.with_attribute else ''}"

    @property
    def id(self) -> str:
        return f"{self.folder}-{self.notion}"

    def config(self, split: int, repeat: int = 0, **changes: object) -> TrainConfig:
        """The one default configuration, at the split of this number and a training seed of its own."""
        own = {name: getattr(self, name) for name in ("dataset", "attribute", "notion", "with_attribute")}
        seeds = {"split_seed": FIRST_SPLIT_SEED + split, "seed": split + REPEAT * repeat}
        return TrainConfig(**{**own, **seeds, **changes})


ALL = tuple(
    Setting(dataset, attribute, notion, seeing)
    for dataset, attributes in ATTRIBUTES.items()
    for attribute in attributes
    for seeing in (False, True)
    if not seeing or (dataset, attribute) in SEEING
    for notion in NOTIONS
)
CORE = (
    Setting("adult", "sex", "dp"),
    Setting(INCOME, "race", "dp"),
    Setting(EMPLOYMENT, "dis", "eo"),
    Setting("kdd", "sex", "eodds"),
)


def chosen(words: str) -> tuple[Setting, ...]:
    """`core`, `all`, or parts of ids separated by commas: `adult-sex,kdd` are all settings that hold either."""
    named = {"core": CORE, "all": ALL}
    if words in named:
        return named[words]
    return tuple(setting for setting in ALL if any(part and part in setting.id for part in words.split(",")))
