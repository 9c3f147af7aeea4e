"""Write README's table of measurements from benchmarks/results: the newest line of each claim.

Usage: python scripts/readme_table.py [--check]; --check writes nothing and exits 1 when README is out of step.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from readme_rows import ROWS, Line

ROOT = Path(__file__).resolve().parents[1]
BEGIN, END = "<!-- benchmarks -->", "<!-- /benchmarks -->"
# Results with a page, or a use, of their own: README's table does not show them.
ELSEWHERE = ("front", "paper", "elsewhere", "celeba")


def newest(folder: Path) -> dict[str, Line]:
    """The line with the latest time of each claim."""
    found: dict[str, Line] = {}
    for path in sorted(folder.glob("*.jsonl")):
        if path.stem in ELSEWHERE:
            continue
        for text in path.read_text("utf-8").splitlines():
            line = json.loads(text)
            if line["claim"] not in found or line["time"] >= found[line["claim"]]["time"]:
                found[line["claim"]] = line
    return found


def table(lines: dict[str, Line]) -> str:
    """The Markdown table and a sentence on where it was measured."""
    unknown = sorted(set(lines) - {row.claim for row in ROWS})
    if unknown:
        raise SystemExit(f"No row for the claims {', '.join(unknown)}; add them to ROWS in readme_rows.py.")
    shown = [(row, lines[row.claim]) for row in ROWS if row.claim in lines]
    if not shown:
        return "Nothing has been measured yet; see `benchmarks/`."
    rows = ["| what | measured | budget |", "|---|---|---|"]
    for row, line in shown:
        missed = row.meets is not None and not row.meets(line)
        rows.append(f"| {row.title} | {row.measured(line)} | {row.budget}{' (**missed**)' if missed else ''} |")
    cores = sorted({line["cores"] for _, line in shown})
    days = sorted({line["time"][:10] for _, line in shown})
    loads = [line["load"][0] for _, line in shown]
    busy = f" The machine had other work: a load of {min(loads):.0f} to {max(loads):.0f}." if max(loads) > 2 else ""
    where = (
        f"Measured on {' and '.join(map(str, cores))} shared cores, {' to '.join(sorted({days[0], days[-1]}))}.{busy}"
    )
    return "\n".join([*rows, "", where])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    path = ROOT / "README.md"
    text = path.read_text("utf-8")
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        sys.exit(f"README.md needs the markers {BEGIN} and {END}, once each and in this order.")
    head, rest = text.split(BEGIN)
    tail = rest.split(END)[1]
    wanted = f"{head}{BEGIN}\n{table(newest(ROOT / 'benchmarks' / 'results'))}\n{END}{tail}"
    if wanted == text:
        return
    if check:
        sys.exit("README.md is out of step with benchmarks/results; run `python scripts/readme_table.py`.")
    path.write_text(wanted, "utf-8")


if __name__ == "__main__":
    main()
