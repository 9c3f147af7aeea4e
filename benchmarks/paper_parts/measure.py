"""Figures of one model on a panel's test rows, in percent and points; gaps are signed, group minus reference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from paper_parts.panels import Panel
from yodo_core.data.prepare import Prepared, Table
from yodo_core.fairness import metrics
from yodo_core.fairness.counts import count
from yodo_core.fairness.notions import get_notion
from yodo_core.fairness.penalties import ScoredGroups

Figures = dict[str, float]


def pair(prepared: Prepared) -> tuple[int, int]:
    """Indices of the one other group and of the reference: every panel of the paper has two groups."""
    reference = prepared.groups.index(prepared.attribute.reference)
    assert len(prepared.groups) == 2
    return 1 - reference, reference


def figures(panel: Panel, scores: np.ndarray, threshold: float = 0.5) -> Figures:
    """error = 100 - accuracy; ap_error = 100 - average precision, the paper's "error rate".

    score_gap is the panel's notion on mean scores, as the paper plots it; dp_gap and eo_gap are on decisions.
    """
    prepared = panel.prepared
    table = prepared.splits["test"]
    other, reference = pair(prepared)
    counts = count(scores, table.label, table.group, prepared.groups)
    rates, overall = metrics.rates(counts, threshold), metrics.overall(counts, threshold)
    accuracy, decided, precision = overall["accuracy"], overall["decision_rate"], counts.average_precision
    assert accuracy is not None
    assert decided is not None
    assert precision is not None
    found = {"error": 100 * (1 - float(accuracy)), "ap_error": 100 * (1 - float(precision))}
    for notion in ("dp", "eo"):
        found[f"{notion}_gap"] = 100 * float(metrics.signed_gap(rates, notion, other, reference))
    return found | {"score_gap": score_gap(panel, scores, table), "rate": 100 * float(decided)}


def score_gap(panel: Panel, scores: np.ndarray, table: Table) -> float:
    """Signed difference of mean scores, in points, among the rows that the notion concerns."""
    prepared = panel.prepared
    other, reference = pair(prepared)
    scored = ScoredGroups(get_notion(panel.notion), table.label, table.group, prepared.groups)
    means, _, _ = scored.means(*(torch.from_numpy(x) for x in (scores.astype(np.float32), table.label, table.group)))
    return 100 * float(means[0, other] - means[0, reference])


def columns(rows: Sequence[Figures]) -> dict[str, Any]:
    """Figures of several models as one list a figure."""
    return {name: [row[name] for row in rows] for name in rows[0]}
