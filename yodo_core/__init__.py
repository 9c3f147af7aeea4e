"""Train a line once, read every trade-off between accuracy and fairness from it.

The public names, each importable from `yodo_core`:

>>> import yodo_core
>>> spec = yodo_core.get("adult")
>>> spec.attribute("sex").reference
'Women'
>>> yodo_core.TrainConfig(notion="eo").objective
'calibrated'
>>> yodo_core.EDGES[:3].tolist()
[0.01, 0.02, 0.03]
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

# Loaded on first use: whoever only reads counts need not pay for torch.
_HOME = {
    "DATASETS": "yodo_core.data",
    "get": "yodo_core.data",
    "prepare": "yodo_core.data.prepare",
    "TrainConfig": "yodo_core.config",
    "Line": "yodo_core.line",
    "train_line": "yodo_core.train",
    "train_fixed": "yodo_core.train",
    "curve": "yodo_core.evaluate",
    "counts_at": "yodo_core.evaluate",
    "rows": "yodo_core.evaluate",
    "Checkpoint": "yodo_core.checkpoint",
    "read": "yodo_core.checkpoint",
    "find": "yodo_core.checkpoint",
    "Counts": "yodo_core.fairness.counts",
    "count": "yodo_core.fairness.counts",
    "EDGES": "yodo_core.fairness.counts",
    "point": "yodo_core.fairness.metrics",
    "YodoError": "yodo_core.errors",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'yodo_core' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return __all__
