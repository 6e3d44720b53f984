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
        elif os.path.isfile(path):
            names = [path]
        elif os.path.exists(path):
            refuse(given, "it is no regular file")
            continue
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

    inside = os.path.realpath(folder) + os.sep
    for here, folders, files in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = os.path.join(here, name)
            if name.startswith(".") or not sources.is_known(path):
                continue
            if os.path.islink(path) and not os.path.realpath(path).startswith(inside):
                refuse(path, "it is a link that leads out of the folder")
            elif not os.path.isfile(path):
                refuse(path, "it is a link to nothing, or no regular file")
            else:
                yield path
