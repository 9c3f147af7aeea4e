"""Baselines: what a line is compared with. One file a method, one result type; adding one is one row here."""

from __future__ import annotations

from dataclasses import dataclass

from yodo_core.baselines import adversarial, erm, film, fixed, group_thresholds, prejudice_remover
from yodo_core.baselines.result import BaselineResult
from yodo_core.baselines.types import TrainOne

__all__ = ["METHODS", "BaselineResult", "Method"]


@dataclass(frozen=True)
class Method:
    """A method: its name on charts, the settings it is run at unless told, and how one model is trained.

    `about` says in plain words what it does. `setting` is what a setting is called, "" where there is none; methods
    whose settings are penalties are run at those of `--penalties`. With `needs_group` it must know the group when it
    decides, which the line need not.
    """

    title: str
    settings: tuple[float | None, ...]
    train: TrainOne
    setting: str = ""
    needs_group: bool = False
    about: str = ""


METHODS: dict[str, Method] = {
    "erm": Method("trained for accuracy only", (None,), erm.train),
    "fixed": Method("trained for one trade-off", fixed.PENALTIES, fixed.train, "penalty"),
    "prejudice-remover": Method(
        "prejudice remover",
        prejudice_remover.WEIGHTS,
        prejudice_remover.train,
        "weight",
        about="each model is trained with a penalty on how much its scores tell of a person's group",
    ),
    "adversarial": Method(
        "adversarial training",
        adversarial.WEIGHTS,
        adversarial.train,
        "weight",
        about="each model is trained against a second one that tries to guess the group from its scores",
    ),
    "group-thresholds": Method(
        "group thresholds",
        group_thresholds.TOLERANCES,
        group_thresholds.train,
        "tolerance",
        needs_group=True,
        about="the most accurate model, with a cut-off of its own for each group",
    ),
    "film": Method(
        "one net told its penalty",
        film.READ_AT,
        film.train,
        "penalty",
        about="one model that takes as a further input how heavily the difference weighs; each mark is one such weight",
    ),
}
