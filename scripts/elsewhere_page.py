"""Write the tables of docs/elsewhere.md from benchmarks/results/elsewhere.jsonl: the newest line of each claim.

Usage: python scripts/elsewhere_page.py [--check]; --check writes nothing and exits 1 when the page is out of step.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "elsewhere.md"
RESULTS = ROOT / "benchmarks" / "results" / "elsewhere.jsonl"
MARKED = re.compile(r"<!-- table:(?P<checkpoint>[a-z0-9-]+) -->\n.*?<!-- /table -->", re.DOTALL)
HEAD = ("where", "people", "accuracy at alpha 0, 0.5, 1", "gap at alpha 0", "at 0.5", "at 1", "share gone at 1")
Line = dict[str, Any]


def newest(text: str) -> dict[str, Line]:
    """The last line of each claim, in the order in which claims first came."""
    return {line["claim"]: line for line in map(json.loads, text.splitlines())}


def table(lines: list[Line]) -> str:
    """One row a place; gaps in points, signed, with their 95% intervals."""
    rows = [_row(line) for line in lines if "place" in line]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (HEAD, ("---",) * len(HEAD), *rows))


def policy(line: Line) -> str:
    """The policy in one sentence."""
    (level,) = line["levels"]
    rules = ", ".join(f"{region} {alpha:g}" for region, alpha in line["policy"].items())
    return (
        f"With an alpha for each state ({rules}): gap {_gap(level)} and accuracy {100 * level['accuracy']:.1f}% over "
        f"all {line['n']:,} people."
    )


def _row(line: Line) -> tuple[str, ...]:
    accuracy = ", ".join(f"{100 * level['accuracy']:.1f}%" for level in line["levels"])
    share = line["levels"][-1]["share_gone"]
    gone = "none to begin with" if share is None else f"{share:.0%}"
    people = f"{line['n']:,}{' test rows' if line['rows'] == 'test' else ''}"
    return (line["place"], people, accuracy, *map(_gap, line["levels"]), gone)


def _gap(level: Line) -> str:
    low, high = level["gap_95"]
    chance = ", by chance" if abs(level["gap"]) < level["floor"] else ""
    return f"{100 * level['gap']:.1f} ({100 * low:.1f} to {100 * high:.1f}{chance})"


def filled(page: str, results: str) -> str:
    """The page with its tables made anew from the result lines. Exits with one line where one has no results."""
    lines = newest(results)

    def made(found: re.Match[str]) -> str:
        mine = [line for line in lines.values() if line["checkpoint"] == found["checkpoint"]]
        if not mine:
            sys.exit(f"There are no results of {found['checkpoint']}; run benchmarks/elsewhere.py.")
        parts = [table(mine), *(policy(line) for line in mine if "policy" in line)]
        return f"<!-- table:{found['checkpoint']} -->\n" + "\n\n".join(parts) + "\n<!-- /table -->"

    return MARKED.sub(made, page)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    text = PAGE.read_text("utf-8")
    made = filled(text, RESULTS.read_text("utf-8"))
    if check and made != text:
        sys.exit("docs/elsewhere.md is out of step with its results; run python scripts/elsewhere_page.py.")
    if not check:
        PAGE.write_text(made, "utf-8")


if __name__ == "__main__":
    main()
