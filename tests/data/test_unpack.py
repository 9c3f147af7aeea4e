"""What is taken out of an archive: the expected file alone, whole, and never more than allowed."""

from __future__ import annotations

import gzip
import random
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from yodo_core.data.unpack import unpack
from yodo_core.errors import InputError

CONTENT = b"1,2,3\n" * 5_000


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "in" / "rows.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("../../escaped.csv", b"out")
        packed.writestr("/etc/escaped.csv", b"out")
        packed.writestr("rows.csv", CONTENT)
        packed.writestr("readme.pdf", b"more")
    return path


@pytest.fixture
def out(tmp_path: Path) -> Path:
    (tmp_path / "a" / "b").mkdir(parents=True)
    return tmp_path / "a" / "b"


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_only_the_expected_file_is_taken_out(archive: Path, out: Path, tmp_path: Path) -> None:
    unpack(archive, out / "here.csv", "rows.csv")
    assert (out / "here.csv").read_bytes() == CONTENT
    assert files(tmp_path) == ["a/b/here.csv", "in/rows.zip"]


@pytest.mark.parametrize("member", ["escaped.csv", "ROWS.csv", "rows.csv/"])
def test_a_file_of_another_name_is_not(member: str, archive: Path, out: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=f"it holds no {member}"):
        unpack(archive, out / "here.csv", member)
    assert files(tmp_path) == ["in/rows.zip"]


def test_a_bomb_is_refused_by_what_it_says_and_by_what_it_holds(archive: Path, out: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"its rows\.csv would take 30,000 bytes, more than the 29,999 allowed"):
        unpack(archive, out / "here.csv", "rows.csv", len(CONTENT) - 1)
    unpack(archive, out / "here.csv", "rows.csv", len(CONTENT))
    packed = tmp_path / "in" / "rows.gz"
    packed.write_bytes(gzip.compress(CONTENT))
    with pytest.raises(InputError, match="it unpacks to more than the 29,999 bytes allowed"):
        unpack(packed, out / "rows.gz", None, len(CONTENT) - 1)
    assert not (out / "rows.gz").exists()


def test_a_lying_size_gives_no_more_than_it_says(archive: Path, out: Path) -> None:
    data, size = archive.read_bytes(), len(CONTENT).to_bytes(4, "little")
    assert data.count(size) == 2
    archive.write_bytes(data.replace(size, (12).to_bytes(4, "little")))
    with pytest.raises(InputError, match="it is damaged"):
        unpack(archive, out / "here.csv", "rows.csv", 100)
    assert files(out) == []


def test_a_gzip_is_kept_as_it_is(out: Path, tmp_path: Path) -> None:
    packed = tmp_path / "rows.gz.part"
    data = gzip.compress(CONTENT)
    packed.write_bytes(data)
    unpack(packed, out / "rows.gz", None)
    assert (out / "rows.gz").read_bytes() == data


@pytest.mark.parametrize("member", ["rows.csv", None])
def test_nothing_at_all_is_no_file(member: str | None, out: Path, tmp_path: Path) -> None:
    path = tmp_path / "rows"
    if member:
        with zipfile.ZipFile(path, "w") as packed:
            packed.writestr(member, b"")
    else:
        path.write_bytes(gzip.compress(b""))
    with pytest.raises(InputError, match="what it holds is empty"):
        unpack(path, out / "here", member)
    assert files(out) == []


@pytest.mark.parametrize("kind", ["zip", "gz"])
def test_damage_anywhere_is_told_or_harmless(kind: str, archive: Path, out: Path, tmp_path: Path) -> None:
    """Bytes flipped at random: either the very content comes out, or an InputError and no file."""
    data, draw = archive.read_bytes() if kind == "zip" else gzip.compress(CONTENT), random.Random(0)
    told = 0
    for _ in range(100):
        place = draw.randrange(len(data))
        archive.write_bytes(data[:place] + bytes([data[place] ^ (1 << draw.randrange(8))]) + data[place + 1 :])
        with suppress(InputError):
            unpack(archive, out / "here", "rows.csv" if kind == "zip" else None)
        if files(out) == ["here"]:
            read = gzip.decompress if kind == "gz" else bytes
            assert read((out / "here").read_bytes()) == CONTENT
            (out / "here").unlink()
        else:
            assert files(out) == []
            told += 1
    assert told > 20


def test_an_encrypted_zip_is_refused(archive: Path, out: Path) -> None:
    data = bytearray(archive.read_bytes())
    for place in range(len(data)):
        if data[place : place + 4] == b"PK\x01\x02":
            data[place + 8] |= 1
    archive.write_bytes(bytes(data))
    with pytest.raises(InputError, match="damaged or no zip file"):
        unpack(archive, out / "here.csv", "rows.csv")
