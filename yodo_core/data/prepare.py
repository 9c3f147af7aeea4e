"""From the rows of a data set to encoded, split tables. Pure: a declaration and a seed in, arrays out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from yodo_core.data.encoder import Encoder, finite_numbers
from yodo_core.data.rows import groups_of, labels, rows_hash
from yodo_core.data.spec import Attribute, DataSpec
from yodo_core.data.split import split_rows
from yodo_core.data.standins import standins
from yodo_core.errors import InputError

__all__ = ["Encoder", "Prepared", "Table", "prepare", "rows_hash", "split_rows", "standins"]


@dataclass(frozen=True, eq=False)
class Table:
    """Encoded rows: codes int64 (N, C), numbers float32 (N, D), label and group int64 (N,), weight (N,).

    Where each row is a picture: pixels uint8 (N, channels, height, width), and no codes and numbers. Where asked
    for, and where the files have them: replicate weights float32 (N, R).
    """

    codes: np.ndarray
    numbers: np.ndarray
    label: np.ndarray
    group: np.ndarray
    weight: np.ndarray | None
    pixels: np.ndarray | None = None
    replicates: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.label)

    def take(self, index: np.ndarray) -> Table:
        """The rows at `index`, in that order."""
        kept = (self.weight, self.pixels, self.replicates)
        parts = (None if part is None else part[index] for part in kept)
        return Table(self.codes[index], self.numbers[index], self.label[index], self.group[index], *parts)

    def inputs(self, rows: slice = slice(None)) -> tuple[np.ndarray, ...]:
        """What a net takes of these rows: the pictures, or codes and numbers."""
        return (self.codes[rows], self.numbers[rows]) if self.pixels is None else (self.pixels[rows],)


@dataclass(frozen=True, eq=False)
class Prepared:
    """A data set ready for training: `groups[i]` is the readable name of group i, the largest first."""

    spec: DataSpec
    attribute: Attribute
    groups: tuple[str, ...]
    with_attribute: bool
    encoder: Encoder
    splits: dict[str, Table]
    rows_sha256: str

    @property
    def picture(self) -> tuple[int, int, int] | None:
        """Channels, height and width where each row is a picture."""
        pixels = self.splits["train"].pixels
        return None if pixels is None else pixels.shape[1:]


def prepare(
    spec: DataSpec,
    attribute_id: str,
    with_attribute: bool = False,
    split_seed: int = 1314,
    split: str = "default",
    encoder: Encoder | None = None,
    with_replicates: bool = False,
) -> Prepared:
    """Load, split and encode. The encoder is fitted on the train rows unless one is given (a checkpoint's).

    The target, the weight and the unit are never features; the attribute's columns are only `with_attribute`. Replicate
    weights are large and only read `with_replicates`. Raises InputError for an unknown attribute or split, for missing
    columns, or for an encoder of other columns.
    """
    attribute = spec.attribute(attribute_id)
    if spec.pictures is not None and with_attribute:
        raise InputError(f"A net that reads pictures sees nothing else of {spec.title}; leave --with-attribute out.")
    frame = spec.load()
    missing = [column.name for column in spec.columns if column.name not in frame.columns]
    if missing:
        raise InputError(
            f"The rows of {spec.title} lack the columns {', '.join(missing)}; expected all declared ones. "
            "Bring rows that have them."
        )
    rows = split_rows(frame, spec, split_seed, split)
    features = spec.features(attribute, with_attribute)
    if encoder is None:
        encoder = Encoder.fit(frame.iloc[rows["train"]], features)
    came = {*encoder.names_categories, *encoder.names_numbers}
    if came != {column.name for column in features}:
        differ = sorted(came ^ {column.name for column in features})
        raise InputError(
            f"The encoder's columns differ from the features of {spec.title} in {', '.join(differ)}; "
            "give the encoder of the same data set, attribute and with-attribute setting."
        )
    group, groups = groups_of(frame, spec, attribute)
    weight = None if spec.weight is None else finite_numbers(frame, spec.weight)
    pictures = None if spec.pictures is None else spec.pictures()
    pixels = None if pictures is None else pictures.pixels
    replicates = spec.replicates() if with_replicates else None
    table = Table(*encoder.encode(frame), labels(frame, spec), group, weight, pixels, replicates)
    splits = {name: table.take(index) for name, index in rows.items()}
    digest = rows_hash(frame, spec) if pictures is None else pictures.hash_with(rows_hash(frame, spec))
    return Prepared(spec, attribute, groups, with_attribute, encoder, splits, digest)
