"""Made-up people of three states, a line trained on one of them, and files of the made-up data set."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests import toy as toy_data
from tests.conftest import few_levels
from tests.data.census import people, writer
from yodo_core import checkpoint, data
from yodo_core.checkpoint import Checkpoint
from yodo_core.commands import train
from yodo_core.config import TrainConfig

SIZES = {"ca": 1800, "tx": 900, "pr": 300}


def census(state: str, seed: int) -> pd.DataFrame:
    """People whose income follows hours and occupation; in Puerto Rico women and men have the same occupations."""
    generator = np.random.default_rng(seed)
    frame = people(SIZES[state], int(data.pums.STATES[state]), seed=seed)
    frame["WKHP"] = generator.integers(10, 70, len(frame))
    frame["SEX"] = generator.integers(1, 3, len(frame))
    told = frame["SEX"] if state != "pr" else generator.integers(1, 3, len(frame))
    # Outside California there are occupations that are unknown there.
    frame["OCCP"] = generator.integers(1, 7 if state == "ca" else 9, len(frame)) + 10 * (told == 1)
    chance = generator.normal(scale=10, size=len(frame))
    frame["PINCP"] = np.where(frame["WKHP"] + 2 * frame["OCCP"] + chance > 60, 60_000, 30_000)
    return frame


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of person files that YODO_PUMS_ROOT names; nothing is kept in the user's own cache."""
    root = tmp_path_factory.mktemp("pums")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("YODO_PUMS_ROOT", str(root))
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.delenv("YODO_DATA", raising=False)
        for seed, state in enumerate(SIZES):
            writer(root)(census(state, seed), state)
        yield root


def trained(dataset: str, out: Path) -> Checkpoint:
    """A small line on made-up people, with 5 levels."""
    with pytest.MonkeyPatch.context() as patch:
        few_levels(patch, 5)
        small = TrainConfig(dataset=dataset, hidden=16, epochs=8, batch_size=64, threads=1)
        train.run(small, out, 0, False, False, "python -m yodo_core train")
    return checkpoint.read(out)


@pytest.fixture(scope="module")
def line(states: Path, tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    """A line trained on the made-up Californians."""
    return trained("acs-income-ca-2018", tmp_path_factory.mktemp("lines") / "acs-income-ca-2018-sex-dp")


def file_of(folder: Path, frame: pd.DataFrame, name: str = "rows.csv") -> Path:
    """The rows as a CSV file."""
    frame.to_csv(folder / name, index=False)
    return folder / name


def other_rows(count: int = 600) -> pd.DataFrame:
    """Rows of the made-up data set that no line was trained on, as they come in a file."""
    rows = toy_data.rows().sample(count, random_state=5).reset_index(drop=True)
    return rows.assign(hours=rows["hours"] + 1)
