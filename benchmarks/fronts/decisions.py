"""Decisions of trained models on tune and test rows, cached by what was trained: one Parquet file a folder.

A row a model: `key` (sha256 of everything that decides what was computed), method, notion, setting, split, and the
decisions at threshold 0.5 on tune and on test rows, one bit a person. Bits, not counts, so that two methods can
be compared on the same resampled people. On the disk each model's bits stand as what differs from the row before of
the same split, which packs small.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

PARTS = ("tune", "test")
SCHEMA = pa.schema(
    [
        ("key", pa.string()),
        ("method", pa.string()),
        ("notion", pa.string()),
        ("setting", pa.float64()),
        ("split", pa.int32()),
        ("seconds", pa.float64()),
        ("steps", pa.int32()),
        *((part, pa.binary()) for part in PARTS),
    ]
)


@dataclass(frozen=True)
class Model:
    """One model's, or one level's, decisions; `setting` is its penalty, or its position on the line."""

    key: str
    method: str
    notion: str
    setting: float | None
    split: int
    seconds: float
    steps: int
    tune: bytes
    test: bytes


def key_of(about: dict[str, Any]) -> str:
    """The content key of what `about` describes."""
    return hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()[:24]


def pack(decisions: np.ndarray) -> bytes:
    """Decisions bool (N,) as one bit each."""
    return np.packbits(decisions).tobytes()


def unpack(models: Sequence[bytes], rows: int) -> np.ndarray:
    """Decisions bool (M, N)."""
    bits = np.frombuffer(b"".join(models), np.uint8).reshape(len(models), -1)
    return np.unpackbits(bits, axis=1, count=rows).astype(bool)


class Cache:
    """The models of one folder of settings."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.models: dict[tuple[str, float | None], Model] = {}
        if path.is_file():
            stored = [Model(**row) for row in pq.read_table(path).to_pylist()]
            self.models = {(model.key, model.setting): model for model in _differences(stored, undo=True)}

    def get(self, key: str, settings: Iterable[float | None]) -> list[Model] | None:
        """The models of one training, or None where one is missing."""
        found = [self.models.get((key, setting)) for setting in settings]
        return None if None in found else [model for model in found if model]

    def add(self, models: Sequence[Model]) -> None:
        """Keep these, on the disk at once."""
        self.models |= {(model.key, model.setting): model for model in models}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        rows = sorted(self.models.values(), key=lambda m: (m.split, m.method, m.notion, m.key, m.setting or 0.0))
        table = pa.Table.from_pylist([vars(model) for model in _differences(rows)], SCHEMA)
        beside = self.path.with_suffix(f".{os.getpid()}")
        pq.write_table(table, beside, compression="zstd", compression_level=9, use_dictionary=["method", "notion"])
        os.replace(beside, self.path)


def _differences(models: Sequence[Model], undo: bool = False) -> list[Model]:
    """Each model's bits against those of the model before it, where that is of the same split; or back."""
    found: list[Model] = []
    before: dict[str, bytes] = {}
    split = None
    for model in models:
        if model.split != split:
            before, split = {}, model.split
        turned = {part: _xor(getattr(model, part), before.get(part)) for part in PARTS}
        before = turned if undo else {part: getattr(model, part) for part in PARTS}
        found.append(replace(model, **turned))
    return found


def _xor(bits: bytes, other: bytes | None) -> bytes:
    if other is None:
        return bits
    return np.bitwise_xor(np.frombuffer(bits, np.uint8), np.frombuffer(other, np.uint8)).tobytes()
