"""The line against fixed models and rivals: accuracy at a limit, hypervolume, span and the meaning of alpha.

Fixed models and rivals are trained once and kept by content key in results/front/; lines are trained anew when
their code or configuration changed. Interrupt at will: what is finished is kept. `--rows tune` chooses on one
half of the tune rows and scores on the other, for daily work; the default chooses on tune and scores on test rows.
Usage: python benchmarks/front.py --settings core --rows tune [--splits 5] [--seeds 3] [--methods line,fixed,paper]
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from common import RESULTS, report
from fronts import even, methods, score, settings
from fronts.compare import People, Split, counts, split_figures
from fronts.decisions import Cache, Model, unpack
from fronts.methods import LINES, Job
from fronts.settings import Setting
from fronts.summary import Result, figures_of
from fronts.verdicts import verdicts

from yodo_core.data.prepare import Prepared

REPEATED = {"erm", *LINES}
"""What has a training of its own for each training seed of a split; the others have one a split."""


def jobs_of(
    chosen: Sequence[Setting], names: Sequence[str], splits: Iterable[int], seeds: int, changes: dict[str, Any]
) -> list[Job]:
    """Every training that the comparison needs; ERM, which knows no notion, once a folder."""
    jobs = {}
    for split in splits:
        for setting in chosen:
            for name in ("erm", *names):
                own = tuple(changes.items()) if name in LINES else ()
                for repeat in range(seeds if name in REPEATED else 1):
                    job = Job(setting, split, name, methods.wanted(name), own, repeat)
                    jobs[job.key] = job
    return list(jobs.values())


def caches(job: Job) -> Path:
    """Lines stay on this machine; what they are compared with is committed."""
    kind = "lines.cache" if job.method in LINES else "front"
    return RESULTS / kind / f"{job.setting.folder}.parquet"


def _cache(job: Job, known: dict[Path, Cache]) -> Cache:
    """The cache that the job's models are kept in, read once."""
    path = caches(job)
    if path not in known:
        known[path] = Cache(path)
    return known[path]


def missing(job: Job, known: dict[Path, Cache]) -> Job | None:
    """The job for those of its models that are not in the cache."""
    cache = _cache(job, known)
    key = job.key
    wanted = tuple(s for s in job.wanted if cache.get(key, [s]) is None)
    return replace(job, wanted=wanted) if wanted else None


def run(jobs: Sequence[Job], known: dict[Path, Cache], workers: int) -> None:
    """Train what is missing, keeping each result at once."""
    waiting = [part for job in jobs if (part := missing(job, known))]
    models, began = sum(len(job.wanted) if job.method not in LINES else 20 for job in waiting), time.monotonic()
    done = 0
    work = joblib.Parallel(n_jobs=workers, return_as="generator_unordered", batch_size=1, pre_dispatch="2*n_jobs")
    for job, found in work(joblib.delayed(_train)(job) for job in waiting):
        known[caches(job)].add(found)
        done += len(job.wanted) if job.method not in LINES else 20
        left = (time.monotonic() - began) / done * (models - done) / 60
        print(
            f"{job.setting.id} {job.method} split {job.split}: about {left:.0f} min left", file=sys.stderr, flush=True
        )


def _train(job: Job) -> tuple[Job, list[Model]]:
    return job, methods.train(job)


def decisions(job: Job, known: dict[Path, Cache], part: str, rows: int, settings: Sequence[float | None]) -> np.ndarray:
    """Decisions bool (M, N) of a trained job's models on the rows of one part."""
    models = _cache(job, known).get(job.key, settings)
    assert models is not None, f"{job.setting.id} {job.method} is not trained"
    return unpack([getattr(model, part) for model in models], rows)


def penalties_of(job: Job, known: dict[Path, Cache]) -> list[float]:
    """Every penalty at which this fixed job has been trained."""
    cache, wanted = _cache(job, known), job.key
    return sorted(setting for key, setting in cache.models if key == wanted and setting is not None)


def spread_evenly(jobs: Sequence[Job], known: dict[Path, Cache], workers: int) -> None:
    """Train the fixed models of the second grid."""
    for _ in range(even.ROUNDS):
        more = []
        for job in (job for job in jobs if job.method == "fixed"):
            gaps, erm = tune_gaps(job, known)
            penalties = penalties_of(job, known)
            wanted = even.next_penalties(np.array(penalties), gaps, erm)
            more.append(replace(job, wanted=tuple(wanted)))
        run([job for job in more if job.wanted], known, workers)


def tune_gaps(job: Job, known: dict[Path, Cache]) -> tuple[np.ndarray, float]:
    """Gaps on tune rows of every fixed model of the job (M,), and ERM's."""
    prepared = methods.rows_of(job.config)
    table = prepared.splits["tune"]
    erm = Job(job.setting, job.split, "erm", (None,))
    found = np.concatenate(
        [
            decisions(erm, known, "tune", len(table), (None,)),
            decisions(job, known, "tune", len(table), penalties_of(job, known)),
        ]
    )
    gaps = score.gaps(
        counts(People(table.label, table.group, {"all": found}), len(prepared.groups))[0]["all"],
        job.setting.notion,
        used(prepared, job.setting.notion),
    )
    return gaps[1:], float(gaps[0])


def used(prepared: Prepared, notion: str) -> np.ndarray:
    """Groups (G,) that are large enough on test rows to be compared."""
    test = prepared.splits["test"]
    sizes = score.membership(test.label, test.group, len(prepared.groups)).sum(0).reshape(-1, 2)
    return score.eligible(sizes, notion)


def split_of(setting: Setting, number: int, jobs: Sequence[Job], known: dict[Path, Cache], rows: str) -> list[Split]:
    """The decisions of one job a method at one split; in halves of the tune rows where those are scored."""
    prepared = methods.rows_of(setting.config(number))
    people = {}
    for part in ("tune", "test"):
        table = prepared.splits[part]
        found = {job.method: decisions(job, known, part, len(table), job.wanted) for job in jobs}
        for job in jobs:
            if job.method == "fixed":
                # Where the first grid lies evenly already, the second is a part of it.
                every = decisions(job, known, part, len(table), penalties_of(job, known))
                near = even.nearest(*tune_gaps(job, known))
                found["fixed-even"] = np.concatenate([found["erm"], every[near]])
        people[part] = People(table.label, table.group, found)
    test, use = people["test"], used(prepared, setting.notion)
    if rows == "test":
        return [Split(setting.notion, use, people["tune"], test, test)]
    order = np.random.default_rng(number).permutation(len(people["tune"].label))
    halves = [people["tune"].take(np.sort(part)) for part in np.array_split(order, 2)]
    return [Split(setting.notion, use, *pair, test) for pair in (halves, halves[::-1])]


def result_of(
    setting: Setting, names: Sequence[str], splits: int, seeds: int, changes: dict[str, Any], rows: str, draws: int
) -> Result:
    """One setting's figures from what has been trained."""
    known: dict[Path, Cache] = {}
    found: list[list[Split]] = []
    for number in range(splits):
        jobs = jobs_of([setting], names, [number], seeds, changes)
        of_seed = [[job for job in jobs if job.repeat in (0, r)] for r in range(seeds)]
        trained = [split_of(setting, number, _last_of_each(own), known, rows) for own in of_seed]
        found += [list(seeds_of_part) for seeds_of_part in zip(*trained, strict=True)]
    # The training seeds of a split share its resamples of people.
    drawn = [[split_figures(split, draws, number) for split in own] for number, own in enumerate(found)]
    return figures_of(setting, found, drawn)


def _last_of_each(jobs: Sequence[Job]) -> list[Job]:
    """The job with the highest repeat of each method."""
    return list({job.method: job for job in sorted(jobs, key=lambda job: job.repeat)}.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--settings", default="core")
    parser.add_argument("--methods", default="line,fixed")
    parser.add_argument("--splits", type=int, default=5)
    parser.add_argument("--seeds", type=int, default=3, help="training seeds a split, of ERM and the lines")
    parser.add_argument("--rows", choices=("tune", "test"), default="test")
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--change", action="append", default=[], help="field=value of the lines' configuration")
    parser.add_argument("--even", action="store_true", help="train the second grid of fixed models too")
    parser.add_argument("--train-only", action="store_true")
    arguments = parser.parse_args()
    changes = {name: _value(text) for name, text in (change.split("=", 1) for change in arguments.change)}
    chosen, names = settings.chosen(arguments.settings), arguments.methods.split(",")
    known: dict[Path, Cache] = {}
    splits, seeds = range(arguments.splits), arguments.seeds
    run(jobs_of(chosen, names, splits, seeds, changes), known, arguments.jobs)
    if arguments.even:
        spread_evenly(jobs_of(chosen, ["fixed"], splits, 1, {}), known, arguments.jobs)
    if arguments.train_only:
        return
    own = (names, arguments.splits, seeds, changes, arguments.rows, arguments.draws)
    work = joblib.Parallel(n_jobs=arguments.jobs, return_as="generator", batch_size=1)
    results = []
    for result in work(joblib.delayed(result_of)(setting, *own) for setting in chosen):
        results.append(result)
        for line in result.lines():
            report("front", "front-" + arguments.rows, changes=changes, **line)
    for line in verdicts(results):
        report("front", "front-verdict-" + arguments.rows, changes=changes, **line)


def _value(text: str) -> Any:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


if __name__ == "__main__":
    main()
