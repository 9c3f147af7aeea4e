"""A stranger's file, made up: loans with missing cells, an id, names, free text and dates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from yodo_core.data.own import Recipe

ROWS = 2_000


def loans(rows: int = ROWS) -> pd.DataFrame:
    """Whether a loan was in default depends on income, which depends on sex; 46 cells in a thousand are missing."""
    rng = np.random.default_rng(4)
    sex = rng.choice(["Female", "Male"], rows, p=[0.45, 0.55])
    skill = rng.normal(size=rows) + 0.9 * (sex == "Male")
    good = rng.random(rows) < 1 / (1 + np.exp(-2.5 * skill))

    def holes(values: Any, share: float) -> Any:
        return np.where(rng.random(rows) < share, None, values)

    return pd.DataFrame(
        {
            "loan_id": np.arange(70_000, 70_000 + rows),
            "applicant": [f"Zenobia Quill {place}" for place in range(rows)],
            "income": holes(np.round(np.exp(10 + 0.5 * skill), 2), 0.05),
            "age": rng.integers(18, 80, rows),
            "town": holes(rng.choice(["North", "South", "East"], rows), 0.03),
            "remark": [f"came in on a rainy day, number {place}" for place in range(rows)],
            "opened": pd.date_range("2019-01-01", periods=rows).strftime("%Y-%m-%d"),
            "children": rng.integers(0, 4, rows),
            "sex": holes(sex, 0.01),
            "default": holes(np.where(good, "no", "yes"), 0.02),
        }
    )


def write(path: Path, frame: pd.DataFrame, **options: Any) -> Path:
    """The frame as a file of the kind that the name says, a CSV with semicolons unless told otherwise."""
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    else:
        frame.to_csv(path, **{"sep": ";", "index": False, **options})
    return path


def recipe(**changes: Any) -> Recipe:
    """What the stranger says of the loans."""
    return Recipe(**{"target": "default", "favourable": "no", "attribute": ("sex",), **changes})
