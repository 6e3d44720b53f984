"""Builds the upsert, the one statement whose text differs between SQLite and MariaDB."""

from functools import lru_cache


@lru_cache(maxsize=256)
def sqlite_upsert(table: str, keys: tuple[str, ...], values: tuple[str, ...]) -> str:
    """INSERT that updates `values` where a row with the same `keys` exists."""
    names = [f'"{name}"' for name in keys + values]
    insert = f'INSERT INTO "{table}" ({", ".join(names)}) VALUES ({_marks(len(names))})'
    target = ", ".join(names[: len(keys)])
    changes = ", ".join(f"{name} = excluded.{name}" for name in names[len(keys) :])
    action = f"UPDATE SET {changes}" if changes else "NOTHING"
    return f"{insert} ON CONFLICT ({target}) DO {action}"


@lru_cache(maxsize=256)
def mariadb_upsert(table: str, keys: tuple[str, ...], values: tuple[str, ...]) -> str:
    """The same for MariaDB, where a clash in any unique index updates, not only in `keys`."""
    names = [f"`{name}`" for name in keys + values]
    insert = f"INSERT INTO `{table}` ({', '.join(names)}) VALUES ({_marks(len(names))})"
    changed = names[len(keys) :] or names[:1]
    changes = ", ".join(f"{name} = VALUES({name})" for name in changed)
    return f"{insert} ON DUPLICATE KEY UPDATE {changes}"


def _marks(count: int) -> str:
    return ", ".join("?" * count)
