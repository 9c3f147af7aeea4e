"""Lines and what they are compared with: the Pareto panels, the alpha sweep, A from 1 to 5, the cosine term."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from paper_parts.measure import columns, figures
from paper_parts.panels import LEVELS, PANELS, Panel
from paper_parts.run import line_of, scores_of
from paper_parts.tasks import Task
from yodo_core import evaluate

SEEDS = (0, 1, 2)
FIXED = {
    "adult": tuple(round(0.1 * i, 1) for i in range(1, 11)),
    "kdd": (0.05, 0.25, 0.5, 0.75, 1.0),
    "acs": (0.1, 0.4, 0.7, 1.0),
}
REMOVER = {"adult": (0.5, 2.0, 8.0, 32.0), "kdd": (0.5, 4.0, 32.0), "acs": (1.0, 8.0)}
ADVERSARIAL = {"adult": (0.25, 1.0, 4.0, 16.0), "kdd": (0.25, 1.0, 8.0), "acs": (0.5, 4.0)}
METHODS = {"fixed": FIXED, "prejudice-remover": REMOVER, "adversarial": ADVERSARIAL}
# A model of the ACS takes eight epochs: what lines are compared with has one seed there.
RIVAL_SEEDS = {"adult": SEEDS, "kdd": SEEDS, "acs": (0,)}
LONG: dict[str, Any] = {"epochs": 8}
LONG_FIXED = (0.1, 0.4, 0.7, 1.0)
PENALTIES = (1.0, 2.0, 3.0, 4.0, 5.0)


def line_task(panel: Panel, seed: int, run: str = "paper", **changes: Any) -> Task:
    """One line, measured at 21 levels. `run` is "core" for the core's net and one-cycle rate."""
    about = {"seed": seed, "run": run, "penalty": 1.0, "cosine_weight": 1.0, **changes}

    def work() -> dict[str, Any]:
        trained = line_of(panel, seed, run == "paper", **changes)
        test = panel.prepared.splits["test"]
        rows = [figures(panel, evaluate.scores(trained.line.at(level), test)) for level in LEVELS]
        cosine = float(trained.line.squared_cosine().detach())
        return {"alpha": LEVELS, **columns(rows), "squared_cosine": cosine, "cpu_s": trained.seconds}

    return Task("line", panel, about, work)


def models_task(panel: Panel, method: str, settings: Sequence[float | None], seed: int, **changes: Any) -> Task:
    """All models of one method and seed, one for each setting."""
    about = {"method": method, "seed": seed, "settings": list(settings), **changes}

    def work() -> dict[str, Any]:
        found = [scores_of(panel, method, setting, seed, **changes) for setting in settings]
        return {**columns([figures(panel, scores) for scores, _ in found]), "cpu_s": [s for _, s in found]}

    return Task("models", panel, about, work)


def tasks(quick: bool = False) -> Iterator[Task]:
    """Every panel: the line, ERM, fixed models and two rivals."""
    if quick:
        panel = PANELS[0]
        yield line_task(panel, 0, epochs=1)
        yield models_task(panel, "erm", [None], 0, epochs=1)
        for method in METHODS:
            yield models_task(panel, method, [1.0], 0, epochs=1)
        return
    for panel in PANELS:
        family = panel.dataset.split("-")[0]
        for seed in SEEDS:
            yield line_task(panel, seed)
            yield models_task(panel, "erm", [None], seed)
        for seed in RIVAL_SEEDS[family]:
            for method, settings in METHODS.items():
                yield models_task(panel, method, settings[family], seed)


def ablations(quick: bool = False) -> Iterator[Task]:
    """A from 1 to 5; without the cosine term; with the core's own net and schedule; four times the epochs."""
    if quick:
        yield line_task(PANELS[0], 0, epochs=1, penalty=5.0)
        yield line_task(PANELS[0], 0, epochs=1, cosine_weight=0.0)
        return
    for panel in PANELS:
        if panel.id not in ("adult-sex-dp", "adult-race2-dp", "acs-i-sex-dp"):
            continue
        for seed in SEEDS if panel.dataset == "adult" else (0,):
            for penalty in PENALTIES:
                yield line_task(panel, seed, penalty=penalty)
            yield line_task(panel, seed, cosine_weight=0.0)
            if panel.dataset == "adult":
                yield line_task(panel, seed, "core")
            if panel.id == "adult-sex-dp":
                yield line_task(panel, seed, **LONG)
                yield models_task(panel, "erm", [None], seed, **LONG)
                yield models_task(panel, "fixed", LONG_FIXED, seed, **LONG)
