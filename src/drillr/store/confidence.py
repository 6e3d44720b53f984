"""Repository of answers that were given with a confidence."""

from typing import TYPE_CHECKING, NamedTuple

from drillr.domain.ids import UserId
from drillr.store import facts

if TYPE_CHECKING:
    from drillr.store.connection import Connection


class SureRow(NamedTuple):
    """An answer that stands: where, how sure the person was (1-5), and how it went."""

    path: str
    confidence: int
    is_correct: bool | None
    rating: int


def answers(db: "Connection", user: UserId) -> list[SureRow]:
    """Every answer with a confidence that was not taken back."""
    gone = facts.retracted(db, user)
    rows = db.rows(
        "select r.id, f.path, r.confidence_level, r.is_correct, r.difficulty_rating"
        " from user_responses r join questions q on q.id = r.question_id"
        " join facets f on f.id = q.facet_id"
        " where r.user_id = ? and r.confidence_level is not null",
        (db.key(user),),
    )
    return [
        SureRow(path, sure, None if right is None else bool(right), rating)
        for key, path, sure, right, rating in rows
        if db.read_key(key) not in gone
    ]
