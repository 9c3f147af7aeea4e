"""CelebA's files: a folder of images with list_attr_celeba.txt as published, or Parquet of JPEG bytes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from yodo_core.data import places
from yodo_core.data.pictures import Pictures, decode
from yodo_core.errors import InputError, RowsAbsentError

FOLDER, IMAGES, LIST = "celeba", "img_align_celeba", "list_attr_celeba.txt"
PICTURE, FILE = "jpeg64", "file"
SIDE = 64
NAMES = tuple(
    """5_o_Clock_Shadow Arched_Eyebrows Attractive Bags_Under_Eyes Bald Bangs Big_Lips Big_Nose Black_Hair Blond_Hair
    Blurry Brown_Hair Bushy_Eyebrows Chubby Double_Chin Eyeglasses Goatee Gray_Hair Heavy_Makeup High_Cheekbones Male
    Mouth_Slightly_Open Mustache Narrow_Eyes No_Beard Oval_Face Pale_Skin Pointy_Nose Receding_Hairline Rosy_Cheeks
    Sideburns Smiling Straight_Hair Wavy_Hair Wearing_Earrings Wearing_Hat Wearing_Lipstick Wearing_Necklace
    Wearing_Necktie Young""".split()  # noqa: SIM905
)
ATTRIBUTES = tuple(name.lower() for name in NAMES)
"""The 40 attributes, as published but in small letters."""


def absent() -> str | None:
    """What is missing and what to set, in one sentence; None where the files are there."""
    if _source(_folder()):
        return None
    return (
        f"CelebA is read from {FOLDER}/{LIST} with {FOLDER}/{IMAGES}/, or from a Parquet file in {FOLDER}/ with the "
        f"column {PICTURE}, and {_folder()} holds neither; set {places.DATA} to the folder that holds {FOLDER}/."
    )


def load() -> pd.DataFrame:
    """The 40 attributes as yes or no, one row a picture, in the files' order.

    Raises RowsAbsentError where there are no files, InputError for files of another form.
    """
    source = _found()
    values = _listed(source)[1] if source.name == LIST else _stored(source)
    columns = zip(ATTRIBUTES, values.T, strict=True)
    texts = {name: pd.Categorical.from_codes(column, ["no", "yes"]) for name, column in columns}
    return pd.DataFrame(texts)


def pictures() -> Pictures:
    """The picture of each row, (N, 3, SIDE, SIDE): the middle square. Raises as `load` does, and for bad pictures."""
    source = _found()
    if source.name == LIST:
        names = _listed(source)[0]
        return decode(_files(source.parent / IMAGES, names), len(names), SIDE)
    return decode(_cells(source), len(_stored(source)), SIDE)


def _folder() -> Path:
    return places.home() / FOLDER


def _source(folder: Path) -> Path | None:
    if (folder / LIST).is_file() and (folder / IMAGES).is_dir():
        return folder / LIST
    return next(iter(sorted(folder.glob("*.parquet"))), None)


def _found() -> Path:
    missing = absent()
    source = _source(_folder())
    if source is None:
        raise RowsAbsentError(missing or "")
    return source


def _listed(path: Path) -> tuple[list[str], np.ndarray]:
    """File names and attributes (N, 40) in 0 and 1: a count, the names of the attributes, then a row a picture."""
    try:
        with path.open(encoding="utf-8") as file:
            count, names = file.readline().strip(), file.readline().split()
            rows = [line.split() for line in file if line.strip()]
    except UnicodeDecodeError:
        raise _other(path, "it is no text") from None
    if tuple(names) != NAMES:
        raise _other(path, "its second line does not hold the 40 attributes")
    ragged = next((i for i, row in enumerate(rows, 3) if len(row) != 41 or not set(row[1:]) <= {"1", "-1"}), None)
    if ragged or not count.isdecimal() or int(count) != len(rows) or not rows:
        raise _other(
            path, f"line {ragged} is no row of 1 and -1" if ragged else f"it has {len(rows)} rows, not {count}"
        )
    return [row[0] for row in rows], (np.array([row[1:] for row in rows]) == "1").astype(np.int8)


def _stored(path: Path) -> np.ndarray:
    try:
        held = pq.read_table(path, columns=list(NAMES))
        values = np.stack([held[name].to_numpy() for name in NAMES], 1)
    except (pa.ArrowException, OSError, KeyError, ValueError) as error:
        raise _other(path, " ".join(str(error).split())[:100]) from None
    if not len(values) or not np.isin(values, (0, 1)).all():
        raise _other(path, "its attributes are not all 0 or 1")
    return values.astype(np.int8)


def _files(folder: Path, names: list[str]) -> Iterator[tuple[str, bytes]]:
    for name in names:
        path = folder / name
        if path.resolve().parent != folder.resolve() or not path.is_file():
            raise InputError(f"No picture {name} in {folder}, but {LIST} names it; copy the folder again.")
        yield str(path), path.read_bytes()


def _cells(path: Path) -> Iterator[tuple[str, bytes]]:
    place = 0
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(1024, columns=[PICTURE]):
                for cell in batch.column(PICTURE).cast(pa.binary()):
                    place += 1
                    yield f"{path.name}, picture {place}", cell.as_py() or b""
    except (pa.ArrowException, OSError, KeyError, AttributeError) as error:
        raise _other(path, " ".join(str(error).split())[:100]) from None


def _other(path: Path, reason: str) -> InputError:
    return InputError(f"{path} is of another form than CelebA's files ({reason}); copy it again.")
