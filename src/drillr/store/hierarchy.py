"""Repository of the content's tree as its readers see it: levels, and pages of questions."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from drillr.domain.ids import FacetId, QuestionId
from drillr.domain.paths import SEPARATOR
from drillr.domain.question import Option, Question, QuestionType

if TYPE_CHECKING:
    from drillr.store.connection import Connection

_TABLES = (
    ("topics", "null"),
    ("subtopics", "topic_id"),
    ("leaves", "subtopic_id"),
    ("facets", "leaf_id"),
)
_QUESTION = (
    "select q.id, q.external_id, q.facet_id, f.path, q.type, q.question, q.context, q.answer,"
    " q.difficulty_level, q.estimated_time_seconds, q.tags, q.content_hash, q.is_active,"
    " q.metadata, q.order_index from questions q join facets f on f.id = q.facet_id"
)
_CHUNK = 500


class Place(NamedTuple):
    """A topic, subtopic, leaf or facet; `depth` 0 is a topic, `questions` counts active ones."""

    id: bytes
    depth: int
    path: str
    code: str
    name: str
    description: str | None
    order_index: int
    questions: int


class Position(NamedTuple):
    """Where a question stands in its facet: what a page begins after."""

    order_index: int
    external_id: str


FIRST = Position(-1, "")


def places(db: "Connection") -> list[Place]:
    """Every place, parents before children, each level in its own order."""
    found: list[Place] = []
    paths: dict[bytes, str] = {}
    for depth, (table, parent) in enumerate(_TABLES):
        questions = "active_questions" if table == "facets" else "0"
        rows = db.rows(
            f"select id, {parent}, code, name, description, order_index, {questions} from {table}"
            " order by order_index, code"
        )
        for key, above, code, name, description, order, count in rows:
            place = db.read_key(key)
            prefix = paths[db.read_key(above)] + SEPARATOR if above is not None else ""
            paths[place] = prefix + code
            found.append(Place(place, depth, prefix + code, code, name, description, order, count))
    return found


def facet(db: "Connection", key: FacetId) -> Place | None:
    """One facet."""
    row = db.row(
        "select id, path, code, name, description, order_index, active_questions from facets"
        " where id = ?",
        (db.key(key),),
    )
    return None if row is None else Place(db.read_key(row[0]), 3, *row[1:])


def page(
    db: "Connection", key: FacetId, after: Position, most: int
) -> list[tuple[Position, Question]]:
    """Active questions of a facet in the file's order, those behind `after`, with options."""
    rows = db.rows(
        _QUESTION + " where q.facet_id = ? and q.is_active = 1 and (q.order_index > ? or"
        " (q.order_index = ? and q.external_id > ?)) order by q.order_index, q.external_id limit ?",
        (db.key(key), after.order_index, after.order_index, after.external_id, most),
    )
    options = options_of(db, [db.read_key(row[0]) for row in rows if row[4] == "mcq"])
    return [
        (Position(row[14], row[1]), _question(db, row, options.get(db.read_key(row[0]), ())))
        for row in rows
    ]


def question(db: "Connection", key: QuestionId) -> Question | None:
    """One question with its options, active or not."""
    row = db.row(_QUESTION + " where q.id = ?", (db.key(key),))
    if row is None:
        return None
    return _question(db, row, options_of(db, [key]).get(key, ()))


def questions(db: "Connection", keys: Sequence[QuestionId]) -> dict[QuestionId, Question]:
    """Several questions with their options, active or not; unknown ones are missing."""
    found: dict[QuestionId, Question] = {}
    options = options_of(db, keys)
    for start in range(0, len(keys), _CHUNK):
        chunk = [db.key(key) for key in keys[start : start + _CHUNK]]
        for row in db.rows(f"{_QUESTION} where q.id in ({', '.join('?' * len(chunk))})", chunk):
            key = QuestionId(db.read_key(row[0]))
            found[key] = _question(db, row, options.get(key, ()))
    return found


def options_of(db: "Connection", keys: Sequence[bytes]) -> dict[bytes, tuple[Option, ...]]:
    """The options of several questions, sorted by key."""
    found: dict[bytes, list[Option]] = {}
    for start in range(0, len(keys), _CHUNK):
        chunk = [db.key(key) for key in keys[start : start + _CHUNK]]
        rows = db.rows(
            "select question_id, option_key, option_text, is_correct, explanation from mcq_options"
            f" where question_id in ({', '.join('?' * len(chunk))})"
            " order by question_id, option_key",
            chunk,
        )
        for owner, option, text, right, why in rows:
            found.setdefault(db.read_key(owner), []).append(Option(option, text, bool(right), why))
    return {key: tuple(options) for key, options in found.items()}


def _question(db: "Connection", row: tuple[Any, ...], options: tuple[Option, ...]) -> Question:
    return Question(
        id=QuestionId(db.read_key(row[0])), external_id=row[1],
        facet_id=FacetId(db.read_key(row[2])), path=row[3], type=QuestionType(row[4]), text=row[5],
        context=row[6], answer=row[7], options=options, difficulty=row[8],
        estimated_seconds=row[9], tags=tuple(json.loads(row[10])),
        content_hash=db.read_blob(row[11]), is_active=bool(row[12]), metadata=json.loads(row[13]),
    )  # fmt: skip
