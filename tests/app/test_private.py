"""Private folders: nobody else can look in, and none outlives the process that made it."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app.store import private
from app.views import pages
from tests.app.conftest import ROOT

OWNER = (
    "import runpy, sys; from pathlib import Path; Home = runpy.run_path('app/store/private.py')['Home']; "
    "home = Home(Path(sys.argv[1])); (home.folder() / 'rows.csv').write_text('secret'); "
    "print(home.path, flush=True); sys.stdin.read()"
)


@pytest.fixture(scope="module")
def crashed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bool, list[Path]]:
    """A folder whose owner was killed: where, whether it was left alone while the owner lived, what a sweep took."""
    root = tmp_path_factory.mktemp("root")
    command = [sys.executable, "-c", OWNER, str(root)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout
        path = Path(owner.stdout.readline().strip())
        alone = private.sweep(root) == [] and len(list(path.glob("*/rows.csv"))) == 1
        owner.send_signal(signal.SIGKILL)
    return path, alone, private.sweep(root)


def test_a_folder_is_open_to_its_user_alone_and_has_a_random_name(tmp_path: Path) -> None:
    home = private.Home(tmp_path)
    first, second = home.folder(), home.folder()
    assert first != second
    assert {stat.S_IMODE(path.stat().st_mode) for path in (home.path, first, second)} == {0o700}
    home.close()
    assert list(tmp_path.iterdir()) == []


def test_what_a_crash_leaves_goes_at_the_next_start_and_nothing_goes_before(
    crashed: tuple[Path, bool, list[Path]],
) -> None:
    path, left_alone_while_alive, swept = crashed
    assert left_alone_while_alive
    assert swept == [path]
    assert not path.exists()


def test_a_sweep_touches_nothing_else(tmp_path: Path) -> None:
    home = private.Home(tmp_path)
    (tmp_path / "yodo-other").mkdir()
    young = tmp_path / f"{private.PREFIX}young"
    young.mkdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / private.LOCK).touch()
    (tmp_path / f"{private.PREFIX}link").symlink_to(elsewhere)
    assert private.sweep(tmp_path) == []
    old = young.stat().st_mtime - 2 * private.YOUNG
    os.utime(young, (old, old))
    assert private.sweep(tmp_path) == [young]
    assert home.path.is_dir()
    assert (elsewhere / private.LOCK).exists()
    home.close()


@pytest.mark.parametrize("place", range(len(pages.PAGES)))
def test_whichever_page_of_the_next_server_is_opened_first_what_a_crash_left_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    left = tmp_path / f"{private.PREFIX}left"
    (left / "session").mkdir(parents=True)
    (left / "session" / "rows.csv").write_text("secret")
    (left / private.LOCK).touch()
    st.cache_resource.clear()
    monkeypatch.setattr(private, "root", lambda: tmp_path)
    monkeypatch.setattr(private, "_HOME", [])
    monkeypatch.setattr("app.store.cards.ROOT", tmp_path / "checkpoints")
    monkeypatch.setattr(pages, "PAGES", (*pages.PAGES[place:], *pages.PAGES[:place]))
    app = AppTest.from_file(str(ROOT / "app" / "main.py"), default_timeout=60).run()
    assert list(app.exception) == []
    assert not left.exists()
    st.cache_resource.clear()
    private.home().close()
