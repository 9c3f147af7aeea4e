"""The line against fixed models and rivals: accuracy at a limit, hypervolume, span and the meaning of alpha.

Fixed models and rivals are trained once and kept by content key in results/front/; lines are trained anew when
their code or configuration changed. Interrupt at will: what is finished is kept. `--rows tune` chooses on one
half of the tune rows and scores on the other, for daily work; the default chooses on tune and scores on test rows.
Usage: python benchmarks/front.py --settings core --rows tune [--splits 5] [--methods line,fixed,paper] [--jobs 2]
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from common import RESULTS, report
from fronts import methods, settings
from fronts.compare import People, Split, split_figures
from fronts.decisions import Cache, Model, unpack
from fronts.methods import LINES, Job
from fronts.score import eligible, membership
from fronts.settings import Setting
from fronts.summary import figures_of, summary

OWN = {"line", "paper"}


def jobs_of(chosen: Sequence[Setting], names: Sequence[str], splits: int, changes: dict[str, Any]) -> list[Job]:
    """Every training that the comparison needs; ERM, which knows no notion, once a folder."""
    jobs = {}
    for split in range(splits):
        for setting in chosen:
            for name in ("erm", *names):
                own = tuple(changes.items()) if name in OWN else ()
                job = Job(setting, split, name, methods.wanted(name), own)
                jobs[job.key] = job
    return list(jobs.values())


def caches(job: Job) -> Path:
    """Lines stay on this machine; what they are compared with is committed."""
    kind = "lines.cache" if job.method in LINES else "front"
    return RESULTS / kind / f"{job.setting.folder}.parquet"


def missing(job: Job, known: dict[Path, Cache]) -> Job | None:
    """The job for those of its models that are not in the cache."""
    cache = known.setdefault(caches(job), Cache(caches(job)))
    wanted = tuple(s for s in job.wanted if cache.get(job.key, [s]) is None)
    return Job(job.setting, job.split, job.method, wanted, job.changes) if wanted else None


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


def split_of(setting: Setting, number: int, jobs: Sequence[Job], known: dict[Path, Cache], rows: str) -> list[Split]:
    """The decisions of all methods at one split; in halves of the tune rows where those are scored."""
    prepared = methods.rows_of(setting.config(number))
    people = {}
    for part in ("tune", "test"):
        table = prepared.splits[part]
        found = {}
        for job in jobs:
            models = known[caches(job)].get(job.key, job.wanted)
            assert models is not None, f"{job.setting.id} {job.method} is not trained"
            found[job.method] = unpack([getattr(model, part) for model in models], len(table))
        people[part] = People(table.label, table.group, found)
    test = people["test"]
    sizes = membership(test.label, test.group, len(prepared.groups)).sum(0).reshape(-1, 2)
    use = eligible(sizes, setting.notion)
    if rows == "test":
        return [Split(setting.notion, use, people["tune"], test, test)]
    order = np.random.default_rng(number).permutation(len(people["tune"].label))
    halves = [people["tune"].take(np.sort(part)) for part in np.array_split(order, 2)]
    return [Split(setting.notion, use, *pair, test) for pair in (halves, halves[::-1])]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--settings", default="core")
    parser.add_argument("--methods", default="line,fixed")
    parser.add_argument("--splits", type=int, default=5)
    parser.add_argument("--rows", choices=("tune", "test"), default="test")
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--change", action="append", default=[], help="field=value of the lines' configuration")
    parser.add_argument("--train-only", action="store_true")
    arguments = parser.parse_args()
    changes = {name: _value(text) for name, text in (change.split("=", 1) for change in arguments.change)}
    chosen, names = settings.chosen(arguments.settings), arguments.methods.split(",")
    known: dict[Path, Cache] = {}
    run(jobs_of(chosen, names, arguments.splits, changes), known, arguments.jobs)
    if arguments.train_only:
        return
    results = []
    for setting in chosen:
        splits = []
        for number in range(arguments.splits):
            jobs = jobs_of([setting], names, number + 1, changes)
            mine = [job for job in jobs if job.split == number]
            for job in mine:
                known.setdefault(caches(job), Cache(caches(job)))
            splits += split_of(setting, number, mine, known, arguments.rows)
        drawn = [split_figures(split, arguments.draws, seed) for seed, split in enumerate(splits)]
        result = figures_of(setting, splits, drawn)
        results.append(result)
        for line in result.lines():
            report("front", "front-" + arguments.rows, changes=changes, **line)
    for line in summary(results):
        report("front", "front-summary-" + arguments.rows, changes=changes, **line)


def _value(text: str) -> Any:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


if __name__ == "__main__":
    main()
