"""Downloads against a server on this machine that is slow, rude, forgetful or broken."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from tests.data.server import Server, serving
from yodo_core.data import fetch as module
from yodo_core.data.fetch import FetchError, Manners, fetch
from yodo_core.data.remote import Remote

QUICK = Manners(timeout=0.3, tries=3, wait=0.001)
CONTENT = bytes(range(256)) * 2_000


def zipped(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_csv", ".csv"), content)
    return packed.getvalue()


WHOLE = zipped(psam_p06_csv=CONTENT)
HINT = "Is there such a file?"
HALF = 4 * module.BLOCK
"""Bytes; of a block that breaks off nothing is kept."""


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        running.files["/csv_pca.zip"] = WHOLE
        yield running


@pytest.fixture
def get(server: Server, tmp_path: Path) -> Callable[..., Path]:
    def run(manners: Manners = QUICK, on_bytes: Callable[[int, int | None], None] = lambda *_: None) -> Path:
        remote = Remote("pums/2018/1-Year/psam_p06.csv", f"{server.url}/csv_pca.zip", "psam_p06.csv", HINT)
        return fetch(remote, tmp_path, on_bytes, manners)

    return run


def left(folder: Path) -> list[str]:
    """The names of the files below a folder."""
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def arrives(get: Callable[..., Path], folder: Path) -> None:
    path = get()
    assert path.read_bytes() == CONTENT
    assert left(folder) == ["psam_p06.csv"]


def fails(get: Callable[..., Path], *parts: str) -> str:
    with pytest.raises(FetchError) as told:
        get()
    assert "\n" not in str(told.value)
    assert "/csv_pca.zip" in str(told.value)
    for part in parts:
        assert part in str(told.value), told.value
    return str(told.value)


def test_a_file_arrives_whole_in_its_place(get: Callable[..., Path], server: Server, tmp_path: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    path = get(on_bytes=lambda *now: seen.append(now))
    assert path == tmp_path / "pums" / "2018" / "1-Year" / "psam_p06.csv"
    assert (path.read_bytes(), left(tmp_path)) == (CONTENT, ["psam_p06.csv"])
    assert seen[-1] == (len(WHOLE), len(WHOLE))
    assert [now[0] for now in seen] == sorted({now[0] for now in seen})
    assert [asked["Accept-Encoding"] for asked in server.asked] == ["identity"]


@pytest.mark.parametrize("version", ['"v1"', "Wed, 21 Oct 2020 07:28:00 GMT"])
@pytest.mark.parametrize("step", [("cut", HALF), ("stall", HALF)])
def test_what_broke_off_is_gone_on_with(
    step: object, version: str, get: Callable[..., Path], server: Server, tmp_path: Path
) -> None:
    server.version, server.steps = version, [step, 503]
    arrives(get, tmp_path)
    assert [(asked.get("Range"), asked.get("If-Range")) for asked in server.asked] == [
        (None, None),
        (f"bytes={HALF}-", version),
        (f"bytes={HALF}-", version),
    ]


def test_after_the_last_try_the_part_is_kept_and_named(
    get: Callable[..., Path], server: Server, tmp_path: Path
) -> None:
    server.steps = [("cut", HALF), 500, ("stall", 0)]
    told = fails(get, "in 3 tries", "is silent for too long", "What came is kept in")
    (part,) = left(tmp_path)
    assert part == "csv_pca.zip.%22v1%22.part"
    assert f"{part}; run the same command again to go on from there, or delete it." in told
    assert next(tmp_path.rglob("*.part")).read_bytes() == WHOLE[:HALF]
    server.asked.clear()
    arrives(get, tmp_path)
    assert server.asked[0]["Range"] == f"bytes={HALF}-"


@pytest.mark.parametrize("change", ["version", "ranges"])
def test_a_server_that_changed_or_forgot_is_asked_for_everything(
    change: str, get: Callable[..., Path], server: Server, tmp_path: Path
) -> None:
    server.steps = [("cut", HALF), 500, 500]
    fails(get, "the server answers 500")
    if change == "version":
        server.version = '"v2"'
        server.files["/csv_pca.zip"] = zipped(psam_p06_csv=CONTENT, more_csv=b"1")
    else:
        server.steps = ["whole"]
    arrives(get, tmp_path)


def test_a_part_from_elsewhere_is_thrown_away(get: Callable[..., Path], server: Server, tmp_path: Path) -> None:
    server.steps = [("cut", HALF), "wrong part"]
    arrives(get, tmp_path)
    assert [asked.get("Range") for asked in server.asked] == [None, f"bytes={HALF}-", None]


def test_a_whole_part_is_only_unpacked(get: Callable[..., Path], server: Server, tmp_path: Path) -> None:
    part = Remote("pums/2018/1-Year/psam_p06.csv", f"{server.url}/csv_pca.zip").part('"v1"', tmp_path)
    part.parent.mkdir(parents=True)
    part.write_bytes(WHOLE)
    arrives(get, tmp_path)
    assert len(server.asked) == 1
    part.write_bytes(WHOLE + b"more")
    arrives(get, tmp_path)
    assert [asked.get("Range") for asked in server.asked[1:]] == [f"bytes={len(WHOLE) + 4}-", None]


@pytest.mark.parametrize("version", ["", 'W/"v1"', f'"{"v" * 200}"'])
def test_without_a_version_nothing_can_be_gone_on_with(
    version: str, get: Callable[..., Path], server: Server, tmp_path: Path
) -> None:
    server.version, server.steps = version, [("cut", HALF)] * 3
    fails(get, "Try again later", "the connection broke off")
    assert left(tmp_path) == []
    assert [asked.get("Range") for asked in server.asked] == [None] * 3
    arrives(get, tmp_path)


def test_without_a_length_the_zip_itself_tells(get: Callable[..., Path], server: Server, tmp_path: Path) -> None:
    server.steps = ["bare"]
    arrives(get, tmp_path)
    (tmp_path / "pums/2018/1-Year/psam_p06.csv").unlink()
    server.files["/csv_pca.zip"], server.steps = WHOLE[:HALF], ["bare"]
    fails(get, "it is damaged or no zip file")
    assert left(tmp_path) == []


@pytest.mark.parametrize(
    ("step", "tries", "told"),
    [
        (403, 1, "the server answers 403 Forbidden"),
        (404, 1, f"404 Not Found. {HINT}"),
        (429, 3, "the server answers 429"),
        (503, 3, "in 3 tries: the server answers 503"),
        (("stall", 0), 3, "the server is silent for too long"),
        (("cut", 0), 3, "the connection broke off"),
        (("type", "text/html; charset=utf-8"), 1, "is text/html; expected a zip or gzip file"),
        (("to", "ftp://127.0.0.1/x"), 1, "it leads to an address that is not https"),
    ],
)
def test_what_cannot_be_had_is_one_line_and_leaves_nothing(
    step: object, tries: int, told: str, get: Callable[..., Path], server: Server, tmp_path: Path
) -> None:
    server.steps = [step] * tries
    fails(get, told)
    assert len(server.asked) == tries
    assert left(tmp_path) == []


@pytest.mark.parametrize("step", [403, 404, ("type", "text/html"), ("to", "ftp://127.0.0.1/x")])
def test_a_refusal_after_a_cut_leaves_nothing(
    step: object, get: Callable[..., Path], server: Server, tmp_path: Path
) -> None:
    """Within one command, and where an earlier one left a part."""
    server.steps = [("cut", HALF), step]
    fails(get)
    assert left(tmp_path) == []
    server.steps = [("cut", HALF), 500, 500]
    fails(get, "What came is kept in")
    assert len(left(tmp_path)) == 1
    server.steps = [step]
    fails(get)
    assert left(tmp_path) == []


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"<html>not a zip</html>", "it is damaged or no zip file"),
        (WHOLE[:100] + b"\0" + WHOLE[101:], "it is damaged or no zip file (Bad CRC-32"),
        (zipped(other_csv=b"1"), "it holds no psam_p06.csv"),
    ],
)
def test_a_corrupt_zip_leaves_nothing(
    content: bytes, told: str, get: Callable[..., Path], server: Server, tmp_path: Path
) -> None:
    server.files["/csv_pca.zip"] = content
    fails(get, "was fetched, but", told, "nothing was kept")
    assert left(tmp_path) == []


@pytest.mark.parametrize("step", ["well", "bare"])
def test_more_than_allowed_is_refused(
    step: str, get: Callable[..., Path], server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST", HALF)
    server.steps = [step]
    fails(get, f"more than the {HALF:,} bytes allowed")
    assert left(tmp_path) == []


def test_a_file_of_before_is_replaced_only_by_a_whole_one(
    get: Callable[..., Path], server: Server, tmp_path: Path
) -> None:
    path = tmp_path / "pums" / "2018" / "1-Year" / "psam_p06.csv"
    path.parent.mkdir(parents=True)
    path.write_text("of before")
    server.files["/csv_pca.zip"] = WHOLE[:100] + b"\0" + WHOLE[101:]
    fails(get)
    assert path.read_text() == "of before"
    server.files["/csv_pca.zip"] = WHOLE
    arrives(get, tmp_path)


def test_no_connection_and_no_room_are_said(get: Callable[..., Path], tmp_path: Path) -> None:
    gone = Remote("x.csv", "http://127.0.0.1:9/csv_pca.zip", "x.csv")
    with pytest.raises(FetchError, match=r"in 3 tries: there is no connection to the server. Try again later"):
        fetch(gone, tmp_path, lambda *_: None, QUICK)
    (tmp_path / "pums").write_text("in the way")
    fails(get, "cannot be stored in", "Make room, or name another")


def test_a_second_fetch_of_the_same_file_is_told_of_the_first(get: Callable[..., Path], tmp_path: Path) -> None:
    told: list[str] = []

    def meanwhile(*_: object) -> None:
        if not told:
            told.append(fails(get, "is being fetched by another process; wait for it to end"))

    assert get(on_bytes=meanwhile).read_bytes() == CONTENT
    assert len(told) == 1
    assert left(tmp_path) == ["psam_p06.csv"]


def test_a_lock_that_a_killed_process_left_is_free(get: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "pums/2018/1-Year").mkdir(parents=True)
    (tmp_path / "pums/2018/1-Year/csv_pca.zip.lock").touch()
    arrives(get, tmp_path)


def test_https_never_turns_into_http(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The adapters of the session that asks an https address."""
    spoken: list[set[str]] = []

    def seen(self: requests.Session, *_: object, **__: object) -> None:
        spoken.append(set(self.adapters))
        raise requests.exceptions.SSLError("certificate verify failed")

    monkeypatch.setattr(requests.Session, "get", seen)
    with pytest.raises(FetchError, match=r"the server's certificate is not accepted. Check the connection"):
        fetch(Remote("x.csv", "https://example.org/csv_pca.zip", "x.csv"), tmp_path, lambda *_: None, QUICK)
    assert spoken == [{"https://"}]
