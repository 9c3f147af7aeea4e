"""What many tests share: the made-up data set, a checkpoint trained on it, and the command line without a process."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch

from tests import toy as toy_data
from yodo_core import __main__, data
from yodo_core.commands import baselines, train
from yodo_core.commands.workers import Workers
from yodo_core.config import TrainConfig
from yodo_core.data.prepare import Prepared, prepare

LEVELS = 11
REGENERATE = "python -m yodo_core train --dataset toy"


@pytest.fixture(scope="session", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What the tests read and fetch is kept in a cache folder of their own, not the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(autouse=True)
def _threads() -> Iterator[None]:
    """Commands set the thread count of the whole process; no test hands it on to the next."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def few_levels(patch: pytest.MonkeyPatch, levels: int) -> None:
    """A curve that `train` writes has so many levels."""
    patch.setattr(train, "LEVELS", levels)
    patch.setattr(train, "GRID", [i / (levels - 1) for i in range(levels)])


@pytest.fixture
def toy_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """The made-up data set stands in the table, and a curve has 11 levels."""
    monkeypatch.setitem(data.DATASETS, "toy", toy_data.TOY)
    few_levels(monkeypatch, LEVELS)


@pytest.fixture(scope="session")
def toy() -> Prepared:
    return prepare(toy_data.TOY, "kind")


@pytest.fixture(scope="session")
def toy_trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint of the made-up data set, with one other seed and six baselines, written as `train` does."""
    out = tmp_path_factory.mktemp("checkpoints") / "toy-kind-dp"
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(data.DATASETS, "toy", toy_data.TOY)
        few_levels(patch, LEVELS)
        train.run(toy_data.config(), out, 1, False, False, REGENERATE)
        baselines.run(out, ("erm", "fixed"), (0.5, 2.0), 2, Workers(jobs=1), True)
    return out


@pytest.fixture(scope="session")
def _adult_trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("adult") / "adult-sex-dp"
    with pytest.MonkeyPatch.context() as patch:
        few_levels(patch, 3)
        config = TrainConfig(hidden=16, epochs=3, threads=1)
        train.run(config, out, 0, False, False, "python -m yodo_core train")
    return out


@pytest.fixture
def adult_trained(_adult_trained: Path, tmp_path: Path) -> Path:
    """A small line on Adult's rows, with 3 levels and no baselines, in a folder of this test's own."""
    return Path(shutil.copytree(_adult_trained, tmp_path / "adult" / _adult_trained.name))


@pytest.fixture
def toy_copy(toy_trained: Path, tmp_path: Path) -> Path:
    """The trained checkpoint in a folder of this test's own, to be damaged."""
    return Path(shutil.copytree(toy_trained, tmp_path / "checkpoints" / toy_trained.name))


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.out)


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    """`cli("point", path, "--alpha", 0.5)` runs `python -m yodo_core point ...` in this process."""

    def run(*arguments: object) -> Outcome:
        monkeypatch.setattr("sys.argv", ["yodo_core", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            __main__.main()
        found = capsys.readouterr()
        return Outcome(int(ended.value.code or 0), found.out, found.err)

    return run
