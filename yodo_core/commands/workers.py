"""Who does the work of a command: processes of this machine, or the workers of a Dask cluster that the user names."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import joblib

from yodo_core.errors import InputError, YodoError, unknown
from yodo_core.manifest import VERSIONS

if TYPE_CHECKING:
    from distributed import Client, Security
    from joblib.parallel import ParallelBackendBase

T = TypeVar("T")
BACKENDS = ("loky", "dask")
TIMEOUT = 10
"""Seconds to find a scheduler, and a first worker of it."""
AGAIN = "What is finished is saved; run the command again to go on."

_alone = threading.Lock()


class WorkersLostError(YodoError):
    """The cluster went away, or its workers died over a task, while a command ran."""

    code = "workers_lost"
    exit_code = 130


@dataclass(frozen=True)
class Workers:
    """`backend` loky with so many processes, -1 for one a core; or dask with a scheduler's address.

    `tls` holds the files of --tls-ca, --tls-cert and --tls-key; without them a tls:// address takes those of Dask's own
    configuration. Raises InputError for options that do not go together.
    """

    backend: str = "loky"
    jobs: int = -1
    scheduler: str | None = None
    tls: tuple[Path | None, Path | None, Path | None] = (None, None, None)

    def __post_init__(self) -> None:
        if self.backend not in BACKENDS:
            raise unknown("backend", self.backend, BACKENDS)
        if self.jobs == 0:
            raise InputError("Got --jobs 0; give a number of processes, or -1 for one a core.")
        if (self.backend == "dask") != (self.scheduler is not None):
            raise InputError("Say --backend dask and --scheduler ADDRESS together, or neither.")
        if self.scheduler is not None:
            _check_address(self.scheduler)
        if any(self.tls) and not (all(self.tls) and (self.scheduler or "").startswith("tls:")):
            raise InputError("Give --tls-ca, --tls-cert and --tls-key all three, with a tls:// scheduler, or none.")
        missing = [str(path) for path in self.tls if path is not None and not path.is_file()]
        if missing:
            raise InputError(f"No file at {' and '.join(missing)}; expected the cluster's certificates and key.")

    def each(self, work: Callable[..., T], tasks: Sequence[tuple[Any, ...]]) -> Generator[T]:
        """What `work` returns for the arguments of each task, as it comes, in any order.

        A task whose worker is lost is done by another one. Raises InputError where the cluster cannot serve, and
        WorkersLostError where it went away or a task took several workers down.
        """
        if self.backend == "loky":
            yield from _parallel(work, tasks, n_jobs=self.jobs)
            return
        from distributed import KilledWorker
        from distributed.comm import CommClosedError

        with self._client() as client:
            try:
                _check_versions(client)
                yield from _parallel(partial(_one_at_a_time, work), tasks, backend=_dask(client))
            except KilledWorker:
                reason = f"Several workers of {self.scheduler} died over the same task; see their logs"
                raise WorkersLostError(f"{reason}. {AGAIN}") from None
            except (CancelledError, CommClosedError):
                raise WorkersLostError(f"The scheduler at {self.scheduler} went away. {AGAIN}") from None

    @contextmanager
    def _client(self) -> Iterator[Client]:
        """Dask's client of a scheduler that answers and has a worker."""
        from distributed import Client

        # What went wrong is one line of ours; Dask would add a traceback to it.
        for name in ("distributed", "distributed.client"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        try:
            client = Client(self.scheduler, timeout=TIMEOUT, security=self._security(), set_as_default=False)
        except OSError as error:
            raise InputError(
                f"No scheduler answers at {self.scheduler} ({error}); expected one within {TIMEOUT} s. "
                "Start it with `dask scheduler`, or correct the address."
            ) from None
        with client:
            try:
                client.wait_for_workers(1, timeout=TIMEOUT)
            except TimeoutError:
                raise InputError(
                    f"The cluster at {self.scheduler} has no workers; start some with `dask worker {self.scheduler}`."
                ) from None
            yield client

    def _security(self) -> Security | None:
        from distributed import Security

        if not (self.scheduler or "").startswith("tls:"):
            return None
        ca, cert, key = map(str, self.tls)
        files = {"tls_ca_file": ca, "tls_client_cert": cert, "tls_client_key": key} if any(self.tls) else {}
        security = Security(**files, require_encryption=True)
        if security.get_connection_args("client").get("ssl_context") is None:
            raise InputError(
                f"{self.scheduler} needs certificates; give --tls-ca, --tls-cert and --tls-key, "
                "or name them in Dask's own configuration (distributed.comm.tls)."
            )
        return security


def _parallel(work: Callable[..., T], tasks: Sequence[tuple[Any, ...]], **where: Any) -> Generator[T]:
    parallel = joblib.Parallel(return_as="generator_unordered", batch_size=1, **where)
    yield from parallel(joblib.delayed(work)(*task) for task in tasks)


def _dask(client: Client) -> ParallelBackendBase:
    """joblib's Dask backend, mended: joblib 1.6 does not learn of a task whose workers all died, and waits for ever."""
    from joblib._dask import DaskDistributedBackend

    class Backend(DaskDistributedBackend):
        def submit(self, func: Callable[[], Any], callback: Callable[[Any], None]) -> Future[Any]:
            def tell(done: Future[Any]) -> None:
                if done.exception() is not None:
                    callback(done.exception())

            future: Future[Any] = super().submit(func, callback)
            future.add_done_callback(tell)
            return future

    return Backend(client=client)


def _one_at_a_time(work: Callable[..., T], *task: Any) -> T:
    """On a worker: torch's random state and thread count belong to the process, so its threads take turns."""
    with _alone:
        try:
            return work(*task)
        except YodoError as error:
            raise type(error)(f"On the worker {socket.gethostname()}: {error}") from None


def _versions() -> dict[str, str]:
    return {name: version(name) for name in ("yodo-tradeoff-explorer", *VERSIONS)}


def _check_versions(client: Client) -> None:
    """Raises InputError unless the scheduler and every worker have this package, and the versions of this machine."""
    from distributed.comm import CommClosedError

    answers = client.run(_versions, on_error="return").items()
    # A worker that dies while it is asked is as one that dies later: its tasks go to another.
    found: dict[str, Any] = {f"worker {at}": got for at, got in answers if not isinstance(got, CommClosedError)}
    try:
        found["scheduler"] = client.run_on_scheduler(_versions)
    except CommClosedError:
        raise
    except Exception as error:  # Whatever the other side could not import or unpack.
        found["scheduler"] = error
    own = _versions()
    for member, versions in found.items():
        if isinstance(versions, Exception):
            raise InputError(
                f"The {member} cannot run this package ({versions}); install the same commit of it on every machine."
            )
        differ = [f"{name} {versions[name]}, here {own[name]}" for name in own if versions[name] != own[name]]
        if differ:
            raise InputError(f"The {member} has {'; '.join(differ)}; install the same versions there.")


def _check_address(address: str) -> None:
    try:
        parts = urlsplit(address)
        good = parts.scheme in ("tcp", "tls") and bool(parts.hostname) and bool(parts.port)
    except ValueError:
        good = False
    if not good or address != f"{parts.scheme}://{parts.netloc}" or "@" in address:
        raise InputError(f"Got the scheduler {address!r}; expected tcp://HOST:PORT or tls://HOST:PORT.")
