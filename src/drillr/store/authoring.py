"""Repository for changing single questions: where each came from, what it asks, moving it."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from drillr.domain.ids import FacetId, QuestionId
from drillr.domain.solution import Solution, solution
from drillr.store import content

if TYPE_CHECKING:
    from drillr.store.connection import Connection
    from drillr.store.revision import Stamp

_CHUNK = 500


class Origin(NamedTuple):
    """The file that a question came from, None for none; its place there; how it was put (JSON)."""

    source: str | None
    order_index: int
    written: str | None


def origin(db: "Connection", question: QuestionId) -> Origin | None:
    """Where a question came from; None when the store doesn't hold it."""
    row = db.row(
        "select source, order_index, source_metadata from questions where id = ?",
        (db.key(question),),
    )
    return None if row is None else Origin(*row)


def next_position(db: "Connection", facet: FacetId) -> int:
    """The place behind all questions of a facet."""
    row = db.row(
        "select coalesce(max(order_index) + 1, 0) from questions where facet_id = ?",
        (db.key(facet),),
    )
    return row[0] if row else 0


def solutions(db: "Connection", questions: Sequence[QuestionId]) -> dict[QuestionId, Solution]:
    """What counts as right, as the store has it."""
    found: dict[QuestionId, Solution] = {}
    for start in range(0, len(questions), _CHUNK):
        chunk = [db.key(key) for key in questions[start : start + _CHUNK]]
        marks = ", ".join("?" * len(chunk))
        right: dict[Any, list[str]] = {}
        for key, text in db.rows(
            "select question_id, option_text from mcq_options"
            f" where is_correct = 1 and question_id in ({marks})",
            chunk,
        ):
            right.setdefault(key, []).append(text)
        for key, kind, answer in db.rows(
            f"select id, type, answer from questions where id in ({marks})", chunk
        ):
            found[QuestionId(db.read_key(key))] = solution(kind, answer, right.get(key, ()))
    return found


def move(db: "Connection", questions: Iterable[QuestionId], facet: FacetId, stamp: "Stamp") -> None:
    """Put questions behind all others of a facet, as if no file had brought them."""
    at, revision, first = db.instant(stamp.at), stamp.revision(db), next_position(db, facet)
    keys = [db.key(key) for key in questions]
    db.many(
        "update questions set facet_id = ?, order_index = ?, source = null, updated_at = ?,"
        " revision = ? where id = ?",
        [(db.key(facet), first + n, at, revision, key) for n, key in enumerate(keys)],
    )


def deactivate(db: "Connection", questions: Sequence[QuestionId], stamp: "Stamp") -> None:
    """Let questions be asked no longer; their history stays."""
    if not questions:
        return
    at, revision = db.instant(stamp.at), stamp.revision(db)
    keys = [db.key(key) for key in questions]
    facets = {
        FacetId(db.read_key(row[0]))
        for key in keys
        if (row := db.row("select facet_id from questions where id = ?", (key,))) is not None
    }
    db.many(
        "update questions set is_active = 0, updated_at = ?, revision = ? where id = ?",
        [(at, revision, key) for key in keys],
    )
    content.place_cards(db, questions)
    content.count_active(db, facets)
    content.forget_sources(db, facets)
