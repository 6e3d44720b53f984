"""Repository of one number over many cards: two stores compare it instead of their cards."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING

from drillr.domain.ids import UserId
from drillr.store.upstream import within

if TYPE_CHECKING:
    from drillr.store.connection import Connection

_PLAIN = (
    "c.card_state", "c.interval_days", "c.repetitions", "c.lapses", "c.total_reviews",
    "c.total_correct", "c.total_time_ms", "c.suspended",
)  # fmt: skip
_INSTANTS = ("last_reviewed_at", "next_review_at", "buried_until", "created_at", "updated_at")
# Databases write fractions each in their own way, so fractions become whole numbers first.
_FRACTIONS = (("ease_factor", 100), ("stability", 1_000_000), ("difficulty", 1_000_000))


def _line(dialect: str) -> str:
    """One text for one card, the same on both databases."""
    behind = [f"coalesce(c.{name}, '-')" for name in _INSTANTS]
    behind += [
        f"coalesce(cast(round(c.{name} * {scale}) as integer), '-')" for name, scale in _FRACTIONS
    ]
    flag = "coalesce(c.flag, '-')"
    if dialect == "mariadb":
        key = "replace(cast(c.question_id as char), '-', '')"
        return f"concat_ws('|', {', '.join([key, *_PLAIN, flag, *behind])})"
    # Joined one by one they take twice as long; but a format would end a flag at a zero byte.
    front = _format(["lower(hex(c.question_id))", *_PLAIN])
    return f"{front} || '|' || {flag} || '|' || {_format(behind)}"


def _format(parts: Sequence[str]) -> str:
    return f"printf('{'|'.join(['%s'] * len(parts))}', {', '.join(parts)})"


_LINES = {dialect: _line(dialect) for dialect in ("sqlite", "mariadb")}


def of_everything(db: "Connection", user: UserId, scope: Sequence[str]) -> tuple[int, str]:
    """How many cards the person has in some subtrees (none: anywhere), and their digest."""
    where, values = within(scope, "f.path")
    places = " join questions q on q.id = c.question_id join facets f on f.id = q.facet_id"
    return _digest(
        db,
        f"select {_LINES[db.dialect]} from spaced_repetition_cards c{places if scope else ''}"
        f" where c.user_id = ?{where}",
        (db.key(user), *values),
    )


def of_shared(db: "Connection", user: UserId, remote: str, scope: Sequence[str]) -> tuple[int, str]:
    """The same over the questions that a server has, where they stand there."""
    where, values = within(scope, "u.path")
    return _digest(
        db,
        f"select {_LINES[db.dialect]} from spaced_repetition_cards c"
        " join upstream_questions u on u.question_id = c.question_id"
        f" where u.remote = ? and c.user_id = ?{where}",
        (remote, db.key(user), *values),
    )


def _digest(db: "Connection", sql: str, values: tuple[object, ...]) -> tuple[int, str]:
    lines = sorted(line for (line,) in db.rows(sql, values))
    return len(lines), blake2b("\n".join(lines).encode(), digest_size=16).hexdigest()
