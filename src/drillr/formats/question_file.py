"""Opens a question file: its bytes, its place in the hierarchy, its items."""

import os
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from drillr.domain import limits
from drillr.domain.paths import LEVELS, FacetPath
from drillr.domain.text import forbidden
from drillr.errors import ContentError
from drillr.formats.json_scan import QuestionScan
from drillr.formats.question_check import TYPES, ItemRefused, check, is_suspicious
from drillr.formats.source import Item, Medium, Names, Refusal

if TYPE_CHECKING:
    from drillr.domain.history import Past

_BOM = b"\xef\xbb\xbf"


def read_bytes(path: str, most: int = limits.FILE_BYTES) -> bytes:
    """The file's bytes; ContentError when it can't be read or has more than `most`."""
    try:
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > most:
                raise ContentError(
                    f"the file has {size} bytes", f"At most {most} are read: split it"
                )
            return file.read(most + 1)
    except OSError as error:
        raise ContentError(f"can't be read: {error.strerror or error}") from None


def digest(data: bytes) -> bytes:
    """16 bytes that tell whether a file has changed."""
    return blake2b(data, digest_size=16).digest()


def decode(data: bytes) -> str:
    """The text of a file in UTF-8, with or without a byte order mark."""
    if data.startswith(_BOM):
        data = data[3:]
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ContentError(
            f"line {line}: byte {error.start} is not UTF-8", "Save the file as UTF-8", line
        ) from None


def default_type(name: str) -> str | None:
    """The question type that a file name's suffix (`…_mcq.json`) announces."""
    stem = name.removesuffix(".json")
    return next((kind for kind in TYPES if stem.endswith("_" + kind)), None)


class QuestionFile:
    """One file's questions: a source with one section, itself, in the file's order."""

    def __init__(self, name: str, data: bytes) -> None:
        self.path = FacetPath.of_file(name)
        self._default_type = default_type(name)
        text = decode(data)
        self._suspicious = is_suspicious(text)
        self._scan = QuestionScan(text)

    def __iter__(self) -> Iterator[Item]:
        """Pairs of an item's offset and its draft, or why it was refused."""
        suspicious, kind = self._suspicious, self._default_type
        for offset, item in self._scan:
            try:
                yield offset, check(item, kind, suspicious=suspicious)
            except ItemRefused as refused:
                yield offset, Refusal(self._scan.line_of(offset), _id_of(item), str(refused))
            except RecursionError:
                reason = "the item nests its values too deeply"
                yield offset, Refusal(self._scan.line_of(offset), _id_of(item), reason)

    def sections(self) -> "Sequence[QuestionFile]":
        """The file is one facet."""
        return (self,)

    def line_of(self, position: int) -> int:
        """The line on which the item at an offset begins."""
        return self._scan.line_of(position)

    def history(self) -> "Sequence[Past]":
        """Question files hold questions only."""
        return ()

    def media(self) -> Sequence[Medium]:
        """Question files link to no files of their own."""
        return ()

    def remarks(self) -> Sequence[str]:
        """Whatever a question file holds is kept."""
        return ()

    def names(self) -> Names:
        """Name and description that the file gives to its four levels, after iteration."""
        found: Names = {}
        for level in LEVELS:
            given = self._scan.header.get(level)
            if given is None:
                continue
            if isinstance(given, str):
                given = {"name": given}
            if not isinstance(given, dict):
                raise ContentError(
                    f'"{level}" must be a text, or an object with name and description'
                )
            found[level] = (
                _line(given.get("name"), f"{level}.name", limits.NAME),
                _line(given.get("description"), f"{level}.description", limits.TEXT_BYTES // 4),
            )
        return found


def _line(value: Any, key: str, longest: int) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > longest or forbidden(value):
        raise ContentError(f"{key} must be a text of at most {longest} characters")
    return value


def _id_of(item: Any) -> str | None:
    value = item.get("id") if isinstance(item, dict) else None
    return value if isinstance(value, str) else None
