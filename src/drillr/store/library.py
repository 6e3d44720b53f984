"""Repository of the library as a whole: what an export walks through, facet by facet."""

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from drillr.domain.ids import FacetId, QuestionId
from drillr.domain.question import Option, Question, QuestionType
from drillr.domain.shelf import Kept

if TYPE_CHECKING:
    from drillr.store.connection import Connection


def questions(db: "Connection", facet: FacetId, path: str, *, is_active: bool = True) -> list[Kept]:
    """A facet's active questions in their files' order, or those that left their file."""
    active = int(is_active)
    options: dict[bytes, list[Option]] = {}
    for owner, key, text, right, why in db.rows(
        "select o.question_id, o.option_key, o.option_text, o.is_correct, o.explanation"
        " from mcq_options o join questions q on q.id = o.question_id"
        " where q.facet_id = ? and q.is_active = ? order by o.question_id, o.option_key",
        (db.key(facet), active),
    ):
        options.setdefault(db.read_key(owner), []).append(Option(key, text, bool(right), why))
    rows = db.rows(
        "select id, external_id, type, question, context, answer, difficulty_level,"
        " estimated_time_seconds, tags, content_hash, metadata, source, source_metadata, updated_at"
        " from questions where facet_id = ? and is_active = ?"
        " order by source, order_index, external_id",
        (db.key(facet), active),
    )
    return [_kept(db, row, facet, path, options) for row in rows]


def descriptions(db: "Connection") -> dict[str, tuple[str, str | None]]:
    """Name and description of every place, by path."""
    found: dict[str, tuple[str, str | None]] = {}
    paths: dict[bytes, str] = {}
    for table, parent in (
        ("topics", None), ("subtopics", "topic_id"), ("leaves", "subtopic_id"),
        ("facets", "leaf_id"),
    ):  # fmt: skip
        columns = f"id, code, name, description, {parent or 'null'}"
        for key, code, name, description, above in db.rows(f"select {columns} from {table}"):
            path = f"{paths[db.read_key(above)]}__{code}" if parent else code
            paths[db.read_key(key)] = path
            found[path] = (name, description)
    return found


def _kept(
    db: "Connection",
    row: tuple[Any, ...],
    facet: FacetId,
    path: str,
    options: Mapping[bytes, list[Option]],
) -> Kept:
    (key, external, kind, text, context, answer, difficulty, seconds, tags, code, metadata,
     source, written, changed) = row  # fmt: skip
    identity = QuestionId(db.read_key(key))
    question = Question(
        id=identity, external_id=external, facet_id=facet, path=path, type=QuestionType(kind),
        text=text, context=context, answer=answer, options=tuple(options.get(identity, ())),
        difficulty=difficulty, estimated_seconds=seconds, tags=tuple(json.loads(tags)),
        content_hash=db.read_blob(code), metadata=json.loads(metadata),
    )  # fmt: skip
    return Kept(question, source, json.loads(written) if written else {}, db.read_instant(changed))


def facets_of(db: "Connection") -> Iterator[tuple[FacetId, str]]:
    """Every facet with active questions, sorted by path."""
    for key, path in db.rows(
        "select id, path from facets where active_questions > 0 order by path"
    ):
        yield FacetId(db.read_key(key)), path
