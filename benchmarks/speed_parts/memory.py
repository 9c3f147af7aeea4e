"""Resident memory of this process as the system counts it, in MB of 10^6 bytes. Linux only."""

from __future__ import annotations

import gc
from pathlib import Path

STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
RESET_PEAK = "5"


def _kilobytes(name: str) -> int:
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith(name))
    return int(line.split()[1])


def peak_from_here() -> float:
    """Reset the high-water mark of the resident size to what is resident now; gives that."""
    gc.collect()
    CLEAR.write_text(RESET_PEAK)
    return _kilobytes("VmRSS") * 1024 / 1e6


def peak() -> float:
    """The largest resident size since the last reset."""
    return _kilobytes("VmHWM") * 1024 / 1e6
