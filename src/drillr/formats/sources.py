"""Knows every kind of file that can be imported, and which reader opens it."""

import os
from contextlib import AbstractContextManager

from drillr.errors import UsageError
from drillr.formats.source import Opened, Reading, Source

QUESTIONS = "json"
MAPPED = "mapped"
_ANKI = "anki"
_ENDINGS = {".json": QUESTIONS, ".apkg": _ANKI, ".colpkg": _ANKI}
_NAMES = frozenset(_ENDINGS.values())


def kind_of(path: str, reading: Reading) -> str:
    """The kind of a file, by its name's ending unless the reading names a format."""
    if reading.format is not None:
        if reading.format not in _NAMES:
            raise UsageError(
                f"there is no format {reading.format!r}", "Known: " + ", ".join(sorted(_NAMES))
            )
        return reading.format
    # A file that was named on purpose and says nothing by its ending should be a question file.
    return _ENDINGS.get(os.path.splitext(path)[1].lower(), QUESTIONS)


def is_known(name: str) -> bool:
    """Whether an import of a folder takes the file of that name."""
    return os.path.splitext(name)[1].lower() in _ENDINGS


def opened(kind: str, path: str, reading: Reading) -> AbstractContextManager[Source]:
    """The source that a file is, for as long as the block runs."""
    return _reader(kind)(path, reading)


def _reader(kind: str) -> Opened:
    from drillr.formats.anki import package

    return package.opened


def line_in(kind: str, path: str, position: int) -> int | None:
    """The line at a position of a file that is no longer open; None where it has no lines."""
    if kind in (QUESTIONS, MAPPED):
        from drillr.formats import question_file

        text = question_file.decode(question_file.read_bytes(path))
        return text.count("\n", 0, position) + 1
    return None if kind == _ANKI else position
