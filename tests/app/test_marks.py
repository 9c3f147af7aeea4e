"""Further methods on the live chart: under their names, in the colours of the chart to zoom, hollow where told."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.app.conftest import CHECKPOINT, ROOT, serving
from yodo_core import charts, checkpoint
from yodo_core.baselines import METHODS

STRANGE = "<img src=x onerror=alert(1)>"


def test_marks_have_the_colours_of_the_chart_to_zoom() -> None:
    css = (ROOT / "app" / "components" / "live.css").read_text("utf-8")
    found = re.findall(r"\.other(\d) \{ --own: light-dark\((#\w{6}), (#\w{6})\)", css)
    assert [int(place) for place, *_ in found] == list(range(len(charts.SYMBOLS)))
    assert [(light, dark) for _, light, dark in found] == list(zip(*charts.OTHERS.values(), strict=True))


@pytest.mark.browser
def test_each_method_is_named_beside_its_marks_and_hollow_where_it_needs_the_group(
    open_page: Callable[..., Any], tmp_path: Path
) -> None:
    shutil.copytree(CHECKPOINT, tmp_path / CHECKPOINT.name)
    found = checkpoint.read(CHECKPOINT)
    some = [b for b in found.baselines if b.method == "fixed"][:3]
    names = [*(name for name in METHODS if name not in ("erm", "fixed")), STRANGE]
    more = [replace(b, method=name) for name in names for b in some]
    own = [b for b in found.baselines if b.method in ("erm", "fixed")]
    checkpoint.write(tmp_path / CHECKPOINT.name, found.manifest, found.line, found.curves, [*own, *more])
    with serving(YODO_CHECKPOINTS=str(tmp_path)) as address:
        page = open_page(address)
        page.wait_for_selector(".yodo[data-source=rows]")
        titles = [METHODS[name].title if name in METHODS else name for name in names]
        listed = page.locator(".others li").all_inner_texts()
        assert [text.split(", 3 models")[0] for text in listed] == titles
        beside = page.locator(".chart text.label").all_text_contents()
        assert set(titles) <= set(beside)
        hollow = [method.needs_group for name, method in METHODS.items() if name in names]
        for place, expected in enumerate(hollow):
            marks = page.locator(f".chart > svg > path.other{place}").all()
            assert len(marks) >= 3
            assert ("hollow" in marks[0].get_attribute("class")) is expected
            assert (marks[0].evaluate("node => getComputedStyle(node).fill") == "none") is expected
        assert page.locator(".chart img").count() == 0
        last = page.locator(".key").bounding_box()
        assert last["y"] + last["height"] <= 800
        page.close()
