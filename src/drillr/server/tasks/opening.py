"""Chooses who runs the jobs: Celery's workers where there is a broker, else this process."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from drillr import bootstrap
from drillr.server.database import open_plain
from drillr.server.tasks.queue import OwnThread, Queue
from drillr.server.tasks.running import Tools
from drillr.store.asynchronous import AsyncMariaDatabase

if TYPE_CHECKING:
    from drillr.server.settings import ServerSettings
    from drillr.server.storage import Storage
    from drillr.store.connection import Database


def open_queue(
    settings: "ServerSettings",
    opened: "Database",
    storage: "Storage",
    clock: Callable[[], datetime],
) -> "tuple[Queue, Database | None]":
    """The queue, and a database that was opened for it and must be closed after it."""
    # The loop's own driver works in no thread; the embedded database serves every thread.
    beside = open_plain(settings) if isinstance(opened, AsyncMariaDatabase) else None
    own = OwnThread(Tools(settings, beside or opened, storage, clock, bootstrap.new_id))
    if not settings.broker.get_secret_value():
        own.resume()
        return own, beside
    from drillr.server.tasks.celery import queue_of

    return queue_of(settings, own), beside
