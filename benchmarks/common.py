"""What every benchmark shares: result lines, order statistics, the app as a user starts it, Chromium."""

from __future__ import annotations

import json
import math
import os
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RESULTS = Path(os.environ.get("BENCHMARK_RESULTS", Path(__file__).resolve().parent / "results"))
PACKAGES = ("numpy", "torch", "streamlit", "plotly")
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def report(script: str, claim: str, **figures: Any) -> dict[str, Any]:
    """Print one JSON line and append it to results/<script>.jsonl. `ratio`, if given: ours the better the larger."""
    line = {"claim": claim, **_rounded(figures), **_circumstances()}
    text = json.dumps(line, ensure_ascii=False)
    print(text, flush=True)
    RESULTS.mkdir(exist_ok=True)
    with (RESULTS / f"{script}.jsonl").open("a", encoding="utf-8") as file:
        file.write(text + "\n")
    return line


def _circumstances() -> dict[str, Any]:
    return {
        "commit": _git("rev-parse", "--short", "HEAD"),
        "uncommitted": bool(_git("status", "--porcelain", "--", "yodo_core", "app", "checkpoints")),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in PACKAGES},
        "cores": os.cpu_count(),
        "load": [round(value, 2) for value in os.getloadavg()],
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()


def _rounded(value: Any) -> Any:
    """Floats at five significant digits: more would be noise. None for what is undefined (NaN)."""
    if isinstance(value, float):
        return float(f"{value:.5g}") if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _rounded(part) for key, part in value.items()}
    return [_rounded(part) for part in value] if isinstance(value, list | tuple) else value


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value with at least `share` of the values at or below it (no interpolation)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def spread(values: Sequence[float], name: str = "ms") -> dict[str, float]:
    """Median, 95th percentile and largest, as figures of a result line."""
    return {
        f"median_{name}": statistics.median(values),
        f"p95_{name}": quantile(values, 0.95),
        f"max_{name}": max(values),
    }


class Served(str):
    """The address of an app that runs, and the id of its process."""

    pid: int

    def cpu_seconds(self) -> float | None:
        """Processor time that the app has used, where the system tells."""
        try:
            words = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def app(ready: bool = True) -> Iterator[Served]:
    """A fresh process of the real app on a free port of this machine; gives its address, ends it afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--server.port", str(port), "--server.headless", "true"]
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app/main.py", *options],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = Served(f"http://localhost:{port}")
    address.pid = process.pid
    try:
        if ready:
            wait_for_server(address, process)
        yield address
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for_server(address: str, process: subprocess.Popen[bytes] | None = None, limit: float = 60) -> None:
    """Return once the server answers. Raises RuntimeError when it ended or did not come up within `limit` seconds."""
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        if process and process.poll() is not None:
            raise RuntimeError(f"The app ended with code {process.returncode} before it answered.")
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"The app at {address} did not answer within {limit:.0f} s.")


@contextmanager
def chromium() -> Iterator[Any]:
    """A headless Chromium through Playwright. Exits with one line where there is none."""
    from playwright.sync_api import sync_playwright

    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        sys.exit("No Chromium on this machine; install one (`apt-get install chromium`) and run again.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(CHROMIUM_FLAGS))
        try:
            yield browser
        finally:
            browser.close()
