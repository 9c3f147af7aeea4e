"""The spread of scores in a real Chromium: it follows the drag, settles on the counts, and fits every reader."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.app.conftest import CHECKPOINT
from yodo_core import checkpoint, evaluate

pytestmark = pytest.mark.browser


def open_tab(page: Any) -> None:
    page.wait_for_selector(".yodo[data-source=rows]")
    page.get_by_role("tab", name="Scores by group").click()
    wait_for(page, "0.00")


def wait_for(page: Any, alpha: str, source: str = "rows") -> None:
    page.wait_for_selector(f'.yodo-scores[data-alpha="{alpha}"][data-source="{source}"]')


def heights(page: Any, kind: str) -> list[list[float]]:
    """The bars of each group's shape as drawn, read against its own axis, in percent of the group."""
    drawn = []
    for panel in page.locator(".yodo-scores .panel:has(path)").all():
        ticks = panel.locator(".tick.end").all()
        top = float(ticks[-1].inner_html().rstrip("%"))
        zero, high = (float(panel.locator("line").nth(i).get_attribute("y1")) for i in (0, len(ticks)))
        corners = re.findall(r"[ML]([\d.]+) ([\d.]+)", panel.locator(f"path.{kind}").get_attribute("d"))[1:-1]
        drawn.append([(zero - float(y)) / (zero - high) * top for _, y in corners[::2]])
    return drawn


def expected(alpha: float) -> tuple[np.ndarray, np.ndarray]:
    """Percent of each group in every five points of score (2, 20), and at or above 0.5 (2,), from recomputed counts."""
    found = checkpoint.read(CHECKPOINT)
    n = evaluate.counts_at(found, evaluate.rows(found), alpha).n.sum(axis=1)
    part = 100 * n / n.sum(axis=1, keepdims=True)
    return part.reshape(2, 20, 5).sum(axis=2), part[:, 50:].sum(axis=1)


def apart(alpha: float) -> float:
    """Points by which the first group's average score is above the second's, from the middles of the counted bins."""
    found = checkpoint.read(CHECKPOINT)
    n = evaluate.counts_at(found, evaluate.rows(found), alpha).n.sum(axis=1)
    means = (n * (np.arange(100) + 0.5)).sum(axis=1) / n.sum(axis=1)
    return float(means[0] - means[1])


def test_the_spread_follows_the_drag_without_python_and_settles_on_the_counts(
    open_page: Callable[..., Any], server: str
) -> None:
    frames: list[str] = []
    page = open_page("about:blank")
    page.on("websocket", lambda socket: socket.on("framesent", lambda _: frames.append(socket.url)))
    page.goto(server)
    open_tab(page)
    first = heights(page, "first")
    slider = page.locator("#yodo-scores-alpha")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    left, width, y = box["x"] + 11, box["width"] - 22, box["y"] + box["height"] / 2
    page.mouse.move(left, y)
    page.mouse.down()
    sent, shapes, titles = len(frames), set(), set()
    for part in (0.3, 0.6, 0.9):
        page.mouse.move(left + part * width, y, steps=5)
        wait_for(page, f"{part:.2f}", "stored")
        page.wait_for_selector(f'.yodo[data-alpha="{part:.2f}"][data-source="stored"]')
        shapes.add(page.locator(".yodo-scores path.below").first.get_attribute("d"))
        titles.add(page.locator(".yodo-scores .title").inner_text())
    assert len(shapes) == len(titles) == 3
    assert len(frames) == sent, "Python was asked while the slider moved"
    page.mouse.up()
    wait_for(page, "0.90")
    page.wait_for_selector('.yodo[data-alpha="0.90"][data-source="rows"]')
    assert len(frames) > sent
    assert heights(page, "first") == first

    shares, above = expected(0.9)
    drawn = np.array([a + b for a, b in zip(heights(page, "below"), heights(page, "above"), strict=True)])
    top = drawn.max()
    np.testing.assert_allclose(drawn, np.minimum(shares, top), atol=0.08)
    assert page.locator(".cut-label").all_text_contents() == [f"{share:.1f}%" for share in shares[shares > top + 0.05]]
    said = page.locator(".yodo-scores .who p:nth-of-type(1) strong").all_inner_texts()
    assert said == [f"{share:.1f}%" for share in above]
    assert page.locator(".yodo-scores .small").last.inner_text().startswith("Recomputed on 9,769 people")


def test_the_live_slider_moves_the_spread_too_and_keys_move_both(page: Any) -> None:
    open_tab(page)
    page.locator("#yodo-alpha").focus()
    page.keyboard.press("End")
    wait_for(page, "1.00")
    page.locator("#yodo-scores-alpha").focus()
    page.keyboard.press("ArrowLeft")
    wait_for(page, "0.99")
    page.wait_for_selector('.yodo[data-alpha="0.99"][data-source="rows"]')
    title = page.locator(".yodo-scores .title").inner_text()
    assert page.locator("#yodo-scores-alpha").get_attribute("aria-valuetext") == title
    assert title.startswith("Average scores: ")
    assert {f"{apart(0.0):.0f}", f"{abs(apart(0.99)):.0f}"} <= set(title.replace(",", "").split())


def test_whose_scores_are_shown_can_be_chosen_and_the_shape_turns_colour_at_the_threshold(
    open_page: Callable[..., Any], server: str
) -> None:
    page = open_page(f"{server}/?threshold=0.42")
    open_tab(page)
    page.get_by_text("Among people who do earn over $50,000", exact=True).click()
    page.get_by_text(re.compile("Average scores among people who do earn")).wait_for()
    assert page.locator(".yodo-scores .who > span").all_inner_texts() == ["1,984 people", "354 people"]
    assert page.locator(".threshold-label").text_content() == "positive from 42% up →"
    line = float(page.locator(".panel:has(path) line.threshold").first.get_attribute("x1"))
    below, above = (page.locator(f"path.{kind}").first.get_attribute("d") for kind in ("below", "above"))
    ends = [[float(x) for x in re.findall(r"[ML]([\d.]+) ", d)] for d in (below, above)]
    assert (max(ends[0]), min(ends[1])) == pytest.approx((line, line), abs=0.06)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_the_spread(open_page: Callable[..., Any], server: str, scheme: str) -> None:
    page = open_page(server, color_scheme=scheme)
    open_tab(page)
    page.get_by_role("region", name="Scores by group").wait_for()
    grave = [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
    assert [(v["id"], [node["html"][:200] for node in v["nodes"]]) for v in grave] == []


def test_on_a_phone_the_slider_stays_within_reach_and_nothing_runs_off(
    open_page: Callable[..., Any], server: str
) -> None:
    page = open_page(
        f"{server}/?checkpoint=adult-race-dp", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    open_tab(page)
    page.locator(".yodo-scores .who").nth(4).scroll_into_view_if_needed()
    page.locator(".yodo-scores").evaluate("node => node.scrollIntoView({ block: 'end' })")
    slider, shape = page.locator("#yodo-scores-alpha").bounding_box(), page.locator("path.below").nth(3).bounding_box()
    assert 0 <= slider["y"] < shape["y"] < 844
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    for box in (page.locator(".yodo-scores .panel").nth(i).bounding_box() for i in range(7)):
        assert box is None or box["x"] + box["width"] <= 390
