"""The paper's fixed training: one model for each penalty A, cross-entropy plus A times the gap of mean scores.

Han et al., CPAL 2025, section 3; A in (0, 1] there, extended here at both ends so that the front is spanned.
"""

from __future__ import annotations

from yodo_core.baselines.parts import net_scorer
from yodo_core.baselines.types import Scorer
from yodo_core.config import TrainConfig
from yodo_core.data.prepare import Prepared
from yodo_core.errors import InputError
from yodo_core.train import OnStep, train_fixed

PENALTIES: tuple[float, ...] = (0.02, *(round(0.05 * i, 2) for i in range(1, 21)), 1.5, 2.0, 4.0, 8.0)


def train(prepared: Prepared, config: TrainConfig, setting: float | None, on_step: OnStep | None = None) -> Scorer:
    """One model at penalty A = `setting`, a finite number above 0."""
    if setting is None or not setting > 0:
        raise InputError(f"A fixed model needs a penalty above 0; got {setting}. Penalty 0 is the method erm.")
    return net_scorer(train_fixed(prepared, config, setting, on_step).net)
