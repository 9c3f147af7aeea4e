"""The signature that every baseline's training has."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from yodo_core.config import TrainConfig
from yodo_core.data.prepare import Prepared, Table
from yodo_core.train import OnStep

Scorer = Callable[[Table], np.ndarray]
"""Rows to scores float64 (N,) in [0, 1]. It may look at the rows' group only if its method says `needs_group`."""

TrainOne = Callable[[Prepared, TrainConfig, float | None, OnStep | None], Scorer]
"""One model of a method: the prepared rows, the run, the setting, and a callback told after each step."""
