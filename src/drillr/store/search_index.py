"""Keeps what search looks words up in: it catches up with content when somebody searches.

Filling it takes half as long again as the import itself, so nothing is written at import. Content
carries a growing revision; the counter `search` says up to which one the index knows it.

On SQLite the words live in an FTS5 index without their text, which can't forget a row unless told
its old text. So a changed question gets a new row there, and the old one, that no document names
any more, is swept out with a rebuild when such rows become many.
"""

import json
from typing import TYPE_CHECKING, Any

from drillr.domain.words import words
from drillr.store import revision

if TYPE_CHECKING:
    from drillr.store.connection import Connection

COUNTER = "search"
STEP = 10_000
"""How many questions one call indexes at most, so that other writers need not wait long."""

_TURN = {
    "sqlite": "insert into revisions (name, value) values (?, 0) on conflict (name) do nothing",
    "mariadb": "insert into revisions (name, value) values (?, 0)"
    " on duplicate key update value = value",
}
_MARK = "w_"
# A word of its own stands between two texts, so that no phrase runs from one into the next.
_BREAK = "sep_"
_GAP = "' \ue000 '"
_TAGS = f"(select group_concat(j.value, {_GAP}) from json_each(q.tags) j)"
_OPTIONS = (
    f"(select group_concat(o.option_text || {_GAP} || coalesce(o.explanation, ''), {_GAP})"
    " from mcq_options o where o.question_id = q.id)"
)
_REST = f" || {_GAP} || ".join(
    f"coalesce({part}, '')"
    for part in (
        "q.context",
        "q.answer",
        _OPTIONS,
        "json_extract(q.metadata, '$.explanation')",
        *(
            f"case when instr(q.metadata, '\"{key}\"') > 0 then"
            f" (select group_concat(j.value, {_GAP}) from json_each(q.metadata, '$.{key}') j) end"
            for key in ("key_points", "hints")
        ),
    )
)


def is_current(db: "Connection") -> bool:
    """Whether the index knows all content."""
    return _known(db) == revision.current(db)


def lag(db: "Connection") -> int:
    """How many questions the index still has to read."""
    row = db.row("select count(*) from questions where revision > ?", (_known(db),))
    return row[0] if row else 0


def catch_up(db: "Connection") -> None:
    """Read content that changed, at most some thousands of questions; call until `is_current`."""
    _take_turn(db)
    known = _known(db)
    if db.dialect == "sqlite" and known and _is_littered(db):
        clear(db)
        known = 0
    last = _last_of_step(db, known)
    if db.dialect == "sqlite":
        _index_sqlite(db, known, last)
    else:
        _index_mariadb(db, known, last)
    db.run("update revisions set value = ? where name = ?", (last, COUNTER))


def clear(db: "Connection") -> None:
    """Forget everything: the next search builds the index anew."""
    _take_turn(db)
    if db.dialect == "sqlite":
        db.run("insert into search_index (search_index) values ('delete-all')")
    db.run("delete from search_documents")
    db.run("update revisions set value = 0 where name = ?", (COUNTER,))


def problems(db: "Connection") -> list[str]:
    """What is wrong with the index; nothing is wrong with one that only lags behind."""
    if not is_current(db):
        return []
    row = db.row(
        "select count(*) from questions q left join search_documents d on d.question_id = q.id"
        " where d.is_active is null or d.is_active <> q.is_active"
    )
    missing = row[0] if row else 0
    if not missing:
        return []
    return [f"search misses {missing} questions; `drillr doctor --rebuild` indexes them anew"]


def _known(db: "Connection") -> int:
    row = db.row("select value from revisions where name = ?", (COUNTER,))
    return row[0] if row else 0


def _take_turn(db: "Connection") -> None:
    """Lock the counter's row: on MariaDB, one indexes at a time."""
    db.run(_TURN[db.dialect], (COUNTER,))


def _last_of_step(db: "Connection", known: int) -> int:
    """The revision up to which to read now: all of one revision is read in one go."""
    current = revision.current(db)
    row = db.row(
        "select revision from questions where revision > ? order by revision limit 1 offset ?",
        (known, STEP - 1),
    )
    return min(row[0], current) if row else current


def _is_littered(db: "Connection") -> bool:
    """Whether rows that no document names any more are a quarter of the index."""
    row = db.row(
        "select coalesce((select max(id) from search_index_docsize), 0),"
        " (select count(*) from search_documents)"
    )
    rows, documents = row or (0, 0)
    return bool(rows - documents > 1000 + documents // 4)


def _index_sqlite(db: "Connection", known: int, last: int) -> None:
    db.run(
        "delete from search_documents where question_id in"
        " (select id from questions where revision > ? and revision <= ?)",
        (known, last),
    )
    row = db.row("select max(id) from search_index_docsize")
    highest = (row[0] if row else None) or 0
    # In the order of the files, so that results that have no better order keep that one.
    db.run(
        "insert into search_documents (doc, question_id, is_active)"
        " select ? + row_number() over (order by f.path, q.order_index, q.external_id),"
        " q.id, q.is_active from questions q join facets f on f.id = q.facet_id"
        " where q.revision > ? and q.revision <= ?",
        (highest, known, last),
    )
    db.run(
        "insert into search_index (rowid, stem, rest, tags)"
        f" select d.doc, q.question || {_GAP} || q.external_id, {_REST}, {_TAGS}"
        " from search_documents d join questions q on q.id = d.question_id where d.doc > ?",
        (highest,),
    )


def _index_mariadb(db: "Connection", known: int, last: int) -> None:
    rows = db.rows(
        "select id, is_active, external_id, question, context, answer, metadata, tags"
        " from questions where revision > ? and revision <= ? order by revision, order_index",
        (known, last),
    )
    sql = db.upsert("search_documents", ("question_id",), ("is_active", "body"))
    for start in range(0, len(rows), 500):
        chunk = rows[start : start + 500]
        options: dict[Any, list[str | None]] = {}
        marks = ", ".join("?" * len(chunk))
        for key, *texts in db.rows(
            "select question_id, option_text, explanation from mcq_options"
            f" where question_id in ({marks})",
            tuple(row[0] for row in chunk),
        ):
            options.setdefault(key, []).extend(texts)
        db.many(sql, [(row[0], row[1], _body(row[2:], options.get(row[0], []))) for row in chunk])


def _body(row: tuple[Any, ...], options: list[str | None]) -> str:
    external_id, question, context, answer, metadata, tags = row
    more = json.loads(metadata)
    texts = [external_id, question, context, answer, *options, more.get("explanation")]
    for key in ("key_points", "hints"):
        value = more.get(key) or ()
        texts += [value] if isinstance(value, str) else value
    known = [text for text in [*texts, *json.loads(tags)] if isinstance(text, str)]
    return f" {_BREAK} ".join(map(marked, known))


def marked(text: str) -> str:
    """The words of a text as MariaDB's index has them.

    Each carries two characters more: without, words of one or two letters and those that MariaDB
    takes for too common would not be indexed, unless the server's own configuration says so.
    """
    return " ".join(_MARK + word for word in words(text))
