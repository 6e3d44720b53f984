"""The rows of a delimited text, each with the line on which it begins."""

import csv
import io
from collections.abc import Iterator

from drillr.errors import ContentError

_WIDEST = 1 << 20


def rows(text: str, separator: str, first: int = 1) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold something; the text begins on line `first` of its file.

    ContentError names the line of what is no such table.
    """
    csv.field_size_limit(_WIDEST)
    found = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    line = first
    while True:
        try:
            cells = next(found, None)
        except csv.Error as error:
            raise ContentError(
                f"line {line}: {error}", "It is no table that can be read", line
            ) from None
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield line, cells
        line = first + found.line_num
