"""Write the tables of docs/paper.md from benchmarks/results/paper.jsonl, each between its two markers.

Usage: python scripts/paper_tables.py [--check]; --check writes nothing and exits 1 when the page is out of step.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

from paper_parts import tables, tables_more  # noqa: E402  (beside what they show)
from paper_parts.observations import observations  # noqa: E402
from paper_parts.results import Results  # noqa: E402

PAGE = ROOT / "docs" / "paper.md"
RESULTS = ROOT / "benchmarks" / "results" / "paper.jsonl"
TABLES: dict[str, Callable[[Results], str]] = {
    "observations": observations,
    "fronts-dp": lambda results: tables.fronts(results, "dp"),
    "fronts-eo": lambda results: tables.fronts(results, "eo"),
    "comparison": tables.comparison,
    "sweep": tables.sweep,
    "penalties": tables.penalties,
    "cosine": tables.cosine,
    "longer": tables.longer,
    "apart": tables_more.apart,
    "mixing": tables_more.mixing,
    "thresholds": tables_more.thresholds,
    "postprocessing": tables_more.postprocessing,
    "dropout": tables_more.dropout,
    "runtime": tables_more.runtime,
    "distributions": tables_more.distributions,
    "people": tables_more.people,
    "three": tables_more.three,
}
MARKED = re.compile(r"<!-- table:(?P<name>[a-z-]+) -->\n.*?<!-- /table -->", re.DOTALL)


def filled(text: str, results: Results) -> str:
    """The page with every table made anew. Exits with one line where markers and tables do not match."""
    named = [found["name"] for found in MARKED.finditer(text)]
    if sorted(named) != sorted(TABLES):
        differing = sorted(set(named) ^ set(TABLES)) or sorted({name for name in named if named.count(name) > 1})
        sys.exit(f"docs/paper.md needs each table once; check the markers of {', '.join(differing)}.")
    return MARKED.sub(
        lambda found: f"<!-- table:{found['name']} -->\n{TABLES[found['name']](results)}\n<!-- /table -->", text
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    text = PAGE.read_text("utf-8")
    wanted = filled(text, Results(RESULTS))
    if wanted == text:
        return
    if check:
        sys.exit("docs/paper.md is out of step with benchmarks/results; run `python scripts/paper_tables.py`.")
    PAGE.write_text(wanted, "utf-8")


if __name__ == "__main__":
    main()
