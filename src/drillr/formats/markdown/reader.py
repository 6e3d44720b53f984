"""Reads decks in Markdown: cards with Q:, A: and C:, notes with `::` and `?`, quizzes."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from drillr.domain.history import Past
from drillr.domain.paths import FacetPath
from drillr.errors import ContentError
from drillr.formats import cloze
from drillr.formats.markdown import notes, quiz
from drillr.formats.markdown.blocks import NOTE, Block, blocks, front_matter, sides
from drillr.formats.source import Item, Listed, Reading
from drillr.formats.text_items import (
    NOTE_BYTES,
    item_at,
    joined,
    own_id,
    parsed,
    place_of,
    read_text,
)
from drillr.formats.text_source import TextSource

# [hidden], but no link, no picture, no box of a list, and nothing escaped.
_HOLE = re.compile(r"(?<![!\\\[\]])\[(?![ xX]\] )([^\[\]\n]{1,1000})\](?![(\[])")
_TAGS_LINE = re.compile(r"(?:#[\w/-]+\s*)+$")
_DECK_TAG = re.compile(r"#flashcards?((?:/[\w-]+)*)(?![\w/-])")

_NEXT = "Q: next\nA: one"


@contextmanager
def opened(path: str, reading: Reading) -> Iterator["MarkdownDeck"]:
    """The deck at a path."""
    yield MarkdownDeck(path, read_text(path, NOTE_BYTES), reading)


class MarkdownDeck(TextSource):
    """The source that a Markdown file is: one section for each place that it names."""

    def __init__(self, path: str, text: str, reading: Reading) -> None:
        self._path, self._reading = path, reading
        self._lines = text.split("\n")
        self._past: list[Past] = []
        self._found: dict[FacetPath, list[Item]] = {}
        self._context: list[Block] = []
        self._more: dict[str, Any] | None = None
        front, self._start = front_matter(self._lines)
        self._deck = _deck(front.get("deck") or front.get("name") or "")
        self._place = place_of(path, reading, self._deck)

    def sections(self) -> list[Listed]:
        """The places with their questions."""
        for block in blocks(self._lines, self._start):
            self._take(block)
        return [Listed(path, items) for path, items in self._found.items()]

    def history(self) -> Sequence[Past]:
        """The schedules that comments beside the cards hold."""
        return self._past

    def remarks(self) -> list[str]:
        """A file that holds no question says so."""
        return [] if self._found else ["holds no question"]

    def _take(self, block: Block) -> None:
        if block.kind == "note":
            self._note(block)
        elif block.kind in ("rule", "heading"):
            # A heading may be a quiz's question; what stood before it is not.
            self._context = [block] if block.kind == "heading" else []
        elif block.kind == "card":
            self._marked(block)
            self._context = []
        elif _TAGS_LINE.fullmatch(block.text.strip()):
            self._tags(block.text)
        else:
            self._text(block)

    def _note(self, block: Block) -> None:
        match = NOTE.match(block.lines[0])
        kind, text = (match[1], match[2]) if match else ("", "")
        self._context = []
        if kind == "drillr":
            self._more = parsed(text)
            return
        self._place = (
            place_of(self._path, self._reading) if self._reading.under else FacetPath.parse(text)
        )

    def _tags(self, text: str) -> None:
        """A line of tags: `#flashcards/a/b` says where what follows goes."""
        found = _DECK_TAG.search(text)
        if found:
            names = tuple(part for part in found[1].split("/") if part)
            self._place = place_of(self._path, self._reading, names or self._deck)

    def _marked(self, block: Block) -> None:
        question, answer, text = sides(block)
        if text and not question:
            found = cloze.holes(text, _HOLE)
            for index, hole in enumerate(found):
                self._add(block.line, {
                    "id": own_id("md", text, str(index)), "type": "theory",
                    "question": hole.question, "answer": hole.answer, "explanation": hole.whole,
                })  # fmt: skip
            if found:
                return
            question, answer = text, ""
        self._add(
            block.line,
            {"id": own_id("md", question), "type": "theory", "question": question,
             "answer": answer},
        )  # fmt: skip

    def _text(self, block: Block) -> None:
        """A block without marks: a quiz, a note of another dialect, or only text."""
        found = quiz.read(self._context, block)
        if found is not None:
            self._add(*found)
            self._context = []
            return
        cards = list(notes.read(block))
        for card in cards:
            name = self._add(card.line, card.item)
            if name is not None and card.schedule is not None:
                self._past.append(notes.past(card.schedule, name))
        if cards:
            self._context = []
        else:
            self._context.append(block)

    def _add(self, line: int, item: dict[str, Any]) -> str | None:
        """Keep a question with what a comment before it says; the id if it is one."""
        if self._more is not None:
            item = joined(item, self._more)
            self._more = None
        found = item_at(line, item)
        self._found.setdefault(self._place, []).append(found)
        return getattr(found[1], "external_id", None)


def _deck(text: str) -> tuple[str, ...]:
    """A deck's names, written with `::` or `/` between them."""
    return tuple(part.strip() for part in re.split(r"::|/", text) if part.strip())


def one(text: str) -> dict[str, Any] | None:
    """The item that a text gives if it is exactly one question, and leaves what is around alone.

    This is how a writer checks itself: a fence that is never closed would swallow what follows, a
    comment in a text would undo the one above it.
    """
    deck = _Only(f'<!-- drillr: {{"probe": 1}} -->\n{text}\n\n<!-- drillr: {{}} -->\n{_NEXT}\n')
    try:
        deck.sections()
    except ContentError:
        return None
    if len(deck.items) != 2 or deck.items[1]["question"] != "next" or deck.moved:
        return None
    return deck.items[0] if deck.items[0].pop("probe", None) else None


class _Only(MarkdownDeck):
    """Keeps the items as they are read, unchecked."""

    def __init__(self, text: str) -> None:
        super().__init__("a__b__c__d.md", text, Reading())
        self.items: list[dict[str, Any]] = []
        self.moved = False

    def _add(self, line: int, item: dict[str, Any]) -> str | None:
        self.items.append(item if self._more is None else joined(item, self._more))
        self._more = None
        self.moved |= str(self._place) != "a__b__c__d"
        return None
