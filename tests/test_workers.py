"""Who does the work: processes of this machine or a real Dask cluster, one of whose workers is killed midway."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from distributed import LocalCluster

from tests.conftest import Outcome
from tests.test_baselines import same_counts
from yodo_core import checkpoint
from yodo_core.commands.workers import Workers
from yodo_core.errors import InputError
from yodo_core.partial import PartialRun

METHODS = ("--methods", "erm,fixed", "--penalties", "1", "--seeds", 3)


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    """Two worker processes of this machine, and a scheduler."""
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        yield cluster


def kill_a_busy_worker(cluster: LocalCluster) -> None:
    """SIGKILL for a process that has a task at hand."""
    busy = next(worker for worker in cluster.scheduler.workers.values() if worker.processing)
    (nanny,) = (nanny for nanny in cluster.workers.values() if nanny.worker_address == busy.address)
    os.kill(nanny.process.pid, signal.SIGKILL)


def test_a_cluster_that_loses_a_worker_loses_nothing(
    adult_trained: Path, cluster: LocalCluster, cli: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker is killed once the first model is saved; Adult's rows, which every worker reads itself."""
    here = Path(shutil.copytree(adult_trained, adult_trained.with_name("here")))
    assert cli("baselines", here, *METHODS, "--jobs", 1, "--json").json["trained"] == 6
    save, saved = PartialRun.save_counts, list[str]()

    def save_counts(self: PartialRun, name: str, entries: Any) -> None:
        save(self, name, entries)
        if not saved:
            kill_a_busy_worker(cluster)
        saved.append(name)

    monkeypatch.setattr(PartialRun, "save_counts", save_counts)
    dask = ("--backend", "dask", "--scheduler", cluster.scheduler_address)
    told = cli("baselines", adult_trained, *METHODS, *dask, "--json")
    assert told.json["models"] == told.json["trained"] == len(saved) == 6, told.err
    assert same_counts(checkpoint.read(adult_trained), checkpoint.read(here))
