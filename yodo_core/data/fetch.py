"""Downloads, the only network code of the project: nothing is asked of a server unless the user asks for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import requests
from requests.exceptions import ChunkedEncodingError, InvalidSchema, ProxyError, SSLError

from yodo_core.data.alone import TakenError, alone
from yodo_core.data.remote import Remote
from yodo_core.data.unpack import unpack
from yodo_core.errors import InputError, YodoError

KINDS = {
    *("application/zip", "application/x-zip", "application/x-zip-compressed", "application/gzip"),
    *("application/x-gzip", "application/octet-stream", "binary/octet-stream"),
}
"""Content types of a zip or gzip file; a page of text in its place is an error that calls itself a success."""
MOST = 4 * 2**30
"""Bytes of a download; the largest file, California over five years, has well under one GiB."""
BLOCK = 2**16
OnBytes = Callable[[int, int | None], None]


class FetchError(YodoError):
    """A download failed; where trying again may help, what came before may be left in a part file, which it names."""

    code = "fetch_failed"
    exit_code = 4


class _Passing(Exception):
    """A failure that may pass, so that another try is worth it."""


@dataclass(frozen=True)
class Manners:
    """How patient a download is: seconds without a byte, tries, and seconds before the second try, then doubled."""

    timeout: float = 30
    tries: int = 5
    wait: float = 1


PATIENT = Manners()


def fetch(remote: Remote, folder: Path, on_bytes: OnBytes, manners: Manners = PATIENT) -> Path:
    """The file of `remote` in `folder`: downloaded, checked, unpacked, and renamed into its place when whole.

    One process at a time fetches a file. A part of an earlier download is gone on with where the server still has that
    version. `on_bytes` is told the bytes at hand and, where known, in all. Raises FetchError, one line: after the last
    of several tries what came is kept and named, after a refusal that will not pass nothing is left. Only https is
    spoken, by proxy where the environment names one, unless the address itself is of http.
    """
    try:
        # Two would write and remove one part.
        with alone(remote.lock(folder)):
            return _fetch(remote, folder, on_bytes, manners)
    except TakenError:
        raise FetchError(f"{remote.url} is being fetched by another process; wait for it to end.") from None
    except requests.RequestException as error:
        raise FetchError(f"{remote.url} cannot be fetched: {_plain(error)}. Check the connection.") from None
    except OSError as error:
        raise FetchError(f"{remote.url} cannot be stored in {folder}: {error}. Make room, or name another.") from None


def _fetch(remote: Remote, folder: Path, on_bytes: OnBytes, manners: Manners) -> Path:
    part = _patiently(remote, folder, on_bytes, manners)
    try:
        unpack(part, remote.target(folder), remote.member)
    except InputError as error:
        part.unlink(missing_ok=True)
        raise FetchError(f"{remote.url} was fetched, but {error}; nothing was kept. Try again later.") from None
    part.unlink(missing_ok=True)
    return remote.target(folder)


def _patiently(remote: Remote, folder: Path, on_bytes: OnBytes, manners: Manners) -> Path:
    """The whole of what lies at the address, in a part file, after as many tries as it takes."""
    for attempt in range(manners.tries):
        if attempt:
            time.sleep(manners.wait * 2 ** (attempt - 1))
        try:
            return _download(remote, folder, on_bytes, manners.timeout)
        except (FetchError, SSLError, InvalidSchema):
            # No later try would go on with what an earlier one left.
            for part in remote.parts(folder):
                part.unlink()
            raise
        except (_Passing, requests.ConnectionError, requests.Timeout, ChunkedEncodingError) as error:
            reason = _plain(error)
    kept = remote.parts(folder)
    again = "Try again later"
    if kept:
        again = f"What came is kept in {kept[0]}; run the same command again to go on from there, or delete it"
    raise FetchError(f"{remote.url} cannot be fetched in {manners.tries} tries: {reason}. {again}.")


def _download(remote: Remote, folder: Path, on_bytes: OnBytes, timeout: float) -> Path:
    """One try: what lies at the address, from where an earlier part ends."""
    earlier = remote.parts(folder)[:1]
    held = earlier[0].stat().st_size if earlier else 0
    headers = {"Accept-Encoding": "identity"}
    if earlier:
        headers |= {"Range": f"bytes={held}-", "If-Range": remote.version(earlier[0])}
    with requests.Session() as session:
        if remote.url.startswith("https://"):
            # No redirect leads to where anyone on the way could change what comes.
            del session.adapters["http://"]
        with session.get(remote.url, headers=headers, stream=True, timeout=timeout) as answer:
            if earlier and answer.status_code == 416:
                if _total(answer, 0) == held:
                    return earlier[0]
                earlier[0].unlink()
            _check(answer, remote)
            if earlier and answer.status_code == 206:
                return _write(answer, earlier[0], held, True, on_bytes)
            for part in remote.parts(folder):
                part.unlink()
            version = answer.headers.get("ETag", "")
            if not version or version.startswith("W/"):
                version = answer.headers.get("Last-Modified", "")
            part = remote.part(version, folder)
            return _write(answer, part, 0, bool(remote.version(part)), on_bytes)


def _check(answer: requests.Response, remote: Remote) -> None:
    """Raises FetchError, or _Passing where another try may help, unless the answer is the file or the rest of it."""
    status = answer.status_code
    if status in (408, 416, 429) or status >= 500:
        raise _Passing(f"the server answers {status} {answer.reason}")
    if status not in (200, 206):
        hint = f" {remote.hint}" if status == 404 else ""
        raise FetchError(f"{remote.url} cannot be fetched: the server answers {status} {answer.reason}.{hint}")
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind and kind not in KINDS:
        raise FetchError(f"{remote.url} is {kind}; expected a zip or gzip file. The address may have moved.")


def _total(answer: requests.Response, begin: int) -> int | None:
    """Bytes of the whole file, where the server says it."""
    whole = answer.headers.get("Content-Range", "").rpartition("/")[2]
    if whole.isdigit():
        return int(whole)
    length = answer.headers.get("Content-Length", "")
    return begin + int(length) if length.isdigit() else None


def _write(answer: requests.Response, part: Path, begin: int, keep: bool, on_bytes: OnBytes) -> Path:
    """The answer appended to the part from `begin` on. Where it breaks off, the part stays if it is to `keep`."""
    total, done = _total(answer, begin), begin
    if answer.status_code == 206 and not answer.headers.get("Content-Range", "").startswith(f"bytes {begin}-"):
        part.unlink()
        raise _Passing("the server sends another part than was asked for")
    part.parent.mkdir(parents=True, exist_ok=True)
    try:
        with part.open("ab" if begin else "wb") as out:
            for block in answer.iter_content(BLOCK):
                done += len(block)
                if max(done, total or 0) > MOST:
                    keep = False
                    raise FetchError(f"{answer.url} has more than the {MOST:,} bytes allowed; nothing was kept.")
                out.write(block)
                on_bytes(done, total)
        if total is not None and done != total:
            raise _Passing(f"{done:,} of {total:,} bytes came")
    except BaseException:
        if part.exists() and not (keep and part.stat().st_size):
            part.unlink()
        raise
    return part


def _plain(error: Exception) -> str:
    """What went wrong, without the inner life of a library."""
    text = str(error)
    if isinstance(error, _Passing):
        return text
    if isinstance(error, requests.Timeout) or "timed out" in text:
        return "the server is silent for too long"
    if isinstance(error, InvalidSchema):
        return "it leads to an address that is not https"
    if isinstance(error, SSLError):
        return "the server's certificate is not accepted"
    if isinstance(error, ProxyError):
        return "the proxy cannot be reached"
    if isinstance(error, ChunkedEncodingError):
        return "the connection broke off"
    return "there is no connection to the server" if isinstance(error, requests.ConnectionError) else text
