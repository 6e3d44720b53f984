"""Reads a collection of Anki: its note types, decks, cards and reviews, in schema 11 and 15 to 18.

The SQL here is not drillr's own: it reads a database that somebody else made. So the file is opened
read-only, its schema is not trusted, and a statement that runs for ever is stopped.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, NamedTuple

from drillr.errors import ContentError
from drillr.formats.anki import protobuf

TEXT_LIMIT = 256 * 1024
_CELL_LIMIT = 32 * 1024 * 1024
_STEPS, _STEP = 3_000, 1_000_000
_TABLES = frozenset(["col", "notes", "cards", "revlog"])
_LATER_TABLES = frozenset(["notetypes", "fields", "templates", "decks", "config"])
_CARDS = (
    "select n.guid, n.tags, n.flds, n.mid, c.id, c.ord, c.type, c.queue,"
    " case when c.odid <> 0 and c.odue <> 0 then c.odue else c.due end, c.ivl, c.factor, c.flags,"
    " c.mod, c.nid, case when c.odid <> 0 then c.odid else c.did end as home"
    " from cards c join notes n on n.id = c.nid"
    " order by home, case when c.type = 0 then c.due else 0 end, c.nid, c.ord"
)
_REVIEWS = (
    "select n.guid, c.ord, r.id, r.ease, r.time, r.type, r.factor, r.ivl from revlog r"
    " join cards c on c.id = r.cid join notes n on n.id = c.nid order by r.cid, r.id"
)


class Template(NamedTuple):
    """One card of a note type: its name, and the HTML of its two sides."""

    name: str
    front: str
    back: str


class NoteType(NamedTuple):
    """A note type: `cloze` ones make a card for each number of a deletion."""

    name: str
    cloze: bool
    fields: tuple[str, ...]
    templates: dict[int, Template]


class CardRow(NamedTuple):
    """A card with its note; times as Anki has them."""

    guid: str
    tags: str
    fields: str
    note_type: int
    id: int
    ord: int
    type: int
    queue: int
    due: int
    interval: int
    factor: int
    flags: int
    modified: int
    note: int
    deck: int


class ReviewRow(NamedTuple):
    """A line of the review log; `at` in milliseconds of Unix time, `interval` in days (if > 0)."""

    guid: str
    ord: int
    at: int
    ease: int
    time: int
    type: int
    factor: int
    interval: int


# What SQLite says of a damaged schema may quote bytes that are no text.
_DAMAGE = (sqlite3.Error, OverflowError, UnicodeDecodeError)


class Collection:
    """An opened collection; iterate `cards` and `reviews` as often as you like."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        tables = {
            name: kind
            for name, kind, _ in self._rows("select name, type, sql from sqlite_master")
            if isinstance(name, str)
        }
        self._require(tables, _TABLES)
        version, created, models, decks, conf = self._first(
            "select ver, crt, models, decks, conf from col"
        )
        self.version = _number(version)
        self.created = _number(created)
        if self.version >= 15:
            self._require(tables, _LATER_TABLES)
            self.note_types = self._later_note_types()
            self.decks = self._later_decks()
            config = {
                str(key): _loaded(value)
                for key, value in self._rows(
                    "select key, val from config where key in ('schedVer', 'rollover')"
                )
            }
        else:
            self.note_types = _note_types(_object(models, "models"))
            self.decks = _decks(_object(decks, "decks"))
            config = _object(conf, "conf")
        self.first_scheduler = _number(config.get("schedVer", 1)) < 2

    def notes(self) -> int:
        """How many notes there are."""
        return _number(self._first("select count(*) from notes")[0])

    def cards(self) -> Iterator[CardRow]:
        """Every card with its note, deck by deck, new ones in the order they would be learned."""
        for guid, tags, flds, *numbers in self._rows(_CARDS):
            yield CardRow(_text(guid), _text(tags), _text(flds), *map(_number, numbers))

    def reviews(self) -> Iterator[ReviewRow]:
        """Every line of the review log that belongs to a card, card by card, oldest first."""
        for guid, *numbers in self._rows(_REVIEWS):
            yield ReviewRow(_text(guid), *map(_number, numbers))

    def _later_note_types(self) -> dict[int, NoteType]:
        fields: dict[int, list[str]] = {}
        for owner, name in self._rows("select ntid, name from fields order by ntid, ord"):
            fields.setdefault(_number(owner), []).append(_text(name))
        templates: dict[int, dict[int, Template]] = {}
        for owner, number, name, config in self._rows(
            "select ntid, ord, name, config from templates"
        ):
            sides = {key: protobuf.text(value) for key, value in protobuf.fields(_bytes(config))}
            templates.setdefault(_number(owner), {})[_number(number)] = Template(
                _text(name), sides.get(1, ""), sides.get(2, "")
            )
        found = {}
        for key, name, config in self._rows("select id, name, config from notetypes"):
            kind = dict(protobuf.fields(_bytes(config))).get(1, 0)
            number = _number(key)
            found[number] = NoteType(
                _text(name), kind == 1, tuple(fields.get(number, ())), templates.get(number, {})
            )
        return found

    def _later_decks(self) -> dict[int, tuple[str, ...]]:
        return {
            _number(key): tuple(_text(name).split("\x1f"))
            for key, name in self._rows("select id, name from decks")
        }

    def _require(self, tables: dict[str, str], wanted: frozenset[str]) -> None:
        missing = sorted(name for name in wanted if tables.get(name) != "table")
        if missing:
            raise ContentError(f"no collection of Anki: it has no table {', '.join(missing)}")

    def _first(self, sql: str) -> tuple[Any, ...]:
        row = next(self._rows(sql), None)
        if row is None:
            raise ContentError("no collection of Anki: it says nothing about itself")
        return row

    def _rows(self, sql: str) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self._connection.execute(sql)
        except _DAMAGE as error:
            raise ContentError(f"the collection is damaged: {error}") from None


@contextmanager
def opened(path: str) -> Iterator[Collection]:
    """The collection in a database file, which is drillr's own copy and is not written."""
    try:
        connection = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    except sqlite3.Error as error:
        raise ContentError(f"the collection can't be opened: {error}") from None
    with closing(connection):
        connection.text_factory = lambda data: data.decode("utf-8", "replace")
        connection.create_collation("unicase", _unicase)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _CELL_LIMIT)
        left = iter(range(_STEPS))
        connection.set_progress_handler(lambda: next(left, None) is None, _STEP)
        try:
            connection.execute("pragma trusted_schema = off")
            connection.execute("pragma cell_size_check = on")
        except _DAMAGE as error:
            raise ContentError(f"the collection is damaged: {error}") from None
        yield Collection(connection)


def _unicase(one: str, other: str) -> int:
    a, b = one.casefold(), other.casefold()
    return (a > b) - (a < b)


def _note_types(models: dict[str, Any]) -> dict[int, NoteType]:
    """The note types of schema 11: JSON by id."""
    found = {}
    for key, model in models.items():
        if not isinstance(model, dict):
            continue
        fields = sorted(_listed(model, "flds"), key=lambda one: _number(one.get("ord")))
        templates = {
            _number(one.get("ord", index)): Template(
                _text(one.get("name")), _text(one.get("qfmt")), _text(one.get("afmt"))
            )
            for index, one in enumerate(_listed(model, "tmpls"))
        }
        found[_number(key)] = NoteType(
            _text(model.get("name")), model.get("type") == 1,
            tuple(_text(one.get("name")) for one in fields), templates,
        )  # fmt: skip
    return found


def _decks(decks: dict[str, Any]) -> dict[int, tuple[str, ...]]:
    return {
        _number(key): tuple(_text(deck.get("name")).split("::"))
        for key, deck in decks.items()
        if isinstance(deck, dict)
    }


def _listed(model: dict[str, Any], key: str) -> list[dict[str, Any]]:
    value = model.get(key)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _object(value: Any, name: str) -> dict[str, Any]:
    found = _loaded(value)
    if not isinstance(found, dict):
        raise ContentError(f"the collection is damaged: its {name} can't be read")
    return found


def _loaded(value: Any) -> Any:
    try:
        return json.loads(value) if isinstance(value, str | bytes) and value else {}
    except (ValueError, RecursionError):
        return None


def _number(value: Any) -> int:
    """A whole number from a cell that may hold anything."""
    if isinstance(value, int):
        return int(value)
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return 0


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, str) else "" if value is None else str(value)


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else _text(value).encode()
