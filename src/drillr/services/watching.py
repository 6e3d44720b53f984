"""Watching folders: which question files were saved since one last looked."""

import os
from collections.abc import Sequence

from drillr.services.discovery import discover

Mark = tuple[int, int, int]


class Watch:
    """The files below some paths; `saved` names those that changed since it was last asked.

    A file counts once it looks the same twice in a row, so none is read while it is being written.
    Nothing but time stamps and sizes is looked at: no service of the operating system is needed.
    """

    def __init__(self, paths: Sequence[str]) -> None:
        self._paths = list(paths)
        self._known = self._look()
        self._unsettled: dict[str, Mark] = {}

    def saved(self) -> list[str]:
        """Files that are new or changed, and at rest, sorted."""
        now = self._look()
        changed = {path: mark for path, mark in now.items() if self._known.get(path) != mark}
        settled = sorted(
            path for path, mark in changed.items() if self._unsettled.get(path) == mark
        )
        self._unsettled = changed
        for path in settled:
            self._known[path] = now[path]
            del self._unsettled[path]
        return settled

    def _look(self) -> dict[str, Mark]:
        found: dict[str, Mark] = {}
        for path, _ in discover(self._paths, lambda path, reason: None):
            try:
                state = os.stat(path)
            except OSError:
                continue  # it was renamed in this very moment
            found[path] = (state.st_mtime_ns, state.st_size, state.st_ino)
        return found
