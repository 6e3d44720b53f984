"""Appending facts, and deriving in the same unit of work whatever follows from them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from drillr.domain import progress as rules_of_progress
from drillr.domain import replay
from drillr.domain.card import Card
from drillr.domain.facts import Event, EventType, Fact, Response
from drillr.domain.fuzz import seed_of
from drillr.domain.ids import FacetId, FactId, QuestionId, SessionId, id_text
from drillr.domain.rating import Rating
from drillr.domain.settings import LearningSettings
from drillr.errors import ContentError, StaleState
from drillr.services.context import Context, Today
from drillr.store import cards, facts, progress, sessions

if TYPE_CHECKING:
    from drillr.store.connection import Connection


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person did with a question; `details` is kept with the response."""

    question_id: QuestionId
    rating: Rating
    elapsed_ms: int
    is_correct: bool | None = None
    selected_option: str | None = None
    response_text: str | None = None
    confidence: int | None = None
    session_id: SessionId | None = None
    cram: bool = False
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A response that is on disk, the card before it and the card after."""

    response: Response
    before: Card
    after: Card


def record_answer(
    db: "Connection",
    context: Context,
    settings: LearningSettings,
    answer: Answer,
    seen: tuple[int, object] | None = None,
) -> Recorded:
    """Append a response and bring card, progress, day and session up to date.

    `seen` is the version of the card that the person saw: StaleState when it has changed since.
    """
    facet, active = place(db, answer.question_id)
    before = cards.load(db, context.user, answer.question_id)
    if seen is not None and seen != before.version:
        raise StaleState(
            "this question was answered elsewhere in the meantime", "It is shown again as it is now"
        )
    today = Today.of(context.clock(), settings, context.system_zone)
    response = Response(
        id=FactId(context.new_id()), question_id=answer.question_id, rating=answer.rating,
        created_at=today.now, device_id=context.device,
        device_seq=facts.next_seq(db, context.user, context.device), day=today.day,
        session_id=answer.session_id, is_correct=answer.is_correct,
        response_text=answer.response_text, selected_option=answer.selected_option,
        elapsed_ms=answer.elapsed_ms, confidence=answer.confidence, cram=answer.cram,
        details=answer.details,
    )  # fmt: skip
    rules = replay.rules_of(settings)
    if before.updated_at is None or today.now > before.updated_at:
        after = replay.apply(before, response, rules, seed_of(answer.question_id))
        facts.append_response(db, context.user, response)
        _add_answer(db, context, facet, response, before, after, active)
    else:
        # The clock went back: this answer belongs before others, so the card is replayed.
        known = facts.of_question(db, context.user, answer.question_id)
        facts.append_response(db, context.user, response)
        replayed = _replay(
            db, context, rules, answer.question_id, (facet, active), known, [*known, response]
        )
        after = replayed or Card()
    if answer.session_id is not None:
        sessions.add(db, answer.session_id, 1, int(response.counts_as_correct))
    return Recorded(response, before, after)


def retract(
    db: "Connection", context: Context, settings: LearningSettings, response: Response
) -> None:
    """Take a response back: as if it had never been given."""
    known = facts.of_question(db, context.user, response.question_id)
    event = append_event(
        db, context, EventType.RESPONSE_RETRACTED, {"response_id": id_text(response.id)},
        response.question_id,
    )  # fmt: skip
    rules, where = replay.rules_of(settings), place(db, response.question_id)
    _replay(db, context, rules, response.question_id, where, known, [*known, event])
    if response.session_id is not None:
        sessions.add(db, response.session_id, -1, -int(response.counts_as_correct))


def mark(
    db: "Connection",
    context: Context,
    settings: LearningSettings,
    question: QuestionId,
    kind: EventType,
    data: Mapping[str, Any],
) -> None:
    """Suspend, resume, bury, flag or unflag a question."""
    known = facts.of_question(db, context.user, question)
    event = append_event(db, context, kind, data, question)
    where = place(db, question)
    _replay(db, context, replay.rules_of(settings), question, where, known, [*known, event])


def append_event(
    db: "Connection",
    context: Context,
    kind: EventType,
    data: Mapping[str, Any],
    question: QuestionId | None = None,
) -> Event:
    """Append an event of this device, now."""
    event = Event(
        id=FactId(context.new_id()), type=str(kind), created_at=context.clock(),
        device_id=context.device, device_seq=facts.next_seq(db, context.user, context.device),
        question_id=question, data=data,
    )  # fmt: skip
    facts.append_event(db, context.user, event)
    return event


def place(db: "Connection", question: QuestionId) -> tuple[FacetId, bool]:
    """The facet that holds a question now, and whether the question is active."""
    row = db.row("select facet_id, is_active from questions where id = ?", (db.key(question),))
    if row is None:
        raise ContentError("this question is no longer in the store")
    return FacetId(db.read_key(row[0])), bool(row[1])


def _add_answer(
    db: "Connection",
    context: Context,
    facet: FacetId,
    response: Response,
    before: Card,
    after: Card,
    active: bool,
) -> None:
    """The common case: the answer comes last, so everything is one step further."""
    if not response.cram:
        cards.save(db, context.user, response.question_id, facet, after, is_active=active)
    activity = rules_of_progress.activity_of(response, before)
    progress.add_activity(db, context.user, facet, {response.day: activity})
    held = progress.facet(db, context.user, facet)
    if not active or (held.last_day is not None and response.day < held.last_day):
        progress.recount_facet(db, context.user, facet)
    else:
        progress.save_facet(db, context.user, facet, held.answered(response, before, after))


def _replay(
    db: "Connection",
    context: Context,
    rules: replay.Rules,
    question: QuestionId,
    where: tuple[FacetId, bool],
    known: list[Fact],
    now_known: list[Fact],
) -> Card | None:
    """Derive one card anew, and move the days' sums by the difference."""
    facet, active = where
    seed = seed_of(question)
    card = replay.fold(now_known, rules, seed)
    cards.save(db, context.user, question, facet, card, is_active=active)
    delta: dict[date, rules_of_progress.Activity] = {}
    for day, activity in rules_of_progress.daily(replay.steps(known, rules, seed)).items():
        delta[day] = -activity
    for day, activity in rules_of_progress.daily(replay.steps(now_known, rules, seed)).items():
        delta[day] = delta.get(day, rules_of_progress.Activity()) + activity
    progress.add_activity(db, context.user, facet, delta)
    progress.recount_facet(db, context.user, facet)
    return card
