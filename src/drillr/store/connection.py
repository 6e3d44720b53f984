"""What every repository sees of a database: a connection, and transactions on it."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Literal, Protocol


class Connection(Protocol):
    """Portable SQL with positional `?`, and codecs for what the two databases hold differently.

    Nothing is converted implicitly: identifiers, instants and hashes pass through the codecs in
    both directions. Every method raises a `StoreError` when the database refuses.
    """

    @property
    def dialect(self) -> Literal["sqlite", "mariadb"]:
        """Which database answers."""

    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Every row of a query, as tuples."""

    def row(self, sql: str, params: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """The first row of a query as a tuple, or None."""

    def run(self, sql: str, params: Sequence[Any] = ()) -> int:
        """Run one statement; how many rows it matched (of an upsert, not portable)."""

    def many(self, sql: str, rows: Iterable[Sequence[Any]]) -> int:
        """Run one statement for each row of parameters."""

    def insert(self, start: str, width: int, values: Sequence[Any], ending: str = "") -> None:
        """Insert rows, given as their values one after the other, `width` to a row.

        The statement's text is `start`, VALUES and the rows, `ending`; there are as few as the
        database likes best, and none without rows.
        """

    def upsert(
        self, table: str, key_columns: tuple[str, ...], value_columns: tuple[str, ...]
    ) -> str:
        """Text of an INSERT that updates `value_columns` of an existing row, or leaves it alone.

        Parameters are the keys, then the values. `key_columns` must be the table's only unique
        columns that can clash: MariaDB looks at every unique index.
        """

    def key(self, value: bytes) -> Any:
        """An identifier of 16 bytes, as a parameter."""

    def read_key(self, value: Any) -> bytes:
        """An identifier from a row, as 16 bytes."""

    def instant(self, value: datetime) -> Any:
        """An aware instant, as a parameter; ValueError for a naive one."""

    def read_instant(self, value: Any) -> datetime:
        """An instant from a row, aware and in UTC."""

    def blob(self, value: bytes) -> Any:
        """A hash, as a parameter."""

    def read_blob(self, value: Any) -> bytes:
        """A hash from a row."""


class Database(Protocol):
    """A store that hands out transactions."""

    def transaction(self, write: bool = True) -> AbstractContextManager[Connection]:
        """A unit of work: commits at the end, rolls back if the block raises.

        Transactions don't nest. A writer takes the store's write lock at the start; a reader sees
        one state throughout, whatever others commit meanwhile.
        """

    def glance(self) -> AbstractContextManager[Connection]:
        """A unit of work of one query, which writes nothing: the shortest way to a few values."""

    def close(self) -> None:
        """Give the database's connections back."""
