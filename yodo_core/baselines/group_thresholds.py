"""Group thresholds: ERM's scores with a threshold of its own for every group, within a tolerated gap.

Hardt, Price and Srebro, "Equality of opportunity in supervised learning", NeurIPS 2016, as fairlearn's
ThresholdOptimizer solves it, with its tolerance; fitted on tune rows. Whoever decides must know the group. The scores
are decisions, 0 or 1, so they are the same at every threshold; where a group's rule mixes two thresholds, each row's
is drawn with the run's seed. fairlearn relaxes `dp` and `eo` only. For `eodds` a row takes ERM's decision with
probability tolerance / gap of ERM on tune rows, else the one under no tolerance: rates are linear in that mixture, so
it keeps the tolerance, but it need not be the most accurate rule that does. Groups that the notion does not score on
train rows, or of which the tune rows lack a label, keep ERM's decision at threshold 0.5.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from yodo_core.baselines import erm
from yodo_core.baselines.parts import Shared, scored_groups
from yodo_core.baselines.types import Scorer
from yodo_core.config import TrainConfig
from yodo_core.data.prepare import Prepared, Table
from yodo_core.errors import EmptyGroupError, InputError, unknown
from yodo_core.fairness.penalties import ScoredGroups
from yodo_core.train import OnStep

TOLERANCES: tuple[float, ...] = (0.0, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.15, 0.2)
CONSTRAINTS = {"dp": "demographic_parity", "eo": "true_positive_rate_parity", "eodds": "equalized_odds"}

_models: Shared[Scorer] = Shared()


def train(prepared: Prepared, config: TrainConfig, setting: float | None, on_step: OnStep | None = None) -> Scorer:
    """ERM, one model for all tolerances of a seed, with thresholds whose gap on tune rows is at most `setting`.

    Raises InputError for a tolerance outside [0, 1), an unknown notion or where fairlearn is not installed.
    """
    if setting is None or not 0 <= setting < 1:
        raise InputError(f"Group thresholds need a tolerance from 0 to below 1; got {setting}.")
    optimizer = _optimizer(config.notion, setting)
    scored = scored_groups(prepared, config)
    model = _models.get(prepared, config, on_step, lambda: erm.train(prepared, config, None, on_step))
    tune = prepared.splits["tune"]
    adjusted = _adjusted_groups(scored, tune)
    used, scores = adjusted[tune.group], model(tune)
    optimizer.fit(scores[used, None], tune.label[used], sensitive_features=tune.group[used])
    kept = _share_kept(scored, _decisions(scores), tune, setting) if config.notion == "eodds" else 0.0

    def decide(table: Table) -> np.ndarray:
        scores, among = model(table), adjusted[table.group]
        # One number a row settles whether it keeps ERM's decision; fairlearn draws its own.
        among &= np.random.default_rng(config.seed).random(len(table)) >= kept
        decisions = _decisions(scores)
        if among.any():
            groups = table.group[among]
            decisions[among] = optimizer.predict(
                scores[among, None], sensitive_features=groups, random_state=config.seed
            )
        return decisions

    return decide


def _decisions(scores: np.ndarray) -> np.ndarray:
    return (scores >= 0.5).astype(np.float64)


def _optimizer(notion: str, tolerance: float) -> Any:
    if notion not in CONSTRAINTS:
        raise unknown("notion for group thresholds", notion, CONSTRAINTS)
    # Imported here: it takes a second, and only this method needs it.
    try:
        from fairlearn.postprocessing import ThresholdOptimizer
    except ImportError:
        raise InputError(
            "Group thresholds need the package fairlearn, which is not installed; pip install 'fairlearn==0.15.*'."
        ) from None
    from sklearn.base import BaseEstimator

    class Given(BaseEstimator):
        """Scores that are there already, dressed as the fitted estimator that fairlearn asks for."""

        def fit(self, rows: np.ndarray, label: np.ndarray) -> Given:
            return self

        def __sklearn_is_fitted__(self) -> bool:
            return True

        def decision_function(self, rows: np.ndarray) -> np.ndarray:
            return np.asarray(rows)[:, 0]

    return ThresholdOptimizer(
        estimator=Given(),
        constraints=CONSTRAINTS[notion],
        prefit=True,
        predict_method="decision_function",
        tol=None if notion == "eodds" else tolerance or None,
    )


def _adjusted_groups(scored: ScoredGroups, tune: Table) -> np.ndarray:
    """Groups (G,), bool, that get thresholds of their own: scored on train rows, with both labels on tune rows."""
    size = scored.eligible.shape[1]
    both = [np.bincount(tune.group[tune.label == label], minlength=size) > 0 for label in (0, 1)]
    adjusted = scored.eligible.all(0).numpy() & both[0] & both[1]
    if adjusted.sum() < 2:
        raise EmptyGroupError(
            "Fewer than two groups have tune rows of both labels, so thresholds cannot be fitted; "
            "choose another attribute, or bring more rows."
        )
    return adjusted


def _share_kept(scored: ScoredGroups, decisions: np.ndarray, table: Table, tolerance: float) -> float:
    """The share of ERM's decisions that leaves the larger of its gaps on these rows at the tolerance."""
    columns = (torch.from_numpy(values) for values in (decisions, table.label, table.group))
    means, rows, _ = scored.means(*columns)
    high = torch.where(rows > 0, means, -torch.inf).amax(1)
    low = torch.where(rows > 0, means, torch.inf).amin(1)
    gap = float((high - low).max())
    return 1.0 if gap <= tolerance else tolerance / gap
