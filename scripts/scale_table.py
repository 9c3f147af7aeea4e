"""Fill the table of docs/scale.md between its marks from the newest run in benchmarks/results/scale.jsonl."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks/results/scale.jsonl"
PAGE = ROOT / "docs/scale.md"
BEGIN, END = "<!-- scale -->", "<!-- /scale -->"
HEAD = """\
| rows | prepare, s | one epoch, s | rows a second | peak, MB | 21 levels, s | rows a second | peak, MB \
| paper: prepare, s | one epoch, s | rows a second | peak, MB |
|---|---|---|---|---|---|---|---|---|---|---|---|"""
SIDES = {
    "train": ("prepare_cpu_s", "cpu_s", "rows_per_cpu_second", "peak_mb"),
    "evaluate": ("cpu_s", "rows_per_cpu_second", "peak_mb"),
    "paper": ("prepare_cpu_s", "cpu_s", "rows_per_cpu_second", "peak_mb"),
}
Line = dict[str, Any]


def newest(lines: list[Line]) -> dict[str, Line]:
    """The last line of each claim."""
    return {line["claim"]: line for line in lines}


def table(lines: dict[str, Line]) -> str:
    """One row a number of rows, then the slopes."""
    sides = {side: {row["rows"]: row for row in lines[f"scale-{side}"]["by_size"]} for side in SIDES}
    rows = [HEAD]
    for size in sides["train"]:
        cells = [cell for side, figures in SIDES.items() for cell in _cells(sides[side].get(size), figures)]
        rows.append(f"| {' | '.join((f'{size:,}', *cells))} |")
    told = {"prepare": "prepare_slope", "one epoch": "slope"}
    slopes = [f"{what} {_slope(lines['scale-train'][key])}" for what, key in told.items()]
    slopes.append(f"21 levels {_slope(lines['scale-evaluate']['slope'])}")
    whole = lines["scale-whole"]
    return "\n".join(
        (
            *rows,
            "",
            f"Slope of log time on log rows, with its 95% interval: {'; '.join(slopes)}. The whole `train` command on "
            f"{whole['rows']:,} rows: peak {whole['peak_mb']:,.0f} MB, {whole['cpu_s']:.0f} s.",
        )
    )


def _cells(row: Line | None, figures: tuple[str, ...]) -> list[str]:
    """One cell a figure, seconds with a decimal; a dash where there is none."""
    if row is None:
        return ["–"] * len(figures)
    return [f"{row[name]:,.1f}" if name.endswith("_s") else f"{row[name]:,.0f}" for name in figures]


def _slope(slope: dict[str, float]) -> str:
    return f"{slope['slope']:.2f} ({slope['low']:.2f} to {slope['high']:.2f})"


def filled(text: str, lines: dict[str, Line]) -> str:
    """The page with its table made anew."""
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n{table(lines)}\n{END}{rest.split(END)[1]}"


def read() -> dict[str, Line]:
    return newest([json.loads(text) for text in RESULTS.read_text("utf-8").splitlines()])


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text("utf-8"), read()), "utf-8")
