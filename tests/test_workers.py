"""Who does the work: processes of this machine or a real Dask cluster, one of whose workers is killed midway."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from distributed import LocalCluster
from distributed.comm import CommClosedError

from tests import toy as toy_data
from tests.conftest import Outcome, few_levels
from tests.data.strangers import loans, write
from tests.test_baselines import same_counts
from yodo_core import checkpoint
from yodo_core.commands import baselines
from yodo_core.commands import workers as workers_module
from yodo_core.commands.workers import Workers, WorkersLostError
from yodo_core.data.prepare import Prepared
from yodo_core.errors import InputError, RowsAbsentError
from yodo_core.partial import PartialRun

METHODS = ("--methods", "erm,fixed", "--penalties", "1", "--seeds", 3)


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    """Two worker processes of this machine, and a scheduler."""
    # A worker process runs the main module again, and the tests of the app leave theirs in its place.
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "__main__", ModuleType("__main__"))
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


def test_a_curve_and_other_seeds_from_a_cluster_are_those_from_here(
    adult_trained: Path, cluster: LocalCluster, cli: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    few_levels(monkeypatch, 3)
    dask = ("--backend", "dask", "--scheduler", cluster.scheduler_address)
    for command in (("curve", adult_trained), ("evaluate", adult_trained, "--dataset", "adult")):
        here, there = (cli(*command, "--alphas", 3, "--json", *extra) for extra in ((), dask))
        assert there.json == here.json
    train = ("train", "--hidden", 16, "--epochs", 1, "--other-seeds", 2, "--json")
    for name, extra in (("here", ()), ("there", dask)):
        assert cli(*train, "--out", adult_trained.with_name(name), *extra).code == 0
    first, second = (checkpoint.read(adult_trained.with_name(name)) for name in ("here", "there"))
    assert second.seeds == (1, 2)
    assert "dask" not in second.manifest["command"]
    for seed in (0, 1, 2):
        own, other = (ready.curve("test", seed) for ready in (first, second))
        assert np.array_equal(own.n, other.n)
        assert np.array_equal(own.average_precision, other.average_precision)


OTHERS = {
    "own": ("--target", "default", "--favourable", "no", "--attribute", "sex", "--epochs", 2),
    "digits": ("--dataset", "digits", "--attribute", "ink", "--depth", 1, "--epochs", 1),
}


@pytest.mark.parametrize("kind", OTHERS)
def test_own_files_and_pictures_on_a_cluster_give_the_figures_from_here(
    kind: str, tmp_path: Path, cluster: LocalCluster, cli: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each worker reads the file, or the pictures, itself."""
    few_levels(monkeypatch, 3)
    file = ("--data", write(tmp_path / "loans.csv", loans())) if kind == "own" else ()
    dask = ("--backend", "dask", "--scheduler", cluster.scheduler_address)
    found = []
    for where, extra in (("here", ()), ("there", dask)):
        made = tmp_path / where / f"{kind}-line"
        train = ("train", *file, *OTHERS[kind], "--hidden", 8, "--other-seeds", 1, "--out", made)
        assert cli(*train, *extra).code == 0
        assert cli("baselines", made, *file, "--methods", "erm", "--seeds", 2, *extra).code == 0
        curve = cli("curve", made, *file, "--alphas", 3, "--json", *extra)
        found.append((checkpoint.read(made), curve.json))
    (here, curve_here), (there, curve_there) = found
    assert curve_there == curve_here
    assert same_counts(there, here)
    assert there.seeds == here.seeds == (1,)
    assert np.array_equal(there.curve("test", 1).n, here.curve("test", 1).n)


def stubborn(folder: str) -> None:
    """A task that takes its worker down."""
    os.kill(os.getpid(), signal.SIGKILL)


def refuse(reason: str) -> None:
    raise RowsAbsentError(reason)


def test_what_fails_on_a_cluster_is_one_error(cluster: LocalCluster) -> None:
    """Last, as it leaves the cluster with fresh workers: a task that kills whoever takes it up, and one that raises."""
    workers = Workers("dask", scheduler=cluster.scheduler_address)
    with pytest.raises(RowsAbsentError, match=r"^On the worker \S+: no rows$"):
        list(workers.each(refuse, [("no rows",)]))
    cluster.scheduler.allowed_failures = 0
    with pytest.raises(WorkersLostError, match=r"Several workers of tcp://.* died over the same task") as lost:
        list(workers.each(stubborn, [("",)]))
    assert lost.value.exit_code == 130


@pytest.mark.usefixtures("toy_known")
def test_threads_of_one_worker_take_turns(toy: Prepared) -> None:
    """Torch's random state is the process's: two threads at once would start from each other's weights."""
    config, jobs = toy_data.config(epochs=1), [("fixed", 1.0, seed) for seed in range(4)]
    tasks = [(config, job, toy.rows_sha256) for job in jobs]
    with ThreadPoolExecutor(4) as pool:
        found = dict(pool.map(lambda task: workers_module._one_at_a_time(baselines.train_one, *task), tasks))
    for config, job, rows in tasks:
        assert np.array_equal(found[job].counts["test"].n, baselines.train_one(config, job, rows)[1].counts["test"].n)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--backend", "spark"), "Unknown backend 'spark'. Known: dask, loky."),
        (("--jobs", "0"), "Got --jobs 0; give a number of processes"),
        (("--backend", "dask"), "Say --backend dask and --scheduler ADDRESS together"),
        (("--scheduler", "tcp://here:1"), "Say --backend dask and --scheduler ADDRESS together"),
        (("--backend", "dask", "--scheduler", "here:1"), "Got the scheduler 'here:1'; expected tcp://HOST:PORT"),
        (("--backend", "dask", "--scheduler", "tcp://here"), "expected tcp://HOST:PORT or tls://HOST:PORT"),
        (("--backend", "dask", "--scheduler", "tcp://a:1/b"), "expected tcp://HOST:PORT or tls://HOST:PORT"),
        (("--backend", "dask", "--scheduler", "tcp://a:99999"), "expected tcp://HOST:PORT or tls://HOST:PORT"),
        (("--backend", "dask", "--scheduler", "tcp://a:1", "--tls-ca", "ca.pem"), "Give --tls-ca, --tls-cert and"),
        (("--tls-key", "key.pem"), "Give --tls-ca, --tls-cert and --tls-key all three, with a tls:// scheduler"),
        (("--backend", "dask", "--scheduler", "tls://127.0.0.1:1"), "tls://127.0.0.1:1 needs certificates; give --tls"),
    ],
)
def test_options_that_do_not_fit_are_one_line(
    adult_trained: Path, cli: Callable[..., Outcome], options: tuple[str, ...], message: str
) -> None:
    told = cli("baselines", adult_trained, *METHODS, *options)
    assert (told.code, told.err.count("\n")) == (2, 1), told.err
    assert message in told.err


def test_certificates_that_are_not_there_are_named(tmp_path: Path) -> None:
    there, *missing = (tmp_path / name for name in ("ca.pem", "cert.pem", "key.pem"))
    there.touch()
    with pytest.raises(InputError, match=rf"No file at {missing[0]} and {missing[1]}; expected the cluster's cert"):
        Workers("dask", scheduler="tls://a:1", tls=(there, *missing))


def test_a_worker_that_dies_while_it_is_asked_for_its_versions_is_no_reason_to_end() -> None:
    def cluster(answer: Exception) -> Any:
        def run(asked: Callable[[], Any], on_error: str) -> dict[str, Any]:
            return {"tcp://a:1": answer, "tcp://b:1": asked()}

        return SimpleNamespace(run=run, run_on_scheduler=lambda asked: asked())

    workers_module._check_versions(cluster(CommClosedError("Stream is closed")))
    with pytest.raises(InputError, match=r"^The worker tcp://a:1 cannot run this package \(No module"):
        workers_module._check_versions(cluster(ModuleNotFoundError("No module named 'yodo_core'")))


def test_a_scheduler_that_goes_away_while_versions_are_asked_for_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: Any, **__: Any) -> Any:
        raise CommClosedError("Stream is closed")

    for run, on_scheduler in ((gone, gone), (lambda asked, on_error: {}, gone)):
        client = SimpleNamespace(run=run, run_on_scheduler=on_scheduler)
        monkeypatch.setattr(Workers, "_client", lambda _, client=client: nullcontext(client))
        with pytest.raises(WorkersLostError, match=r"^The scheduler at tcp://a:1 went away\. What is finished"):
            list(Workers("dask", scheduler="tcp://a:1").each(refuse, [("",)]))


def test_nobody_at_the_address_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers_module, "TIMEOUT", 0.5)
    with pytest.raises(InputError, match=r"No scheduler answers at tcp://127.0.0.1:9 .*`dask scheduler`"):
        list(Workers("dask", scheduler="tcp://127.0.0.1:9").each(refuse, [("",)]))
