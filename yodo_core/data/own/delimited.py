"""CSV: the delimiter found, then every column as text, each value held once."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.csv

from yodo_core.data.own import limits
from yodo_core.errors import InputError

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
MISSING = ("", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "#N/A")
"""Cells that hold nothing. "None" and "unknown" are values like any other."""
LONGEST_ROW = 16 * 2**20
_PEEK = 2**18
_LINES = 50
_BLANK = re.compile(r"[^\S\r\n]*(\r\n|\r|\n)")


def read(path: Path) -> pa.Table:
    """The file's columns as dictionaries of text, null where missing, a little more than the limit at most.

    The table's metadata holds the delimiter. Raises InputError for what is no CSV in UTF-8 with one header row.
    """
    delimiter, header, blank = peek(path)
    _check_encoding(path)
    places = [str(place) for place in range(len(header))]
    ragged: list[pa.csv.InvalidRow] = []

    def note(row: pa.csv.InvalidRow) -> str:
        ragged.append(row)
        # A file in which half the rows are ragged would fill the memory with notes.
        return "skip" if len(ragged) < 1_000 else "error"

    text = pa.dictionary(pa.int32(), pa.string())
    batches = []
    try:
        reader = pa.csv.open_csv(
            path,
            read_options=pa.csv.ReadOptions(
                use_threads=False,
                skip_rows=blank,
                column_names=places,
                skip_rows_after_names=1,
                block_size=LONGEST_ROW,
            ),
            parse_options=pa.csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, invalid_row_handler=note, ignore_empty_lines=True
            ),
            convert_options=pa.csv.ConvertOptions(
                column_types=dict.fromkeys(places, text),
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                null_values=list(MISSING),
            ),
        )
        rows = 0
        for batch in reader:
            batches.append(batch)
            rows += batch.num_rows
            if rows > limits.most_rows():
                break
    except pa.ArrowInvalid as error:
        if not ragged:
            raise unreadable(path, str(error)) from None
    if ragged:
        first = ragged[0]
        where = f"row {first.number}" if first.number else "a row"
        raise InputError(
            f"{path.name} is ragged: {where} has {first.actual_columns} cells, the header {first.expected_columns} "
            f"({len(ragged)} such rows); expected the same number in each. Check the delimiter "
            f"({DELIMITERS[delimiter]}) and quotation marks, or save it again."
        )
    table = pa.Table.from_batches(batches, pa.schema([(place, text) for place in places]))
    if _swallowed(path, table):
        raise InputError(
            f"{path.name} has a quotation mark that is not closed, so its last cell holds many lines; correct it, or "
            "save the file again."
        )
    return table.rename_columns(header).replace_schema_metadata({"delimiter": delimiter})


def _swallowed(path: Path, table: pa.Table) -> bool:
    """Whether the last row holds several lines of the file because a quotation mark is never closed."""
    last = table.slice(max(0, table.num_rows - 1)).to_pylist()
    if not any("\n" in (cell or "") for row in last for cell in row.values()):
        return False
    with path.open("rb") as file:
        return sum(block.count(b'"') for block in iter(lambda: file.read(2**20), b"")) % 2 == 1


def peek(path: Path) -> tuple[str, list[str], int]:
    """The delimiter, the names in the first row, and the blank lines above; an empty name becomes `column N`.

    Raises InputError for what is no CSV in UTF-8 with one header row, as far as its beginning tells.
    """
    with path.open("rb") as file:
        raw = file.read(_PEEK)
    # Whole lines only: a character may be cut in two where the peek ends.
    lines = raw if len(raw) < _PEEK else raw[: max(raw.rfind(b"\n"), raw.rfind(b"\r")) + 1]
    if not lines:
        raise InputError(f"{path.name} has a first row of more than {_PEEK:,} bytes; expected column names there.")
    try:
        text = lines.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _encoding(path) from None
    if not text.strip():
        raise InputError(f"{path.name} holds nothing but blanks; expected column names and rows below them.")
    text, blank = _without_blanks(text)
    delimiter = _sniff(text)
    if delimiter is None:
        raise InputError(
            f"{path.name} has one column only; expected several, separated by comma, semicolon, tab or bar, with their "
            "names in the first row."
        )
    header = [name.strip() for name in next(_rows(text, delimiter))]
    header = [name or f"column {place}" for place, name in enumerate(header, 1)]
    if all(_is_number(name) for name in header):
        raise InputError(
            f"{path.name} has numbers in its first row; expected the names of the columns there. Add them."
        )
    return delimiter, header, blank


def _without_blanks(text: str) -> tuple[str, int]:
    """The text from its first line that holds something, and how many lines stand above."""
    start = lines = 0
    while found := _BLANK.match(text, start):
        start, lines = found.end(), lines + 1
    return text[start:], lines


def _rows(text: str, delimiter: str) -> csv._reader:  # type: ignore[name-defined]
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _sniff(text: str) -> str | None:
    """The delimiter that splits the first rows into the most equal number of cells; None if none splits them."""
    scores = {}
    for delimiter in DELIMITERS:
        try:
            rows = [row for row, _ in zip(_rows(text, delimiter), range(_LINES), strict=False) if row]
        except csv.Error:
            continue
        (cells, often), *_ = Counter(map(len, rows)).most_common(1)
        if len(rows[0]) > 1:
            scores[delimiter] = (often / len(rows), cells == len(rows[0]), cells)
    return max(scores, key=scores.__getitem__) if scores else None


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def unreadable(path: Path, reason: str) -> InputError:
    """What a reader's failure, by its text, means for whoever brought the file."""
    if "UTF8" in reason:
        return _encoding(path)
    if "straddling" in reason and path.stat().st_size <= LONGEST_ROW:
        return InputError(
            f"{path.name} has nothing below its first row, or a quotation mark there is not closed; expected column "
            "names and hundreds of rows. Save it again as CSV."
        )
    if "straddling" in reason:
        return InputError(
            f"{path.name} has a row longer than {LONGEST_ROW // 2**20} MB; a quotation mark is probably not closed. "
            "Correct it, or save the file again."
        )
    return InputError(f"{path.name} cannot be read as CSV ({' '.join(reason.split())[:120]}); save it again.")


def _check_encoding(path: Path) -> None:
    """Raises InputError for what is not UTF-8, before a row of it is handed to a callback, which cannot raise."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while block := file.read(2**20):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            raise _encoding(path) from None


def _encoding(path: Path) -> InputError:
    return InputError(
        f"{path.name} is not UTF-8 text; expected UTF-8, with or without a byte order mark. Save it again as CSV UTF-8."
    )
