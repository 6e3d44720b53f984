"""Repository of content: the hierarchy, questions with their options, and what was imported."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from drillr.domain.ids import FacetId, QuestionId, facet_id, place_id
from drillr.domain.paths import SEPARATOR, FacetPath
from drillr.domain.question import Option, Question, QuestionType

if TYPE_CHECKING:
    from drillr.store.connection import Connection
    from drillr.store.revision import Stamp

_LEVELS = (("topics", None), ("subtopics", "topic_id"), ("leaves", "subtopic_id"))
_CHUNK = 500
_QUESTION = (
    "select q.id, q.external_id, q.facet_id, f.path, q.type, q.question, q.context, q.answer,"
    " q.difficulty_level, q.estimated_time_seconds, q.tags, q.content_hash, q.is_active, q.metadata"
    " from questions q join facets f on f.id = q.facet_id where "
)


class Known(NamedTuple):
    """What the store holds of a question that a file brings again."""

    id: QuestionId
    facet_id: FacetId
    content_hash: bytes
    is_active: bool
    order_index: int


class Facet(NamedTuple):
    """A facet's row."""

    id: FacetId
    path: str
    name: str
    active_questions: int


def facets(db: "Connection") -> list[Facet]:
    """Every facet, sorted by path."""
    rows = db.rows("select id, path, name, active_questions from facets order by path")
    return [Facet(FacetId(db.read_key(key)), path, name, n) for key, path, name, n in rows]


def level_names(db: "Connection") -> dict[str, str]:
    """The names of topics, subtopics and leaves, by path."""
    found: dict[str, str] = {}
    ids: dict[bytes, str] = {}
    for table, parent in _LEVELS:
        columns = f"id, code, name, {parent or 'null'}"
        for key, code, name, above in db.rows(f"select {columns} from {table}"):
            prefix = ids[db.read_key(above)] + SEPARATOR if parent else ""
            path = ids[db.read_key(key)] = prefix + code
            found[path] = name
    return found


def ensure_place(
    db: "Connection",
    path: FacetPath,
    names: dict[str, tuple[str | None, str | None]],
    stamp: "Stamp",
) -> FacetId:
    """Make the four levels of a path exist, with the names given to them; the facet's id."""
    at, prefixes = db.instant(stamp.at), path.prefixes()
    parent: Any = None
    tables = ("topics", "subtopics", "leaves", "facets")
    parents = (None, "topic_id", "subtopic_id", "leaf_id")
    for index, (table, column) in enumerate(zip(tables, parents, strict=True)):
        key, code = db.key(place_id(prefixes[index])), path.parts[index]
        level = ("topic", "subtopic", "leaf", "facet")[index]
        name, description = names.get(level, (None, None))
        held = db.row(f"select name, description from {table} where id = ?", (key,))
        if held is None:
            row = {
                "id": key, "code": code, "name": name or code, "description": description,
                "order_index": 0, "is_active": 1, "created_at": at, "updated_at": at,
                "revision": stamp.revision(db),
            }  # fmt: skip
            if column:
                row[column] = parent
            if table == "facets":
                row |= {"path": str(path), "active_questions": 0}
            marks = ", ".join("?" * len(row))
            db.run(
                f"insert into {table} ({', '.join(row)}) values ({marks})",
                tuple(row.values()),
            )
        elif (name and name != held[0]) or (description and description != held[1]):
            db.run(
                f"update {table} set name = ?, description = ?, updated_at = ?, revision = ?"
                " where id = ?",
                (name or held[0], description or held[1], at, stamp.revision(db), key),
            )
        parent = key
    return facet_id(str(path))


def has_questions(db: "Connection") -> bool:
    """Whether the store holds any question."""
    return db.row("select 1 from questions limit 1") is not None


def count(db: "Connection") -> int:
    """How many questions the store holds, active or not."""
    row = db.row("select count(*) from questions")
    return row[0] if row else 0


def tags(db: "Connection") -> set[str]:
    """Every tag that an active question has."""
    rows = db.rows("select distinct tags from questions where is_active = 1")
    return {tag for (listed,) in rows for tag in json.loads(listed)}


def known(db: "Connection", external_ids: Sequence[str]) -> dict[str, Known]:
    """Which of these questions the store holds already."""
    found: dict[str, Known] = {}
    for start in range(0, len(external_ids), _CHUNK):
        chunk = external_ids[start : start + _CHUNK]
        marks = ", ".join("?" * len(chunk))
        for external, key, facet, code, active, order in db.rows(
            "select external_id, id, facet_id, content_hash, is_active, order_index"
            f" from questions where external_id in ({marks})",
            tuple(chunk),
        ):
            found[external] = Known(
                QuestionId(db.read_key(key)), FacetId(db.read_key(facet)), db.read_blob(code),
                bool(active), order,
            )  # fmt: skip
    return found


def place_cards(db: "Connection", keys: Sequence[QuestionId]) -> None:
    """Cards repeat their question's facet, and are due only while the question is active."""
    db.many(
        "update spaced_repetition_cards set"
        " facet_id = (select q.facet_id from questions q where q.id = question_id),"
        " due_at = case when suspended = 0 and (select q.is_active from questions q"
        " where q.id = question_id) = 1 then case when buried_until > next_review_at"
        " then buried_until else next_review_at end end"
        " where question_id = ?",
        [(db.key(key),) for key in keys],
    )


def deactivate_missing(
    db: "Connection", source: str, present: Iterable[str], stamp: "Stamp"
) -> dict[FacetId, int]:
    """Deactivate the questions that came from this file and are no longer in it; how many where."""
    held = db.rows(
        "select id, external_id, facet_id from questions where source = ? and is_active = 1",
        (source,),
    )
    kept = set(present)
    gone = [
        (QuestionId(db.read_key(key)), FacetId(db.read_key(facet)))
        for key, external, facet in held
        if external not in kept
    ]
    if not gone:
        return {}
    at, revision = db.instant(stamp.at), stamp.revision(db)
    db.many(
        "update questions set is_active = 0, updated_at = ?, revision = ? where id = ?",
        [(at, revision, db.key(key)) for key, _ in gone],
    )
    place_cards(db, [key for key, _ in gone])
    return Counter(facet for _, facet in gone)


def count_active(db: "Connection", facets_touched: Iterable[FacetId]) -> None:
    """Bring the facets' own counts of active questions up to date."""
    db.many(
        "update facets set active_questions = (select count(*) from questions q"
        " where q.facet_id = facets.id and q.is_active = 1) where id = ?",
        [(db.key(facet),) for facet in facets_touched],
    )


def sources(db: "Connection") -> dict[str, tuple[bytes, int]]:
    """Digest and item count of each file that was last imported whole, by its name."""
    rows = db.rows("select source, digest, items from import_sources")
    return {source: (db.read_blob(code), items) for source, code, items in rows}


def remember_source(
    db: "Connection", source: str, facet: FacetId, code: bytes, items: int, now: datetime
) -> None:
    """Note that the file with this digest is in the store, every item of it."""
    db.run(
        db.upsert("import_sources", ("source",), ("facet_id", "digest", "items", "imported_at")),
        (source, db.key(facet), db.blob(code), items, db.instant(now)),
    )


def forget_sources(db: "Connection", facets_touched: Iterable[FacetId]) -> None:
    """These facets no longer hold just what their files say: read the files again next time."""
    db.many(
        "delete from import_sources where facet_id = ?",
        [(db.key(facet),) for facet in facets_touched],
    )


def question(db: "Connection", key: QuestionId) -> Question | None:
    """The question with its options, active or not."""
    return _question(db, db.row(_QUESTION + "q.id = ?", (db.key(key),)))


def question_named(db: "Connection", external_id: str) -> Question | None:
    """The question that files call `external_id`."""
    return _question(db, db.row(_QUESTION + "q.external_id = ?", (external_id,)))


def external_ids(db: "Connection", keys: Sequence[QuestionId]) -> dict[QuestionId, str]:
    """The names that files give to these questions."""
    found: dict[QuestionId, str] = {}
    for start in range(0, len(keys), _CHUNK):
        chunk = [db.key(key) for key in keys[start : start + _CHUNK]]
        marks = ", ".join("?" * len(chunk))
        for key, name in db.rows(
            f"select id, external_id from questions where id in ({marks})",
            tuple(chunk),
        ):
            found[QuestionId(db.read_key(key))] = name
    return found


def names_like(db: "Connection", beginning: str, most: int) -> list[str]:
    """External ids that start with `beginning`, sorted."""
    rows = db.rows(
        "select external_id from questions where external_id >= ? and external_id < ?"
        " order by external_id limit ?",
        (beginning, beginning + "\U0010ffff", most),
    )
    return [name for (name,) in rows]


def _question(db: "Connection", row: tuple[Any, ...] | None) -> Question | None:
    if row is None:
        return None
    (key, external, facet, path, kind, text, context, answer, difficulty, seconds, tags, code,
     active, metadata) = row  # fmt: skip
    options: tuple[Option, ...] = ()
    if kind == "mcq":
        options = tuple(
            Option(name, option, bool(right), why)
            for name, option, right, why in db.rows(
                "select option_key, option_text, is_correct, explanation from mcq_options"
                " where question_id = ? order by option_key",
                (key,),
            )
        )
    return Question(
        id=QuestionId(db.read_key(key)), external_id=external,
        facet_id=FacetId(db.read_key(facet)), path=path, type=QuestionType(kind), text=text,
        context=context, answer=answer, options=options, difficulty=difficulty,
        estimated_seconds=seconds, tags=tuple(json.loads(tags)), content_hash=db.read_blob(code),
        is_active=bool(active), metadata=json.loads(metadata),
    )  # fmt: skip
