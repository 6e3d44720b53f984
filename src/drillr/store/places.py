"""Repository of where questions stand: the facet, its path, and whether they are asked at all."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from drillr.domain.ids import FacetId, QuestionId

if TYPE_CHECKING:
    from drillr.store.connection import Connection

_CHUNK = 1_000


class Place(NamedTuple):
    """Where a question stands now."""

    facet: FacetId
    path: str
    is_active: bool


def of_question(db: "Connection", question: QuestionId, *, hold: bool = False) -> Place | None:
    """Where a question stands; None for one that the store doesn't hold.

    With `hold` it stays there until the unit of work ends: whoever changes it, or its facet, waits.
    """
    return of_questions(db, [question], hold=hold).get(question)


def paths(db: "Connection") -> dict[FacetId, str]:
    """The path of every facet."""
    return {FacetId(db.read_key(key)): path for key, path in db.rows("select id, path from facets")}


def is_facet(db: "Connection", key: FacetId) -> bool:
    """Whether the store holds this facet."""
    return db.row("select 1 from facets where id = ?", (db.key(key),)) is not None


def below(db: "Connection", prefixes: Sequence[str]) -> list[FacetId]:
    """The facets in any of these subtrees, sorted by path."""
    from drillr.domain.scopes import within

    found = sorted((path, key) for key, path in paths(db).items())
    return [key for path, key in found if any(within(path, prefix) for prefix in prefixes)]


def held(db: "Connection", keys: Sequence[QuestionId]) -> frozenset[QuestionId]:
    """Those of these questions that the store holds."""
    found: set[QuestionId] = set()
    for start in range(0, len(keys), _CHUNK):
        part = tuple(db.key(key) for key in keys[start : start + _CHUNK])
        marks = ", ".join("?" * len(part))
        rows = db.rows(f"select id from questions where id in ({marks})", part)
        found.update(QuestionId(db.read_key(key)) for (key,) in rows)
    return frozenset(found)


def all_held(db: "Connection", keys: Sequence[QuestionId]) -> bool:
    """Whether the store holds all of these questions; none of them is named twice."""
    for start in range(0, len(keys), _CHUNK):
        part = tuple(db.key(key) for key in keys[start : start + _CHUNK])
        marks = ", ".join("?" * len(part))
        row = db.row(f"select count(*) from questions where id in ({marks})", part)
        if row is None or row[0] < len(part):
            return False
    return True


def of_questions(
    db: "Connection", keys: Sequence[QuestionId], *, hold: bool = False
) -> dict[QuestionId, Place]:
    """The same for several questions; those that the store doesn't hold are missing."""
    found: dict[QuestionId, Place] = {}
    # On SQLite a writer is alone in any case.
    held = " lock in share mode" if hold and db.dialect == "mariadb" else ""
    for start in range(0, len(keys), _CHUNK):
        part = tuple(db.key(key) for key in keys[start : start + _CHUNK])
        for key, facet, path, active in db.rows(
            "select q.id, q.facet_id, f.path, q.is_active from questions q"
            f" join facets f on f.id = q.facet_id where q.id in ({', '.join('?' * len(part))})"
            f"{held}",
            part,
        ):
            found[QuestionId(db.read_key(key))] = Place(
                FacetId(db.read_key(facet)), path, bool(active)
            )
    return found
