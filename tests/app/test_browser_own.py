"""A stranger's file in a real Chromium: from the upload to a curve that is explored on its own rows."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from app.wording import kept
from app.wording import own as words
from tests.app.conftest import CHECKPOINT, serving
from tests.app.test_own import HOSTILE, csv_of
from tests.data.strangers import loans

pytestmark = pytest.mark.browser
TITLE = "<b>Loans</b> $2024$ *x*"
GROUPS = {"Female": "<b>F</b> $x$", "Male": "=M **m**"}


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A few thousand loans whose columns and values try to be more than text."""
    frame = loans(3_000).rename(columns=dict(zip(("sex", "income", "age", "town"), HOSTILE, strict=True)))
    path = tmp_path / "my <loans>.csv"
    path.write_bytes(csv_of(frame.assign(**{HOSTILE[0]: frame[HOSTILE[0]].map(GROUPS)})))
    return path


def choose(page: Any, label: str, option: str) -> None:
    """Pick by keyboard alone, as in a list that is searched by typing."""
    box = page.get_by_role("combobox", name=label)
    box.focus()
    box.press_sequentially(option)
    page.get_by_role("option", name=option).first.wait_for()
    box.press("Enter")
    expect(box).not_to_have_attribute("aria-expanded", "true")


def grave(page: Any) -> list[str]:
    return [v["id"] for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]


@pytest.fixture
def apart(tmp_path: Path) -> Iterator[str]:
    """The address of an app with a folder of checkpoints of its own, which models may be saved in.

    To be asked for before `open_page`, so that pages are closed before the app ends.
    """
    shutil.copytree(CHECKPOINT, tmp_path / "checkpoints" / CHECKPOINT.name)
    with serving(YODO_CHECKPOINTS=str(tmp_path / "checkpoints")) as address:
        yield address


def test_a_strangers_file_goes_from_upload_to_an_explored_curve_that_is_kept_and_removed(
    apart: str, open_page: Callable[..., Any], hostile: Path, tmp_path: Path
) -> None:
    page = open_page(apart, color_scheme="dark", viewport={"width": 390, "height": 844})
    page.on("dialog", lambda dialog: pytest.fail(f"A name from the file ran: {dialog.message}"))
    page.get_by_role("link", name="Your data").click()
    upload = page.locator("input[type=file]")
    bad = tmp_path / "bad.csv"
    bad.write_bytes(b"PK\x03\x04" + bytes(1000))
    upload.set_input_files(bad)
    page.get_by_role("alert").get_by_text("is packed (a zip").wait_for()
    # A fresh uploader takes the place of the first.
    expect(upload).to_have_count(1)
    upload.set_input_files(hostile)
    page.get_by_text("3,000 rows, 10 columns").wait_for()
    choose(page, words.TARGET, "default")
    choose(page, words.FAVOURABLE, "no")
    choose(page, words.ATTRIBUTE, HOSTILE[0])
    page.get_by_role("region", name="Columns").get_by_text(HOSTILE[1], exact=True).wait_for()
    train = page.get_by_role("button", name=words.START, exact=True)
    train.wait_for()
    assert grave(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    train.press("Enter")
    page.get_by_role("button", name=words.STOP).wait_for()
    page.get_by_role("progressbar").wait_for()
    explore = page.get_by_role("button", name=words.EXPLORE)
    explore.wait_for()
    assert grave(page) == []
    with page.expect_download() as download:
        page.get_by_role("button", name=words.DOWNLOAD).click()
    assert download.value.suggested_filename == "your_data.zip"
    explore.press("Enter")
    page.wait_for_selector('.yodo[data-alpha="0.00"][data-source="rows"]')
    page.wait_for_url(re.compile("checkpoint=your_data"))
    first = page.locator(".card .value").all_inner_texts()
    assert GROUPS["Male"] in page.locator(".sentence").inner_text()
    page.locator("#yodo-alpha").focus()
    page.keyboard.press("End")
    page.wait_for_selector('.yodo[data-alpha="1.00"][data-source="rows"]')
    last = page.locator(".card .value").all_inner_texts()
    assert float(last[1].split()[0]) < float(first[1].split()[0])
    assert page.locator("img[src=x], .yodo b b").count() == 0
    page.get_by_role("link", name="Your data").click()
    page.get_by_role("textbox", name=kept.TITLE).fill(TITLE)
    page.get_by_role("textbox", name=words.NAME).fill("loans-2024")
    page.get_by_role("button", name=words.SAVE, exact=True).click()
    page.get_by_text(kept.saved("loans-2024", TITLE)).wait_for()
    page.get_by_text(kept.entry("loans-2024", TITLE), exact=True).wait_for()
    assert (tmp_path / "checkpoints" / "loans-2024" / "manifest.json").is_file()
    page.get_by_role("link", name="Explore").click()
    choose(page, "Data set", TITLE)
    page.wait_for_url(re.compile("checkpoint=loans-2024"))
    page.wait_for_selector('.yodo[data-source="stored"]')
    page.get_by_role("link", name="Your data").click()
    page.get_by_role("button", name=kept.REMOVE).click()
    page.get_by_text(kept.sure("loans-2024", TITLE)).wait_for()
    assert grave(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name=kept.SURE).click()
    page.get_by_text(kept.removed("loans-2024")).wait_for()
    assert [path.name for path in (tmp_path / "checkpoints").iterdir()] == [CHECKPOINT.name]
    page.get_by_role("button", name=words.DISCARD).click()
    train.wait_for()
