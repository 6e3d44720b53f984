"""Repository of siblings: the questions of a scenario of which one was asked today already."""

TYPE_CHECKING = False  # importing it from typing takes 4 ms
if TYPE_CHECKING:
    from datetime import datetime

    from drillr.store.connection import Connection


def withheld(
    db: "Connection", user: bytes, now: "datetime", start: "datetime", end: "datetime"
) -> dict[str, tuple[int, int, int]]:
    """By facet path: how many wait that are due by now, due by the day's end, or new.

    `start` and `end` are the study day's. Siblings stand in one facet, as files have them.
    """
    asked = db.rows(
        "select distinct q.facet_id, q.context from user_responses r"
        " join spaced_repetition_cards c on c.user_id = r.user_id and c.question_id = r.question_id"
        " join questions q on q.id = r.question_id"
        " where r.user_id = ? and r.created_at >= ? and c.last_reviewed_at >= ?"
        " and q.context is not null",
        (db.key(user), db.instant(start), db.instant(start)),
    )
    found: dict[str, tuple[int, int, int]] = {}
    for facet, context in asked:
        for path, by_now, today, new in db.rows(
            "select f.path, coalesce(sum(c.due_at <= ?), 0), coalesce(sum(c.due_at < ?), 0),"
            " coalesce(sum(c.question_id is null or (c.card_state = 'new' and c.suspended = 0"
            " and (c.buried_until is null or c.buried_until <= ?))), 0)"
            " from questions q join facets f on f.id = q.facet_id"
            " left join spaced_repetition_cards c on c.user_id = ? and c.question_id = q.id"
            " where q.facet_id = ? and q.context = ? and q.is_active = 1"
            " and (c.last_reviewed_at is null or c.last_reviewed_at < ?) group by f.path",
            (
                db.instant(now), db.instant(end), db.instant(now), db.key(user), facet, context,
                db.instant(start),
            ),
        ):  # fmt: skip
            held = found.get(path, (0, 0, 0))
            found[path] = (held[0] + int(by_now), held[1] + int(today), held[2] + int(new))
    return found
