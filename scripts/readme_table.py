"""Write README's table of measurements from benchmarks/results: the newest line of each claim.

Usage: python scripts/readme_table.py [--check]; --check writes nothing and exits 1 when README is out of step.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
BEGIN, END = "<!-- benchmarks -->", "<!-- /benchmarks -->"
# Results with a page, or a use, of their own: README's table does not show them.
ELSEWHERE = ("front", "paper")
Line = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """A claim: its words, how its figures read, the budget in words, and whether a line meets it."""

    claim: str
    title: str
    measured: Callable[[Line], str]
    budget: str = ""
    meets: Callable[[Line], bool] | None = None


def _levels(line: Line) -> str:
    return (
        f"{line['ratio']:.0f} times: {line['line_s']:.1f} s against {line['hundred_fixed_models_s']:.0f} s "
        f"of processor time ({line['fixed_models_trained']} fixed models trained, scaled to 100)"
    )


def _moves(line: Line) -> str:
    return (
        f"median {line['median_ms']:.0f} ms, p95 {line['p95_ms']:.0f} ms, longest {line['max_ms']:.0f} ms; "
        f"first run at most {line['first_run_max_ms'] / 1000:.1f} s"
    )


def _drag(line: Line) -> str:
    return (
        f"median frame {line['median_frame_ms']:.1f} ms, {100 * line['share_over_25_ms']:.1f}% over 25 ms, "
        f"input to marker {line['median_input_to_marker_frames']:.0f} frame, "
        f"{line['messages_sent_mid_drag']} messages to Python"
    )


def _drag_meets(line: Line) -> bool:
    return (
        line["median_frame_ms"] <= 17
        and line["share_over_25_ms"] <= 0.05
        and line["median_input_to_marker_frames"] <= 1
        and line["messages_sent_mid_drag"] == 0
    )


def _rows(line: Line) -> str:
    speed = line["rows_per_second"]
    return f"{line['ratio']:.1f} times: {speed['line']:,.0f} against {speed['paper']:,.0f} rows a second"


def _rows_meets(line: Line) -> bool:
    return line["ratio"] >= 5


def _memory(line: Line) -> str:
    peak = line["above_dummy_step_mb"]
    return f"1/{line['ratio']:.1f}: {peak['line']:.0f} against {peak['paper']:.0f} MB"


def _profile(line: Line) -> str:
    first = ", ".join(f"{name} {100 * share:.0f}%" for name, share in list(line["parts"]["line"].items())[:3])
    return (
        f"{line['step_ms']['line']:.1f} ms at {100 * line['share_of_peak']:.0f}% of {line['peak_gflops']:.0f} GFLOPS, "
        f"{100 * line['share_in_matrix_products']:.0f}% of it matrix products; {first}"
    )


def _cold_meets(line: Line) -> bool:
    return max(line["max_ms"], line["first_run_max_ms"]) <= 5000


ROWS = (
    Row(
        "levels-training",
        "100 levels from one line against 100 models trained for one trade-off, training only",
        _levels,
        "at least 85 times",
        lambda line: line["ratio"] >= 85,
    ),
    Row("levels-evaluated", "the same, each level or model also evaluated on the test rows", _levels),
    Row(
        "train-rows-1",
        "training on ACS-Income against the paper's loop (DataLoader, dense one-hot), the same net, one thread",
        _rows,
        "at least 5 times",
        _rows_meets,
    ),
    Row("train-rows-2", "the same, two threads", _rows, "at least 5 times", _rows_meets),
    Row(
        "train-memory",
        "its peak memory above that after imports and one step on tiny rows",
        _memory,
        "at most 1/10",
        lambda line: line["ratio"] >= 10,
    ),
    Row("train-profile", "one step of it, against the fastest matrix product of this machine on one thread", _profile),
    Row("drag", "dragging the live slider for 2 s", _drag, "17 ms, 5%, one frame, none", _drag_meets),
    Row(
        "settle",
        "slider let go to recomputed figures painted, nothing cached",
        lambda line: f"median {line['median_ms']:.0f} ms, p95 {line['p95_ms']:.0f} ms",
        "p95 at most 150 ms",
        lambda line: line["p95_ms"] <= 150,
    ),
    Row("sessions-1-cold", "1 session moving every 2 s, cold", _moves),
    Row("sessions-10-cold", "10 sessions, cold", _moves),
    Row("sessions-100-cold", "100 sessions, cold", _moves, "no wait over 5 s", _cold_meets),
    Row("sessions-1-warm", "1 session, warm", _moves),
    Row("sessions-10-warm", "10 sessions, warm", _moves),
    Row(
        "sessions-100-warm",
        "100 sessions, warm",
        _moves,
        "p95 at most 100 ms",
        lambda line: line["p95_ms"] <= 100,
    ),
    Row(
        "coldstart",
        "fresh process to the first chart",
        lambda line: (
            f"median {line['median_s']:.1f} s, longest {line['max_s']:.1f} s; "
            f"from the page's opening median {line['page_median_s']:.1f} s, longest {line['page_max_s']:.1f} s"
        ),
        "at most 6 s",
        lambda line: line["max_s"] <= 6,
    ),
)


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
        raise SystemExit(f"No row for the claims {', '.join(unknown)}; add them to ROWS in {Path(__file__).name}.")
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
