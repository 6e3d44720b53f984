"""Rows as the text of a statement for MariaDB: what makes an insert of many of them cheap there.

Its driver escapes value by value and character by character. Here a column is looked at as a whole:
of most, no value holds anything that could end a literal, and then quotes around each will do. All
else is left to the driver.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

_LONGEST = 1_000_000
"""Bytes of one statement, about: as long as the driver would make it, far below what is taken."""
_UNSAFE = ("'", "\\", "\0")
"""What ends a literal, or takes the meaning of what follows; and what not every tool passes on."""
_NUMBERS = frozenset({int, bool})
_NONE = type(None)


def rows_text(values: Sequence[Any], width: int, literal: Callable[[Any], str]) -> Iterator[str]:
    """Rows for behind VALUES, as many at a time as a statement may hold.

    `values` are those of all rows one after the other, `width` to a row; `literal` is the driver's
    own way to write any value, in quotes where it needs some.
    """
    if not values:
        return
    slots, columns = [], []
    for place in range(width):
        slot, column = _column(values[place::width], literal)
        slots.append(slot)
        columns.append(column)
    row = f"({','.join(slots)})"
    rows = [row % cells for cells in zip(*columns, strict=True)]
    start = size = 0
    for end, text in enumerate(rows):
        length = len(text) if text.isascii() else 4 * len(text)
        if end > start and size + length > _LONGEST:
            yield ",".join(rows[start:end])
            start, size = end, 0
        size += length
    yield ",".join(rows[start:])


def _column(
    column: Sequence[Any], literal: Callable[[Any], str]
) -> tuple[str, Sequence[str | int]]:
    """What stands in a row for a value of this column, and what is put there."""
    kinds = set(map(type, column))
    some = _NONE in kinds
    kinds.discard(_NONE)
    if kinds <= _NUMBERS:
        return ("%s", ["NULL" if n is None else int(n) for n in column]) if some else ("%d", column)
    if kinds == {str} and _is_safe("".join(filter(None, column))):
        if some:
            return "%s", ["NULL" if text is None else f"'{text}'" for text in column]
        return "'%s'", column
    return "%s", [literal(value) for value in column]


def _is_safe(text: str) -> bool:
    return not any(mark in text for mark in _UNSAFE)
