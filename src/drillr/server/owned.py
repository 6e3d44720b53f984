"""A database as one person's use cases see it: their writes take turns, whoever makes them."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from drillr.domain.ids import UserId
from drillr.server.records import accounts
from drillr.store.connection import Connection, Database


class OwnedDatabase:
    """Each writing transaction first counts itself in the person's account.

    That one changed row is the person's lock: two answers at once would give out one sequence
    number twice. It is changed and not only locked, because nodes of a cluster exchange changes.
    The count also tells caches whether anything of this person may have changed.
    """

    def __init__(self, database: Database, user: UserId) -> None:
        self._database, self._user = database, user

    def transaction(self, write: bool = True) -> AbstractContextManager[Connection]:
        """A unit of work of this person."""
        return self._writing() if write else self._database.transaction(write=False)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._database.transaction() as db:
            accounts.count_write(db, self._user)
            yield db

    def close(self) -> None:
        """Nothing: the server's database outlives every request."""
