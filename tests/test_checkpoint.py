"""Checkpoints: what is written is what is read, and nothing damaged is."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch

from tests import toy as toy_data
from tests.conftest import LEVELS, REGENERATE, Outcome
from tests.damage import BASELINES, CURVE, DAMAGES, LINE, MANIFEST, Damage, flipped, manifest_of, missing, repair, said
from yodo_core import alpha_map, checkpoint, evaluate, folders, train
from yodo_core.commands.seeds import settled
from yodo_core.data.prepare import Prepared
from yodo_core.errors import CheckpointError, InputError, RowsAbsentError

Cli = Callable[..., Outcome]
ALPHAS = [i / (LEVELS - 1) for i in range(LEVELS)]


def one_line(message: str) -> bool:
    return "\n" not in message and "Traceback" not in message and len(message) < 700


# What is written is what is read


def test_a_checkpoint_holds_its_files_and_no_more(toy_trained: Path) -> None:
    assert sorted(p.name for p in toy_trained.iterdir()) == sorted([LINE, CURVE, BASELINES, MANIFEST])
    assert [p.name for p in toy_trained.parent.iterdir()] == [toy_trained.name], "nothing temporary is left"
    files = manifest_of(toy_trained)["files"]
    assert files == {n: sha256((toy_trained / n).read_bytes()).hexdigest() for n in (LINE, CURVE, BASELINES)}
    assert (
        sorted(n.split(".")[0] for n in safetensors.torch.load_file(toy_trained / LINE)) == ["end"] * 7 + ["start"] * 7
    )


def test_saved_and_loaded_weights_predict_the_same(toy: Prepared, toy_trained: Path) -> None:
    torch.set_num_threads(1)
    run = train.train_line(toy, toy_data.config())
    line, knots = settled(toy, toy_data.config(), run.net)  # type: ignore[arg-type]
    ready = checkpoint.read(toy_trained)
    assert not ready.line.training
    for alpha in (0.0, 0.35, 1.0):
        fresh = evaluate.scores(line.at(alpha_map.position(knots, alpha)), toy.splits["test"])
        loaded = evaluate.scores(ready.line.at(ready.position(alpha)), toy.splits["test"])
        assert np.array_equal(fresh, loaded)
    for name, value in line.state_dict().items():
        assert torch.equal(value, ready.line.state_dict()[name])


@pytest.mark.usefixtures("toy_known")
def test_stored_counts_equal_those_from_rows(toy_trained: Path) -> None:
    ready = checkpoint.read(toy_trained)
    prepared = evaluate.rows(ready)
    for split in ("tune", "certify", "test"):
        for alpha in (0.0, 0.3, 1.0):
            stored, counted = ready.stored(alpha, split), evaluate.counts_at(ready, prepared, alpha, split)
            assert stored.groups == counted.groups == ("a", "b", "c")
            for name in ("n", "gained", "lost", "average_precision"):
                assert np.array_equal(getattr(stored, name), getattr(counted, name)), name
    assert np.array_equal(ready.stored(0.3).weight, evaluate.counts_at(ready, prepared, 0.3).weight)


def test_what_a_checkpoint_says_of_itself(toy_trained: Path) -> None:
    ready = checkpoint.read(toy_trained)
    assert (ready.id, ready.notion, ready.seed, ready.seeds) == ("toy-kind-dp", "dp", 0, (1,))
    assert ready.alphas == tuple(ALPHAS)
    assert ready.curve("tune").leading == (LEVELS,)
    assert ready.curve(seed=1).leading == (LEVELS,)
    models = {(b.method, b.setting, b.seed) for b in ready.baselines}
    assert models == {("erm", None, s) for s in (0, 1)} | {("fixed", a, s) for a in (0.5, 2.0) for s in (0, 1)}
    assert all(set(b.counts) == {"tune", "test"} for b in ready.baselines)
    manifest = ready.manifest
    assert (manifest["command"], manifest["with_attribute"], manifest["favourable"]) == (REGENERATE, False, "yes")
    assert manifest["training"] == toy_data.config().to_json()
    assert [g["name"] for g in manifest["groups"]] == ["a", "b", "c"]
    assert sum(g["test"] for g in manifest["groups"]) == 480
    assert set(manifest["headline"]) == {"alpha 0", "alpha 1"}
    for key in ("licence", "attribution", "versions", "created", "rows_sha256", "standins", "columns", "source"):
        assert manifest[key], key


def test_a_fitted_map_gives_positions(toy_copy: Path) -> None:
    repair(toy_copy, alpha_map={"alphas": [0, 0.5, 1], "positions": [0, 0.8, 1]})
    ready = checkpoint.read(toy_copy)
    assert [ready.position(a) for a in (0, 0.25, 0.5, 0.75, 1)] == pytest.approx([0, 0.4, 0.8, 0.9, 1])


@pytest.mark.parametrize("alpha", [-0.1, 1.01, float("nan")])
def test_alpha_out_of_range_is_refused(toy_trained: Path, alpha: float) -> None:
    with pytest.raises(InputError, match=rf"Alpha {alpha} is out of range; give a number from 0"):
        checkpoint.read(toy_trained).position(alpha)


def test_off_the_stored_grid_the_neighbours_are_named(toy_trained: Path) -> None:
    ready = checkpoint.read(toy_trained)
    with pytest.raises(RowsAbsentError, match=r"Alpha 0\.37 is not stored.*use 0\.3 or 0\.4"):
        ready.stored(0.37)
    with pytest.raises(RowsAbsentError, match=r"No stored counts of split 'train'.*stored: certify, test, tune"):
        ready.stored(0.3, "train")


@pytest.mark.usefixtures("toy_known")
def test_rows_of_another_content_are_refused(toy_copy: Path) -> None:
    repair(toy_copy, rows_sha256="0" * 64)
    with pytest.raises(RowsAbsentError, match="rows of toy on this machine differ from those that toy-kind-dp was"):
        evaluate.rows(checkpoint.read(toy_copy))


# Damage


@pytest.mark.parametrize(("damage", "message"), DAMAGES.values(), ids=DAMAGES.keys())
def test_damage_is_one_line_to_whoever_reads(
    toy_copy: Path, damage: Damage, message: str, tmp_path, monkeypatch
) -> None:
    monkeypatch.chdir(tmp_path)
    damage(toy_copy)
    with pytest.raises(CheckpointError, match=message) as caught:
        checkpoint.read(toy_copy)
    assert one_line(str(caught.value))
    assert "toy-kind-dp" in str(caught.value)
    assert not (tmp_path / "unpickled.txt").exists(), "a pickle was opened"


@pytest.mark.parametrize(("damage", "message"), DAMAGES.values(), ids=DAMAGES.keys())
def test_damage_is_one_line_on_the_terminal(toy_copy: Path, damage: Damage, message: str, cli: Cli) -> None:
    damage(toy_copy)
    told = cli("point", toy_copy, "--alpha", 0.5)
    assert (told.code, told.out) == (2, "")
    assert one_line(told.err.removesuffix("\n"))
    assert re.search(message, told.err)
    as_json = cli("curve", toy_copy, "--json")
    assert (as_json.code, as_json.err) == (2, told.err)
    assert as_json.json == {"error": {"code": "bad_checkpoint", "message": told.err.strip()}}


def test_every_mismatch_stands_in_one_message(toy_copy: Path) -> None:
    flipped(LINE)(toy_copy)
    missing(CURVE)(toy_copy)
    with pytest.raises(CheckpointError) as caught:
        checkpoint.read(toy_copy)
    assert "line.safetensors differs" in str(caught.value)
    assert "curve.parquet is missing" in str(caught.value)
    assert str(caught.value).endswith(
        "Copy the folder again or train it anew (`python -m yodo_core train --overwrite`)."
    )


def test_a_file_over_the_cap_is_not_read(toy_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "MOST_BYTES", 20_000)
    size = f"{(toy_copy / CURVE).stat().st_size:,}"
    with pytest.raises(CheckpointError, match=rf"curve.parquet has {size} bytes, more than the 20,000 allowed"):
        checkpoint.read(toy_copy)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path, cli: Cli) -> None:
    told = cli("point", tmp_path / "nowhere", "--alpha", 0)
    assert told.code == 2
    assert (
        told.err == f"No checkpoint at {tmp_path}/nowhere; expected a folder with manifest.json. See `checkpoints/`.\n"
    )


# Writing in one stroke


def rewrite(folder: Path) -> None:
    ready = checkpoint.read(folder)
    checkpoint.write(folder, ready.manifest, ready.line, ready.curves, ready.baselines)


def test_writing_again_gives_the_same_bytes(toy_copy: Path) -> None:
    before = {p.name: p.read_bytes() for p in toy_copy.iterdir()}
    rewrite(toy_copy)
    assert {p.name: p.read_bytes() for p in toy_copy.iterdir()} == before


@pytest.mark.parametrize("killed_at", [1, 2])
def test_killed_between_the_renames_the_old_checkpoint_heals(toy_copy: Path, monkeypatch, killed_at: int) -> None:
    real, seen = os.rename, []

    def rename(a: Path, b: Path) -> None:
        seen.append(a)
        if len(seen) == killed_at:
            raise KeyboardInterrupt
        real(a, b)

    monkeypatch.setattr(folders, "HEAL_AFTER", -1.0)
    before = checkpoint.read(toy_copy).sha256
    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", rename)
        with pytest.raises(KeyboardInterrupt):
            rewrite(toy_copy)
    assert toy_copy.exists() == (killed_at == 1)
    assert checkpoint.find(toy_copy.parent) == [toy_copy], "a list of checkpoints heals as well"
    assert checkpoint.read(toy_copy).sha256 == before
    rewrite(toy_copy)
    assert checkpoint.read(toy_copy).sha256 == before


def test_reading_heals_by_itself_but_not_under_a_living_writer(toy_copy: Path, monkeypatch) -> None:
    toy_copy.rename(toy_copy.with_name(f".{toy_copy.name}.old"))
    with pytest.raises(CheckpointError, match="No checkpoint at"):
        checkpoint.read(toy_copy)
    monkeypatch.setattr(folders, "HEAL_AFTER", -1.0)
    assert checkpoint.read(toy_copy).id == toy_copy.name


def test_find_lists_folders_with_a_manifest(toy_copy: Path) -> None:
    root = toy_copy.parent
    (root / "empty").mkdir()
    (root / "toy.partial").mkdir()
    (root / "toy.partial" / "run.json").write_text("{}")
    (root / "README.md").write_text("")
    said(format=9)(toy_copy)
    assert checkpoint.find(root) == [toy_copy], "the unreadable are listed too, so that they can be explained"
    assert checkpoint.find(root / "none") == []


@pytest.mark.parametrize("kind", ["other files", "a file", "a link", "a name"])
def test_nothing_but_a_checkpoint_is_ever_replaced(toy_copy: Path, tmp_path: Path, kind: str) -> None:
    ready, target = checkpoint.read(toy_copy), tmp_path / "mine"
    if kind == "other files":
        target.mkdir()
        (target / "thesis.txt").write_text("years of work")
        message = "mine holds thesis.txt, which is no file of a checkpoint and would be lost; give another --out"
    elif kind == "a file":
        target.write_text("years of work")
        message = "mine is no folder; give another --out"
    elif kind == "a link":
        target.symlink_to(toy_copy)
        message = "mine is no folder"
    else:
        target, message = Path("."), "cannot be a checkpoint's folder"
    with pytest.raises(InputError, match=message):
        checkpoint.write(target, ready.manifest, ready.line, ready.curves)
    assert kind != "other files" or (target / "thesis.txt").read_text() == "years of work"
