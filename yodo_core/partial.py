"""Partial runs: what a stopped or killed run leaves in `<out>.partial/`, in the formats of a checkpoint."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import safetensors
import safetensors.torch

from yodo_core.errors import InputError, YodoError
from yodo_core.stored import Entry, from_frame, to_frame
from yodo_core.train import Partial

STATE, ABOUT, PROGRESS = "state.safetensors", "run.json", "progress.json"


class PartialRun:
    """The folder beside `out`. `about` is what the run computes; a partial run of another kind is refused."""

    def __init__(self, out: Path, about: dict[str, Any], part: str = "") -> None:
        self.folder = out.with_name(out.name + ".partial") / part
        self.about = about

    @property
    def present(self) -> bool:
        """Whether an earlier run's work lies here."""
        return (self.folder / ABOUT).is_file()

    def begin(self, resume: bool, overwrite: bool = False) -> bool:
        """Open the folder; True if an earlier run's work lies there and is taken up.

        Raises InputError if the folder holds anything that no run wrote, if an earlier run lies there and
        neither `resume` nor `overwrite` was asked for, or if it computed something else.
        """
        self._refuse_foreign()
        if self.present and overwrite:
            self.end()
        if self.present and not resume:
            raise InputError(
                f"{self.folder} holds a run that was stopped; go on with --resume, or drop it with --overwrite."
            )
        found = self.present
        if found:
            try:
                earlier = dict(json.loads((self.folder / ABOUT).read_text()))
            except (ValueError, TypeError):
                raise InputError(f"{self.folder}/{ABOUT} is damaged; delete the folder or use --overwrite.") from None
            differ = sorted(k for k in {*earlier, *self.about} if earlier.get(k) != self.about.get(k))
            if differ:
                raise InputError(
                    f"{self.folder} holds a run with other {', '.join(differ)}; "
                    "repeat its options, or delete the folder."
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

    def save_progress(self, record: dict[str, Any]) -> None:
        """How far the run is, for whoever watches it from another process."""
        self._replace(PROGRESS, json.dumps(record).encode())

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
        """The work is in the checkpoint, or given up; what this run wrote goes, and the folder if nothing is left."""
        if self.folder.is_dir():
            for path in self.folder.iterdir():
                if path.is_file():
                    path.unlink()
            for folder in (self.folder, self.folder.parent):
                if folder.name.endswith(".partial") or folder == self.folder:
                    with suppress(OSError):
                        folder.rmdir()

    def _refuse_foreign(self) -> None:
        """Raises InputError if the folder is none, or holds what no run writes."""
        if not self.folder.exists():
            return
        if not self.folder.is_dir() or self.folder.is_symlink():
            raise InputError(f"{self.folder} is no folder, but a run keeps its progress there; move it away.")
        foreign = [p.name for p in self.folder.iterdir() if not _written_here(p)]
        if foreign:
            raise InputError(
                f"{self.folder} holds {foreign[0]}, which no run wrote; move it away or give another --out."
            )

    def _replace(self, name: str, content: bytes) -> None:
        temporary = self.folder / f".{name}.{os.getpid()}"
        temporary.write_bytes(content)
        os.replace(temporary, self.folder / name)


def _written_here(path: Path) -> bool:
    if path.is_dir():
        return path.name == "baselines"
    return path.name in (STATE, ABOUT, PROGRESS) or path.suffix == ".parquet" or path.name.startswith(".")
