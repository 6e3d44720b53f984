"""MariaDB for a program that runs an event loop: the same transactions, without a thread each.

Services are plain functions. SQLAlchemy's greenlets let one run unchanged over an asynchronous
driver: wherever it waits for the database, the loop goes on with something else. So there is one
text of every use case, and no `async` twin.
"""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import greenlet_spawn

from drillr.store.mariadb import MariaDatabase, check_rested, mariadb_url, pool_options

Result = TypeVar("Result")


class AsyncMariaDatabase(MariaDatabase):
    """The server's database; transactions may be opened only inside of `call`."""

    def __init__(self, url: str, *, pool_size: int = 5, max_overflow: int = 10) -> None:
        """Make the pool; nothing connects before the first transaction."""
        address = mariadb_url(url, "asyncmy")
        self.name = address.database or ""
        self._pool: AsyncEngine = create_async_engine(
            address, **pool_options(pool_size, max_overflow)
        )
        self.engine = check_rested(self._pool.sync_engine)

    async def call(self, work: Callable[[], Result]) -> Result:
        """Run a function that opens transactions on this database."""
        return await greenlet_spawn(work)

    async def aclose(self) -> None:
        """Close the pool; it must be closed in the loop that used it."""
        await self._pool.dispose()
