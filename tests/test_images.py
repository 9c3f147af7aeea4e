"""A line of picture nets, from training through the checkpoint to one picture's score."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.conftest import Outcome, few_levels
from yodo_core import checkpoint, data, evaluate, folders, person, tensors
from yodo_core.baselines import METHODS
from yodo_core.commands.train import default_out
from yodo_core.config import TrainConfig
from yodo_core.data.prepare import Prepared
from yodo_core.errors import InputError
from yodo_core.nets import make
from yodo_core.nets.resnet import ResNet

Cli = Callable[..., Outcome]
DIGITS = ("train", "--dataset", "digits", "--attribute", "ink", "--hidden", 8, "--depth", 1, "--epochs", 2)
LEVELS = 3


@pytest.fixture(scope="module")
def _trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from yodo_core.commands import train

    out = tmp_path_factory.mktemp("images") / "digits-ink-dp"
    with pytest.MonkeyPatch.context() as patch:
        few_levels(patch, LEVELS)
        config = TrainConfig("digits", "ink", hidden=8, depth=1, epochs=2, batch_size=64)
        train.run(config, out, 0, False, False, "python -m yodo_core train --dataset digits")
    return out


@pytest.fixture(scope="module")
def rows(_trained: Path) -> Prepared:
    return evaluate.rows(checkpoint.read(_trained))


@pytest.fixture
def trained(_trained: Path, tmp_path: Path) -> Path:
    """A small line on the shipped pictures, in a folder of this test's own."""
    return Path(shutil.copytree(_trained, tmp_path / _trained.name))


def test_rows_and_stored_counts_agree(trained: Path, cli: Cli) -> None:
    for alpha in (0.0, 0.5, 1.0):
        found, stored = (
            cli("point", trained, "--alpha", alpha, "--json", *extra).json for extra in ((), ("--stored",))
        )
        assert (found.pop("source"), stored.pop("source")) == ("rows", "stored")
        assert found == stored
        assert {group["group"] for group in found["groups"]} == {"Bold ink", "Faint ink"}


def test_the_checkpoint_says_what_net_it_holds_and_gives_it_back(trained: Path, rows: Prepared) -> None:
    ready = checkpoint.read(trained)
    assert (ready.manifest["architecture"], ready.manifest["picture"]) == ("ResNet", [1, 8, 8])
    assert ready.manifest["encoder"] == {"categories": [], "numbers": []}
    assert ready.manifest["standins"] == []
    assert isinstance(ready.line.start, ResNet)
    assert ready.line.statistics
    again = tensors.to_line(tensors.of_line(ready.line), ready.manifest)
    table = rows.splits["tune"]
    for position in (0.0, 0.31, 1.0):
        assert np.array_equal(
            evaluate.scores(again.at(position), table), evaluate.scores(ready.line.at(position), table)
        )


def test_tensors_that_do_not_fit_are_all_named(trained: Path) -> None:
    ready = checkpoint.read(trained)
    held = tensors.of_line(ready.line)
    name = "along.stem.1.running_mean"
    for value, said in (
        (held[name][:1], r"along.stem.1.running_mean is \(1, 1\), expected \(2 or more, 1\)"),
        (held[name][:, :0], r"is \(21, 0\), expected"),
        (held[name] / 0, "along.stem.1.running_mean holds values that are not finite"),
    ):
        with pytest.raises(InputError, match=f"start.last.1.bias is missing; .*{said}"):
            tensors.to_line({k: v for k, v in held.items() if k != "start.last.1.bias"} | {name: value}, ready.manifest)


def test_one_pictures_score_along_the_line_is_that_of_the_whole(trained: Path, rows: Prepared) -> None:
    ready = checkpoint.read(trained)
    table, alphas = rows.splits["test"], [0.0, 0.4, 1.0]
    positions = [ready.position(alpha) for alpha in alphas]
    whole = evaluate.levels(ready.line, positions, table)
    for row in (0, len(table) - 1):
        found = person.scores(ready, table, row, alphas)
        assert found.shape == (3,)
        np.testing.assert_allclose(found, whole[:, row], rtol=0, atol=1e-5)
    with pytest.raises(InputError, match="Got row 1080; expected one from 0 to 1079"):
        person.scores(ready, table, len(table), alphas)


def test_one_persons_score_on_a_tabular_line(toy_trained: Path, toy: Prepared) -> None:
    ready = checkpoint.read(toy_trained)
    found = person.scores(ready, toy.splits["test"], 5, [0.0, 1.0])
    for alpha, score in zip((0.0, 1.0), found, strict=True):
        expected = evaluate.scores(ready.line.at(ready.position(alpha)), toy.splits["test"])[5]
        assert score == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("name", ["erm", "fixed", "prejudice-remover", "adversarial"])
def test_other_methods_read_pictures_too(name: str, rows: Prepared) -> None:
    config = TrainConfig("digits", "ink", hidden=8, depth=1, epochs=1, batch_size=1024)
    scores = METHODS[name].train(rows, config, METHODS[name].settings[0], None)(rows.splits["tune"])
    assert scores.shape == (540,)
    assert scores.std() > 0


def test_film_says_that_it_reads_none(rows: Prepared) -> None:
    config = TrainConfig("digits", "ink", hidden=8, depth=1, epochs=1)
    with pytest.raises(InputError, match="Only the tabular net can be told its penalty so far, not ResNet"):
        METHODS["film"].train(rows, config, METHODS["film"].settings[0], None)


def test_what_may_not_lie_in_the_project_is_refused_with_the_reason(trained: Path, tmp_path: Path) -> None:
    ready = checkpoint.read(trained)
    kept_out = ready.manifest | {"keep_out": "These pictures may not be passed on."}
    root = Path(checkpoint.__file__).parents[1]
    for place in (root / "checkpoints" / "faces", root / "faces", root / "docs" / ".." / "faces"):
        with pytest.raises(
            InputError, match=r"lies within this project\. These pictures may not be passed on. Give an"
        ):
            checkpoint.write(place, kept_out, ready.line, ready.curves)
        assert not place.exists()
    link = tmp_path / "link"
    link.symlink_to(root)
    with pytest.raises(InputError, match="lies within this project"):
        checkpoint.write(link / "faces", kept_out, ready.line, ready.curves)
    written = checkpoint.write(tmp_path / "faces", kept_out, ready.line, ready.curves)
    assert checkpoint.read(written).manifest["keep_out"] == "These pictures may not be passed on."


def test_a_work_tree_around_the_package_is_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "work" / "site" / "yodo_core"
    package.mkdir(parents=True)
    monkeypatch.setattr(folders, "__file__", str(package / "folders.py"))
    checkpoint.check_target(tmp_path / "work" / "faces", "Because.")
    (tmp_path / "work" / ".git").mkdir()
    with pytest.raises(InputError, match=r"lies within this project\. Because\."):
        checkpoint.check_target(tmp_path / "work" / "faces", "Because.")
    checkpoint.check_target(tmp_path / "elsewhere", "Because.")


def test_celeba_is_refused_before_anything_is_trained(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    root = Path(checkpoint.__file__).parents[1]
    out = root / "checkpoints" / "celeba-attractive-male-dp"
    told = cli("train", "--dataset", "celeba-attractive", "--attribute", "male", "--out", out)
    assert told.code == 2
    assert "lies within this project. CelebA is for non-commercial research only" in told.err
    assert told.err.count("\n") == 1
    assert not out.exists()
    assert not out.with_name(out.name + ".partial").exists()
    monkeypatch.setenv("YODO_DATA", str(tmp_path))
    config = TrainConfig("celeba-attractive", "male")
    assert default_out(config) == tmp_path / "checkpoints" / "celeba-attractive-male-dp"
    assert data.get("digits").keep_out == data.get("adult").keep_out == ""


@pytest.mark.parametrize("picture", [(1, 8, 8), (3, 64, 64), (3, 40, 20), (1, 1, 1)])
def test_the_picture_net_is_resnet_18_at_depth_2(picture: tuple[int, int, int]) -> None:
    net = make(TrainConfig(hidden=16), (), 0, picture)
    convolutions = [m for m in net.modules() if isinstance(m, torch.nn.Conv2d)]
    # 17 in a row and 3 on the ways around; with the linear layer the 18 that give it its name.
    assert [m.kernel_size[0] for m in convolutions].count(1) == 3
    assert len(convolutions) == 20
    assert [m.out_channels for m in convolutions][-1] == 16
    pixels = torch.randint(0, 256, (5, *picture), dtype=torch.uint8)
    assert net(pixels).shape == (5,)
    whole = make(TrainConfig(hidden=512), (), 0, (3, 64, 64))
    assert sum(p.numel() for p in whole.parameters()) == 11_177_025, "ResNet-18's 11.18 million with one output"


def test_a_width_that_four_stages_cannot_have_is_one_line() -> None:
    with pytest.raises(InputError, match="Got a width of 100 for an image net; give a multiple of 8 as --hidden"):
        make(TrainConfig(hidden=100), (), 0, (1, 8, 8))
