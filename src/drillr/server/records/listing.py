"""Repository of pages for the admin page: any offset, and a search for a beginning or a part."""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from drillr.store.connection import Connection


class Listed(NamedTuple):
    """A question in a list."""

    id: bytes
    external_id: str
    path: str
    type: str
    question: str
    is_active: bool


_WHERE = " where (? = '' or instr(q.external_id, ?) > 0 or instr(q.question, ?) > 0)"


def questions(db: "Connection", part: str, skip: int, most: int) -> list[Listed]:
    """Questions whose id or text holds a part, by path and place."""
    rows = db.rows(
        "select q.id, q.external_id, f.path, q.type, q.question, q.is_active from questions q"
        f" join facets f on f.id = q.facet_id{_WHERE}"
        " order by f.path, q.order_index, q.external_id limit ? offset ?",
        (part, part, part, most, skip),
    )
    return [
        Listed(db.read_key(row[0]), row[1], row[2], row[3], row[4], bool(row[5])) for row in rows
    ]


def count_questions(db: "Connection", part: str) -> int:
    """How many questions hold that part."""
    row = db.row(f"select count(*) from questions q{_WHERE}", (part, part, part))
    return row[0] if row else 0


def count(db: "Connection", table: str) -> int:
    """How many rows one of the server's own tables has."""
    if table not in ("accounts", "jobs", "reports"):
        raise ValueError(table)
    row = db.row(f"select count(*) from {table}")
    return row[0] if row else 0
