"""Partial runs: what a stopped or killed run leaves in `<out>.partial/`, in the formats of a checkpoint."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import safetensors
import safetensors.torch

from yodo_core.errors import InputError, YodoError
from yodo_core.stored import Entry, from_frame, to_frame
from yodo_core.train import Partial

STATE, ABOUT = "state.safetensors", "run.json"


class PartialRun:
    """The folder beside `out`. `about` is what the run computes; a partial run of another kind is refused."""

    def __init__(self, out: Path, about: dict[str, Any]) -> None:
        self.folder = out.with_name(out.name + ".partial")
        self.about = about

    def begin(self, resume: bool) -> bool:
        """Open the folder; True if an earlier run's work lies there and is taken up.

        Without `resume` an earlier run is thrown away. Raises InputError if it computed something else.
        """
        if self.folder.exists() and not resume:
            shutil.rmtree(self.folder)
        found = (self.folder / ABOUT).is_file()
        if found:
            try:
                earlier = dict(json.loads((self.folder / ABOUT).read_text()))
            except (ValueError, TypeError):
                raise InputError(f"{self.folder}/{ABOUT} is damaged; delete the folder or use --overwrite.") from None
            differ = sorted(k for k in {*earlier, *self.about} if earlier.get(k) != self.about.get(k))
            if differ:
                raise InputError(
                    f"{self.folder} holds a run with other {', '.join(differ)}; repeat its options, or use --overwrite."
                )
        self.folder.mkdir(parents=True, exist_ok=True)
        self._replace(ABOUT, json.dumps(self.about, sort_keys=True).encode())
        return found

    def save_training(self, partial: Partial) -> None:
        """Weights, optimiser and objective after some step."""
        figures = {"step": str(partial.step), "seconds": repr(partial.seconds)}
        self._replace(STATE, safetensors.torch.save(partial.tensors, figures))

    def training(self) -> Partial | None:
        """What `save_training` kept, or None."""
        path = self.folder / STATE
        if not path.is_file():
            return None
        try:
            with safetensors.safe_open(str(path), "pt") as stored:
                tensors = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118
                about = stored.metadata() or {}
            return Partial(int(about["step"]), float(about["seconds"]), tensors)
        except (safetensors.SafetensorError, KeyError, ValueError) as error:
            raise InputError(f"{path} is damaged ({str(error)[:80]}); use --overwrite to start again.") from None

    def save_counts(self, name: str, entries: Sequence[Entry]) -> None:
        """The counts of one finished piece of work, under a name of its own."""
        sink = pa.BufferOutputStream()
        to_frame(entries).to_parquet(sink, compression="zstd")
        self._replace(f"{name}.parquet", sink.getvalue().to_pybytes())

    def counts(self, name: str, keys: Sequence[str], groups: tuple[str, ...]) -> list[Entry] | None:
        """What `save_counts` kept under this name, or None where it is absent or unreadable (then done again)."""
        path = self.folder / f"{name}.parquet"
        if not path.is_file():
            return None
        try:
            return from_frame(pd.read_parquet(path), keys, groups)
        except (YodoError, ValueError, OSError, pa.ArrowException):
            return None

    def end(self) -> None:
        """The work is in the checkpoint; the folder goes."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _replace(self, name: str, content: bytes) -> None:
        temporary = self.folder / f".{name}.{os.getpid()}"
        temporary.write_bytes(content)
        os.replace(temporary, self.folder / name)
