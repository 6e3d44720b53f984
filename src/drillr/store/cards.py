"""Repository of cards: derived rows, written only by whoever appended the fact behind them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from drillr.domain.card import Card, CardState, card_of
from drillr.domain.ids import FacetId, QuestionId, UserId
from drillr.store import bulk
from drillr.store.bulk import chunks
from drillr.store.places import Place

if TYPE_CHECKING:
    from drillr.store.connection import Connection

_COLUMNS = (
    "facet_id", "card_state", "ease_factor", "interval_days", "repetitions", "lapses",
    "last_reviewed_at", "next_review_at", "due_at", "total_reviews", "total_correct",
    "total_time_ms", "average_time_seconds", "suspended", "buried_until", "flag", "stability",
    "difficulty", "created_at", "updated_at",
)  # fmt: skip
_STATE = _COLUMNS.index("card_state")
_CARRY_ON = {
    same: "update spaced_repetition_cards set "
    + ", ".join(f"{name} = ?" for name in _COLUMNS if not (same and name == "card_state"))
    + " where user_id = ? and question_id = ?"
    for same in (True, False)
}
_STATES = {str(state): state for state in CardState}
_SELECT = (
    "card_state, ease_factor, interval_days, repetitions, lapses, last_reviewed_at,"
    " next_review_at, total_reviews, total_correct, total_time_ms, suspended, buried_until, flag,"
    " stability, difficulty, created_at, updated_at"
)
_STANDING = (
    "select "
    + ", ".join(f"c.{name}" for name in _SELECT.split(", "))
    + ", q.id, q.facet_id, q.is_active from questions q left join spaced_repetition_cards c"
    " on c.user_id = ? and c.question_id = q.id"
)
# On SQLite a writer is alone in any case.
_HOLD = {"sqlite": "", "mariadb": " lock in share mode"}
_TOGETHER = 1_000
"""How many questions one statement may ask for."""


def load(db: "Connection", user: UserId, question: QuestionId) -> Card:
    """The card of a question; a new one when no fact has shaped it yet."""
    row = db.row(
        f"select {_SELECT} from spaced_repetition_cards where user_id = ? and question_id = ?",
        (db.key(user), db.key(question)),
    )
    return Card() if row is None else _card(db, row)


def save(
    db: "Connection",
    user: UserId,
    question: QuestionId,
    facet: FacetId,
    card: Card | None,
    due: datetime | None,
) -> None:
    """Write the card, or remove it when the facts leave none; `due` None is never asked."""
    if card is None:
        db.run(
            "delete from spaced_repetition_cards where user_id = ? and question_id = ?",
            (db.key(user), db.key(question)),
        )
        return
    sql = db.upsert("spaced_repetition_cards", ("user_id", "question_id"), _COLUMNS)
    db.run(sql, (db.key(user), db.key(question), *_values(db, facet, card, due)))


class Step(NamedTuple):
    """A card that goes on: in which facet, from which one, to which one, then due when."""

    facet: FacetId
    before: Card
    after: Card
    due_at: datetime | None


def carry_on(db: "Connection", user: UserId, question: QuestionId, step: Step) -> None:
    """Write a card over the one before it, which the store holds.

    A column that isn't written leaves its indexes alone, and each index of a card adds to what an
    answer has to bring to the disk.
    """
    values = _values(db, step.facet, step.after, step.due_at)
    same = step.after.state is step.before.state
    if same:
        values = values[:_STATE] + values[_STATE + 1 :]
    db.run(_CARRY_ON[same], (*values, db.key(user), db.key(question)))


class Standing(NamedTuple):
    """Where a question stands, and the person's card of it; None when no fact has shaped it yet."""

    place: Place
    card: Card | None


def standing(
    db: "Connection", user: UserId, questions: Sequence[QuestionId]
) -> dict[QuestionId, Standing]:
    """The standing of some questions; those that the store doesn't hold are missing.

    It stays so until the unit of work ends: whoever changes a question, or its facet, waits.
    """
    found: list[tuple[Any, ...]] = []
    for marks, part in chunks([db.key(key) for key in questions]):
        found += db.rows(
            f"{_STANDING} where q.id in ({marks}){_HOLD[db.dialect]}", (db.key(user), *part)
        )
    paths = _held_paths(db, {row[18] for row in found})
    # One object for all questions of a facet: a batch has many of the same.
    where = {
        (facet, active): Place(FacetId(db.read_key(facet)), paths[facet], bool(active))
        for facet, active in {row[18:20] for row in found}
    }
    key = db.read_key
    return {
        QuestionId(key(row[17])): Standing(
            where[row[18:20]], None if row[0] is None else _card(db, row)
        )
        for row in found
    }


def _held_paths(db: "Connection", facets: Collection[Any]) -> dict[Any, str]:
    """The paths of facets, all as the database's own keys."""
    found: dict[Any, str] = {}
    for marks, part in chunks([db.key(db.read_key(facet)) for facet in facets]):
        found.update(
            db.rows(f"select id, path from facets where id in ({marks}){_HOLD[db.dialect]}", part)
        )
    return found


class Changed(NamedTuple):
    """A card to write, in which facet and due when; None for the card removes it."""

    question: QuestionId
    facet: FacetId
    card: Card | None
    due_at: datetime | None


def save_many(db: "Connection", user: UserId, changed: Sequence[Changed]) -> None:
    """Write cards, removing those that the facts leave none of."""
    owner, key = db.key(user), db.key
    gone = [(owner, key(one.question)) for one in changed if one.card is None]
    if gone:
        db.many("delete from spaced_repetition_cards where user_id = ? and question_id = ?", gone)
    # Sorted, they come in the order of the table's pages, and of its locks.
    order = _from_its_end if db.dialect == "mariadb" else itemgetter(0)
    bulk.upsert(
        db, "spaced_repetition_cards", ("user_id", "question_id"), _COLUMNS,
        [
            (owner, key(question), *_values(db, facet, card, due))
            for question, facet, card, due in sorted(changed, key=order)
            if card is not None
        ],
    )  # fmt: skip


def _from_its_end(one: Changed) -> bytes:
    """How MariaDB orders the ids of questions (UUIDv5): by their last group first."""
    return one.question[10:]


def all_cards(db: "Connection", user: UserId) -> dict[QuestionId, Card]:
    """Every card of the person."""
    rows = db.rows(
        f"select {_SELECT}, question_id from spaced_repetition_cards where user_id = ?",
        (db.key(user),),
    )
    return {QuestionId(db.read_key(row[17])): _card(db, row) for row in rows}


class HeldCard(NamedTuple):
    """A card that was answered, its question's place, and when the store has it due."""

    question: QuestionId
    path: str
    is_active: bool
    due_at: datetime | None
    card: Card


def held(
    db: "Connection",
    user: UserId,
    facets: Sequence[FacetId] | None = None,
    since: datetime | None = None,
) -> list[HeldCard]:
    """The cards of some facets, or of all, whose questions were answered at least once.

    With `since` only those that their engine has due at that instant or later.
    """
    where, params = "", []
    if facets is not None:
        where = f" and c.facet_id in ({', '.join('?' * len(facets)) or 'null'})"
        params += [db.key(key) for key in facets]
    if since is not None:
        where += " and c.next_review_at >= ?"
        params.append(db.instant(since))
    return _held(db, user, where, params)


def held_of(db: "Connection", user: UserId, questions: Sequence[QuestionId]) -> list[HeldCard]:
    """The cards of some questions that were answered at least once, in no particular order."""
    found: list[HeldCard] = []
    for start in range(0, len(questions), _TOGETHER):
        keys = [db.key(key) for key in questions[start : start + _TOGETHER]]
        found += _held(db, user, f" and c.question_id in ({', '.join('?' * len(keys))})", keys)
    return found


def _held(db: "Connection", user: UserId, where: str, params: Sequence[Any]) -> list[HeldCard]:
    columns = ", ".join(f"c.{name}" for name in _SELECT.split(", "))
    rows = db.rows(
        f"select {columns}, c.question_id, f.path, q.is_active, c.due_at"
        " from spaced_repetition_cards c join questions q on q.id = c.question_id"
        " join facets f on f.id = c.facet_id where c.user_id = ? and c.next_review_at is not null"
        f"{where}",
        (db.key(user), *params),
    )
    return [
        HeldCard(
            QuestionId(db.read_key(row[17])), row[18], bool(row[19]),
            None if row[20] is None else db.read_instant(row[20]), _card(db, row),
        )
        for row in rows
    ]  # fmt: skip


class Planned(NamedTuple):
    """When an active question that is not suspended comes due, and in which facet it stands."""

    due_at: datetime
    question: QuestionId
    facet: FacetId


def planned(db: "Connection", user: UserId) -> list[Planned]:
    """What comes due at all, in no particular order: no more of each than a plan looks at."""
    # Neither what is suspended nor what is inactive has a date.
    rows = db.rows(
        "select due_at, question_id, facet_id from spaced_repetition_cards"
        " where user_id = ? and due_at is not null",
        (db.key(user),),
    )
    when, key = db.read_instant, db.read_key
    return [
        Planned(when(due), QuestionId(key(question)), FacetId(key(facet)))
        for due, question, facet in rows
    ]


def set_due(
    db: "Connection", user: UserId, dates: Sequence[tuple[QuestionId, datetime | None]]
) -> None:
    """Write when cards are due, and nothing else of them."""
    db.many(
        "update spaced_repetition_cards set due_at = ? where user_id = ? and question_id = ?",
        [
            (None if due is None else db.instant(due), db.key(user), db.key(key))
            for key, due in dates
        ],
    )


class Due(NamedTuple):
    """When a card is due (None: never), in which facet it stands, and whether it may be asked."""

    facet: FacetId
    due_at: datetime | None
    is_active: bool


def due_dates(db: "Connection", user: UserId, facets: Sequence[FacetId]) -> dict[QuestionId, Due]:
    """When each card of some facets is due."""
    marks, when = ", ".join("?" * len(facets)) or "null", db.read_instant
    rows = db.rows(
        "select c.question_id, c.facet_id, c.due_at, q.is_active from spaced_repetition_cards c"
        " join questions q on q.id = c.question_id"
        f" where c.user_id = ? and c.facet_id in ({marks})",
        (db.key(user), *(db.key(key) for key in facets)),
    )
    return {
        QuestionId(db.read_key(key)): Due(
            FacetId(db.read_key(facet)), None if due is None else when(due), bool(active)
        )
        for key, facet, due, active in rows
    }


def _values(db: "Connection", facet: FacetId, card: Card, due: datetime | None) -> tuple[Any, ...]:
    when = db.instant
    reviewed, planned, created, updated = (
        card.last_reviewed_at, card.next_review_at, card.created_at, card.updated_at,
    )  # fmt: skip
    # Mostly these are the same instants, and writing one out takes longer than anything else here.
    last = None if reviewed is None else when(reviewed)
    following = None if planned is None else when(planned)
    return (
        db.key(facet), card.state.value, card.ease / 100, card.interval_days, card.repetitions,
        card.lapses, last, following,
        following if due is planned else None if due is None else when(due),
        card.total_reviews, card.total_correct, card.total_time_ms, card.average_ms / 1000,
        int(card.suspended), None if card.buried_until is None else when(card.buried_until),
        card.flag, card.stability, card.difficulty,
        last if created is reviewed else None if created is None else when(created),
        last if updated is reviewed else None if updated is None else when(updated),
    )  # fmt: skip


def _card(db: "Connection", row: tuple[Any, ...]) -> Card:
    when, last, updated = db.read_instant, row[5], row[16]
    reviewed = None if last is None else when(last)
    return card_of(
        _STATES[row[0]], round(row[1] * 100), row[2], row[3], row[4], reviewed,
        None if row[6] is None else when(row[6]), row[7], row[8], row[9], bool(row[10]),
        None if row[11] is None else when(row[11]), row[12], row[13], row[14],
        None if row[15] is None else when(row[15]),
        # What happened last is mostly an answer.
        reviewed if updated == last else when(updated),
    )  # fmt: skip
