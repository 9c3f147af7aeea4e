"""What every baseline returns: counts a split, under the method's name, its setting and its seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from yodo_core.fairness.counts import Counts
from yodo_core.stored import Entry


@dataclass(frozen=True, eq=False)
class BaselineResult:
    """One model of a method: `setting` is its penalty, or None where the method has none."""

    method: str
    setting: float | None
    seed: int
    counts: dict[str, Counts]

    def entries(self) -> list[Entry]:
        """Rows for baselines.parquet."""
        keys = {"method": self.method, "setting": self.setting, "seed": self.seed}
        return [({**keys, "split": split}, counts) for split, counts in self.counts.items()]

    @staticmethod
    def gather(entries: Sequence[Entry]) -> list[BaselineResult]:
        """The inverse of `entries` over many results."""
        found: dict[tuple[str, float | None, int], dict[str, Counts]] = {}
        for keys, counts in entries:
            found.setdefault((keys["method"], keys["setting"], keys["seed"]), {})[keys["split"]] = counts
        return [BaselineResult(*key, counts) for key, counts in found.items()]
