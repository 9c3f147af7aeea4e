"""CelebA: any target and attribute of the 40, from both forms of its files; made-up pictures, and the real ones."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from yodo_core.data import get
from yodo_core.data.faces import ATTRIBUTES, IMAGES, LIST, NAMES, SIDE
from yodo_core.data.prepare import prepare
from yodo_core.errors import InputError, RowsAbsentError

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
needs_rows = pytest.mark.skipif(
    not (SHARED / "celeba").is_dir(), reason="CelebA's pictures are not in ../shared/data/celeba"
)
ROWS = 60


def jpeg(place: int, size: tuple[int, int] = (178, 218)) -> bytes:
    """A made-up picture of one colour a row, brighter in its middle square."""
    pixels = np.full((size[1], size[0], 3), 40 + place, np.uint8)
    edge = (size[1] - size[0]) // 2
    pixels[edge : size[1] - edge] += 100
    held = io.BytesIO()
    Image.fromarray(pixels).save(held, "JPEG", quality=95)
    return held.getvalue()


def values() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 2, (ROWS, len(NAMES)))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """CelebA as published, of made-up pictures, in the folder that YODO_DATA names."""
    monkeypatch.setenv("YODO_DATA", str(tmp_path))
    place = tmp_path / "celeba"
    (place / IMAGES).mkdir(parents=True)
    lines = [f"{i + 1:06d}.jpg " + " ".join(str(2 * v - 1) for v in row) for i, row in enumerate(values())]
    (place / LIST).write_text("\n".join([str(ROWS), " ".join(NAMES), *lines]) + "\n")
    for i in range(ROWS):
        (place / IMAGES / f"{i + 1:06d}.jpg").write_bytes(jpeg(i))
    return place


@pytest.fixture
def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """The same as a Parquet file of JPEG bytes, already small; columns may be replaced or left out."""
    monkeypatch.setenv("YODO_DATA", str(tmp_path))
    (tmp_path / "celeba").mkdir()

    def put(**changes: object) -> Path:
        columns = {"jpeg64": [jpeg(i, (SIDE, SIDE)) for i in range(ROWS)]}
        columns |= dict(zip(NAMES, values().T.astype(np.int8), strict=True))
        kept = {name: value for name, value in (columns | changes).items() if value is not None}
        path = tmp_path / "celeba" / "faces.parquet"
        pd.DataFrame(kept).to_parquet(path)
        return path

    return put


def test_every_target_has_every_other_attribute() -> None:
    for target in ATTRIBUTES:
        spec = get(f"celeba-{target}")
        assert {attribute.id for attribute in spec.attributes} == set(ATTRIBUTES) - {target}
        for attribute in spec.attributes:
            assert spec.attribute(attribute.id.upper()) is attribute
            assert len(set(attribute.groups.values())) == 2
            assert attribute.reference == attribute.groups["no"]
            assert spec.features(attribute) == ()
    spec = get("celeba-attractive")
    assert spec.attribute("Male").groups == {"yes": "Male", "no": "Not male"}
    assert spec.attribute("Eyeglasses").groups == {"yes": "Eyeglasses", "no": "No eyeglasses"}
    assert spec.attribute("No_Beard").groups == {"yes": "No beard", "no": "Beard"}
    assert "non-commercial" in spec.licence
    with pytest.raises(InputError, match=r"Unknown CelebA target 'atractive'.*Did you mean 'attractive'"):
        get("celeba-atractive")


def test_a_folder_as_published(folder: Path) -> None:
    spec = get("celeba-smiling")
    assert spec.absent() is None
    rows = spec.load()
    assert list(rows.columns) == list(ATTRIBUTES)
    assert np.array_equal((rows == "yes").to_numpy(), values() == 1)
    pixels = spec.pictures().pixels  # type: ignore[misc]
    assert pixels.shape == (ROWS, 3, SIDE, SIDE)
    # The middle square of each: its own brightness, nothing of the darker edges above and below.
    assert np.abs(pixels.mean((1, 2, 3)) - (140 + np.arange(ROWS))).max() < 2
    prepared = prepare(spec, "male")
    assert prepared.picture == (3, SIDE, SIDE)
    assert sum(len(table) for table in prepared.splits.values()) == ROWS


def test_a_parquet_file_of_jpeg_bytes(stored: Callable[..., Path]) -> None:
    stored()
    prepared = prepare(get("celeba-young"), "male")
    assert set(prepared.groups) == {"Male", "Not male"}
    assert prepared.picture == (3, SIDE, SIDE)
    before = prepared.rows_sha256
    stored(jpeg64=[jpeg(i + 1, (SIDE, SIDE)) for i in range(ROWS)])
    assert prepare(get("celeba-young"), "male").rows_sha256 != before, "other pictures are other rows"


def test_absent_files_say_what_to_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YODO_DATA", str(tmp_path))
    for wanted in (get("celeba-young").load, get("celeba-young").pictures):
        with pytest.raises(RowsAbsentError, match="holds neither; set YODO_DATA to the folder that holds celeba/"):
            wanted()  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (lambda t: t.replace("Young", "Old"), "its second line does not hold the 40 attributes"),
        (lambda t: t.replace(" -1", " 0", 1), "line 3 is no row of 1 and -1"),
        (lambda t: t.replace(f"{ROWS}\n", f"{ROWS + 1}\n", 1), "it has 60 rows, not 61"),
        (lambda t: "0\n" + " ".join(NAMES) + "\n", "it has 0 rows, not 0"),
        (lambda t: "", "its second line does not hold the 40 attributes"),
    ],
)
def test_a_damaged_list_is_one_line(folder: Path, text: Callable[[str], str], said: str) -> None:
    (folder / LIST).write_text(text((folder / LIST).read_text()))
    with pytest.raises(InputError, match=f"is of another form than CelebA's files .{said}"):
        get("celeba-young").load()


def bomb() -> bytes:
    """A PNG whose header promises 30,000 by 30,000 pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(10_000)))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (jpeg(0)[:900], r"000007.jpg cannot be read as a picture \(OSError\); expected JPEG or PNG"),
        (b"", r"000007.jpg cannot be read as a picture \(UnidentifiedImageError\)"),
        (b"GIF89a" + bytes(40), r"000007.jpg cannot be read as a picture \(UnidentifiedImageError\)"),
        (bomb(), "000007.jpg (is 30000 by 30000 pixels; expected at most|cannot be read as a picture .Decompression)"),
        (bytes(17 * 2**20), "000007.jpg has 17,825,792 bytes; expected at most 16,777,216"),
    ],
    ids=["cut", "empty", "GIF", "bomb", "large"],
)
def test_a_bad_picture_is_named_in_one_line(folder: Path, content: bytes, said: str) -> None:
    (folder / IMAGES / "000007.jpg").write_bytes(content)
    with pytest.raises(InputError, match=said) as told:
        get("celeba-young").pictures()  # type: ignore[misc]
    assert "\n" not in str(told.value)


def test_pictures_that_are_missing_or_elsewhere_are_one_line(folder: Path) -> None:
    (folder / IMAGES / "000009.jpg").unlink()
    with pytest.raises(InputError, match=r"No picture 000009.jpg in .*, but list_attr_celeba.txt names it"):
        get("celeba-young").pictures()  # type: ignore[misc]
    (folder / LIST).write_text((folder / LIST).read_text().replace("000001.jpg", f"../{LIST}"))
    with pytest.raises(InputError, match=f"No picture ../{LIST} in"):
        get("celeba-young").pictures()  # type: ignore[misc]


def test_a_damaged_parquet_file_is_one_line(stored: Callable[..., Path]) -> None:
    stored(Young=None)
    with pytest.raises(InputError, match="is of another form than CelebA's files"):
        get("celeba-young").load()
    stored(Young=np.full(ROWS, 2))
    with pytest.raises(InputError, match="its attributes are not all 0 or 1"):
        get("celeba-young").load()
    stored(jpeg64=None)
    with pytest.raises(InputError, match="is of another form than CelebA's files"):
        get("celeba-young").pictures()  # type: ignore[misc]
    for cells in (["no bytes"] * ROWS, [{"bytes": b"x"}] * ROWS):
        stored(jpeg64=cells)
        with pytest.raises(InputError, match=r"is of another form than CelebA's files|cannot be read as a picture"):
            get("celeba-young").pictures()  # type: ignore[misc]
    path = stored(jpeg64=[b"no picture"] * ROWS)
    with pytest.raises(InputError, match=r"faces.parquet, picture 1 cannot be read as a picture"):
        get("celeba-young").pictures()  # type: ignore[misc]
    path.write_bytes(b"PAR1 no")
    with pytest.raises(InputError, match="is of another form than CelebA's files"):
        get("celeba-young").load()
    with pytest.raises(InputError, match="is of another form than CelebA's files"):
        get("celeba-young").pictures()  # type: ignore[misc]


@pytest.mark.shared
@needs_rows
def test_the_real_labels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Labels only: no picture, nor anything about one, is in these tests."""
    monkeypatch.setenv("YODO_DATA", str(SHARED))
    rows = get("celeba-attractive").load()
    assert len(rows) == 10_000
    assert pd.crosstab(rows["attractive"], rows["male"]).to_numpy().tolist() == [[1810, 3075], [3973, 1142]]
