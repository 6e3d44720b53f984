"""Changes single values inside a question file's text, and leaves every other byte alone."""

import json
import re
from typing import Any

_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()


def span_of(text: str, start: int, where: str) -> tuple[int, int] | None:
    """Where the value under `where` (as `options.B`, `hints.0`) of an item at `start` stands.

    The span covers the value's own JSON. None where there is no such value.
    """
    at = start
    for step in where.split("."):
        at = _SPACE.match(text, at).end()  # type: ignore[union-attr]
        if text[at : at + 1] == "{":
            found = _in_object(text, at + 1, step)
        elif text[at : at + 1] == "[" and step.isdigit():
            found = _in_array(text, at + 1, int(step))
        else:
            return None
        if found is None:
            return None
        at = found
    return at, _DECODER.raw_decode(text, at)[1]


def with_value(text: str, span: tuple[int, int], value: Any) -> str:
    """The text with another value in a span; a list keeps its indentation."""
    old = text[span[0] : span[1]]
    new = json.dumps(value, ensure_ascii=False)
    if isinstance(value, list) and "\n" in old:
        inner = re.search(r"\n([ \t]*)", old)
        outer = re.search(r"\n([ \t]*)\]$", old)
        if inner and outer and value:
            lines = [inner[1] + json.dumps(entry, ensure_ascii=False) for entry in value]
            new = "[\n" + ",\n".join(lines) + "\n" + outer[1] + "]"
    return text[: span[0]] + new + text[span[1] :]


def _in_object(text: str, at: int, wanted: str) -> int | None:
    at = _skip(text, at)
    while text[at : at + 1] == '"':
        key, at = _DECODER.raw_decode(text, at)
        at = _skip(text, _skip(text, at) + 1)
        if key == wanted:
            return at
        at = _next(text, at, "}")
    return None


def _in_array(text: str, at: int, wanted: int) -> int | None:
    at = _skip(text, at)
    for number in range(wanted + 1):
        if at == len(text) or text[at] == "]":
            return None
        if number == wanted:
            return at
        at = _next(text, at, "]")
    return None


def _next(text: str, at: int, end: str) -> int:
    """Where the next entry begins behind the value at `at`, or where `end` closes them all."""
    _, at = _DECODER.raw_decode(text, at)
    at = _skip(text, at)
    return at if text[at : at + 1] == end else _skip(text, at + 1)


def _skip(text: str, at: int) -> int:
    return _SPACE.match(text, at).end()  # type: ignore[union-attr]
