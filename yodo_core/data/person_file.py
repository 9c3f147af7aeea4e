"""One person file of the Census Bureau (ACS PUMS): its columns, and what is wrong with it in one line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
from pyarrow import csv

from yodo_core.data.parsed import parsed
from yodo_core.errors import InputError

# As folktables reads them; every other column holds numbers or codes.
TEXTS = {"RT", "SERIALNO", "SOCP", "NAICSP"}


@dataclass(frozen=True)
class PersonFile:
    """One state's person file, and what messages call it."""

    path: Path
    state: str
    year: str

    def __str__(self) -> str:
        return f"The ACS file of {self.state.upper()} in {self.year}"

    def header(self) -> list[str]:
        """The names of its columns."""
        try:
            with csv.open_csv(self.path) as opened:
                return list(opened.schema.names)
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            raise self._broken(error) from None

    def read(self, columns: Sequence[str], problem: str) -> pd.DataFrame:
        """These columns, parsed once.

        Raises InputError that names those it lacks and the problem that needs them, or where it has no rows.
        """
        header = self.header()
        missing = [name for name in columns if name not in header]
        if missing:
            raise InputError(
                f"{self} lacks the columns {', '.join(missing)}, which {problem} needs; bring the complete person "
                "file or take another problem."
            )
        try:
            frame = parsed(self.path, columns, lambda: _parse(self.path, columns))
        except (pa.ArrowException, OSError) as error:
            text = re.search(r"In CSV column #(\d+): .* invalid value '(.*)'", str(error))
            if not text:
                raise self._broken(error) from None
            name, value = header[int(text[1])], text[2][:20]
            if not (value.isascii() and value.isprintable()):
                raise self._broken(error) from None
            raise InputError(
                f"{self} holds the text {value!r} in the column {name}; expected codes. {self._again}"
            ) from None
        if frame.empty:
            raise InputError(f"{self} has a first row and no people below it. {self._again}")
        return frame

    def _broken(self, error: Exception) -> InputError:
        reason = " ".join(f"{type(error).__name__} {error}".split())[:200]
        if not (reason.isascii() and reason.isprintable()) or isinstance(error, UnicodeDecodeError):
            reason = "it is no text"
        return InputError(
            f"{self} cannot be read ({reason}); expected a person file as the Census Bureau publishes it. {self._again}"
        )

    @property
    def _again(self) -> str:
        # A file that is there is not fetched.
        return f"Delete {self.path} and copy or fetch it again."


def _parse(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    """These columns of a person file, numbers as floats. Spaces within texts are taken out, as folktables does."""
    kinds = {name: pa.string() if name in TEXTS else pa.float64() for name in columns}
    kinds |= {name: pa.float32() for name in kinds if re.fullmatch(r"PWGTP[0-9]+", name)}
    options = csv.ConvertOptions(
        include_columns=list(columns), column_types=kinds, null_values=[""], strings_can_be_null=True
    )
    raw = csv.read_csv(path, convert_options=options).to_pandas()
    return raw.assign(**{name: raw[name].str.replace(" ", "") for name in columns if name in TEXTS})
