"""Copies a store as it is committed, and pours a copy back into one that others have open."""

import os
import sqlite3

from drillr.store.sqlite import store_error


def copy(path: str, target: str) -> None:
    """Copy the store at `path` into the new file `target`, which only its owner may read.

    Readers and a writer may go on meanwhile: the copy has what was committed when it began.
    """
    try:
        os.close(os.open(target, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600))
        source, made = sqlite3.connect(path), sqlite3.connect(target)
        try:
            source.backup(made)
            # One file: a copy in WAL mode would want two more beside it.
            made.execute("PRAGMA journal_mode=DELETE")
        finally:
            source.close()
            made.close()
    except (sqlite3.Error, OSError) as error:
        raise store_error(error, path) from error


def pour(source: str, path: str) -> None:
    """Put the content of the store file `source` in place of all content of the store at `path`.

    It is one transaction there, so whoever has that store open goes on with the new content.
    """
    try:
        held, target = sqlite3.connect(source), sqlite3.connect(path, timeout=30)
        try:
            held.backup(target)
            target.execute("PRAGMA journal_mode=WAL")
        finally:
            held.close()
            target.close()
    except sqlite3.Error as error:
        raise store_error(error, path) from error


def set_aside(path: str, name: str) -> None:
    """Rename a damaged store, with what SQLite keeps beside it, to begin with `name`."""
    for suffix in ("", "-wal", "-shm"):
        if os.path.exists(path + suffix):
            os.replace(path + suffix, name + suffix)
