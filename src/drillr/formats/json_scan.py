"""Reads a JSON file of questions item by item: each item's line is known, memory stays flat."""

import json
import re
from collections.abc import Generator, Iterator
from typing import Any

from drillr.errors import ContentError
from drillr.formats.lines import LineIndex

_SPACE = re.compile(r"[ \t\n\r]*")


def no_constant(name: str) -> Any:
    """Refuse what Python reads as a number and JSON does not know."""
    raise ValueError(f"{name} is no JSON")


_DECODER = json.JSONDecoder(parse_constant=no_constant)


class QuestionScan:
    """Iterates over `(offset, item)` of a file's questions; then `header` holds what else it says.

    The file is an array of items, or an object whose `questions` is one. ContentError names line
    and column of what is no JSON; items before it may already have been given.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = LineIndex(text)
        self.header: dict[str, Any] = {}

    def __iter__(self) -> Iterator[tuple[int, Any]]:
        try:
            yield from self._document()
        except json.JSONDecodeError as error:
            raise ContentError(
                f"line {error.lineno}, column {error.colno}: {error.msg}",
                "The file is no JSON; nothing of it was imported",
                error.lineno,
            ) from None
        except RecursionError:
            raise ContentError("the file nests its values too deeply") from None
        except ValueError as error:
            raise ContentError(f"the file is no JSON: {error}") from None

    def line_of(self, offset: int) -> int:
        """The line (from 1) on which the character at `offset` stands."""
        return self._lines.at(offset)

    def _document(self) -> Iterator[tuple[int, Any]]:
        text = self._text
        at = self._skip(0)
        first = text[at : at + 1]
        if first == "[":
            at = yield from self._array(at + 1)
        elif first == "{":
            at = yield from self._object(at + 1)
        elif not first:
            raise ContentError("the file is empty", "It should hold a JSON array of questions")
        else:
            _DECODER.raw_decode(text, at)
            raise ContentError(
                "the file holds no list of questions",
                'Expected a JSON array, or an object with a "questions" array',
            )
        at = self._skip(at)
        if at != len(text):
            raise json.JSONDecodeError("Extra data", text, at)

    def _array(self, at: int) -> Generator[tuple[int, Any], None, int]:
        """Items up to the closing bracket; returns the offset behind it."""
        text, decode = self._text, _DECODER.raw_decode
        at = self._skip(at)
        if text[at : at + 1] == "]":
            return at + 1
        # What stands between two items is mostly the same all through a file.
        usual = ",{"
        while True:
            start = at
            item, at = decode(text, at)
            yield start, item
            if text.startswith(usual, at):
                at += len(usual) - 1
                continue
            end, at = at, self._skip(at)
            mark = text[at : at + 1]
            if mark == "]":
                return at + 1
            if mark != ",":
                raise json.JSONDecodeError("Expecting ',' delimiter", text, at)
            at = self._skip(at + 1)
            usual = text[end : at + 1]

    def _object(self, at: int) -> Generator[tuple[int, Any], None, int]:
        """A file that is an object: its `questions` are iterated, the rest goes to `header`."""
        text, seen = self._text, False
        at = self._skip(at)
        while text[at : at + 1] != "}":
            if text[at : at + 1] != '"':
                raise json.JSONDecodeError("Expecting property name in double quotes", text, at)
            key, at = _DECODER.raw_decode(text, at)
            at = self._skip(at)
            if text[at : at + 1] != ":":
                raise json.JSONDecodeError("Expecting ':' delimiter", text, at)
            at = self._skip(at + 1)
            if key == "questions" and text[at : at + 1] == "[":
                if seen:
                    raise ContentError('the file has two "questions" arrays')
                seen = True
                at = yield from self._array(at + 1)
            else:
                self.header[key], at = _DECODER.raw_decode(text, at)
            at = self._skip(at)
            if text[at : at + 1] == ",":
                at = self._skip(at + 1)
                if text[at : at + 1] == "}":
                    raise json.JSONDecodeError("Expecting property name", text, at)
            elif text[at : at + 1] != "}":
                raise json.JSONDecodeError("Expecting ',' delimiter", text, at)
        if not seen:
            raise ContentError(
                'the file is an object without a "questions" array',
                "Expected a JSON array of questions, or an object that holds one",
            )
        return at + 1

    def _skip(self, at: int) -> int:
        return _SPACE.match(self._text, at).end()  # type: ignore[union-attr]
