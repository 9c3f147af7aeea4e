"""docs/data.md: its example runs, its commands are commands, and its tables are those of the program."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.data.census import people, write
from yodo_core import __main__
from yodo_core.data import acs, get, resolve
from yodo_core.data.acs_words import ATTRIBUTES, PROBLEMS
from yodo_core.data.places import DATA, PUMS
from yodo_core.data.pums import RENAMED
from yodo_core.data.remote import remotes

PAGE = (Path(__file__).parents[1] / "docs" / "data.md").read_text("utf-8")

__all__ = ["write"]


def test_the_example_runs(write: Callable[..., Path]) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    for state in ("ca", "ny"):
        frame = people(400)
        write(frame.assign(PINCP=frame["PINCP"] + 20_000), state)
    names: dict[str, Any] = {}
    exec(example, names)
    assert names["prepared"].groups == ("Men", "Women")
    assert 0 < sum(int(table.label.sum()) for table in names["prepared"].splits.values()) < 800


def test_the_commands_are_commands() -> None:
    group = __main__.typer.main.get_command(__main__.app).commands["data"]  # type: ignore[attr-defined]
    lines = [shlex.split(line) for line in PAGE.splitlines() if line.startswith("python -m yodo_core data fetch")]
    assert len(lines) == 3
    for line in lines:
        given = group.commands["fetch"].make_context("fetch", line[5:]).params
        assert remotes(resolve(given["dataset"], given["states"], given["year"], given["horizon"]))


def test_the_problems_are_those_there_are() -> None:
    rows = re.findall(r"^\| `(acs-[a-z-]+)` \| (\w+) \|", PAGE, re.MULTILINE)
    assert rows == [(f"{acs.PREFIX}{name}", problem.name) for name, problem in PROBLEMS.items()]
    for attribute in ATTRIBUTES:
        assert f"`{attribute.id}`" in PAGE
    for old, (year, new) in RENAMED.items():
        assert f"`{old}`" in PAGE
        assert f"`{new}`" in PAGE
        assert str(year) in PAGE
    assert all(f"`{variable}`" in PAGE for variable in (DATA, PUMS))
    bands = [name.lower() for name in get("acs-income-ca-2018").attribute("age").band_names()]
    assert f"`age` ({', '.join(bands)})" in PAGE
