"""Empirical risk minimisation: the same net, steps and schedule as the line, for accuracy only."""

from __future__ import annotations

from yodo_core.baselines.parts import net_scorer
from yodo_core.baselines.types import Scorer
from yodo_core.config import TrainConfig
from yodo_core.data.prepare import Prepared
from yodo_core.train import OnStep, train_fixed


def train(prepared: Prepared, config: TrainConfig, setting: float | None, on_step: OnStep | None = None) -> Scorer:
    """One model; ERM has no setting."""
    return net_scorer(train_fixed(prepared, config, 0.0, on_step).net)
