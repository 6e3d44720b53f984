"""Repository of single changes of content: what an editor does, where an import does files."""

from typing import TYPE_CHECKING, NamedTuple

from drillr.domain.ids import FacetId, QuestionId
from drillr.store import content

if TYPE_CHECKING:
    from drillr.store.connection import Connection
    from drillr.store.revision import Stamp

_TABLES = ("topics", "subtopics", "leaves", "facets")


class Standing(NamedTuple):
    """Where a question stands, and what it was when it was last written."""

    external_id: str
    facet: FacetId
    order_index: int
    source: str | None
    content_hash: bytes
    is_active: bool


def standing(db: "Connection", key: QuestionId) -> Standing | None:
    """Where a question stands; on MariaDB nobody else changes it until the transaction ends."""
    lock = " for update" if db.dialect == "mariadb" else ""
    row = db.row(
        "select external_id, facet_id, order_index, source, content_hash, is_active"
        f" from questions where id = ?{lock}",
        (db.key(key),),
    )
    if row is None:
        return None
    return Standing(
        row[0], FacetId(db.read_key(row[1])), row[2], row[3], db.read_blob(row[4]), bool(row[5])
    )


def next_index(db: "Connection", facet: FacetId) -> int:
    """The place behind all questions of a facet."""
    row = db.row("select max(order_index) from questions where facet_id = ?", (db.key(facet),))
    return 0 if row is None or row[0] is None else row[0] + 1


def set_active(db: "Connection", key: QuestionId, active: bool, stamp: "Stamp") -> None:
    """Ask a question again, or no more; its history stays."""
    db.run(
        "update questions set is_active = ?, updated_at = ?, revision = ? where id = ?",
        (int(active), db.instant(stamp.at), stamp.revision(db), db.key(key)),
    )
    content.place_cards(db, [key])


def move(db: "Connection", key: QuestionId, facet: FacetId, index: int, stamp: "Stamp") -> None:
    """Put a question into another facet."""
    db.run(
        "update questions set facet_id = ?, order_index = ?, updated_at = ?, revision = ?"
        " where id = ?",
        (db.key(facet), index, db.instant(stamp.at), stamp.revision(db), db.key(key)),
    )
    content.place_cards(db, [key])


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
