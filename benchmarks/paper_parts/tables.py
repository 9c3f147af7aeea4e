"""The tables of docs/paper.md that show fronts: panels, their comparison, the sweep of alpha, the ablations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from paper_parts.fronts import LONG, LONG_FIXED
from paper_parts.panels import BY_ID, Panel
from paper_parts.published import FRONTS, Range
from paper_parts.results import Line, Pair, Results, areas, gap_name, least_error, matched, sizes, spearman, volumes

NAMES = {
    "line": "line", "fixed": "fixed", "erm": "ERM",
    "prejudice-remover": "prejudice remover", "adversarial": "adversarial",
}  # fmt: skip
QUARTERS = (0, 5, 10, 15, 20)
NONE = "Not run yet."
GAPS = ("score_gap", "dp_gap")
COMPARED = (
    ("score_gap", "error", False), ("", "error", False), ("score_gap", "ap_error", False), ("", "error", True),
)  # fmt: skip
"""Gap, "" for the panel's on decisions; error; and whether all 21 levels of the line stand against the models."""


def markdown(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table, or a sentence where there is nothing to show."""
    body = ["| " + " | ".join(row) + " |" for row in rows]
    if not body:
        return NONE
    return "\n".join(["| " + " | ".join(headers) + " |", "|" + "---|" * len(headers), *body])


def span(values: np.ndarray | Range | None) -> str:
    """Least to largest, of the means over seeds where there are several."""
    if values is None:
        return ""
    array = np.asarray(values, dtype=float)
    if array.ndim == 2:
        array = array.mean(0)
    low, high = float(array.min()), float(array.max())
    return f"{low:.1f}" if f"{low:.1f}" == f"{high:.1f}" else f"{low:.1f} to {high:.1f}"


def number(value: float, digits: int = 1) -> str:
    return "–" if np.isnan(value) else f"{value:.{digits}f}"


def fronts(results: Results, notion: str) -> str:
    """Every panel of a notion: gap and error of each method, the paper's beside ours."""
    rows = []
    for panel in results.panels(notion):
        for method, name in NAMES.items():
            lines = results.trained(panel.id, method)
            if not lines:
                continue
            gap, error = FRONTS.get(panel.id, {}).get(method, (None, None))
            ours = [span(sizes(lines, what)) for what in ("score_gap", gap_name(panel), "error", "ap_error")]
            title = panel.title if method == "line" else ""
            rows.append([title, name, span(gap), span(error), *ours, str(len(lines))])
    return markdown(
        ["panel", "method", "paper: gap", "paper: error", "gap on scores", "gap on decisions", "error",
         "100 - AP", "seeds"], rows,
    )  # fmt: skip


def comparison(results: Results) -> str:
    """Area under the front of the line and of as many fixed models; the least error at half of ERM's gap."""
    rows = []
    for panel in results.panels():
        cells = []
        for gap, error, every in COMPARED:
            pairs = matched(results, panel, gap or gap_name(panel), error, every)
            if pairs:
                own, other = volumes(pairs)
                cells.append(number(own / other, 2) + seed_range(pairs))
        if not cells:
            continue
        erm = results.trained(panel.id, "erm")
        limit = sizes(erm, "score_gap").mean() / 2
        least = [at_limit(results.trained(panel.id, method), limit) for method in NAMES if method != "erm"]
        rows.append([panel.title, *cells, number(sizes(erm, "error").mean()), *(number(v) for v in least)])
    return markdown(
        ["panel", "line / fixed: score gap, error", "decision gap, error", "score gap, 100 - AP",
         "decision gap, error, 21 levels", "ERM's error",
         "line", "fixed", "prejudice remover", "adversarial"], rows,
    )  # fmt: skip


def seed_range(pairs: Sequence[Pair]) -> str:
    """Least and largest ratio of areas of single seeds, in brackets; nothing for one seed."""
    if len(pairs) < 2:
        return ""
    own, other = areas(pairs).T
    return f" ({min(own / other):.2f} to {max(own / other):.2f})"


def at_limit(lines: Sequence[Line], limit: float) -> float:
    """Mean over seeds of the least error at a score gap of at most the limit; seeds without any are left out."""
    found = [least_error(sizes([line], "score_gap")[0], np.array(line["error"]), limit) for line in lines]
    known = [value for value in found if not np.isnan(value)]
    return float(np.mean(known)) if known else float("nan")


def sweep(results: Results) -> str:
    """Along alpha: gap and error at five levels, and whether they follow alpha."""
    rows = []
    for panel in results.panels():
        lines = results.trained(panel.id, "line")
        scored, decided = sizes(lines, "score_gap"), sizes(lines, gap_name(panel))
        error = sizes(lines, "error")
        ranks = [
            float(np.mean([spearman(line["alpha"], row) for line, row in zip(lines, values, strict=True)]))
            for values in (scored, decided, error)
        ]
        shown = [" ".join(number(values.mean(0)[i]) for i in QUARTERS) for values in (scored, decided, error)]
        floor = number(results.floor(panel))
        rows.append([panel.title, *shown, floor, *(number(rank, 2) for rank in ranks)])
    return markdown(
        [
            "panel",
            "gap on scores",
            "gap on decisions",
            "error",
            "parity floor",
            "rank corr.: score gap",
            "decision gap",
            "error",
        ],
        rows,
    )


def penalties(results: Results) -> str:
    """A from 1 to 5: what the line spans."""
    return _ablation(results, [(f"A = {a:g}", {"penalty": float(a)}) for a in range(1, 6)])


def cosine(results: Results) -> str:
    """With and without the cosine term, and with the core's own net and schedule."""
    return _ablation(
        results,
        [
            ("with the cosine term", {}),
            ("without", {"cosine_weight": 0.0}),
            ("with it, core's net and one-cycle rate", {"run": "core"}),
        ],
    )


def longer(results: Results) -> str:
    """The paper's two epochs on Adult, and eight, with the same four fixed models."""
    rows = []
    panel = BY_ID["adult-sex-dp"]
    for title, about in (("2", {}), ("8", LONG)):
        lines = results.trained(panel.id, "line", **about)
        pairs = [matched(results, panel, gap, "error", settings=LONG_FIXED, **about) for gap in GAPS]
        if not all(pairs):
            continue
        ratios = [number(own / other, 2) for own, other in map(volumes, pairs)]
        erm = results.trained(panel.id, "erm", **about)
        ends = [span(sizes(lines, name)) for name in (*GAPS, "error")]
        start = [number(sizes(erm, name).mean()) for name in (*GAPS, "error")]
        rows.append([title, *ends, *start, *ratios, str(len(lines))])
    return markdown(
        ["epochs", "line: gap on scores", "on decisions", "error", "ERM: gap on scores", "on decisions", "error",
         "line / fixed: score gap", "decision gap", "seeds"], rows,
    )  # fmt: skip


def _ablation(results: Results, variants: Sequence[tuple[str, dict[str, object]]]) -> str:
    rows = []
    for panel in BY_ID.values():
        seeds = _common_seeds(results, panel, variants)
        if not seeds:
            continue
        for title, about in variants:
            lines = [line for line in results.trained(panel.id, "line", **about) if line["seed"] in seeds]
            if not lines:
                continue
            scored, error = sizes(lines, "score_gap").mean(0), sizes(lines, "error").mean(0)
            ends = [f"{number(v[0])} → {number(v[-1])}" for v in (scored, sizes(lines, gap_name(panel)).mean(0), error)]
            reach = number(float(np.ptp(sizes(lines, "score_gap"), axis=1).mean()))
            squared = number(float(np.mean([line["squared_cosine"] for line in lines])), 4)
            rows.append([panel.title, title, *ends, reach, squared, str(len(lines))])
    return markdown(
        ["panel", "line", "gap on scores, α 0 → 1", "gap on decisions", "error", "span of score gap", "cos²", "seeds"],
        rows,
    )


def _common_seeds(results: Results, panel: Panel, variants: Sequence[tuple[str, dict[str, object]]]) -> set[int]:
    """Seeds that a variant other than the first has been run at; the first has more."""
    others = [{line["seed"] for line in results.trained(panel.id, "line", **about)} for _, about in variants[1:]]
    return set.union(set(), *others)
