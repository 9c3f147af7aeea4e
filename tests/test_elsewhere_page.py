"""docs/elsewhere.md: its tables are those of benchmarks/results/elsewhere.jsonl."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def page() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "scripts"))
        yield importlib.import_module("elsewhere_page")


def test_the_tables_are_in_step_with_the_results(page: ModuleType) -> None:
    text = page.PAGE.read_text("utf-8")
    assert page.filled(text, page.RESULTS.read_text("utf-8")) == text
    assert text.count("| where |") == 2


def test_a_later_line_takes_the_place_of_an_earlier_one(page: ModuleType) -> None:
    level = {"accuracy": 0.8, "gap": -0.011, "gap_95": [-0.02, 0.003], "floor": 0.02, "share_gone": None}
    line = {"claim": "c", "checkpoint": "x", "place": "There", "rows": "all", "n": 1000, "levels": [level] * 3}
    lines = [json.dumps(line), json.dumps(line | {"n": 2000})]
    made = page.filled("a\n<!-- table:x -->\nold\n<!-- /table -->\nb", "\n".join(lines))
    assert "| There | 2,000 | 80.0%, 80.0%, 80.0% | -1.1 (-2.0 to 0.3, by chance) |" in made
    assert "none to begin with |" in made
    assert made.startswith("a\n")
    assert made.endswith("\nb")
    with pytest.raises(SystemExit, match="no results of y"):
        page.filled("<!-- table:y -->\n<!-- /table -->", "\n".join(lines))
