"""Exit codes, one for each kind of end."""

from enum import IntEnum

from drillr.errors import DepotError, DrillrError, NetworkError, NothingToDo, StoreError, UsageError


class Exit(IntEnum):
    """What a script can tell from how drillr ended."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    NOTHING = 3
    STORE = 4
    NETWORK = 5
    INTERRUPTED = 130


def exit_code(error: DrillrError) -> int:
    """The code with which an error ends the command."""
    if isinstance(error, StoreError | DepotError):
        return Exit.STORE
    if isinstance(error, UsageError):
        return Exit.USAGE
    if isinstance(error, NetworkError):
        return Exit.NETWORK
    if isinstance(error, NothingToDo):
        return Exit.NOTHING
    return Exit.REFUSED
