"""Sync by itself: a process of its own at the start and at the end, which nobody waits for."""

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from drillr.cli.flags import given
from drillr.services.automatic import wanted

if TYPE_CHECKING:
    from drillr.services.context import Context


@contextlib.contextmanager
def syncing(context: "Context") -> Iterator[None]:
    """Sync before and after what is done in the `with` block, where that is switched on."""
    automatic = wanted(context)
    if automatic:
        _start()
    try:
        yield
    finally:
        if automatic:
            _start()


def _start() -> None:
    if not hasattr(os, "posix_spawn"):
        return
    from drillr.config import store_path

    command = [
        sys.executable, "-m", "drillr", "--store", store_path(given.store), "sync", "quietly",
    ]  # fmt: skip
    # Without a machine's leave to start processes, there is no automatic sync, and no complaint.
    with contextlib.suppress(OSError, NotImplementedError):
        nowhere = [(os.POSIX_SPAWN_OPEN, file, os.devnull, os.O_RDWR, 0) for file in range(3)]
        os.posix_spawn(command[0], command, os.environ, file_actions=nowhere, setpgroup=0)
