"""Reads question files and checks their items; of many, in a process apart from the writing."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, NamedTuple

from drillr.domain.draft import Draft, DraftOption
from drillr.domain.paths import FacetPath
from drillr.errors import ContentError
from drillr.formats import question_file, sources
from drillr.formats.question_file import QuestionFile
from drillr.formats.source import Item, Medium, Names, Refusal
from drillr.services import apart

if TYPE_CHECKING:
    from drillr.domain.history import Past

WORTHWHILE = 2 * 1024 * 1024
"""Bytes that take longer to read than a process to begin."""
_TOGETHER = 500
_WAITING = 64
"""So many times `_TOGETHER` items wait at most: some 60 MB."""
_OPTIONS = Draft._fields.index("options")
Unchanged = Callable[[str, bytes], bool]
_new_draft: Callable[[Any], Draft] = partial(tuple.__new__, Draft)
_new_option: Callable[[Any], DraftOption] = partial(tuple.__new__, DraftOption)


class Opened(NamedTuple):
    """A question file: what tells its bytes from others, and its questions, unless known."""

    code: bytes
    source: "ReadFile | None"


class ReadFile:
    """A question file as a source whose items may come from another process."""

    def __init__(self, path: str, events: "Iterator[_Event]") -> None:
        self.path = FacetPath.of_file(os.path.basename(path))
        self._file, self._events = path, events
        self._names: Names = {}
        self._lines: Callable[[int], int | None] | None = None

    def __iter__(self) -> Iterator[Item]:
        for event in self._events:
            match event:
                case _Items(items):
                    yield from items
                case _End(names):
                    self._names = names
                    return
                case _Failure(message, remedy, line):
                    raise ContentError(message, remedy, line)

    def sections(self) -> "Sequence[ReadFile]":
        """The file is one facet."""
        return (self,)

    def line_of(self, position: int) -> int | None:
        """The line on which the item at an offset begins."""
        if self._lines is None:
            self._lines = sources.lines_of(sources.QUESTIONS, self._file)
        return self._lines(position)

    def names(self) -> Names:
        """Name and description of the four levels, after iteration."""
        return self._names

    def history(self) -> "Sequence[Past]":
        """Question files hold questions only."""
        return ()

    def media(self) -> Sequence[Medium]:
        """Question files link to no files of their own."""
        return ()

    def remarks(self) -> Sequence[str]:
        """Whatever a question file holds is kept."""
        return ()


class _Begin(NamedTuple):
    """A file could be opened; its items follow, unless they are known."""

    code: bytes
    known: bool


class _Items(NamedTuple):
    """Some items of a file."""

    items: list[Item]


class _End(NamedTuple):
    """A file ends, and said these names."""

    names: Names


class _Failure(NamedTuple):
    """A file ends, or does not even begin, because of a ContentError."""

    message: str
    remedy: str
    line: int | None


_Event = _Begin | _Items | _End | _Failure


class Reading:
    """Question files, to be opened in the order in which they were given; `close` it."""

    def __init__(
        self, paths: Sequence[str], salt: bytes, unchanged: Unchanged, *, ahead: bool
    ) -> None:
        """`unchanged` says of a file's name and code whether its items are not needed.

        `salt` is part of each code. With `ahead`, another process reads.
        """
        events = _events(paths, salt, unchanged)
        self._apart = apart.Apart(map(_packed, events), _WAITING) if ahead else None
        self._paths = iter(paths)
        self._events = events if self._apart is None else map(_unpacked, self._apart)

    def open(self) -> Opened:
        """The next file; ContentError says why it can't be read."""
        path, event = next(self._paths), next(self._events)
        # What comes before belongs to a file that was given up half-way.
        while not isinstance(event, _Begin | _Failure):
            event = next(self._events)
        if isinstance(event, _Failure):
            raise ContentError(*event)
        return Opened(event.code, None if event.known else ReadFile(path, self._events))

    def close(self) -> None:
        """Read no further."""
        if self._apart is not None:
            self._apart.close()


def _events(paths: Sequence[str], salt: bytes, unchanged: Unchanged) -> Iterator[_Event]:
    for path in paths:
        try:
            data = question_file.read_bytes(path)
            name = os.path.basename(path)
            FacetPath.of_file(name)
            code = question_file.digest(data + salt)
            known = unchanged(name, code)
            yield _Begin(code, known)
            if not known:
                file = QuestionFile(name, data)
                yield from _items(file)
                yield _End(file.names())
        except ContentError as error:
            yield _Failure(error.message, error.remedy, error.line)


def _items(file: Iterable[Item]) -> Iterator[_Items]:
    items = iter(file)
    while some := list(islice(items, _TOGETHER)):
        yield _Items(some)


def _packed(event: _Event) -> tuple[Any, ...]:
    """The event in plain tuples; drafts as columns, which are many times as fast to write down."""
    if not isinstance(event, _Items):
        return type(event).__name__, tuple(event)
    offsets = [offset for offset, _ in event.items]
    drafts = [item for _, item in event.items if isinstance(item, Draft)]
    refused = [
        (place, item.line, item.external_id, str(item))
        for place, (_, item) in enumerate(event.items)
        if isinstance(item, Refusal)
    ]
    columns: list[Any] = list(zip(*drafts, strict=True))
    options: list[Any] = []
    if drafts:
        options = list(zip(*chain.from_iterable(columns[_OPTIONS]), strict=True))
        columns[_OPTIONS] = list(map(len, columns[_OPTIONS]))
    return "_Items", (offsets, columns, options, refused)


def _unpacked(packed: tuple[Any, ...]) -> _Event:
    kind, values = packed
    if kind != "_Items":
        event: _Event = {"_Begin": _Begin, "_End": _End, "_Failure": _Failure}[kind](*values)
        return event
    offsets, columns, options, refused = values
    items: list[Draft | Refusal] = []
    if columns:
        every = map(_new_option, zip(*options, strict=True))
        columns[_OPTIONS] = [tuple(islice(every, count)) for count in columns[_OPTIONS]]
        items = list(map(_new_draft, zip(*columns, strict=True)))
    for place, line, external_id, reason in refused:
        items.insert(place, Refusal(line, external_id, reason))
    return _Items(list(zip(offsets, items, strict=True)))
