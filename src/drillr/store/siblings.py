"""Repository of siblings: the questions of a scenario of which one was asked today already."""

TYPE_CHECKING = False  # importing it from typing takes 4 ms
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from typing import Any

    from drillr.store.connection import Connection

_CHUNK = 500


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
    for facet, contexts in _by_facet(asked):
        for path, by_now, today, new in db.rows(
            "select f.path, coalesce(sum(c.due_at <= ?), 0), coalesce(sum(c.due_at < ?), 0),"
            " coalesce(sum(c.question_id is null or (c.card_state = 'new' and c.suspended = 0"
            " and (c.buried_until is null or c.buried_until <= ?))), 0)"
            " from questions q join facets f on f.id = q.facet_id"
            " left join spaced_repetition_cards c on c.user_id = ? and c.question_id = q.id"
            f" where q.facet_id = ? and q.context in ({', '.join('?' * len(contexts))})"
            " and q.is_active = 1"
            " and (c.last_reviewed_at is null or c.last_reviewed_at < ?) group by f.path",
            (
                db.instant(now), db.instant(end), db.instant(now), db.key(user), facet, *contexts,
                db.instant(start),
            ),
        ):  # fmt: skip
            held = found.get(path, (0, 0, 0))
            found[path] = (held[0] + int(by_now), held[1] + int(today), held[2] + int(new))
    return found


def _by_facet(asked: "Iterable[tuple[Any, str]]") -> "Iterator[tuple[Any, list[str]]]":
    """Each facet with its scenarios, so many at a time: a facet is read once for all of them."""
    contexts: dict[Any, list[str]] = {}
    for facet, context in asked:
        contexts.setdefault(facet, []).append(context)
    for facet, texts in contexts.items():
        for start in range(0, len(texts), _CHUNK):
            yield facet, texts[start : start + _CHUNK]
