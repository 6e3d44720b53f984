"""Reads and writes tables of questions: CSV and TSV, a row for each question."""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from drillr.domain.paths import FacetPath
from drillr.domain.shelf import Shelf
from drillr.formats.delimited import rows
from drillr.formats.question_writer import item_of
from drillr.formats.source import Item, Listed, Reading
from drillr.formats.text_items import (
    beyond,
    item_at,
    joined,
    letter_options,
    own_id,
    parsed,
    place_of,
    read_text,
)
from drillr.formats.text_source import TextSource

COLUMNS = (
    "id", "path", "type", "question", "context", "options", "correct_answer", "answer",
    "explanation", "difficulty", "estimated_time_seconds", "tags", "more",
)  # fmt: skip
_TEXTS = ("id", "type", "question", "context", "answer", "explanation")
_ALIASES = {
    "front": "question", "prompt": "question", "term": "question", "back": "answer",
    "definition": "answer", "correct": "correct_answer", "right": "correct_answer",
    "place": "path", "deck": "path", "choices": "options", "time": "estimated_time_seconds",
    "notes": "explanation", "tag": "tags",
}  # fmt: skip
_OPTION = re.compile(r"(?:option|choice|answer)?_?([a-z]|\d)$")


@contextmanager
def opened(path: str, reading: Reading, *, separator: str) -> Iterator["Table"]:
    """The table at a path."""
    yield Table(path, read_text(path), reading, separator)


def reader(separator: str) -> Any:
    """What opens tables whose cells this character separates."""
    return partial(opened, separator=separator)


class Table(TextSource):
    """The source that a table is: a section for each place that its rows name."""

    def __init__(self, path: str, text: str, reading: Reading, separator: str) -> None:
        self._path, self._text, self._reading = path, text, reading
        self._separator = separator
        self._known = True
        self._columns = tuple(_column(name) for name in reading.columns)

    def sections(self) -> list[Listed]:
        """The places with their rows."""
        found: dict[FacetPath, list[Item]] = {}
        usual = place_of(self._path, self._reading)
        for line, cells in self._rows():
            row = {name: cell for name, cell in zip(self._columns, cells, strict=False) if cell}
            given = row.pop("path", None)
            place = usual
            if given is not None and not self._reading.under:
                place = FacetPath.parse(given)
            if len(cells) > len(self._columns):
                extra = cells[len(self._columns) :]
                row |= {f"column_{len(self._columns) + n + 1}": c for n, c in enumerate(extra) if c}
            found.setdefault(place, []).append(item_at(line, _item(row)))
        return [Listed(path, items) for path, items in found.items()]

    def remarks(self) -> list[str]:
        """A table of something else says so."""
        if self._known:
            return []
        return ["the first row names no column 'question': --columns question,answer names them"]

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        """The rows below the header, none where no column is known to be the question."""
        for number, (line, cells) in enumerate(rows(self._text, self._separator)):
            if number == 0 and self._is_header(cells):
                self._columns = self._columns or tuple(_column(cell) for cell in cells)
                if not self._known:
                    return
            else:
                yield line, cells

    def _is_header(self, cells: list[str]) -> bool:
        """Whether the first row names the columns."""
        names = [_column(cell) for cell in cells]
        if self._columns:
            return tuple(names[: len(self._columns)]) == self._columns
        self._known = "question" in names
        return True


def _column(name: str) -> str:
    """The name that an item has for a column's."""
    plain = re.sub(r"[^\w]+", "_", name.strip().lower()).strip("_")
    plain = _ALIASES.get(plain, plain)
    option = None if plain in COLUMNS else _OPTION.fullmatch(plain)
    return f"option {option[1].upper()}" if option else plain


def _item(row: dict[str, str]) -> dict[str, Any]:
    """The item that a row gives; what can't be right is left for the check to name."""
    more = parsed(row.pop("more", ""))
    shown: dict[str, Any] = {key: row.pop(key) for key in _TEXTS if key in row}
    options = _options(row)
    if options is not None:
        shown["options"] = options
    if "correct_answer" in row:
        shown["correct_answer"] = _right(row.pop("correct_answer"), options)
    for key in ("difficulty", "estimated_time_seconds"):
        if key in row:
            text = row.pop(key).strip()
            shown[key] = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else text
    if "tags" in row:
        shown["tags"] = _tags(row.pop("tags"))
    shown |= row
    if more is not None:
        shown = joined(shown, more)
    if "type" not in shown:
        shown["type"] = "mcq" if "options" in shown else "theory"
    if "id" not in shown:
        texts = [str(shown.get("question", "")), *map(str, (options or {}).values())]
        shown["id"] = own_id("row", *texts)
    return shown


def _options(row: dict[str, str]) -> Any:
    """Options from columns of their own, or from one that holds them all."""
    named = [key for key in row if key.startswith("option ")]
    if named:
        return {key.removeprefix("option "): row.pop(key) for key in named}
    if "options" not in row:
        return None
    text = row.pop("options")
    if text.lstrip().startswith("{"):
        found = parsed(text)
        return text if found is None else found
    separator = "\n" if "\n" in text else "|"
    return letter_options([part.strip() for part in text.split(separator) if part.strip()])


def _right(text: str, options: Any) -> Any:
    """The right options: a key, keys, or an option's own text."""
    if not isinstance(options, dict) or text in options:
        return text
    if text.lstrip().startswith("["):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    by_text = [key for key, option in options.items() if option == text]
    if len(by_text) == 1:
        return by_text[0]
    keys = [part for part in re.split(r"[\s,;|]+", text) if part]
    upper = [key.upper() for key in keys]
    if keys and all(key in options for key in keys):
        return keys if len(keys) > 1 else keys[0]
    if upper and all(key in options for key in upper):
        return upper if len(upper) > 1 else upper[0]
    return text


def _tags(text: str) -> Any:
    if text.lstrip().startswith("["):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    separator = ";" if ";" in text else "," if "," in text else None
    return [part.strip() for part in text.split(separator) if part.strip()]


def text(shelves: Sequence[Shelf], separator: str) -> str:
    """Facets as one table, each row with its place."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator="\n")
    writer.writerow(COLUMNS)
    for shelf in shelves:
        for kept in shelf.kept:
            writer.writerow(row(item_of(kept.question, kept.written), shelf.path))
    return out.getvalue()


def row(item: Mapping[str, Any], path: str) -> list[str]:
    """The cells of an item, which read as that item again."""
    shown = {key: item[key] for key in _TEXTS if isinstance(item.get(key), str) and item[key]}
    cells = dict(shown)
    if "options" in item:
        cells["options"] = json.dumps(item["options"], ensure_ascii=False)
    right = item.get("correct_answer")
    if right:
        cells["correct_answer"] = right if isinstance(right, str) else json.dumps(right)
    for key in ("difficulty", "estimated_time_seconds"):
        if item.get(key) is not None:
            cells[key] = str(item[key])
    if item.get("tags"):
        plain = all(re.fullmatch(r"[^\s;,\[]+", tag) for tag in item["tags"])
        cells["tags"] = " ".join(item["tags"]) if plain else json.dumps(item["tags"])
    more = beyond(item, _item(dict(cells)))
    if more:
        cells["more"] = json.dumps(more, ensure_ascii=False)
    cells["path"] = path
    return [cells.get(name, "") for name in COLUMNS]
