"""Empirical risk minimisation: the same net, steps and schedule as the line, for accuracy only."""

from __future__ import annotations

from yodo_core.config import TrainConfig
from yodo_core.data.prepare import Prepared
from yodo_core.train import OnStep, Run, train_fixed


def train(prepared: Prepared, config: TrainConfig, setting: float | None, on_step: OnStep | None = None) -> Run:
    """One model; ERM has no setting."""
    return train_fixed(prepared, config, 0.0, on_step)
