"""Opens a package of Anki (.apkg, .colpkg) as a source: decks are sections, cards are questions."""

import json
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from urllib.parse import quote, unquote

from drillr.domain import limits
from drillr.domain.paths import LEVELS, FacetPath
from drillr.domain.placing import GENERAL, place
from drillr.domain.text import FORBIDDEN
from drillr.errors import ContentError
from drillr.formats import archive
from drillr.formats.anki import collection as collections
from drillr.formats.anki import protobuf
from drillr.formats.anki.cards import Unreadable, external_id, item_of
from drillr.formats.anki.collection import CardRow, Collection
from drillr.formats.anki.history import History
from drillr.formats.archive import Archive
from drillr.formats.markdown_html import MEDIA
from drillr.formats.question_check import ItemRefused, check
from drillr.formats.source import Item, Medium, Names, Reading, Refusal

_COLLECTION_BYTES = 8 * 1024**3
_MEDIUM_BYTES, _LEAST_MEDIA = 512 * 1024**2, 1024**3
_MAP_BYTES = 64 * 1024**2
_NAME = 120
_LATEST, _SECOND, _FIRST = "collection.anki21b", "collection.anki21", "collection.anki2"
_JOURNAL = slice(18, 20)
_MEDIUM = re.compile(rf"\]\({MEDIA}([^)\s]{{1,400}})\)")


@contextmanager
def opened(path: str, reading: Reading) -> Iterator["Package"]:
    """The package at a path; its collection is unpacked into a folder that is gone afterwards."""
    with archive.opened(path) as packed, tempfile.TemporaryDirectory(prefix="drillr-") as folder:
        database = os.path.join(folder, "collection.db")
        with open(database, "w+b") as file:
            packed.copy(_collection_name(packed), file, _COLLECTION_BYTES)
            # The copy says that a journal lies beside it, and there is none.
            file.seek(_JOURNAL.start)
            if file.read(2) == b"\x02\x02":
                file.seek(_JOURNAL.start)
                file.write(b"\x01\x01")
        with collections.opened(database) as found:
            yield Package(found, Media(packed, folder), reading)


def _collection_name(packed: Archive) -> str:
    """Newer packages hold an older collection too, which only asks to update Anki."""
    for name in (_LATEST, _SECOND, _FIRST):
        if name in packed.names:
            return name
    raise ContentError("no package of Anki: it holds no collection")


class Media:
    """The package's pictures and sounds; each is unpacked when the first question names it.

    Names are those of the bytes, so that two packages with another `image.png` each get along, and
    every device gives the same one.
    """

    def __init__(self, packed: Archive, folder: str) -> None:
        self._packed, self._folder = packed, folder
        self._entries = _media_map(packed)
        self._links: dict[str, str] = {}
        # Media hardly pack: all together they are about as large as the package itself.
        self._left = max(_LEAST_MEDIA, 4 * packed.size)
        self.kept: list[Medium] = []
        self.damaged: list[str] = []

    def link(self, name: str) -> str:
        """The link by which Markdown names a medium."""
        found = self._links.get(name)
        if found is None:
            found = self._links[name] = MEDIA + quote(self._unpack(name), safe="")
        return found

    def _unpack(self, name: str) -> str:
        # Some notes name media as a URL does.
        entry = self._entries.get(name) or self._entries.get(unquote(name))
        shown = _safe_name(name if name in self._entries else unquote(name))
        if entry is None or entry not in self._packed.names:
            return shown
        path = os.path.join(self._folder, f"medium-{len(self.kept)}")
        digest = sha256()
        try:
            with open(path, "wb") as file:
                for piece in self._packed.pieces(entry, min(_MEDIUM_BYTES, self._left)):
                    self._left -= len(piece)
                    digest.update(piece)
                    file.write(piece)
        except ContentError as error:
            self.damaged.append(f"{shown}: {error.message}")
            return shown
        mark = f"{digest.hexdigest()[:12]}-"
        # What drillr exported carries its mark already.
        kept = shown if shown.startswith(mark) else mark + shown
        self.kept.append(Medium(kept, path))
        return kept


class Package:
    """The source that a package is."""

    def __init__(self, found: Collection, media: Media, reading: Reading) -> None:
        self._collection, self._media, self._under = found, media, reading.under
        self._names: dict[tuple[str, int], str] = {}
        self._history = History(found, self._names)
        self._cards = 0

    def sections(self) -> Iterator["_Deck"]:
        """The decks that hold cards."""
        rows = self._collection.cards()
        waiting = next(rows, None)
        while waiting is not None:
            deck = _Deck(self, waiting, rows)
            yield deck
            waiting = deck.rest()

    def line_of(self, position: int) -> None:
        """A package has no lines."""

    def history(self) -> History:
        """Answers, schedules without a log, suspensions and flags."""
        return self._history

    def media(self) -> Sequence[Medium]:
        """What the questions link to."""
        return self._media.kept

    def remarks(self) -> list[str]:
        """How many notes there were, and what could not be taken along."""
        notes = self._collection.notes()
        found = [f"{notes} notes with {self._cards} cards"]
        if self._history.skipped:
            found.append(
                f"{self._history.skipped} entries of the review log are no answers and were"
                " left out (a card forgotten or rescheduled)"
            )
        return found + [f"a media file is missing: {text}" for text in self._media.damaged]

    def item(self, row: CardRow) -> Item:
        """A card as a draft, or why it is none."""
        self._cards += 1
        position = self._cards
        deck = self._collection.decks.get(row.deck, ("Default",))
        kind = self._collection.note_types.get(row.note_type)
        name = external_id(row.guid, row.ord)
        try:
            item = item_of(row, kind, deck, self._media.link)
            draft = check(item)
        except (Unreadable, ItemRefused) as refused:
            return position, Refusal(None, name, str(refused))
        if draft.external_id != name:
            texts = [draft.text, draft.context, draft.answer, draft.metadata]
            for text in texts + [option.text for option in draft.options]:
                for found in _MEDIUM.findall(text or ""):
                    self._media.link(unquote(found))
            self._names[row.guid, row.ord] = draft.external_id
        return position, draft

    def path(self, deck: int) -> FacetPath:
        """The facet for a deck."""
        return place(self._collection.decks.get(deck, ("Default",)), self._under)

    def level_names(self, deck: int) -> Names:
        """The deck's own names for the levels that were made from them."""
        parts = self._collection.decks.get(deck, ("Default",))
        codes = self.path(deck).parts
        above = len(self._under)
        found: Names = {}
        for index, (level, code) in enumerate(zip(LEVELS, codes, strict=True)):
            beyond = index - above
            if code == GENERAL:
                found[level] = (GENERAL.capitalize(), None)
            elif 0 <= beyond < len(parts) and above + len(parts) <= 4:
                name = FORBIDDEN.sub("", parts[beyond]).strip()[: limits.NAME]
                if name and name != code:
                    found[level] = (name, None)
        return found


class _Deck:
    """One deck's cards: those of the rows that follow one another."""

    def __init__(self, package: Package, first: CardRow, rows: Iterator[CardRow]) -> None:
        self._package, self._first, self._rows = package, first, rows
        self._next: CardRow | None = first

    @property
    def path(self) -> FacetPath:
        """Where the deck's cards go."""
        return self._package.path(self._first.deck)

    def __iter__(self) -> Iterator[Item]:
        while self._next is not None and self._next.deck == self._first.deck:
            row = self._next
            yield self._package.item(row)
            self._next = next(self._rows, None)

    def names(self) -> Names:
        """The deck's names for the levels."""
        return self._package.level_names(self._first.deck)

    def rest(self) -> CardRow | None:
        """The first card of the next deck, once this one's were all taken."""
        return self._next


def _media_map(packed: Archive) -> dict[str, str]:
    """The archive's entry for each medium's name."""
    if "media" not in packed.names:
        return {}
    data = packed.read("media", _MAP_BYTES)
    found = {}
    if data[:1] in (b"{", b""):
        try:
            listed = json.loads(data or b"{}")
        except (ValueError, RecursionError):
            raise ContentError("the package's list of media can't be read") from None
        for entry, name in listed.items():
            if isinstance(name, str):
                found[name] = str(entry)
        return found
    for index, (number, value) in enumerate(protobuf.fields(data)):
        if number == 1 and isinstance(value, bytes):
            name = dict(protobuf.fields(value)).get(1, b"")
            found[protobuf.text(name)] = str(index)
    return found


def _safe_name(name: str) -> str:
    """A file name without folders, control characters and anything a shell or disk trips over."""
    base = FORBIDDEN.sub("", name).replace("\\", "/").rsplit("/", 1)[-1]
    base = "".join("_" if char in '<>:"|?*\n\t' else char for char in base).strip(". ")
    stem, dot, ending = base.rpartition(".")
    if len(base) > _NAME:
        base = (stem or base)[: _NAME - 10] + (dot + ending[:8] if stem else "")
    return base or "medium"
