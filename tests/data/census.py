"""Made-up people in the form of the Census Bureau's person files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from yodo_core.data import pums
from yodo_core.data.acs import PROBLEMS
from yodo_core.data.pums import renamed


def people(count: int, state: int = 6, problem: str = "income", year: str = "2018", seed: int = 0) -> pd.DataFrame:
    """Made-up people of households of 1 to 4, scattered over the file; every fifth earns over $50,000 or has code 1."""
    place = np.arange(count)
    wanted = PROBLEMS[problem]
    names = dict.fromkeys((*wanted.features, *wanted.also, wanted.target))
    frame = pd.DataFrame({renamed(name, year): 1 + place % 2 for name in names})
    frame["AGEP"], frame["RAC1P"] = 20 + place % 50, 1 + place % 9
    homes = np.repeat(place, 1 + place % 4)[:count]
    frame.insert(
        0, "SERIALNO", [f"{year}HU{state:02}{home:05}" for home in np.random.default_rng(seed).permutation(homes)]
    )
    frame[wanted.target] = np.where(place % 5 == 0, 60_000, 30_000) if problem == "income" else 1 + place % 5
    return frame.assign(PWGTP=1 + place % 7)


def with_replicates(frame: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    """The same people with 80 replicate weights around their weight; as in the real files, some are below 0."""
    spread = np.random.default_rng(seed).integers(-3, 4, (len(frame), len(pums.REPLICATES)))
    replicates = pd.DataFrame(frame["PWGTP"].to_numpy()[:, None] + spread, columns=list(pums.REPLICATES))
    return pd.concat([frame, replicates], axis=1)


def writer(root: Path) -> Callable[..., Path]:
    """A function that writes a person file below a folder that is laid out as folktables does."""

    def put(frame: pd.DataFrame, state: str = "ca", year: str = "2018", horizon: str = "1-Year") -> Path:
        path = root / pums.Survey((state,), year, horizon).names()[0].removeprefix("pums/")
        path.parent.mkdir(parents=True, exist_ok=True)
        frame.to_csv(path, index=False)
        return path

    return put


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Write a person file into the folder that YODO_PUMS_ROOT now names; no other folder has any."""
    monkeypatch.setenv("YODO_PUMS_ROOT", str(tmp_path))
    monkeypatch.delenv("YODO_DATA", raising=False)
    return writer(tmp_path)
