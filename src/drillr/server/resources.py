"""All that requests share, chosen once when the server starts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from anyio import to_thread

from drillr.domain.ids import QuestionId
from drillr.server.auth.keys import KeyRing
from drillr.server.auth.passwords import Passwords
from drillr.server.cache import Cache
from drillr.server.limits import Limits
from drillr.server.metrics import Metrics
from drillr.server.owned import owned
from drillr.server.records.accounts import Account
from drillr.server.settings import ServerSettings
from drillr.server.storage import Storage
from drillr.server.tasks.queue import Queue
from drillr.server.work import Work
from drillr.services.context import Context
from drillr.store.connection import Database

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Resources:
    """`clock` gives UTC, `new_id` a UUIDv7; `database` is used only inside of `work`.

    `questions` are some that the database holds: who pushes names the same ones again and again.
    """

    settings: ServerSettings
    database: Database
    work: Work
    keys: KeyRing
    passwords: Passwords
    limits: Limits
    cache: Cache
    metrics: Metrics
    storage: Storage
    queue: Queue
    clock: Callable[[], datetime]
    new_id: Callable[[], bytes]
    questions: set[QuestionId] = field(default_factory=set)

    async def in_thread(self, work: Callable[[], Result]) -> Result:
        """Run what takes a while and asks nothing of the database, outside of the loop."""
        return await to_thread.run_sync(work)

    def context(self, account: Account) -> Context:
        """What the services need to work for one person: their facts are the server's device's.

        Where a person's settings name no time zone, the server's is UTC.
        """
        return owned(
            Context(self.database, account.id, account.device, self.clock, self.new_id, UTC)
        )
