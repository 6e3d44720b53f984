"""Repository for changing content by hand: single questions, and what places are called."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from drillr.domain.ids import FacetId, QuestionId
from drillr.domain.solution import Solution, solution
from drillr.store import content

if TYPE_CHECKING:
    from drillr.store.connection import Connection
    from drillr.store.revision import Stamp

_CHUNK = 500
_TABLES = ("topics", "subtopics", "leaves", "facets")


class Standing(NamedTuple):
    """Where a question stands, and what it was when it was last written.

    `source` is the file that it came from, None for none, `written` how it was put there (JSON).
    """

    external_id: str
    facet: FacetId
    order_index: int
    source: str | None
    content_hash: bytes
    is_active: bool
    written: str | None


def standing(db: "Connection", key: QuestionId, *, hold: bool = True) -> Standing | None:
    """Where a question stands; with `hold` nobody else changes it until the transaction ends."""
    lock = " for update" if hold and db.dialect == "mariadb" else ""
    row = db.row(
        "select external_id, facet_id, order_index, source, content_hash, is_active,"
        f" source_metadata from questions where id = ?{lock}",
        (db.key(key),),
    )
    if row is None:
        return None
    return Standing(
        row[0], FacetId(db.read_key(row[1])), row[2], row[3], db.read_blob(row[4]), bool(row[5]),
        row[6],
    )  # fmt: skip


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
    moved = list(questions)
    db.many(
        "update questions set facet_id = ?, order_index = ?, source = null, updated_at = ?,"
        " revision = ? where id = ?",
        [(db.key(facet), first + n, at, revision, db.key(key)) for n, key in enumerate(moved)],
    )
    content.place_cards(db, moved)


def set_active(
    db: "Connection", questions: Sequence[QuestionId], active: bool, stamp: "Stamp"
) -> None:
    """Ask questions again, or no more; their history stays."""
    at, revision = db.instant(stamp.at), stamp.revision(db)
    db.many(
        "update questions set is_active = ?, updated_at = ?, revision = ? where id = ?",
        [(int(active), at, revision, db.key(key)) for key in questions],
    )
    content.place_cards(db, questions)


def deactivate(db: "Connection", questions: Sequence[QuestionId], stamp: "Stamp") -> None:
    """Let questions be asked no longer, and count what is left of their facets."""
    if not questions:
        return
    rows = (
        db.row("select facet_id from questions where id = ?", (db.key(key),)) for key in questions
    )
    facets = {FacetId(db.read_key(row[0])) for row in rows if row is not None}
    set_active(db, questions, False, stamp)
    content.count_active(db, facets)
    content.forget_sources(db, facets)


def describe(
    db: "Connection",
    depth: int,
    key: bytes,
    changes: dict[str, str | int | None],
    stamp: "Stamp",
) -> bool:
    """Change name, description or order of a place (`depth` 0 is a topic); False if it is none."""
    columns = [name for name in ("name", "description", "order_index") if name in changes]
    assignments = "".join(f"{name} = ?, " for name in columns)
    changed = db.run(
        f"update {_TABLES[depth]} set {assignments}updated_at = ?, revision = ? where id = ?",
        (
            *(changes[name] for name in columns), db.instant(stamp.at), stamp.revision(db),
            db.key(key),
        ),
    )  # fmt: skip
    return changed > 0
