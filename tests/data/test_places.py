"""Where rows lie: the folders that the user names come first, and relative cache folders do not count."""

from __future__ import annotations

from pathlib import Path

import pytest

from yodo_core.data import places


@pytest.fixture
def named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    for variable in ("XDG_CACHE_HOME", "YODO_DATA", "YODO_PUMS_ROOT"):
        monkeypatch.delenv(variable, raising=False)
    return tmp_path


def test_the_cache_folder_is_where_each_system_has_it(named: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert places.cache() == named / "me" / ".cache" / "yodo"
    monkeypatch.setenv("XDG_CACHE_HOME", str(named / "xdg"))
    assert places.cache() == named / "xdg" / "yodo"
    monkeypatch.setenv("XDG_CACHE_HOME", "xdg")
    assert places.cache() == named / "me" / ".cache" / "yodo"
    monkeypatch.setattr("sys.platform", "darwin")
    assert places.cache() == named / "me" / "Library" / "Caches" / "yodo"
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(named / "local"))
    assert places.cache() == named / "local" / "yodo" / "Cache"


def test_downloads_go_where_the_user_says(named: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert places.home() == places.cache()
    monkeypatch.setenv("YODO_DATA", str(named / "data"))
    assert places.home() == named / "data"


def test_the_first_folder_that_has_the_file_counts(named: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YODO_DATA", str(named / "data"))
    monkeypatch.setenv("YODO_PUMS_ROOT", str(named / "pums"))
    name = "pums/2018/1-Year/psam_p06.csv"
    where = [named / "pums/2018/1-Year", named / "data/pums/2018/1-Year", places.cache() / "pums/2018/1-Year"]
    assert places.looked(name) == " and ".join(map(str, where))
    assert places.looked("kdd/x.gz") == f"{named / 'data' / 'kdd'} and {places.cache() / 'kdd'}"
    assert places.find(name) is None
    for folder in reversed(where):
        folder.mkdir(parents=True)
        (folder / "psam_p06.csv").touch()
        assert places.find(name) == folder / "psam_p06.csv"
