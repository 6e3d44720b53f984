"""Reads Anki's 'Notes in Plain Text': a table whose first lines say what its columns are."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import quote

from drillr.domain.paths import FacetPath
from drillr.domain.placing import place
from drillr.errors import ContentError
from drillr.formats.anki.cards import Unreadable, external_id, item_of
from drillr.formats.anki.collection import CardRow, NoteType, Template
from drillr.formats.delimited import rows
from drillr.formats.markdown_html import MEDIA
from drillr.formats.source import Item, Listed, Reading, Refusal
from drillr.formats.text_items import item_at, own_id, place_of, read_text
from drillr.formats.text_source import TextSource

_DIRECTIVE = re.compile(r"#([a-z ]{1,30}):(.*)$")
_NUMBER = re.compile(r"\{\{c(\d{1,3})::")
_SEPARATORS = {
    "tab": "\t", "comma": ",", "semicolon": ";", "space": " ", "pipe": "|", "colon": ":"
}  # fmt: skip
_MOST_CARDS = 100


class _Layout(NamedTuple):
    """What the first lines say: separator, whether cells are HTML, and which column is what."""

    separator: str
    is_html: bool
    columns: dict[str, int]
    given: dict[str, str]


@contextmanager
def opened(path: str, reading: Reading) -> Iterator["PlainNotes"]:
    """The file at a path."""
    yield PlainNotes(path, read_text(path), reading)


class PlainNotes(TextSource):
    """The source that such a file is: a section for each deck that its notes name."""

    def __init__(self, path: str, text: str, reading: Reading) -> None:
        self._path, self._reading = path, reading
        lines = text.split("\n")
        count = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
        self._first, self._layout = count + 1, _layout(lines[:count])
        self._text = "\n".join(lines[count:]) if count else ""
        self._notes = 0

    def sections(self) -> list[Listed]:
        """The decks with their notes' cards."""
        found: dict[FacetPath, list[Item]] = {}
        for line, cells in rows(self._text, self._layout.separator, self._first):
            self._notes += 1
            deck = self._cell(cells, "deck")
            names = tuple(part for part in (deck or "").split("::") if part)
            path = place(names, self._reading.under) if names else place_of(
                self._path, self._reading
            )  # fmt: skip
            found.setdefault(path, []).extend(self._cards(line, cells, names))
        return [Listed(path, items) for path, items in found.items()]

    def remarks(self) -> list[str]:
        """A text that is no such table says so."""
        if self._notes:
            return []
        return ["no notes of Anki: its first line should be #separator:…"]

    def _cell(self, cells: list[str], name: str) -> str | None:
        """What a special column says, or the line above for all."""
        index = self._layout.columns.get(name)
        if index is None:
            return self._layout.given.get(name)
        return cells[index] if index < len(cells) else None

    def _cards(self, line: int, cells: list[str], deck: tuple[str, ...]) -> Iterator[Item]:
        special = set(self._layout.columns.values())
        fields = [cell for index, cell in enumerate(cells) if index not in special]
        while len(fields) > 2 and not fields[-1].strip():
            fields.pop()
        if not self._layout.is_html:
            fields = [html.escape(field, quote=False).replace("\n", "<br>") for field in fields]
        guid = self._cell(cells, "guid") or own_id("text", *fields)
        kind = _note_type(self._cell(cells, "notetype") or "", fields)
        for ord in _ords(kind, fields):
            row = CardRow(
                guid, self._cell(cells, "tags") or "", "\x1f".join(fields),
                0, 0, ord, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            )  # fmt: skip
            try:
                item: dict[str, Any] = item_of(row, kind, deck, _link)
            except Unreadable as refused:
                yield line, Refusal(line, external_id(guid, ord), str(refused))
                continue
            yield item_at(line, item)


def _layout(lines: list[str]) -> _Layout:
    """What the lines above a table say; a file without them is no such table."""
    said = {match[1]: match[2] for line in lines if (match := _DIRECTIVE.match(line))}
    given = {name: said[name].strip() for name in ("deck", "notetype", "tags") if name in said}
    columns = {}
    for name in ("guid", "notetype", "deck", "tags"):
        number = said.get(f"{name} column", "").strip()
        if number.isascii() and number.isdigit() and 0 < int(number[:6]) < 1000:
            columns[name] = int(number) - 1
    separator = said.get("separator", "tab")
    found = _SEPARATORS.get(separator.strip().lower(), separator[:1])
    if found in ("", "\n", "\r", '"'):
        raise ContentError(f"#separator:{separator} is no separator")
    return _Layout(found, said.get("html", "").strip() == "true", columns, given)


def _note_type(name: str, fields: list[str]) -> NoteType:
    """The note type that a name and fields suggest: deletions, both directions, or one."""
    names = tuple(f"F{number}" for number in range(len(fields)))
    rest = "<br>".join(f"{{{{{each}}}}}" for each in names[1:])
    if any(_NUMBER.search(field) for field in fields):
        template = Template("Cloze", "{{cloze:F0}}", f"{{{{cloze:F0}}}}<br>{rest}")
        return NoteType(name, True, names, {0: template})
    templates = {0: Template("Card 1", "{{F0}}", rest)}
    optional = "optional" in name.lower() and not any(field.strip() for field in fields[2:3])
    if "reversed" in name.lower() and not optional:
        templates[0] = Template("Card 1", "{{F0}}", "{{F1}}")
        templates[1] = Template("Card 2", "{{F1}}", "{{F0}}")
    return NoteType(name, False, names, templates)


def _ords(kind: NoteType, fields: list[str]) -> list[int]:
    """Which cards a note has, from 0."""
    if not kind.cloze:
        return sorted(kind.templates)
    numbers = {int(match[1]) for field in fields for match in _NUMBER.finditer(field)}
    return [number - 1 for number in sorted(numbers) if number][:_MOST_CARDS]


def _link(name: str) -> str:
    return MEDIA + quote(name, safe="")
