"""Where a checkpoint's rows are not at hand: what is said, what is offered, and the download as a process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.store import rows
from app.store.training import DOWNLOADS, Queue
from app.wording import rows as words

CALIFORNIA = {"dataset": "acs-income-ca-2018", "licence": "US public domain"}
FILE = "pums/2018/1-Year/psam_p06.csv"


@pytest.fixture(autouse=True)
def empty(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine without data."""
    monkeypatch.delenv("YODO_PUMS_ROOT", raising=False)
    monkeypatch.setenv("YODO_DATA", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


def lay(folder: Path) -> None:
    file = folder / FILE
    file.parent.mkdir(parents=True)
    file.write_text("SERIALNO\n")


def test_what_can_be_downloaded_is_offered_with_where_it_comes_from_and_goes_to(empty: Path) -> None:
    found = rows.downloadable(CALIFORNIA)
    assert found is not None
    assert (found["hosts"], found["files"]) == (["www2.census.gov"], 1)
    said = words.offer(found)
    assert all(part in said for part in ("www2.census.gov", "1 file", "US public domain", str(empty)))
    assert "trained on 78,266 rows" in words.if_others({"data_card": {"rows": 78_266}})
    assert "1 file" in words.offer(rows.downloadable({"dataset": "kdd", "licence": "CC BY 4.0"}) or {})
    two = rows.downloadable({"dataset": "acs-income-ca+ny-2018", "licence": "US public domain"})
    assert "2 files" in words.offer(two or {})
    assert rows.downloadable({"dataset": "adult", "licence": "CC BY 4.0"}) is None


def test_rows_that_lie_here_are_not_offered_but_are_others(empty: Path) -> None:
    before = rows.state_of_rows(CALIFORNIA)
    assert not rows.other_rows(CALIFORNIA)
    lay(empty)
    assert rows.downloadable(CALIFORNIA) is None
    assert rows.other_rows(CALIFORNIA)
    assert rows.state_of_rows(CALIFORNIA) != before


def test_a_file_of_ones_own_is_neither() -> None:
    card = {"dataset": "own-loans", "own": {"target": "repaid"}, "licence": ""}
    assert rows.downloadable(card) is None
    assert not rows.other_rows(card)
    assert rows.state_of_rows(card) == ()


def test_a_data_set_that_only_its_maker_knows_has_no_rows_here() -> None:
    card = {"dataset": "acs-high-income-ca-2018", "licence": ""}
    assert "Unknown ACS problem 'high-income'" in str(rows.state_of_rows(card))
    assert not rows.other_rows(card)
    assert rows.downloadable(card) is None


def test_a_download_is_one_process_for_all_that_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[list[str]] = []

    class Fake:
        over = False

        def __init__(self, command: list[str], folder: Path, told: Path, queue: Queue) -> None:
            begun.append(command)
            assert told.parent == folder
            assert queue is DOWNLOADS
            self.folder = folder

        def look(self) -> dict[str, Any]:
            return {"state": "running", "error": "", "ahead": 0, "stage": None, "share": None, "left": None}

        def stop(self) -> None:
            type(self).over = True

    monkeypatch.setattr(rows, "Job", Fake)
    monkeypatch.setattr(rows, "_JOBS", {})
    assert rows.downloading(CALIFORNIA) is None
    rows.download(CALIFORNIA)
    rows.download(CALIFORNIA)
    assert len(begun) == 1
    assert begun[0][2:6] == ["app.minder", "data", "fetch", "acs-income-ca-2018"]
    told = rows.downloading(CALIFORNIA)
    assert told is not None
    assert words.progress(told).startswith("Asking the server")
    folder = rows._JOBS[CALIFORNIA["dataset"]].folder
    assert folder.is_dir()
    rows.stop_download(CALIFORNIA)
    rows.downloading(CALIFORNIA)
    assert not folder.exists()
    rows.download(CALIFORNIA)
    assert len(begun) == 2


def test_a_download_that_waits_waits_for_another_download() -> None:
    assert words.progress({"state": "waiting"}) == "Waiting for another download on this server to end"
