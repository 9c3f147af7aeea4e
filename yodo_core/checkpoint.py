"""The only reader and writer of checkpoints: a folder of safetensors, Parquet and JSON. No pickle anywhere.

Reading checks size, path, hash, version and shapes, and reports every mismatch in one line. Writing goes to a
temporary sibling that is then renamed, so that a killed run leaves the old folder or the new one.
"""

from __future__ import annotations

import io
import json
import struct
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import safetensors.torch

from yodo_core import alpha_map, folders, manifest_checks, tensors
from yodo_core.baselines.result import BaselineResult
from yodo_core.errors import CheckpointError, InputError, RowsAbsentError, YodoError
from yodo_core.fairness.counts import Counts
from yodo_core.line import Line
from yodo_core.stored import BASELINE_KEYS, CURVE_KEYS, Entry, from_frame, to_frame

FORMAT = 1
LINE, CURVE, BASELINES, MANIFEST = "line.safetensors", "curve.parquet", "baselines.parquet", "manifest.json"
FILES = (LINE, CURVE, BASELINES)
MOST_BYTES = 128 * 2**20
MOST_HEADER = 2**20
MOST_ROWS = 20_000_000
AGAIN = "Copy the folder again or train it anew (`python -m yodo_core train --overwrite`)."


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A checkpoint that has passed every check. `curves` holds (keys, counts) a split, seed and alpha."""

    path: Path
    manifest: dict[str, Any]
    sha256: str
    line: Line
    groups: tuple[str, ...]
    curves: list[Entry] = field(repr=False)
    baselines: list[BaselineResult] = field(repr=False)

    @property
    def id(self) -> str:
        return self.path.name

    @property
    def notion(self) -> str:
        return str(self.manifest["notion"])

    @property
    def seed(self) -> int:
        """The training seed of the weights in this checkpoint."""
        return int(self.manifest["training"]["seed"])

    @cached_property
    def seeds(self) -> tuple[int, ...]:
        """Other training seeds whose curves are stored beside this checkpoint's own."""
        return tuple(sorted({keys["seed"] for keys, _ in self.curves} - {self.seed}))

    @cached_property
    def alphas(self) -> tuple[float, ...]:
        """The stored levels of this checkpoint's own curve, rising from 0 to 1."""
        return tuple(sorted({keys["alpha"] for keys, _ in self.curves if keys["seed"] == self.seed}))

    def curve(self, split: str = "test", seed: int | None = None) -> Counts:
        """Stored counts with a leading axis over `alphas`. Raises RowsAbsentError for a split not stored."""
        wanted = (split, self.seed if seed is None else seed)
        if wanted not in self._curves:
            self._curves[wanted] = self._stack(*wanted)
        return self._curves[wanted]

    @cached_property
    def _curves(self) -> dict[tuple[str, int], Counts]:
        return {}

    def _stack(self, split: str, wanted: int) -> Counts:
        levels = {k["alpha"]: c for k, c in self.curves if k["split"] == split and k["seed"] == wanted}
        if not levels:
            kept = sorted({k["split"] for k, _ in self.curves})
            raise RowsAbsentError(f"No stored counts of split {split!r} in {self.id}; stored: {', '.join(kept)}.")
        return Counts.stack([levels[alpha] for alpha in sorted(levels)])

    def stored(self, alpha: float, split: str = "test") -> Counts:
        """Stored counts at one alpha. Off the grid RowsAbsentError names the two neighbours."""
        near = [i for i, known in enumerate(self.alphas) if abs(known - alpha) < 1e-9]
        if near:
            return self.curve(split).level(near[0])
        below = max((a for a in self.alphas if a < alpha), default=self.alphas[0])
        above = min((a for a in self.alphas if a > alpha), default=self.alphas[-1])
        raise RowsAbsentError(
            f"Alpha {alpha} is not stored and the rows are not at hand; use {below:g} or {above:g}, or bring the rows."
        )

    def position(self, alpha: float) -> float:
        """Where on the line an alpha in [0, 1] lies: the manifest's alpha_map, or alpha itself."""
        if not 0.0 <= alpha <= 1.0:
            raise InputError(f"Alpha {alpha} is out of range; give a number from 0 (accuracy end) to 1 (fairness end).")
        return alpha_map.position(self.manifest.get("alpha_map"), alpha)


def find(root: str | Path = "checkpoints") -> list[Path]:
    """Folders below `root` that hold a manifest, readable or not, by name. Partial runs are none."""
    folder = Path(root)
    if not folder.is_dir():
        return []
    for old in folder.glob(".*.old"):
        folders.heal(folder / old.name[1:].removesuffix(".old"), MANIFEST)
    return sorted(p for p in folder.iterdir() if (p / MANIFEST).is_file() and not p.name.startswith("."))


def check_target(path: str | Path, keep_out: str = "") -> None:
    """Raises InputError where writing to `path` would delete anything but an earlier checkpoint.

    So it does for a place within this project where `keep_out` says why the checkpoint may not lie there.
    """
    folders.check_target(path, (*FILES, MANIFEST), keep_out)


def write(
    path: str | Path,
    manifest: dict[str, Any],
    line: Line,
    curves: Sequence[Entry],
    baselines: Sequence[BaselineResult] = (),
) -> Path:
    """Write a checkpoint folder in one stroke; an existing one is replaced. Returns its path.

    Raises InputError where the folder holds anything else (see `check_target`).
    """
    target = Path(path)
    check_target(target, manifest.get("keep_out", ""))
    contents = {LINE: safetensors.torch.save(tensors.of_line(line)), CURVE: _parquet(to_frame(curves))}
    if baselines:
        contents[BASELINES] = _parquet(to_frame([entry for b in baselines for entry in b.entries()]))
    body = {k: v for k, v in manifest.items() if k not in ("files", "manifest_sha256")}
    body |= {
        "format": FORMAT,
        "id": target.name,
        "files": {n: sha256(c).hexdigest() for n, c in contents.items()},
    }
    body["manifest_sha256"] = _manifest_hash(body)
    contents[MANIFEST] = (json.dumps(body, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    fresh.chmod(0o755)
    for name, content in contents.items():
        (fresh / name).write_bytes(content)
    folders.swap(fresh, target)
    return target


def _parquet(frame: pd.DataFrame) -> bytes:
    sink = io.BytesIO()
    table = pa.Table.from_pandas(frame, preserve_index=False)
    floats = [n for n in ("weight", "weight_sq") if n in frame.columns]
    others = [n for n in frame.columns if n not in floats]
    pq.write_table(
        table,
        sink,
        compression="zstd",
        compression_level=19,
        use_dictionary=others,
        use_byte_stream_split=floats,
    )
    return sink.getvalue()


def _manifest_hash(body: dict[str, Any]) -> str:
    kept = {k: v for k, v in body.items() if k != "manifest_sha256"}
    return sha256(json.dumps(kept, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def read(path: str | Path) -> Checkpoint:
    """Read and check a checkpoint. Raises CheckpointError: one line with every mismatch and what to do."""
    folder = Path(path)
    if folder.name:
        folders.heal(folder, MANIFEST)
    if not folder.is_dir():
        raise CheckpointError(f"No checkpoint at {folder}; expected a folder with {MANIFEST}. See `checkpoints/`.")
    problems: list[str] = []
    manifest = _read_manifest(folder)
    contents = _read_files(folder, manifest, problems)
    if problems:
        raise _bad(folder, problems)
    groups = tuple(str(g["name"]) for g in manifest["groups"])
    line = _checked(lambda: _line(contents[LINE], manifest), LINE, problems)
    curves = _checked(lambda: from_frame(_frame(contents[CURVE]), CURVE_KEYS, groups), CURVE, problems)
    stored = contents.get(BASELINES)
    entries = _checked(lambda: from_frame(_frame(stored), BASELINE_KEYS, groups) if stored else [], BASELINES, problems)
    if not problems and not any(k["seed"] == manifest["training"]["seed"] for k, _ in curves):
        problems.append(f"{CURVE} holds no level of training seed {manifest['training']['seed']}")
    if problems:
        raise _bad(folder, problems)
    return Checkpoint(
        folder, manifest, manifest["manifest_sha256"], line, groups, curves, BaselineResult.gather(entries)
    )


def _bad(folder: Path, problems: list[str]) -> CheckpointError:
    return CheckpointError(f"Checkpoint {folder.name} cannot be used: {'; '.join(problems)}. {AGAIN}")


def _checked(make: Any, name: str, problems: list[str]) -> Any:
    try:
        return make()
    except YodoError as error:
        problems.append(f"{name}: {str(error).rstrip('.')}")
    except (
        ValueError,
        TypeError,
        KeyError,
        OSError,
        pa.ArrowException,
        safetensors.SafetensorError,
    ) as error:
        reason = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
        problems.append(f"{name} cannot be read ({reason})")
    return None


def _read_manifest(folder: Path) -> dict[str, Any]:
    content = _bytes(folder, MANIFEST)
    if isinstance(content, str):
        raise _bad(folder, [content])
    try:
        manifest = json.loads(content)
        json.dumps(manifest, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise _bad(folder, [f"{MANIFEST} is not JSON"]) from None
    if not isinstance(manifest, dict):
        raise _bad(folder, [f"{MANIFEST} holds no object"])
    if manifest.get("format") != FORMAT:
        raise CheckpointError(
            f"Checkpoint {folder.name} has format {manifest.get('format')!r}; this version reads format {FORMAT}. "
            "Install the version that wrote it, or train it anew."
        )
    wrong = manifest_checks.misstated(manifest)
    if wrong:
        raise _bad(folder, [f"{MANIFEST} lacks or misstates {', '.join(wrong)}"])
    if manifest.get("manifest_sha256") != _manifest_hash(manifest):
        raise _bad(folder, [f"{MANIFEST} was changed after it was written (its own hash differs)"])
    return manifest


def _read_files(folder: Path, manifest: dict[str, Any], problems: list[str]) -> dict[str, bytes]:
    files = manifest["files"]
    contents: dict[str, bytes] = {}
    for name in sorted(set(files) - set(FILES)):
        problems.append(f"{MANIFEST} names {str(name)[:60]!r}, which is no file of a checkpoint")
    for name in FILES:
        if name not in files:
            if name != BASELINES:
                problems.append(f"{MANIFEST} does not list {name}")
            continue
        content = _bytes(folder, name)
        if isinstance(content, str):
            problems.append(content)
        elif sha256(content).hexdigest() != files[name]:
            problems.append(f"{name} differs from its hash in {MANIFEST} (damaged or replaced)")
        else:
            contents[name] = content
    return contents


def _bytes(folder: Path, name: str) -> bytes | str:
    """The content of one file inside the folder, or what is wrong with it."""
    path = folder / name
    if not path.is_file():
        return f"{name} is missing"
    if path.resolve().parent != folder.resolve():
        return f"{name} points outside its folder"
    if path.stat().st_size > MOST_BYTES:
        return f"{name} has {path.stat().st_size:,} bytes, more than the {MOST_BYTES:,} allowed"
    try:
        return path.read_bytes()
    except OSError as error:
        return f"{name} cannot be read ({error.strerror})"


def _line(content: bytes, manifest: dict[str, Any]) -> Line:
    if len(content) < 8 or struct.unpack("<Q", content[:8])[0] > min(MOST_HEADER, len(content) - 8):
        raise InputError("no safetensors header; expected tensors in the safetensors format")
    return tensors.to_line(safetensors.torch.load(content), manifest)


def _frame(content: bytes) -> pd.DataFrame:
    file = pq.ParquetFile(pa.BufferReader(content))
    if file.metadata.num_rows > MOST_ROWS:
        raise InputError(f"{file.metadata.num_rows:,} rows, more than the {MOST_ROWS:,} allowed")
    return file.read().to_pandas()
