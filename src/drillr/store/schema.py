"""Writes the schema of a fresh local store, as the migrations give it, to `schema.sql`."""

import sqlite3
from pathlib import Path

from drillr.store.migrate import migrate_driver
from drillr.store.versions import APPLICATION_ID

PATH = Path(__file__).with_name("schema.sql")


def sqlite_schema() -> str:
    """The script that makes a fresh store: the same text for the same migrations."""
    driver = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    try:
        migrate_driver(driver)
        return dump(driver)
    finally:
        driver.close()


def dump(driver: sqlite3.Connection) -> str:
    """Tables and indexes of a store, in the order they were made, and its version."""
    # A virtual table makes the tables that it stands on by itself.
    made = driver.execute(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"
        " AND name NOT LIKE 'search!_index!_%' ESCAPE '!' ORDER BY rowid"
    )
    statements = ["\n".join(line.rstrip() for line in sql.strip().splitlines()) for (sql,) in made]
    (version,) = driver.execute("SELECT version_num FROM alembic_version").fetchone()
    lines = [
        "-- Made from the migrations by `python -m drillr.store.schema`; not edited by hand.",
        f"PRAGMA application_id = {APPLICATION_ID};",
        *(f"{statement};" for statement in statements),
        f"INSERT INTO alembic_version (version_num) VALUES ('{version}');",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PATH.write_text(sqlite_schema(), encoding="utf-8")
