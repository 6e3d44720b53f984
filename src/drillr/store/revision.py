"""The revision of content: one counter a database, which grows with every change of content.

It grows inside of the transaction that changes content, and the counter's row stays locked until
that commits. So revisions become visible in their order: whoever has read up to revision N will
never find a row of N or below that was not there.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drillr.store.connection import Connection

_CONTENT = "content"
_GROW = {
    "sqlite": "insert into revisions (name, value) values (?, 1)"
    " on conflict (name) do update set value = value + 1",
    "mariadb": "insert into revisions (name, value) values (?, 1)"
    " on duplicate key update value = value + 1",
}


def current(db: "Connection") -> int:
    """The revision of the last change of content; 0 before the first."""
    row = db.row("select value from revisions where name = ?", (_CONTENT,))
    return row[0] if row else 0


def hold(db: "Connection") -> None:
    """Wait for whoever is changing content, and let nobody begin until this unit of work ends."""
    if db.dialect == "mariadb":
        db.row("select value from revisions where name = ? lock in share mode", (_CONTENT,))


def advance(db: "Connection") -> int:
    """The next revision, for all content that this transaction changes; it holds the lock."""
    db.run(_GROW[db.dialect], (_CONTENT,))
    return current(db)


@dataclass(slots=True)
class Stamp:
    """When content changes, and under which revision: taken with the first row that is written."""

    at: datetime
    _revision: int = field(default=0, init=False)

    def revision(self, db: "Connection") -> int:
        """The revision to write into changed rows: the same one for all rows of this stamp."""
        if not self._revision:
            self._revision = advance(db)
        return self._revision
