"""The one tree of errors that drillr raises on purpose.

    DrillrError
    ├── UsageError          what was asked for makes no sense (exit 2)
    │   ├── SelectorError   a selector that names nothing, or several things
    │   ├── QueryError      a search that can't be understood, and where
    │   ├── NoSuchThing     a name or an id of nothing that is there
    │   └── IdTaken         an id that something else has already
    ├── ContentError        content that can't be taken as it is (exit 1)
    ├── NothingToDo         nothing is due, nothing to undo (exit 3)
    ├── StaleState          the card changed since the person saw it (exit 1)
    ├── ExchangeError       two stores can't agree on facts (exit 1)
    │   ├── DeviceForked    one number of a device names two facts
    │   ├── FactsMissing    facts whose predecessors are not here
    │   └── FactKnown       a fact that is here under another number
    ├── NetworkError        a server that can't be reached, or that refuses (exit 5)
    │   └── SignInNeeded    no token, or one that no longer holds
    ├── DepotError          a place for backups that refuses (exit 4)
    └── StoreError          the store can't be used (exit 4)
        ├── StoreBusy
        │   └── StoreConflict   another transaction won; running again may succeed
        ├── StoreReadOnly
        ├── StoreCorrupt
        ├── StoreFull
        ├── StoreDuplicate      a row with that key is there; nothing else is wrong
        └── StoreFromTheFuture

Three places translate it for people: the command line's main, the terminal interface's bridge
to its worker, and the server's handlers.
"""


class DrillrError(Exception):
    """Something that a person can act on: what happened, and what to do about it."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}. {self.remedy}" if self.remedy else self.message


class UsageError(DrillrError):
    """A flag, name or value that can't be understood."""


class SelectorError(UsageError):
    """A selector that matches nothing, or several places."""


class QueryError(UsageError):
    """A search that can't be understood; `position` is the character (from 1), 0 if unknown."""

    def __init__(self, message: str, remedy: str = "", position: int = 0) -> None:
        super().__init__(message, remedy)
        self.position = position


class NoSuchThing(UsageError):
    """A name or an id that nothing here has."""


class IdTaken(UsageError):
    """An id that something else has already."""


class ContentError(DrillrError):
    """Content that can't be read, or is not what the format asks for; `line` is where, from 1."""

    def __init__(self, message: str, remedy: str = "", line: int | None = None) -> None:
        super().__init__(message, remedy)
        self.line = line

    @property
    def reason(self) -> str:
        """All that it says, without the line at its head: for where that stands beside it."""
        head = f"line {self.line}"
        return str(self).removeprefix(f"{head}: ").removeprefix(f"{head}, ")


class NothingToDo(DrillrError):
    """There is nothing to review, to undo, or to show."""


class StaleState(DrillrError):
    """The card was answered elsewhere since it was shown."""


class ExchangeError(DrillrError):
    """Two stores tell different stories about the same facts."""


class DeviceForked(ExchangeError):
    """A device's store was copied or restored: one number names two facts."""

    def __init__(self, device: bytes, message: str = "") -> None:
        super().__init__(message or "one number of a device names two facts", "Sync again")
        self.device = device


class FactsMissing(ExchangeError):
    """A run of facts begins beyond what is known of its device."""


class FactKnown(ExchangeError):
    """A fact is here already, under another number or as somebody else's."""


class NetworkError(DrillrError):
    """A server can't be reached, doesn't answer as it should, or refuses."""


class SignInNeeded(NetworkError):
    """The server asks who it is."""


class DepotError(DrillrError):
    """A folder or bucket for backups can't be read or written."""


class StoreError(DrillrError):
    """The store can't be opened, read or written."""


class StoreBusy(StoreError):
    """Another process holds the store's write lock."""


class StoreConflict(StoreBusy):
    """The database undid the transaction in favour of another: a deadlock, or a lost race."""


class StoreReadOnly(StoreError):
    """The store's file or folder can't be written."""


class StoreCorrupt(StoreError):
    """The file is damaged, or no drillr store."""


class StoreDuplicate(StoreError):
    """The database has a row with that key already."""


class StoreFull(StoreError):
    """The disk is full."""


class StoreFromTheFuture(StoreError):
    """The store was written by a newer drillr."""
