"""The app as a user starts it, and a real browser. Waits are Playwright's; nothing sleeps a fixed time."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
CHECKPOINT = ROOT / "checkpoints" / "adult-sex-dp"
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@contextmanager
def serving(**environment: str) -> Iterator[str]:
    """`streamlit run app/main.py` on a free port; gives its address. Only this process is ended afterwards."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app/main.py"]
    command += ["--server.port", str(port), "--server.headless", "true"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    address = f"http://localhost:{port}"
    try:
        until = time.monotonic() + 60
        while not _answers(f"{address}/_stcore/health"):
            if process.poll() is not None or time.monotonic() > until:
                output = process.stdout.read() if process.poll() is not None and process.stdout else "no answer"
                pytest.fail(f"The app did not start: {output[-2000:]}")
            try:
                process.wait(0.1)
            except subprocess.TimeoutExpired:
                continue
        yield address
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of the running app."""
    with serving() as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A Chromium found on this machine; without one the test is skipped, in CI it fails."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        message = "No Chromium found; enable the browser tests with: sudo apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Any) -> Iterator[Callable[..., Any]]:
    """Open a page with options of a browser context. Console errors and outside requests fail the test."""
    contexts: list[Any] = []
    troubles: list[str] = []

    def opened(address: str, **options: Any) -> Any:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(45_000)
        page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("request", lambda asked: troubles.append(asked.url) if _outside(asked.url) else None)
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert troubles == []


def _outside(url: str) -> bool:
    return not url.startswith(("http://localhost", "ws://localhost", "data:", "blob:"))


@pytest.fixture
def page(open_page: Callable[..., Any], server: str) -> Any:
    """The app's first screen, with figures recomputed."""
    found = open_page(server)
    found.wait_for_selector(".yodo[data-source=rows]")
    return found
