"""Reads JSON of any other shape, by a mapping that says where it keeps what.

A mapping is JSON or TOML. `items` points to the questions (`*` stands for every entry), the other
keys to their parts, relative to each question: `/text`, or `2/title` for two levels further up
(JSON pointers and relative ones).
"""

import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from drillr.domain.history import Past
from drillr.domain.paths import FacetPath
from drillr.domain.placing import place
from drillr.errors import ContentError, UsageError
from drillr.formats.json_scan import no_constant
from drillr.formats.source import Item, Listed, Medium, Reading, Refusal
from drillr.formats.text_items import item_at, letter_options, own_id, place_of, read_text

_POINTER = re.compile(r"(\d{0,2})((?:/.*)?)")
_PLAIN = ("context", "question", "answer", "explanation")
_KEYS = frozenset(
    ("items", "place", "id", "type", "options", "correct", "wrong", "first", "difficulty",
     "difficulties", "tags", "html", "estimated_time_seconds", *_PLAIN)
)  # fmt: skip
_MOST_ITEMS = 1_000_000


class Spot(NamedTuple):
    """A value in the document, with those that hold it, the document first."""

    value: Any
    above: tuple[Any, ...]


def load(path: str) -> dict[str, Any]:
    """The mapping in a file; UsageError when it is none."""
    try:
        text = read_text(path)
        if path.lower().endswith(".toml"):
            import tomllib

            mapping: Any = tomllib.loads(text)
        else:
            mapping = json.loads(text)
    except (ContentError, ValueError, RecursionError) as error:
        raise UsageError(f"the mapping {path} can't be read: {error}") from None
    if not isinstance(mapping, dict) or "question" not in mapping or "items" not in mapping:
        raise UsageError(
            f"the mapping {path} lacks 'items' or 'question'",
            'Say at least {"items": "/…", "question": "/…"}',
        )
    unknown = sorted(set(mapping) - _KEYS)
    if unknown:
        raise UsageError(
            f"the mapping {path} has the unknown key {unknown[0]!r}",
            "Known: " + ", ".join(sorted(_KEYS)),
        )
    return mapping


@contextmanager
def opened(path: str, reading: Reading) -> Iterator["MappedFile"]:
    """The file at a path, read by the reading's mapping."""
    if reading.mapping is None:
        raise UsageError("a file of another shape needs a mapping", "Name one by --map FILE")
    text = read_text(path)
    try:
        document = json.loads(text, parse_constant=no_constant)
    except json.JSONDecodeError as error:
        raise ContentError(
            f"line {error.lineno}, column {error.colno}: {error.msg}", line=error.lineno
        ) from None
    except (RecursionError, ValueError) as error:
        raise ContentError(f"the file is no JSON: {error}") from None
    yield MappedFile(path, document, reading, reading.mapping)


class MappedFile:
    """The source that a foreign JSON file is; positions are the questions' numbers, from 1."""

    def __init__(
        self, path: str, document: Any, reading: Reading, mapping: Mapping[str, Any]
    ) -> None:
        self._path, self._document, self._reading = path, document, reading
        self._mapping = mapping

    def sections(self) -> list[Listed]:
        """The places with their questions."""
        found: dict[FacetPath, list[Item]] = {}
        for number, spot in enumerate(each(self._document, str(self._mapping["items"])), 1):
            if number > _MOST_ITEMS:
                raise ContentError(f"there are more than {_MOST_ITEMS} questions")
            item = _numbered(number, item_at(number, self._item(spot)))
            found.setdefault(self._place(spot), []).append(item)
        return [Listed(path, items) for path, items in found.items()]

    def line_of(self, position: int) -> None:
        """A value in foreign JSON has no line that is known."""

    def history(self) -> Sequence[Past]:
        """Foreign files hold questions only."""
        return ()

    def media(self) -> Sequence[Medium]:
        """Links stay as they are."""
        return ()

    def remarks(self) -> Sequence[str]:
        """What the mapping doesn't name was not asked for."""
        return ()

    def _place(self, spot: Spot) -> FacetPath:
        wanted = self._mapping.get("place")
        if isinstance(wanted, str):
            wanted = [wanted]
        if not isinstance(wanted, list):
            return place_of(self._path, self._reading)
        names = [self._text(spot, each_) or "" for each_ in wanted if isinstance(each_, str)]
        names = [part for name in names for part in name.split("__") if part]
        return place(names or ["general"], self._reading.under)

    def _item(self, spot: Spot) -> dict[str, Any]:
        mapping = self._mapping
        item: dict[str, Any] = {}
        for key in _PLAIN:
            if key in mapping:
                item[key] = self._text(spot, mapping[key])
        options, right = self._options(spot)
        if options:
            item |= {"options": options, "correct_answer": right}
            item.pop("answer", None)
        item["type"] = self._text(spot, mapping.get("type"))
        if item["type"] not in ("mcq", "theory", "scenario"):
            item["type"] = "mcq" if options else "scenario" if item.get("context") else "theory"
        for key in ("difficulty", "estimated_time_seconds"):
            value = self._value(spot, mapping.get(key))
            if key == "difficulty" and isinstance(mapping.get("difficulties"), dict):
                value = mapping["difficulties"].get(str(value), value)
            if value is not None:
                item[key] = value
        tags = mapping.get("tags")
        found = [self._value(spot, tag) for tag in (tags if isinstance(tags, list) else [tags])]
        item["tags"] = [tag for value in found for tag in self._tags(value)]
        given = self._value(spot, mapping.get("id"))
        texts = [str(item.get("question")), *options.values()]
        item["id"] = own_id("json", *texts) if given is None else str(given)
        return {key: value for key, value in item.items() if value is not None and value != []}

    def _options(self, spot: Spot) -> tuple[dict[str, str], Any]:
        """The options by key, and the right ones: by key, by number, or by their texts."""
        mapping = self._mapping
        right = self._value(spot, mapping.get("correct"))
        if "wrong" in mapping:
            wrong = self._texts(self._value(spot, mapping["wrong"]))
            rights = self._texts(right)
            # Sorted, so that the place of the right one says nothing.
            lettered = letter_options(sorted([*wrong, *rights]))
            keys = [key for key, text in lettered.items() if text in rights]
            return (lettered, keys[0] if len(keys) == 1 else keys) if wrong else ({}, None)
        found = self._value(spot, mapping.get("options"))
        if isinstance(found, dict):
            options = {str(key): self._clean(value) for key, value in found.items()}
        elif isinstance(found, list):
            options = letter_options(self._texts(found))
        else:
            return {}, None
        rights = right if isinstance(right, list) else [right]
        keys = [self._key(options, one) for one in rights]
        return options, keys[0] if len(keys) == 1 else keys

    def _key(self, options: Mapping[str, str], right: Any) -> str:
        first = self._mapping.get("first", 0)
        if type(right) is int and type(first) is int:
            keys = list(options)
            return keys[right - first] if 0 <= right - first < len(keys) else str(right)
        text = self._clean(right)
        if text in options:
            return text
        return next((key for key, option in options.items() if option == text), text)

    def _value(self, spot: Spot, pointer: Any) -> Any:
        return at(spot, pointer) if isinstance(pointer, str) else None

    def _text(self, spot: Spot, pointer: Any) -> str | None:
        """The text at a pointer; what is no pointer stands for itself."""
        if isinstance(pointer, str) and not _POINTER.fullmatch(pointer):
            return pointer
        value = self._value(spot, pointer)
        return None if value is None else self._clean(value)

    def _texts(self, value: Any) -> list[str]:
        values = value if isinstance(value, list) else [] if value is None else [value]
        return [self._clean(_option_text(one)) for one in values]

    def _tags(self, value: Any) -> list[str]:
        return [text for text in self._texts(value) if text.strip()]

    def _clean(self, value: Any) -> str:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        return html.unescape(text) if self._mapping.get("html") else text


def _numbered(number: int, item: Item) -> Item:
    """A refusal says which question of the file it is, as no line does."""
    refused = item[1]
    if isinstance(refused, Refusal):
        return number, Refusal(None, refused.external_id, f"question {number}: {refused.reason}")
    return item


def _option_text(value: Any) -> Any:
    """An option's text: itself, or what an object calls its text."""
    if isinstance(value, dict):
        return next((value[key] for key in ("text", "value", "label") if key in value), value)
    return value


def each(document: Any, pointer: str) -> Iterator[Spot]:
    """The values that a pointer with `*` names; an array at its end stands for its entries."""
    spots = [Spot(document, ())]
    for part in _parts(pointer):
        spots = [found for spot in spots for found in _step(spot, part)]
    for spot in spots:
        if isinstance(spot.value, list):
            above = (*spot.above, spot.value)
            yield from (Spot(entry, above) for entry in spot.value)
        elif spot.value is not None:
            yield spot


def at(spot: Spot, pointer: str) -> Any:
    """The value at a pointer that starts at a spot, or so many levels above; None for nothing."""
    match = _POINTER.fullmatch(pointer)
    if match is None:
        return None
    up = int(match[1] or 0)
    if up > len(spot.above):
        return None
    value = spot.above[-up] if up else spot.value
    for part in _parts(match[2]):
        found = list(_step(Spot(value, ()), part))
        if part == "*" or not found:
            return [one.value for one in found] or None
        value = found[0].value
    return value


def _parts(pointer: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:] if part]


def _step(spot: Spot, part: str) -> Iterator[Spot]:
    above = (*spot.above, spot.value)
    value = spot.value
    if part == "*":
        entries = value.values() if isinstance(value, dict) else value
        if isinstance(value, dict | list):
            yield from (Spot(entry, above) for entry in entries)
    elif isinstance(value, dict) and part in value:
        yield Spot(value[part], above)
    elif isinstance(value, list) and part.isascii() and part.isdigit() and int(part) < len(value):
        yield Spot(value[int(part)], above)
