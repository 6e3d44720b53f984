"""Knows every kind of file that can be imported, and which reader opens it."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager

from drillr.errors import UsageError
from drillr.formats.lines import LineIndex
from drillr.formats.source import Opened, Reading, Source

QUESTIONS = "json"
_MAPPED, _ANKI, _NOTES = "mapped", "anki", "anki-text"
_ENDINGS = {
    ".json": QUESTIONS, ".apkg": _ANKI, ".colpkg": _ANKI, ".md": "markdown",
    ".markdown": "markdown", ".csv": "csv", ".tsv": "tsv", ".org": "org",
    ".txt": _NOTES,
}  # fmt: skip
FORMATS = tuple(sorted({*_ENDINGS.values()}))


def kind_of(path: str, reading: Reading) -> str:
    """The kind of a file, by its name's ending unless the reading names a format."""
    kind = reading.format
    if kind is None:
        # A file that was named on purpose and says nothing by its ending should hold questions.
        kind = _ENDINGS.get(os.path.splitext(path)[1].lower(), QUESTIONS)
    elif kind not in FORMATS:
        raise UsageError(f"there is no format {kind!r}", "Known: " + ", ".join(FORMATS))
    return _MAPPED if kind == QUESTIONS and reading.mapping is not None else kind


def is_known(path: str) -> bool:
    """Whether an import of a folder takes the file at a path."""
    kind = _ENDINGS.get(os.path.splitext(path)[1].lower())
    if kind != _NOTES:
        return kind is not None
    # Any text may end so: only those that Anki wrote are meant.
    try:
        with open(path, "rb") as file:
            start = file.read(64).removeprefix(b"\xef\xbb\xbf")
    except OSError:
        return False
    return start.startswith((b"#separator:", b"#html:"))


def opened(kind: str, path: str, reading: Reading) -> AbstractContextManager[Source]:
    """The source that a file is, for as long as the block runs."""
    return _reader(kind)(path, reading)


def _reader(kind: str) -> Opened:
    opener: Opened
    if kind == _ANKI:
        from drillr.formats.anki.package import opened as opener
    elif kind == _NOTES:
        from drillr.formats.anki.plain_text import opened as opener
    elif kind == _MAPPED:
        from drillr.formats.mapped_json import opened as opener
    elif kind == "markdown":
        from drillr.formats.markdown.reader import opened as opener
    elif kind == "org":
        from drillr.formats.org import opened as opener
    else:
        from drillr.formats import table

        opener = table.reader("," if kind == "csv" else "\t")
    return opener


def lines_of(kind: str, path: str) -> Callable[[int], int | None]:
    """Gives the line at a position of a file that is no longer open; None where it has none."""
    if kind == QUESTIONS:
        from drillr.formats import question_file

        return LineIndex(question_file.decode(question_file.read_bytes(path))).at
    return (lambda _: None) if kind in (_ANKI, _MAPPED) else (lambda position: position)
