"""The slope of seconds over rows, both as logarithms: 1 where time is proportional to rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import stats


def slope(rows: Sequence[float], seconds: Sequence[float]) -> dict[str, float]:
    """Least squares over all runs, with its 95% interval (Student's t)."""
    fitted = stats.linregress(np.log(rows), np.log(seconds))
    reach = stats.t.ppf(0.975, len(rows) - 2) * fitted.stderr
    return {"slope": fitted.slope, "low": fitted.slope - reach, "high": fitted.slope + reach}
