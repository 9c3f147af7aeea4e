"""What the paper draws a panel of, as far as the data allow, and the run that it describes.

Han et al., CPAL 2025: batch 512, hidden 256, Adam at 1e-3 without decay, 70/10/20 split, the attribute a feature.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from yodo_core import data
from yodo_core.config import TrainConfig
from yodo_core.data import Attribute, DataSpec
from yodo_core.data.prepare import Prepared, prepare

RUN: dict[str, Any] = {
    "objective": "paper", "with_attribute": True, "split": "paper", "split_seed": 1314, "batch_size": 512,
    "learning_rate": 1e-3, "weight_decay": 0.0, "hidden": 256, "depth": 3, "dropout": 0.5,
    "ends": "independent", "cosine_weight": 1.0, "penalty": 1.0,
}  # fmt: skip
INCOME, EMPLOYMENT = "acs-income-ca-2018", "acs-employment-ma-2018"
SHORT = {"adult": "adult", "kdd": "kdd", INCOME: "acs-i", EMPLOYMENT: "acs-e"}
TITLES = {"adult": "Adult", "kdd": "KDD", INCOME: "ACS-I", EMPLOYMENT: "ACS-E"}
EPOCHS = {"adult": 2, "kdd": 2, INCOME: 8, EMPLOYMENT: 8}
LEVELS = tuple(round(i / 20, 2) for i in range(21))


@dataclass(frozen=True)
class Panel:
    """One panel of the paper's figures: whose gap, of which notion, on which rows."""

    dataset: str
    attribute: str
    notion: str

    @property
    def id(self) -> str:
        return f"{SHORT[self.dataset]}-{self.attribute}-{self.notion}"

    @property
    def title(self) -> str:
        attribute = {"race2": "race"}.get(self.attribute, self.attribute)
        return f"{TITLES[self.dataset]}, {attribute}, {self.notion.upper()}"

    def config(self, seed: int, **changes: Any) -> TrainConfig:
        """The paper's run on this panel, with the changes of an ablation."""
        own = {"dataset": self.dataset, "attribute": self.attribute, "notion": self.notion, "seed": seed}
        return TrainConfig(**{**RUN, **own, "epochs": EPOCHS[self.dataset], **changes})

    @property
    def absent(self) -> str | None:
        """What is missing of the rows, in one sentence; None where they are at hand."""
        return data.get(self.dataset).absent()

    @property
    def prepared(self) -> Prepared:
        return _prepared(self.dataset, self.attribute)


PANELS = (
    Panel("adult", "sex", "dp"),
    Panel("adult", "race2", "dp"),
    Panel("adult", "sex", "eo"),
    Panel("adult", "race2", "eo"),
    Panel("kdd", "sex", "dp"),
    Panel(INCOME, "sex", "dp"),
    Panel(INCOME, "race2", "dp"),
    Panel(INCOME, "sex", "eo"),
    Panel(INCOME, "race2", "eo"),
    Panel(EMPLOYMENT, "sex", "dp"),
)
BY_ID = {panel.id: panel for panel in PANELS}


def spec_of(dataset: str) -> DataSpec:
    """The data set; Adult also with race in two groups, as the paper has it."""
    spec = data.get(dataset)
    if dataset != "adult":
        return spec
    race = spec.attribute("race")
    groups = {raw: name if name == "White" else "All other races" for raw, name in race.groups.items()}
    return replace(spec, attributes=(*spec.attributes, Attribute("race2", race.columns, "White", "race", groups)))


@lru_cache
def _prepared(dataset: str, attribute: str) -> Prepared:
    spec = spec_of(dataset)
    return prepare(spec, attribute, RUN["with_attribute"], RUN["split_seed"], RUN["split"])
