"""What a file holds, before anything is said about it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from yodo_core.data.encoder import RARE
from yodo_core.data.own.columns import Cells, read_columns
from yodo_core.data.own.read import read_table
from yodo_core.data.own.reasons import PRIVATE
from yodo_core.errors import unknown

MOST_SHOWN = 50


@dataclass(frozen=True)
class Seen:
    """One column of a file as found.

    `left_out` says why it is no feature unless forced, as in "looks like an identifier"; None where it is one.
    `values` are those of a category of at most MOST_SHOWN values, each on RARE rows or more, the most frequent
    first, with their rows; empty for a column that looks like an identifier or free text.
    """

    name: str
    kind: Literal["category", "number"]
    missing: int
    distinct: int
    left_out: str | None
    values: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class OwnFile:
    """A file that can be read, with its columns in their order."""

    path: Path
    rows: int
    columns: tuple[Seen, ...]
    bytes: int

    def column(self, name: str) -> Seen:
        """The column of this name. Raises InputError for another."""
        for column in self.columns:
            if column.name == name:
                return column
        raise unknown(f"column of {self.path.name}", name, (column.name for column in self.columns))


def look(path: str | Path) -> OwnFile:
    """Read and check a file. Raises InputError for a bad one: what is wrong and what to do, in one line."""
    path = Path(path)
    table = read_table(path)
    columns = tuple(_seen(cells) for cells in read_columns(table).values())
    return OwnFile(path, table.num_rows, columns, path.stat().st_size)


def _seen(column: Cells) -> Seen:
    sizes = column.sizes()
    private = column.left_out in PRIVATE
    shown = not (column.is_number or private) and len(sizes) <= MOST_SHOWN
    values = tuple((str(value), int(n)) for value, n in sizes.items() if n >= RARE) if shown else ()
    return Seen(
        column.name,
        "number" if column.is_number else "category",
        column.missing,
        len(sizes),
        column.left_out,
        values,
    )
