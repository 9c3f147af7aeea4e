"""Ways in which a checkpoint may be damaged, each with what the one-line message must say."""

from __future__ import annotations

import json
import pickle
import struct
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd
import safetensors.torch
import torch

LINE, CURVE, BASELINES, MANIFEST = "line.safetensors", "curve.parquet", "baselines.parquet", "manifest.json"
Damage = Callable[[Path], None]


def manifest_of(folder: Path) -> dict[str, Any]:
    return json.loads((folder / MANIFEST).read_text())


def repair(folder: Path, **changes: Any) -> None:
    """Hashes as a careful forger would leave them: of the files as they are, and of the manifest."""
    body = manifest_of(folder) | changes
    if "files" not in changes:
        body["files"] = {name: sha256((folder / name).read_bytes()).hexdigest() for name in body["files"]}
    body = {name: value for name, value in body.items() if value is not ...}
    body.pop("manifest_sha256", None)
    text = json.dumps(body, ensure_ascii=False, sort_keys=True)
    body["manifest_sha256"] = sha256(text.encode()).hexdigest()
    (folder / MANIFEST).write_text(json.dumps(body))


def truncated(name: str, keep: float = 0.5) -> Damage:
    def damage(folder: Path) -> None:
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(content[: int(len(content) * keep)])

    return damage


def flipped(name: str) -> Damage:
    def damage(folder: Path) -> None:
        content = bytearray((folder / name).read_bytes())
        content[len(content) // 2] ^= 0x10
        (folder / name).write_bytes(content)

    return damage


def missing(name: str) -> Damage:
    return lambda folder: (folder / name).unlink()


def content(name: str, value: bytes, hashes: bool = True) -> Damage:
    def damage(folder: Path) -> None:
        (folder / name).write_bytes(value)
        if hashes:
            repair(folder)

    return damage


def said(**changes: Any) -> Damage:
    """A manifest that says something else, its own hash repaired; `...` takes a key out."""
    return lambda folder: repair(folder, **changes)


def training(**changes: Any) -> Damage:
    return lambda folder: repair(folder, training=manifest_of(folder)["training"] | changes)


def altered_figure(folder: Path) -> None:
    body = manifest_of(folder)
    body["headline"]["alpha 1"]["dp_gap"] = 0.0
    (folder / MANIFEST).write_text(json.dumps(body))


def tensors(change: Callable[[dict[str, torch.Tensor]], Any]) -> Damage:
    def damage(folder: Path) -> None:
        held = safetensors.torch.load_file(folder / LINE)
        change(held)
        safetensors.torch.save_file(held, folder / LINE)
        repair(folder)

    return damage


def table(name: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Damage:
    def damage(folder: Path) -> None:
        change(pd.read_parquet(folder / name)).to_parquet(folder / name)
        repair(folder)

    return damage


def points_outside(folder: Path) -> None:
    outside = folder.parent / "elsewhere.safetensors"
    (folder / LINE).rename(outside)
    (folder / LINE).symlink_to(outside)


def names_outside(name: str) -> Damage:
    def damage(folder: Path) -> None:
        (folder.parent / "elsewhere.parquet").write_bytes(b"rows of somebody else")
        repair(folder, files=manifest_of(folder)["files"] | {name: sha256(b"rows of somebody else").hexdigest()})

    return damage


def truncated_and_repaired(name: str) -> Damage:
    def damage(folder: Path) -> None:
        truncated(name)(folder)
        repair(folder)

    return damage


def folder_instead(name: str) -> Damage:
    def damage(folder: Path) -> None:
        (folder / name).unlink()
        (folder / name).mkdir()

    return damage


class Trap:
    """Unpickling this would leave a file behind; no reader may do so."""

    def __reduce__(self) -> tuple:
        return open, ("unpickled.txt", "w")


PICKLE = pickle.dumps({"start.numbers.weight": Trap()})
HUGE_HEADER = struct.pack("<Q", 2**40) + b"{}" * 50
LONG_HEADER = struct.pack("<Q", 2**21) + b" " * 2**22
NAN = float("nan")


def pop(name: str) -> Callable[[dict], Any]:
    return lambda held: held.pop(name)


DAMAGES: dict[str, tuple[Damage, str]] = {
    "line truncated": (truncated(LINE), "line.safetensors differs from its hash"),
    "curve truncated": (truncated(CURVE), "curve.parquet differs from its hash"),
    "baselines truncated": (truncated(BASELINES), "baselines.parquet differs from its hash"),
    "manifest truncated": (truncated(MANIFEST), "manifest.json is not JSON"),
    "line empty": (truncated(LINE, 0), "line.safetensors differs from its hash"),
    "manifest empty": (truncated(MANIFEST, 0), "manifest.json is not JSON"),
    "line flipped": (flipped(LINE), "line.safetensors differs from its hash"),
    "curve flipped": (flipped(CURVE), "curve.parquet differs from its hash"),
    "baselines flipped": (flipped(BASELINES), "baselines.parquet differs from its hash"),
    "manifest flipped": (flipped(MANIFEST), "manifest.json (is not JSON|was changed|lacks)"),
    "line missing": (missing(LINE), "line.safetensors is missing"),
    "curve missing": (missing(CURVE), "curve.parquet is missing"),
    "baselines missing": (missing(BASELINES), "baselines.parquet is missing"),
    "manifest missing": (missing(MANIFEST), "manifest.json is missing"),
    "line a folder": (folder_instead(LINE), "line.safetensors is missing"),
    "wrong version": (said(format=2), "has format 2; this version reads format 1"),
    "no version": (said(format=...), "has format None; this version reads format 1"),
    "manifest no object": (content(MANIFEST, b"[1, 2]", False), "manifest.json holds no object"),
    "manifest not JSON": (content(MANIFEST, b"hello", False), "manifest.json is not JSON"),
    "manifest not text": (content(MANIFEST, b"\xff\xfe\x00", False), "manifest.json is not JSON"),
    "manifest too deep": (content(MANIFEST, b"[" * 100_000, False), "manifest.json is not JSON"),
    "keys missing": (said(groups=..., notion=...), "lacks or misstates notion, groups"),
    "card keys missing": (said(attribute_noun=..., licence=...), "lacks or misstates attribute_noun, licence"),
    "no training seed": (said(training={}), "lacks or misstates training.seed"),
    "half a character": (content(MANIFEST, b'{"format": 1, "people": "\\ud800"}', False), "manifest.json is not JSON"),
    "unknown notion": (said(notion="fair"), "lacks or misstates notion, training.notion .differs from notion"),
    "another attribute than trained": (said(attribute="other"), "training.attribute .differs from attribute"),
    "groups twice": (said(groups=[{"name": "a"}, {"name": "a"}]), "groups .a name stands twice"),
    "groups of another form": (said(groups=[1, "a"]), "lacks or misstates groups"),
    "alpha map of another form": (said(alpha_map={"alphas": [0, 1]}), "lacks or misstates alpha_map"),
    "alpha map that falls": (
        said(alpha_map={"alphas": [0, 0.5, 1], "positions": [0, 0.7, 0.6]}),
        "lacks or misstates alpha_map",
    ),
    "altered figure": (altered_figure, "manifest.json was changed after it was written"),
    "unknown training field": (training(speed=3), "line.safetensors: Unknown training fields: speed"),
    "another architecture": (training(hidden=8), r"end.codes.weight is \(\d+, 16\), expected \(\d+, 8\).*and 6 more"),
    "another kind of net": (said(architecture="ResNet"), "the architecture is ResNet, expected TabularMLP"),
    "pictures of no size": (said(picture=[3, 0, 8]), r"the picture is .3, 0, 8., expected three sizes from 1 to 1024"),
    "pictures, other weights": (said(picture=[1, 8, 8], architecture="ResNet"), "along.* is missing.*and .* more"),
    "a net of any depth": (training(depth=10**9), "depth=1000000000 .at most 64."),
    "settings of another kind": (training(hidden="wide"), "line.safetensors cannot be read"),
    "wrong shapes": (
        tensors(lambda t: t.update({"start.numbers.weight": torch.zeros(3, 3), "end.rest.3.bias": torch.zeros(2)})),
        r"start.numbers.weight is \(3, 3\), expected \(16, \d\)",
    ),
    "wrong kind of number": (
        tensors(lambda t: t.update({"start.numbers.bias": torch.zeros(16, dtype=torch.int64)})),
        "start.numbers.bias is",
    ),
    "tensor missing": (tensors(pop("end.numbers.bias")), "end.numbers.bias is missing"),
    "tensor unknown": (tensors(lambda t: t.update(extra=torch.zeros(1))), "extra is unknown"),
    "weights not finite": (tensors(lambda t: t["end.numbers.bias"].fill_(NAN)), "holds values that are not finite"),
    "line truncated, hash repaired": (truncated_and_repaired(LINE), "line.safetensors cannot be read"),
    "curve truncated, hash repaired": (truncated_and_repaired(CURVE), "curve.parquet cannot be read"),
    "baselines truncated, hash repaired": (truncated_and_repaired(BASELINES), "baselines.parquet cannot be read"),
    "pickle for tensors": (content(LINE, PICKLE), "line.safetensors: no safetensors header"),
    "pickle for a table": (content(CURVE, PICKLE), "curve.parquet cannot be read"),
    "pickle for the manifest": (content(MANIFEST, PICKLE, False), "manifest.json is not JSON"),
    "oversized header": (content(LINE, HUGE_HEADER), "no safetensors header"),
    "header over the cap": (content(LINE, LONG_HEADER), "no safetensors header"),
    "header without tensors": (content(LINE, struct.pack("<Q", 4) + b"abcd"), "line.safetensors cannot be read"),
    "path outside": (names_outside("../elsewhere.parquet"), "names '../elsewhere.parquet', which is no file of a"),
    "absolute path": (names_outside("/etc/hostname"), "names '/etc/hostname', which is no file of a checkpoint"),
    "link to outside": (points_outside, "line.safetensors points outside its folder"),
    "file not listed": (said(files={}), "does not list line.safetensors; manifest.json does not list curve.parquet"),
    "curve without a column": (table(CURVE, lambda f: f.drop(columns="bin")), "the columns bin are missing"),
    "curve of another group": (table(CURVE, lambda f: f.assign(group=f["group"] + 9)), "'group' has values outside"),
    "curve with levels as text": (table(CURVE, lambda f: f.assign(alpha="0.5")), "'alpha' has values of another kind"),
    "curve of other seeds": (table(CURVE, lambda f: f[f["seed"] != 0]), "holds no level of training seed 0"),
    "curve empty": (table(CURVE, lambda f: f[:0]), "holds no level of training seed 0"),
    "baselines twice": (table(BASELINES, lambda f: pd.concat([f, f])), "baselines.parquet: some counts stand twice"),
}
