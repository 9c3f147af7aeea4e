"""Differentiable differences between groups: means of scores on a batch, per condition of a notion."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from yodo_core.errors import EmptyGroupError
from yodo_core.fairness.notions import MIN_GAP, Notion


class ScoredGroups:
    """Which groups a notion compares on these training rows, and their mean scores on any batch.

    `eligible` is bool (C, G): C conditions of the notion, G groups; a group with fewer than MIN_GAP training
    rows in a condition stays out of penalty and target. Raises EmptyGroupError if fewer than two are left.
    """

    def __init__(self, notion: Notion, label: np.ndarray, group: np.ndarray, groups: tuple[str, ...]) -> None:
        self.notion, self._numbered = notion, tuple(enumerate(notion.conditions))
        sizes = np.stack(
            [np.bincount(group if c is None else group[label == c], minlength=len(groups)) for c in notion.conditions]
        )
        self.eligible = torch.from_numpy(sizes >= MIN_GAP)
        self._allowed, self._one_hot = self.eligible.float(), torch.eye(len(groups))
        if int(self.eligible.sum(1).min()) < 2:
            raise EmptyGroupError(
                f"Fewer than two groups have {MIN_GAP} training rows for {notion.short} "
                f"(sizes: {dict(zip(groups, sizes.min(0).tolist(), strict=True))}); "
                "choose another attribute or notion, or bring more rows."
            )

    def means(self, scores: Tensor, label: Tensor, group: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Mean score per condition and group (C, G), rows behind each (C, G), and the pooled mean (C, 1).

        scores (N,) in [0, 1], label (N,) in {0, 1}, group (N,) indices. A group without rows in this batch has
        0 rows and a mean of 0 that carries no gradient; callers leave it out. Pooled over eligible groups.
        """
        member, rows, pooled = self._members(label, group, scores.dtype)
        sums = (scores @ member.flatten(1)).view_as(rows)
        return sums / rows.clamp_min(1), rows, sums.sum(1, keepdim=True) / pooled

    def _members(self, label: Tensor, group: Tensor, dtype: torch.dtype) -> tuple[Tensor, Tensor, Tensor]:
        """Who belongs to which condition and group, 0 or 1 (N, C, G), their numbers (C, G), and pooled (C, 1).

        `dtype` is that of the scores, so that scores in double precision have their means in it.
        """
        among = torch.stack([torch.ones_like(label) if c is None else (label == c) for c in self.notion.conditions], 1)
        member = (among[:, :, None] * self._one_hot[group][:, None] * self._allowed).to(dtype)
        rows = member.sum(0)
        return member, rows, rows.sum(1, keepdim=True).clamp_min(1)

    def deviations(self, scores: Tensor, label: Tensor, group: Tensor) -> tuple[Tensor, Tensor]:
        """Signed deviation of each group's mean score from that of all scored groups (C, G), and its rows (C, G)."""
        with torch.no_grad():
            member, rows, pooled = self._members(label, group, scores.dtype)
            # A group without rows here deviates by 0, and carries no gradient.
            own = member / rows.clamp_min(1) - member.sum(2, keepdim=True) / pooled * (rows > 0)
        return (scores @ own.flatten(1)).view_as(rows), rows

    def per_row(self, values: Tensor, label: Tensor, group: Tensor) -> Tensor:
        """Each row's value (N,) of values (C, G): its group's, summed over the conditions that concern it."""
        concerned = (values[i][group] if c is None else values[i][group] * (label == c) for i, c in self._numbered)
        return torch.stack(list(concerned)).sum(0)

    def gap(self, scores: Tensor, label: Tensor, group: Tensor) -> Tensor:
        """Worst-case gap of mean scores, summed over conditions; for two groups as Han et al. 2025.

        With more groups max minus min is this project's extension. A condition with fewer than two groups in
        the batch adds nothing.
        """
        means, rows, _ = self.means(scores, label, group)
        present = rows > 0
        high = torch.where(present, means, -torch.inf).amax(1)
        low = torch.where(present, means, torch.inf).amin(1)
        enough = present.sum(1) >= 2
        return torch.where(enough, high - low, 0.0).sum()
