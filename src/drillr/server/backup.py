"""A copy of the embedded database in the storage, while the server runs."""

import sqlite3
import tempfile
from contextlib import closing
from datetime import datetime
from pathlib import Path

from drillr.errors import StoreError, UsageError
from drillr.server.database import sqlite_path
from drillr.server.settings import ServerSettings
from drillr.server.storage import Storage


def back_up(settings: ServerSettings, storage: Storage, now: datetime) -> tuple[str, int]:
    """Copy what is committed now; the copy's key and its bytes.

    A database that others share has better tools of its own.
    """
    if not settings.embedded:
        raise UsageError(
            "a shared database is backed up by its own tools",
            "mariadb-dump --single-transaction, or mariadb-backup",
        )
    path = sqlite_path(settings)
    if not Path(path).exists():
        raise UsageError(f"there is no database at {path}", "Start the server once")
    with tempfile.TemporaryDirectory(prefix="drillr-backup-") as folder:
        copy = Path(folder) / "server.db"
        try:
            with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
                source.backup(target)
        except sqlite3.Error as error:
            raise StoreError(f"the copy failed ({error})", "Check the disk, then again") from error
        data = copy.read_bytes()
    key = f"backups/server-{now:%Y%m%dT%H%M%S%f}Z.db"
    storage.put(key, data)
    return key, len(data)
