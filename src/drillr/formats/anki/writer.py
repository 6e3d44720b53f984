"""Writes a package that Anki imports: questions as notes, facets as decks, answers as its log.

The SQL here writes a database of Anki's making, not drillr's own.
"""

import json
import os
import sqlite3
import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime
from hashlib import sha1

from drillr.domain.card import Card, CardState
from drillr.domain.exhibit import Exhibit
from drillr.domain.facts import Response
from drillr.domain.history import outcome_of
from drillr.domain.question import Question
from drillr.domain.replay import Step
from drillr.formats.anki import schema
from drillr.formats.anki.notes import fields
from drillr.formats.question_writer import item_of

_FLAGS = {"red": 1, "orange": 2, "green": 3, "blue": 4, "pink": 5, "turquoise": 6, "purple": 7}
_DAY = 86_400
_NEW, _LEARNING, _REVIEW, _RELEARNING = 0, 1, 2, 3
_FILTERED, _SET_BY_HAND = 3, 4
_LOG_TYPES = {
    CardState.NEW: 0, CardState.LEARNING: 0, CardState.REVIEW: 1, CardState.RELEARNING: 2
}  # fmt: skip
_STEP_LEFT = 1001
_LEARNING_SECONDS = -600
# Every file in the archive has this time, so that equal libraries give equal packages.
_ZIP_TIME = (2020, 1, 1, 0, 0, 0)


class Writer:
    """Fills a collection in a file that must not exist yet; `begun` is the first day's start."""

    def __init__(self, path: str, begun: datetime) -> None:
        self._connection = sqlite3.connect(path)
        self._connection.executescript(schema.TABLES)
        self._begun = int(begun.timestamp())
        self._decks: dict[str, int] = {}
        self._log: set[int] = set()
        self._position = 0
        self.reviews = 0
        self.media: set[str] = set()

    def add(self, exhibit: Exhibit) -> None:
        """Write a question's note, card and log."""
        question, self._position = exhibit.question, self._position + 1
        key = schema.NOTE_TYPE + self._position
        modified = int(exhibit.changed_at.timestamp())
        values = fields(item_of(question, exhibit.written), self.media.add)
        tags = "".join(f" {'_'.join(tag.split())}" for tag in question.tags)
        self._connection.execute(
            "insert into notes values (?, ?, ?, ?, -1, ?, ?, ?, ?, 0, '')",
            (
                key, guid(question), schema.NOTE_TYPE, modified, f"{tags} " if tags else "",
                "\x1f".join(values), values[0],
                int(sha1(values[0].encode(), usedforsecurity=False).hexdigest()[:8], 16),
            ),
        )  # fmt: skip
        self._card(key, self._deck(question.path), exhibit.card, modified)
        for step in exhibit.steps:
            if isinstance(step.fact, Response):
                self._answer(key, step.fact, step)

    def close(self, modified: datetime) -> None:
        """Write what the collection says of itself, and finish the file."""
        seconds = int(modified.timestamp())
        names = {key: path.replace("__", "::") for path, key in self._decks.items()}
        with closing(self._connection):
            self._connection.execute(
                "insert into col values (1, ?, ?, ?, 11, 0, 0, 0, ?, ?, ?, ?, '{}')",
                (
                    self._begun, seconds * 1000, seconds * 1000, schema.conf(),
                    schema.note_types(schema.NOTE_TYPE // 1000), schema.decks(names, seconds),
                    schema.options(),
                ),
            )  # fmt: skip
            self._connection.commit()

    def _deck(self, path: str) -> int:
        return self._decks.setdefault(path, schema.FIRST_DECK + len(self._decks))

    def _card(self, key: int, deck: int, card: Card, modified: int) -> None:
        kind = queue = _NEW
        due, left = self._position, 0
        if card.state is not CardState.NEW and card.next_review_at is not None:
            at = int(card.next_review_at.timestamp())
            if card.interval_days:
                kind = queue = _REVIEW
                due = (at - self._begun) // _DAY
            else:
                kind = _RELEARNING if card.state is CardState.RELEARNING else _LEARNING
                queue, due, left = _LEARNING, at, _STEP_LEFT
        if card.suspended:
            queue = -1
        flag = 0 if card.flag is None else _FLAGS.get(card.flag, 1)
        if card.updated_at is not None:
            modified = max(modified, int(card.updated_at.timestamp()))
        last = "{}"
        if card.last_reviewed_at is not None:
            last = json.dumps({"lrt": int(card.last_reviewed_at.timestamp())})
        self._connection.execute(
            "insert into cards values (?, ?, ?, 0, ?, -1, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?)",
            (
                key, key, deck, modified, kind, queue, due, card.interval_days,
                0 if kind == _NEW else max(1300, card.ease * 10), card.total_reviews, card.lapses,
                left, flag, last,
            ),
        )  # fmt: skip

    def _answer(self, card: int, answer: Response, step: Step) -> None:
        at = int(answer.created_at.timestamp() * 1000)
        while at in self._log:
            at += 1
        self._log.add(at)
        after, before = step.after, step.before
        ease, kind = 5 - answer.rating, _LOG_TYPES[before.state]
        if answer.cram:
            kind = _FILTERED
        elif outcome_of(answer.details) is not None:
            ease, kind = 0, _SET_BY_HAND
        self._connection.execute(
            "insert into revlog values (?, ?, -1, ?, ?, ?, ?, ?, ?)",
            (
                at, card, ease, after.interval_days or _LEARNING_SECONDS,
                before.interval_days or (0 if before.state is CardState.NEW else _LEARNING_SECONDS),
                0 if answer.cram else after.ease * 10, answer.elapsed_ms, kind,
            ),
        )  # fmt: skip
        self.reviews += ease > 0


def guid(question: Question) -> str:
    """The note's id in Anki: always the same for a question, so that a new export updates it."""
    return urlsafe_b64encode(question.id).decode().rstrip("=")


def pack(target: str, collection: str, media: Iterable[tuple[str, str]]) -> None:
    """Put a collection and its media (names and where they are) into one archive."""
    listed = list(media)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        _add(file, "collection.anki2", collection)
        names = {str(index): name for index, (name, _) in enumerate(listed)}
        file.writestr(zipfile.ZipInfo("media", _ZIP_TIME), json.dumps(names))
        for index, (_, path) in enumerate(listed):
            _add(file, str(index), path)


def _add(file: zipfile.ZipFile, name: str, path: str) -> None:
    info = zipfile.ZipInfo(name, _ZIP_TIME)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.file_size = os.path.getsize(path)
    with open(path, "rb") as source, file.open(info, "w") as target:
        while piece := source.read(1 << 20):
            target.write(piece)
