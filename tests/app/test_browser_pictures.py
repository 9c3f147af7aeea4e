"""The tab of one picture in a real Chromium, on the committed line that reads digits."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image

from app.wording import pictures as words
from app.wording.numbers import percent
from tests.app.conftest import ROOT
from yodo_core import checkpoint, evaluate, person

pytestmark = pytest.mark.browser
NAME = "digits-ink-dp"
PICTURE = "[data-testid=stImage] img"
PICK = f"{words.PICK}, 1 to 1,080"


@pytest.fixture(scope="module")
def tested() -> tuple[Any, Any, Any]:
    """The line, its rows, and the test rows among them."""
    ready = checkpoint.read(ROOT / "checkpoints" / NAME)
    rows = evaluate.rows(ready)
    return ready, rows, rows.splits["test"]


def open_tab(open_page: Callable[..., Any], server: str, asked: str = "", **options: Any) -> Any:
    page = open_page(f"{server}/?checkpoint={NAME}{asked}", **options)
    page.get_by_role("tab", name="One picture").click()
    page.locator(".js-plotly-plot .main-svg").first.wait_for()
    return page


def pick(page: Any, number: int) -> None:
    box = page.get_by_label(PICK, exact=True)
    box.fill(str(number))
    box.press("Enter")
    page.get_by_alt_text(words.alt(number), exact=True).wait_for()


def shown(page: Any) -> np.ndarray:
    """The picture as the browser was sent it, one dot for each square."""
    sent = page.request.get(page.locator(PICTURE).get_attribute("src")).body()
    return np.asarray(Image.open(io.BytesIO(sent)).convert("L"))[::28, ::28]


def wait_for_scores(page: Any, trace: int, scores: Any) -> None:
    """Until the chart draws these scores: its first trace is the line, its second the place of the slider."""
    page.wait_for_function(
        "([trace, wanted]) => { const drawn = Array.from(document.querySelector('.js-plotly-plot').data[trace].y);"
        "return drawn.length === wanted.length && drawn.every((y, i) => Math.abs(y - wanted[i]) < 1e-6); }",
        arg=[trace, [100 * float(score) for score in scores]],
    )


def test_a_picture_that_is_picked_is_shown_dot_by_dot_with_its_own_scores(
    open_page: Callable[..., Any], server: str, tested: tuple[Any, Any, Any]
) -> None:
    ready, rows, table = tested
    page = open_tab(open_page, server)
    assert np.array_equal(shown(page), table.pixels[0, 0])
    pick(page, 12)
    page.get_by_text(f"{rows.groups[table.group[11]]}. Its label is the ").wait_for()
    assert np.array_equal(shown(page), table.pixels[11, 0])
    expected = person.scores(ready, table, 11, [i / 20 for i in range(21)])
    page.get_by_text(f"Its score is {percent(expected[0])} at alpha 0.00").wait_for()
    wait_for_scores(page, 0, expected)
    assert page.get_by_text(words.NOTE, exact=True).is_visible()


def test_the_score_follows_alpha_and_the_side_follows_the_threshold(
    open_page: Callable[..., Any], server: str, tested: tuple[Any, Any, Any]
) -> None:
    ready, _, table = tested
    page = open_tab(open_page, server, "&alpha=0.35&threshold=0.42")
    (here,) = person.scores(ready, table, 0, [0.35])
    side = "positive" if here >= 0.42 else "not positive"
    told = f"Its score is {percent(here)} at alpha 0.35, {side} from a score of 0.42 up"
    page.get_by_text(told).wait_for()
    wait_for_scores(page, 1, [here])
    page.locator("#yodo-alpha").focus()
    page.keyboard.press("End")
    (there,) = person.scores(ready, table, 0, [1.0])
    page.get_by_text(f"Its score is {percent(there)} at alpha 1.00").wait_for()
    wait_for_scores(page, 1, [there])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_the_picture_tab(open_page: Callable[..., Any], server: str, scheme: str) -> None:
    page = open_tab(open_page, server, color_scheme=scheme)
    page.get_by_alt_text(words.alt(1), exact=True).wait_for()
    grave = [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
    assert [(v["id"], [node["html"][:200] for node in v["nodes"]]) for v in grave] == []


def test_on_a_phone_nothing_runs_off(open_page: Callable[..., Any], server: str) -> None:
    page = open_tab(open_page, server, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    for part in (page.locator(PICTURE), page.locator(".js-plotly-plot")):
        part.scroll_into_view_if_needed()
        box = part.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
