"""Numbers in columns behind names: each row on one line, however narrow the terminal."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

_LEAST = 21
_SPARED = ("questions", "new")
_BETWEEN = 2


class Numbers:
    """Columns by their names; those that can be spared go where names would get too little room.

    `room` is how many characters names have.
    """

    def __init__(self, columns: Mapping[str, Sequence[str]], width: int) -> None:
        self._columns = dict(columns)
        for name in _SPARED:
            if self._left(width) < _LEAST:
                del self._columns[name]
        self.room = max(self._left(width), 1)

    def _left(self, width: int) -> int:
        return width - sum(
            _BETWEEN + max(len(name), *map(len, cells)) for name, cells in self._columns.items()
        )

    def table(self, title: str, names: "Sequence[Text]") -> "Table":
        """The table, with its names in front under their title."""
        from rich.table import Table

        table = Table(box=None, pad_edge=False)
        table.add_column(title, width=self.room, no_wrap=True, overflow="ellipsis")
        for column in self._columns:
            table.add_column(column, justify="right", no_wrap=True)
        for name, *cells in zip(names, *self._columns.values(), strict=True):
            table.add_row(name, *cells)
        return table
