"""The signature that every baseline's training has."""

from __future__ import annotations

from collections.abc import Callable

from yodo_core.config import TrainConfig
from yodo_core.data.prepare import Prepared
from yodo_core.train import OnStep, Run

TrainOne = Callable[[Prepared, TrainConfig, float | None, OnStep | None], Run]
