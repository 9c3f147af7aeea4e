"""The other tables of docs/paper.md: models joined apart, mixing, thresholds, runtime, distributions, people."""

from __future__ import annotations

from typing import Any

import numpy as np

from paper_parts.panels import BY_ID, SHORT
from paper_parts.published import RUNTIME
from paper_parts.results import Results, gap_name, least_error, sizes
from paper_parts.tables import QUARTERS, markdown, number, span

SHARES = (0.75, 0.5, 0.25)
SHOWN_THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7)


def _five(values: np.ndarray) -> str:
    return " ".join(number(values[i]) for i in QUARTERS)


def apart(results: Results) -> str:
    """ERM and a fixed model trained apart, their weights joined, beside a trained line."""
    rows = []
    for panel in BY_ID.values():
        for start in ("independent", "same"):
            lines = results.pick("apart", panel.id, start=start)
            if lines:
                parts = [line["weights"] for line in lines]
                rows.append([panel.title, f"two models, {start} start", *_way(parts, gap_name(panel)), str(len(lines))])
        if results.pick("apart", panel.id):
            seeds = {line["seed"] for line in results.pick("apart", panel.id)}
            lines = [line for line in results.trained(panel.id, "line") if line["seed"] in seeds]
            rows.append([panel.title, "a trained line", *_way(lines, gap_name(panel)), str(len(lines))])
    return markdown(
        ["panel", "joined", "error at 0, ¼, ½, ¾, 1", "largest between", "gap on decisions", "gap on scores", "seeds"],
        rows,
    )


def _way(parts: list[dict[str, Any]], gap: str) -> list[str]:
    error = sizes(parts, "error")
    worst = number(float(error.max(1).mean()))
    return [_five(error.mean(0)), worst, _five(sizes(parts, gap).mean(0)), _five(sizes(parts, "score_gap").mean(0))]


def mixing(results: Results) -> str:
    """Predictions mixed instead of weights: of a line's two ends, and of two models trained apart."""
    rows = []
    for panel in BY_ID.values():
        found = {"a line's ends": results.pick("mixing", panel.id),
                 "two models apart": results.pick("apart", panel.id, start="independent")}  # fmt: skip
        for title, lines in found.items():
            for what in ("weights", "predictions"):
                if lines:
                    parts = [line[what] for line in lines]
                    rows.append([panel.title, title, what, *_way(parts, gap_name(panel)), str(len(lines))])
    return markdown(
        ["panel", "of", "mixed", "error at 0, ¼, ½, ¾, 1", "largest", "gap on decisions", "gap on scores", "seeds"],
        rows,
    )


def thresholds(results: Results) -> str:
    """The line read at other thresholds."""
    rows = []
    for panel in BY_ID.values():
        lines = results.pick("thresholds", panel.id)
        if not lines:
            continue
        at = [lines[0]["thresholds"].index(t) for t in SHOWN_THRESHOLDS]
        for level in ("0.0", "0.5", "1.0"):
            parts = [line["line"][level] for line in lines]
            for title, name in (("gap on decisions", gap_name(panel)), ("error", "error")):
                values = sizes(parts, name).mean(0)
                rows.append([panel.title, level.removesuffix(".0"), title, *(number(values[i]) for i in at)])
    return markdown(["panel", "alpha", "figure", *(f"at {t:g}" for t in SHOWN_THRESHOLDS)], rows)


def postprocessing(results: Results) -> str:
    """Least error at limits on the decision gap: the line, ERM with one threshold moved, with one for each group."""
    rows = []
    for panel in BY_ID.values():
        lines, gap = results.pick("thresholds", panel.id), gap_name(panel)
        if not lines:
            continue
        seeds = {line["seed"] for line in lines}
        at = lines[0]["thresholds"].index(0.5)
        start = float(sizes([line["erm"] for line in lines], gap)[:, at].mean())
        ways = {
            "the line, threshold 0.5": [line for line in results.trained(panel.id, "line") if line["seed"] in seeds],
            "ERM, one threshold moved for all": [line["erm"] for line in lines],
            "ERM, a threshold for each group": [line["group_thresholds"] for line in lines],
        }
        for title, parts in ways.items():
            pairs = list(zip(sizes(parts, gap), sizes(parts, "error"), strict=True))
            cells = [np.mean([least_error(*pair, share * start) for pair in pairs]) for share in SHARES]
            rows.append([panel.title, title, *(number(float(cell)) for cell in cells), str(len(parts))])
    return markdown(["panel", "way", *(f"gap at most {s:.0%} of ERM's" for s in SHARES), "seeds"], rows)


def dropout(results: Results) -> str:
    """The same models measured with dropout off, as everywhere else here, and on."""
    rows = []
    for panel in BY_ID.values():
        lines = results.pick("dropout", panel.id)
        seeds = {line["seed"] for line in lines}
        for method, name in (("line", "line"), ("erm", "ERM")):
            off = [line for line in results.trained(panel.id, method) if line["seed"] in seeds]
            for title, parts in (("off", off), ("on", [line[method] for line in lines])):
                if parts:
                    names = ("score_gap", gap_name(panel), "error", "ap_error")
                    cells = [span(sizes(parts, figure)) for figure in names]
                    rows.append([panel.title, name, title, *cells, str(len(parts))])
    return markdown(
        ["panel", "model", "dropout", "gap on scores", "gap on decisions", "error", "100 - AP", "seeds"], rows
    )


def runtime(results: Results) -> str:
    """Seconds for one fixed model and one line, and what 100 levels cost."""
    rows = []
    for short in SHORT.values():
        for line in results.pick("runtime", f"{short}-sex-dp"):
            fixed, own = RUNTIME[short]
            theirs = [f"{fixed:.2f}", f"{own:.2f}", f"{100 * fixed / own:.0f}"]
            ours = [f"{line['fixed_s']:.2f}", f"{line['line_s']:.2f}", f"{line['ratio']:.0f}", str(line["turns"])]
            rows.append([BY_ID[line["panel"]].title.split(",")[0], *theirs, *ours])
    return markdown(
        ["data", "paper: fixed, s", "line, s", "times", "here: fixed, s", "line, s", "times", "turns"], rows
    )


def distributions(results: Results) -> str:
    """How far the two groups' score distributions overlap along alpha, and their means."""
    rows = []
    for panel in results.panels():
        lines = results.pick("people", panel.id)
        if not lines:
            continue
        overlap = 100 * np.mean([line["overlap"] for line in lines], axis=0)
        ways = []
        for side in ("other", "reference"):
            means = 100 * np.mean([line[side]["mean"] for line in lines], axis=0)
            ways.append(f"{lines[0][side]['group']} {number(means[0])} → {number(means[-1])}")
        rows.append([panel.title, " ".join(number(v) for v in overlap), *ways, str(len(lines))])
    return markdown(["panel", "overlap at 0, ¼, ½, ¾, 1", "mean score", "mean score", "seeds"], rows)


def people(results: Results) -> str:
    """Directions of single people's scores along alpha."""
    rows = []
    for panel in results.panels():
        lines = results.pick("people", panel.id)
        for side in ("other", "reference") if lines else ():
            shares = [100 * np.mean([line[side][k] for line in lines]) for k in ("up", "down", "both_ways", "still")]
            change = 100 * np.mean([line[side]["median_change"] for line in lines])
            title = panel.title if side == "other" else ""
            rows.append([title, lines[0][side]["group"], *(number(float(v)) for v in (*shares, change))])
    return markdown(["panel", "group", "up", "down", "both ways", "still", "median change"], rows)


def three(results: Results) -> str:
    """Three people a group on Adult, seed 0: their scores along alpha."""
    rows = []
    for name in ("adult-sex-dp", "adult-sex-eo"):
        for line in results.pick("people", name, seed=0):
            for side in ("other", "reference"):
                for quartile, scores in zip((25, 50, 75), line[side]["three"], strict=True):
                    cells = [number(100 * score) for score in scores]
                    rows.append([BY_ID[name].title, line[side]["group"], f"{quartile}%", *cells])
    return markdown(["panel", "group", "stands at", "alpha 0", "0.25", "0.5", "0.75", "1"], rows)
