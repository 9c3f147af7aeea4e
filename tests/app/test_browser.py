"""The app in a real Chromium, started as a user starts it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from app.wording import texts
from tests.app.conftest import CHECKPOINT, ROOT
from yodo_core import alpha_map, checkpoint

pytestmark = pytest.mark.browser
TABLES = {"Groups and counts": "Groups and counts", "Curve as a table": "Curve", "Data and model card": "Groups of the data"}


def wait_for(page: Any, alpha: str, source: str = "rows") -> None:
    page.wait_for_selector(f'.yodo[data-alpha="{alpha}"][data-source="{source}"]')


def cli(alpha: str, threshold: str) -> dict[str, Any]:
    """`point --json`, the other way to the same figures."""
    command = [sys.executable, "-m", "yodo_core", "point", str(CHECKPOINT), "--alpha", alpha]
    ran = subprocess.run(
        [*command, "--threshold", threshold, "--json"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return dict(json.loads(ran.stdout))


def grab(page: Any, alpha: float = 0.0) -> tuple[float, float, float]:
    """Take hold of the live slider's thumb at alpha. Returns the track's left end, width and height."""
    box = page.locator("#yodo-alpha").bounding_box()
    page.mouse.move(box["x"] + 11 + alpha * (box["width"] - 22), box["y"] + box["height"] / 2)
    page.mouse.down()
    return box["x"] + 11, box["width"] - 22, box["y"] + box["height"] / 2


def figures(page: Any) -> dict[str, str]:
    """The three numbers of the first screen as they stand there."""
    names = page.locator(".card .name").all_inner_texts()
    values = page.locator(".card .value").all_inner_texts()
    return dict(zip(names, values, strict=True))


def test_mid_drag_the_view_follows_while_python_is_silent(open_page: Callable[..., Any], server: str) -> None:
    frames: list[str] = []
    page = open_page("about:blank")
    page.on("websocket", lambda socket: socket.on("framesent", lambda _: frames.append(socket.url)))
    page.goto(server)
    wait_for(page, "0.00")
    left, width, height = grab(page)
    sent, seen = len(frames), []
    for part in (0.2, 0.4, 0.6):
        page.mouse.move(left + part * width, height, steps=5)
        wait_for(page, f"{part:.2f}", "stored")
        point = page.locator("circle.point")
        seen.append((point.get_attribute("cx"), page.locator(".sentence").inner_text(), *figures(page).values()))
    assert len({place for place, *_ in seen}) == 3
    assert len({sentence for _, sentence, *_ in seen}) == 3
    assert len(frames) == sent, "Python was asked while the slider moved"
    page.mouse.up()
    wait_for(page, "0.60")
    assert len(frames) > sent
    assert "Recomputed on 9,769 people" in page.locator(".status").inner_text()


@pytest.mark.parametrize(("alpha", "threshold"), [("0.35", "0.50"), ("0.80", "0.30")])
def test_figures_equal_those_of_the_command_line(
    open_page: Callable[..., Any], server: str, alpha: str, threshold: str
) -> None:
    page = open_page(f"{server}/?alpha={alpha}&threshold={threshold}")
    wait_for(page, alpha)
    point = cli(alpha, threshold)
    assert point["source"] == "rows"
    shown = list(figures(page).values())
    assert shown[0] == f"{100 * point['accuracy']:.1f}%"
    assert [value.split()[0] for value in shown[1:3]] == [f"{100 * point[k]:.1f}" for k in ("dp_gap", "eo_gap")]
    counts = page.locator(".who span").all_inner_texts()
    for text, group in zip(counts, point["groups"], strict=True):
        assert re.search(rf"{group['decisions']:,} of {group['n']:,}", text)
    sentence = page.locator(".sentence").inner_text()
    assert f"{point['gained']:,} p" in sentence
    assert f"{point['lost']:,} no longer" in sentence


def test_on_release_the_figures_equal_those_of_the_command_line(page: Any) -> None:
    left, width, height = grab(page)
    page.mouse.move(left + 0.45 * width, height, steps=8)
    page.mouse.up()
    wait_for(page, "0.45")
    point = cli("0.45", "0.5")
    assert list(figures(page).values())[:2] == [
        f"{100 * point['accuracy']:.1f}%", f"{100 * point['dp_gap']:.1f} points",
    ]  # fmt: skip
    page.wait_for_url(re.compile(r"alpha=0\.45"))


def test_keyboard_moves_the_live_slider_and_a_screen_reader_hears_of_it(page: Any) -> None:
    page.locator("#yodo-alpha").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    wait_for(page, "0.03")
    assert page.get_by_label("How much of the difference to take out", exact=True).input_value() == "3"
    assert page.locator(".spoken").inner_text().startswith("Accuracy")
    page.wait_for_url(re.compile(r"alpha=0\.03"))


def test_what_the_number_means_follows_the_drag_and_is_measured_anew(
    open_page: Callable[..., Any], server: str
) -> None:
    page = open_page(f"{server}/?alpha=0.1")
    wait_for(page, "0.10")
    line, number = page.locator("#yodo-meaning"), page.locator(".control .number")
    left, width, height = grab(page, 0.1)
    seen = []
    for part in (0.3, 0.6):
        page.mouse.move(left + part * width, height, steps=5)
        wait_for(page, f"{part:.2f}", "stored")
        seen.append((number.inner_text(), line.inner_text()))
    page.mouse.up()
    wait_for(page, "0.60")
    assert number.inner_text() == seen[1][0]
    assert line.inner_text() == seen[1][1], "rows and stored counts tell the same share"
    knots = json.loads((CHECKPOINT / "manifest.json").read_text("utf-8"))["alpha_map"]
    if knots is None:
        assert {said for _, said in seen} == {line.inner_text()}
        assert line.inner_text().startswith("A place on the line, not a share:")
        assert [shown for shown, _ in seen] == ["0.30", "0.60"]
        return
    assert [shown for shown, _ in seen] == ["30%", "60%"]
    found = checkpoint.read(CHECKPOINT)
    shares = alpha_map.share_gone(found.curve("test"), found.notion, knots["threshold"])
    for part, (_, said) in zip((30, 60), seen, strict=True):
        assert said == f"About {part}% of the difference should be gone; on test rows {100 * shares[part]:.0f}% is."
    assert line.inner_text() in page.locator(".spoken").inner_text()
    assert page.locator("#yodo-alpha").get_attribute("aria-describedby") == "yodo-meaning"
    assert str(page.locator("#yodo-alpha").get_attribute("aria-valuetext")).startswith("60%. Accuracy")


def test_the_keyboard_opens_what_the_number_means(open_page: Callable[..., Any], server: str) -> None:
    page = open_page(f"{server}/?alpha=0.4&threshold=0.3", viewport={"width": 390, "height": 844})
    wait_for(page, "0.40")
    assert page.locator("#yodo-meaning").inner_text().startswith("A place on the line, not a share:")
    assert page.locator(".control .number").inner_text() == "0.40"
    said = page.locator(".meaning p")
    assert not said.is_visible()
    page.locator("#yodo-alpha").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    said.wait_for()
    assert "no share of the difference belongs to it" in said.inner_text()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    found = Axe().run(page).response["violations"]
    assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []


def test_native_slider_and_live_view_follow_each_other(page: Any) -> None:
    native = page.get_by_role("slider", name=re.compile("alpha")).last
    native.focus()
    native.press("ArrowRight")
    native.press("ArrowRight")
    wait_for(page, "0.02")
    page.locator("#yodo-alpha").focus()
    page.keyboard.press("End")
    wait_for(page, "1.00")
    expect(native).to_have_value("1")


def test_the_threshold_moves_the_drag_too(page: Any) -> None:
    before = page.locator(".sentence").inner_text()
    threshold = page.get_by_role("slider", name=re.compile("Score from which")).last
    threshold.focus()
    for _ in range(5):
        threshold.press("ArrowLeft")
    page.wait_for_url(re.compile(r"threshold=0\.45"))
    page.get_by_text("Positive from a score of 0.45 up").wait_for()
    wait_for(page, "0.00")
    assert page.locator(".sentence").inner_text() != before


def test_a_link_restores_the_view(open_page: Callable[..., Any], server: str) -> None:
    page = open_page(f"{server}/?checkpoint=adult-sex-dp&alpha=0.7049&threshold=0.4")
    wait_for(page, "0.70")
    assert page.locator("#yodo-alpha").input_value() == "70"
    page.wait_for_url(re.compile(r"alpha=0\.70.*threshold=0\.40"))


def test_a_link_with_nonsense_opens_the_usual_view_with_a_word(open_page: Callable[..., Any], server: str) -> None:
    page = open_page(f"{server}/?checkpoint=../../etc/passwd&alpha=<img src=x>&threshold=nan")
    wait_for(page, "0.00")
    assert page.get_by_text("is not one this app knows").count() == 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(open_page: Callable[..., Any], server: str, scheme: str) -> None:
    page = open_page(f"{server}/?alpha=0.4", color_scheme=scheme)
    wait_for(page, "0.40")
    for tab in ("Groups and counts", "Curve as a table", "Data and model card"):
        page.get_by_role("tab", name=tab).click()
        page.get_by_role("region", name=TABLES[tab]).wait_for()
        found = Axe().run(page).response["violations"]
        grave = [v for v in found if v["impact"] in ("serious", "critical")]
        assert [(v["id"], [node["html"][:200] for node in v["nodes"]]) for v in grave] == []


def test_first_screen_needs_no_scrolling(page: Any) -> None:
    for part in (".sentence", ".cards", ".control", ".strip", ".chart", ".status"):
        box = page.locator(f".yodo {part}").bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 800, part


def test_nothing_jumps_while_the_slider_moves(page: Any) -> None:
    before = page.locator(".yodo .chart").bounding_box()
    page.locator("#yodo-alpha").focus()
    page.keyboard.press("End")
    wait_for(page, "1.00")
    assert page.locator(".yodo .chart").bounding_box() == before


def test_a_phone_shows_one_column_without_sideways_scrolling(open_page: Callable[..., Any], server: str) -> None:
    page = open_page(server, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    wait_for(page, "0.00")
    # The row of tabs scrolls within itself.
    widest = page.evaluate(
        "() => Math.max(...[...document.querySelectorAll('*')]"
        ".filter((e) => !e.querySelector('[role=tab]') && !e.closest('[role=tablist]')).map((e) => e.scrollWidth))"
    )
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    assert widest <= 1000
    chart, cards = (page.locator(f".yodo {part}").bounding_box() for part in (".chart", ".cards"))
    assert chart["y"] > cards["y"] + cards["height"]
    assert chart["x"] + chart["width"] <= 390


def hole(page: Any) -> float:
    """Pixels between the last line of the sentence and the figures below it."""
    return float(
        page.locator(".sentence").evaluate(
            "node => { const text = document.createRange(); text.selectNodeContents(node);"
            " const cards = node.parentNode.querySelector('.cards');"
            " return cards.getBoundingClientRect().top - text.getBoundingClientRect().bottom; }"
        )
    )


def test_on_a_phone_no_hole_stands_below_the_sentence_and_it_never_shrinks_under_a_finger(
    open_page: Callable[..., Any], server: str
) -> None:
    page = open_page(server, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    wait_for(page, "0.00")
    assert 0 < hole(page) < 30
    page.locator("#yodo-alpha").scroll_into_view_if_needed()
    left, width, height = grab(page)
    tall = []
    for part in (1.0, 0.02):
        page.mouse.move(left + part * width, height, steps=3)
        wait_for(page, f"{part:.2f}", "stored")
        tall.append(page.locator(".sentence").bounding_box()["height"])
    assert tall[0] <= tall[1]
    page.mouse.up()
    wait_for(page, "0.02")
    assert 0 < hole(page) < 30


def test_the_key_of_the_chart_names_every_mark(page: Any) -> None:
    assert page.locator(".marks li").all_inner_texts() == ["trained for accuracy only", texts.models_label(75)]
    assert page.locator(".marks li svg > *").evaluate_all("nodes => nodes.map((n) => n.getAttribute('class'))") == [
        "erm", "model",
    ]  # fmt: skip
    about = page.locator(".methods")
    about.get_by_text(texts.METHODS).click()
    about.get_by_text("takes as a further input how heavily the difference weighs").wait_for()


@pytest.mark.parametrize("identity", ["acs-employment-ma-2018-dis-dp", "adult-sex-eo", "adult-sex-dp-with"])
def test_no_picker_cuts_its_text(open_page: Callable[..., Any], server: str, identity: str) -> None:
    page = open_page(f"{server}/?checkpoint={identity}&alpha=0.3")
    page.wait_for_selector('.yodo[data-alpha="0.30"]')
    cut = page.locator(".stSelectbox input").evaluate_all(
        "nodes => nodes.filter((n) => n.scrollWidth > n.clientWidth).map((n) => n.value)"
    )
    assert page.locator(".stSelectbox").count() >= 3
    assert cut == []


def test_without_the_live_view_the_native_slider_does_the_whole_job(open_page: Callable[..., Any], server: str) -> None:
    page = open_page("about:blank")
    page.add_init_script("Element.prototype.replaceChildren = () => { throw new Error('blocked by a test'); }")
    page.goto(server)
    page.get_by_text("The live view has not started").wait_for()
    native = page.get_by_role("slider", name=re.compile("alpha")).last
    native.focus()
    for _ in range(2):
        native.press("ArrowRight")
    page.wait_for_url(re.compile(r"alpha=0\.02"))
    point = cli("0.02", "0.5")
    page.get_by_text(texts.IN_WORDS, exact=True).click()
    page.get_by_test_id("stMetricValue").get_by_text(f"{100 * point['accuracy']:.1f}%").wait_for()
    page.get_by_role("tab", name="Chart to zoom").click()
    page.locator(".js-plotly-plot").wait_for()


def test_every_tab_opens(page: Any) -> None:
    for name in ("Chart to zoom", "Curve as a table", "What stands in", "Data and model card", "How it works"):
        page.get_by_role("tab", name=name).click()
        page.locator("[role=tabpanel]:visible").first.wait_for()
    with page.expect_download() as download:
        page.get_by_role("tab", name="Curve as a table").click()
        page.get_by_role("button", name="Download as CSV").click()
    assert download.value.suggested_filename == "adult-sex-dp-threshold-0.50.csv"
