"""Differentiable differences between groups: means of scores on a batch, per condition of a notion."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import pad

from yodo_core.errors import EmptyGroupError
from yodo_core.fairness.notions import MIN_GAP, Notion


class ScoredGroups:
    """Which groups a notion compares on these training rows, and their mean scores on any batch.

    `eligible` is bool (C, G), `use` the same in numbers: C conditions of the notion, G groups; a group with fewer than
    MIN_GAP training rows in a condition stays out of penalty and target. `weights` (C, G) are the shares of the others
    among their training rows, `shares` (C, G) those among all training rows. Raises EmptyGroupError if fewer than two
    are left.
    """

    def __init__(self, notion: Notion, label: np.ndarray, group: np.ndarray, groups: tuple[str, ...]) -> None:
        self.notion, self._groups = notion, len(groups)
        sizes = np.stack(
            [np.bincount(group if c is None else group[label == c], minlength=len(groups)) for c in notion.conditions]
        )
        self.eligible = torch.from_numpy(sizes >= MIN_GAP)
        # Rows are added up by label and group first; a condition then takes the labels that it concerns (C, 2).
        self._labels = torch.tensor([[float(c in (None, label)) for label in (0, 1)] for c in notion.conditions])
        if int(self.eligible.sum(1).min()) < 2:
            told = ", ".join(f"{group} {n:,}" for group, n in zip(groups, sizes.min(0), strict=True))
            raise EmptyGroupError(
                f"Fewer than two groups have {MIN_GAP} training rows for {notion.short} ({told}); "
                "choose another attribute or notion, or bring more rows."
            )
        self.use = self.eligible.to(self._labels.dtype)
        shares = torch.from_numpy(sizes).to(self._labels.dtype) * self.use
        self.weights, self.shares = shares / shares.sum(1, keepdim=True), shares / len(label)

    def to(self, place: torch.device) -> ScoredGroups:
        """The same, for scores on this device."""
        for name in ("eligible", "weights", "shares", "use", "_labels"):
            setattr(self, name, getattr(self, name).to(place))
        return self

    def means(self, scores: Tensor, label: Tensor, group: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Mean score per condition and group (C, G), rows behind each (C, G), and the pooled mean (C, 1).

        scores (N,) in [0, 1], label (N,) in {0, 1}, group (N,) indices. A group without rows in this batch has
        0 rows and a mean of 0 that carries no gradient; callers leave it out. Pooled over eligible groups.
        """
        sums, rows, pooled = self._apart(scores, self.cells(label, group), 1)
        return sums[0] / rows[0].clamp_min(1), rows[0], pooled[0]

    def cells(self, label: Tensor, group: Tensor, cut: int | None = None) -> Tensor:
        """Where each row stands (N,) in a flat table of labels by groups; rows from `cut` on stand in a second one."""
        cells = label.long() * self._groups + group
        if cut is not None:
            cells[cut:] += 2 * self._groups
        return cells

    def _apart(self, scores: Tensor, cells: Tensor, tables: int) -> tuple[Tensor, Tensor, Tensor]:
        """Of the rows in each table: sums of scores and numbers of rows (T, C, G) of eligible groups, pooled means."""
        use, labels = self.use.to(scores.dtype), self._labels.to(scores.dtype)
        sums = scores.new_zeros(tables * 2 * self._groups).index_add(0, cells, scores)
        rows = torch.bincount(cells, minlength=len(sums)).to(scores.dtype)
        sums, rows = (labels @ found.view(tables, 2, -1) * use for found in (sums, rows))
        return sums, rows, sums.sum(-1, keepdim=True) / rows.sum(-1, keepdim=True).clamp_min(1)

    def deviations(self, scores: Tensor, cells: Tensor, tables: int = 1) -> tuple[Tensor, Tensor]:
        """Signed deviation of each group's mean score from that of all scored groups, and its rows, both (T, C, G).

        Of the rows (N,) in each of so many tables of `cells`.
        """
        sums, rows, pooled = self._apart(scores, cells, tables)
        # A group without rows here deviates by 0, and carries no gradient.
        return (sums / rows.clamp_min(1) - pooled) * (rows > 0), rows

    def per_row(self, values: Tensor, cells: Tensor, tables: int = 1) -> Tensor:
        """Each row's value (N,) of values (C, G), its group's, summed over the conditions that concern it.

        0 for rows that are not in the last one of the tables.
        """
        table = (self._labels.T.to(values.dtype) @ values).flatten()
        return pad(table, (len(table) * (tables - 1), 0)).index_select(0, cells)

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
