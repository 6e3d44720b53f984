"""Takes back part of a transaction: what a block wrote before it gave up, and nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drillr.store.connection import Connection


@contextmanager
def savepoint(db: "Connection", *gives_up: type[Exception]) -> Iterator[None]:
    """Undo what the block wrote where it raises one of `gives_up`, which is raised on.

    Anything else that it raises is for the whole transaction, which its own block rolls back.
    """
    db.run("savepoint part")
    try:
        yield
    except gives_up:
        db.run("rollback to savepoint part")
        db.run("release savepoint part")
        raise
    db.run("release savepoint part")
