"""Which files an import takes: those that are named, and those that folders hold."""

import os
from collections.abc import Callable, Iterator, Sequence

from drillr.formats import sources

Refuse = Callable[[str, str], None]


def discover(paths: Sequence[str], refuse: Refuse) -> Iterator[tuple[str, int]]:
    """The files that the paths name, each once, sorted within a folder, with their sizes.

    `refuse` hears of each path that names nothing, with the reason.
    """
    seen: set[str] = set()
    for given in paths:
        path = os.path.expanduser(given)
        if os.path.isdir(path):
            names = list(_walk(path, refuse))
            if not names:
                refuse(given, "the folder holds no .json file, nor another that can be imported")
        elif os.path.exists(path):
            names = [path]
        else:
            refuse(given, "there is no such file or folder")
            continue
        for name in names:
            real = os.path.realpath(name)
            if real not in seen:
                seen.add(real)
                yield name, os.path.getsize(name)


def _walk(folder: str, refuse: Refuse) -> Iterator[str]:
    def unreadable(error: OSError) -> None:
        refuse(str(error.filename), f"can't be read: {error.strerror}")

    for here, folders, files in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if sources.is_known(name) and not name.startswith("."):
                yield os.path.join(here, name)
