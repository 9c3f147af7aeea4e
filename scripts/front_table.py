"""Fill the tables of docs/method.md between their marks from the newest run in benchmarks/results/front.jsonl."""

from __future__ import annotations

import json
from pathlib import Path
from statistics import mean
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks/results/front.jsonl"
PAGE = ROOT / "docs/method.md"
FRONT, RIVALS = "front", "rivals"
SPLITS = 5
OTHERS = {
    "fixed-even": "fixed models, evenly spaced in gap",
    "film": "one net told its penalty",
    "group-thresholds": "group thresholds (need the group when deciding)",
}
Line = dict[str, Any]


def newest(lines: list[Line], claim: str, keys: tuple[str, ...]) -> list[Line]:
    """The last line of each kind under a claim, in order of first appearance."""
    found: dict[tuple[Any, ...], Line] = {}
    for line in lines:
        if line["claim"] == claim and not line["changes"]:
            found[tuple(line[key] for key in keys)] = line
    return list(found.values())


def verdicts(lines: list[Line]) -> list[str]:
    rows = ["| requirement | met | figure | not held in |", "|---|---|---|---|"]
    for line in newest(lines, "front-verdict-test", ("requirement",)):
        lost = line.get("lost", line.get("below_1", {}))
        held = line["settings_scored"] - len(lost)
        where = ", ".join(lost) if len(lost) <= 6 else f"{len(lost)} settings"
        figure = f"{held} of {line['settings_scored']} settings"
        if "ratio" in line:
            low, high = line["interval"]
            figure = f"{figure} at 1 or above; median {line['median']:.2f}"
            figure = f"mean {line['ratio']:.2f} ({low:.2f} to {high:.2f}); {figure}"
        elif "by_limit" in line:
            figure = f"mean {line['mean']:+.2f}, median {line['median']:+.2f}; {figure}"
        rows.append(f"| {line['requirement']} | {'yes' if line['met'] else '**no**'} | {figure} | {where} |")
    return rows


def settings(lines: list[Line]) -> list[str]:
    rows = [
        "| setting | splits | ERM: accuracy, gap | floor (95%) | accuracy at limits less fixed, points "
        "| gap over the limits less fixed's | volume over fixed | over paper | accuracy at 0 less ERM's "
        "| gap at 0, at 1, of ERM's | mean miss of alpha |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    found = newest(lines, "front-test", ("setting", "method"))
    excess = {(line["setting"], line["method"]): mean(line["excess_at_limits"]) for line in found}
    for line in found:
        if line["method"] != "line":
            continue
        name = line["setting"] if line["scored"] else f"{line['setting']} (not scored)"
        if line["volume_over_fixed"] is None:
            rows.append(f"| {name} | {line['splits']} | {100 * line['erm_accuracy']:.1f}, none to be told {'| ' * 9}|")
            continue
        own, low, high = (100 * x for x in line["accuracy_less_fixed"])
        paper = line.get("volume_over_paper")
        beyond = 100 * (excess[line["setting"], "line"] - excess[line["setting"], "fixed"])
        rows.append(
            f"| {name} | {line['splits']} | {100 * line['erm_accuracy']:.1f}, {100 * line['erm_gap']:.1f} "
            f"| {100 * line['floor'][1]:.1f} | {own:+.2f} ({low:+.2f} to {high:+.2f}) "
            f"| {beyond:+.1f} | {line['volume_over_fixed']:.2f} | {'' if paper is None else f'{paper:.2f}'} "
            f"| {100 * (line['ends'][0] - line['erm_accuracy']):+.2f} "
            f"| {line['start_of_erm_gap']:.2f}, {line['end_of_erm_gap']:.2f} | {line['miss']:.2f} |"
        )
    return rows


def rivals(lines: list[Line]) -> list[str]:
    """The line against every further method, where both were run at the same splits."""
    rows = ["| setting | against | splits | accuracy at limits, points | volume over it |", "|---|---|---|---|---|"]
    found: dict[tuple[str, str], Line] = {}
    for line in lines:
        own = line["claim"] == "front-test" and line["method"] == "line" and not line["changes"]
        if own and line["scored"] and line["splits"] >= SPLITS:
            found |= {(line["setting"], other): line for other in OTHERS if f"accuracy_less_{other}" in line}
    for (setting, other), line in sorted(found.items()):
        own, low, high = (100 * x for x in line[f"accuracy_less_{other}"])
        volume = line[f"volume_over_{other}"]
        rows.append(
            f"| {setting} | {OTHERS[other]} | {line['splits']} | {own:+.2f} ({low:+.2f} to {high:+.2f}) "
            f"| {'' if volume is None else f'{volume:.2f}'} |"
        )
    return rows


def filled(page: str, mark: str, rows: list[str]) -> str:
    """The page with these rows between the mark's two comments."""
    begin, end = f"<!-- {mark} -->", f"<!-- /{mark} -->"
    before, rest = page.split(begin)
    table = "\n".join(rows)
    return f"{before}{begin}\n{table}\n{end}{rest.split(end)[1]}"


def main() -> None:
    lines = [json.loads(text) for text in RESULTS.read_text(encoding="utf-8").splitlines()]
    page = filled(PAGE.read_text(encoding="utf-8"), FRONT, [*verdicts(lines), "", *settings(lines)])
    PAGE.write_text(filled(page, RIVALS, rivals(lines)), encoding="utf-8")


if __name__ == "__main__":
    main()
