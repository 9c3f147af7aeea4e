"""Baselines: what a line is compared with. One file a method, one result type; adding one is one row here."""

from __future__ import annotations

from dataclasses import dataclass

from yodo_core.baselines import erm, fixed
from yodo_core.baselines.result import BaselineResult
from yodo_core.baselines.types import TrainOne

__all__ = ["METHODS", "BaselineResult", "Method"]


@dataclass(frozen=True)
class Method:
    """A method: its name on charts, the settings it is run at unless told, and how one model is trained."""

    title: str
    settings: tuple[float | None, ...]
    train: TrainOne
    needs_group: bool = False


METHODS: dict[str, Method] = {
    "erm": Method("trained for accuracy only", (None,), erm.train),
    "fixed": Method("trained for one trade-off", fixed.PENALTIES, fixed.train),
}
