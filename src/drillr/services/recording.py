"""Appending facts, and deriving in the same unit of work whatever follows from them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from drillr.domain import limits, replay
from drillr.domain.card import Card
from drillr.domain.facts import Event, EventType, Response
from drillr.domain.fuzz import seed_of
from drillr.domain.ids import FactId, QuestionId, SessionId, id_text
from drillr.domain.progress import activity_of
from drillr.domain.rating import Rating
from drillr.domain.rulebook import Rulebook
from drillr.domain.text import unify_lines, visible
from drillr.errors import ContentError, StaleState
from drillr.services.context import Context
from drillr.services.replaying import derive
from drillr.store import cards, facts, places, profile, progress, sessions
from drillr.store.places import Place

if TYPE_CHECKING:
    from drillr.store.connection import Connection


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person did with a question; `details` is kept with the response.

    `id` is the response's id where whoever asks has chosen it, so that a repeat can be told.
    """

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
    id: FactId | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """A response that is on disk, the card before it and the card after."""

    response: Response
    before: Card
    after: Card


def record_answer(
    db: "Connection",
    context: Context,
    rules: Rulebook,
    answer: Answer,
    seen: tuple[int, object] | None = None,
) -> Recorded:
    """Append a response and bring card, progress, day and session up to date.

    `seen` is the version of the card that the person saw: StaleState when it has changed since.
    """
    where = place(db, answer.question_id)
    before = cards.load(db, context.user, answer.question_id)
    if seen is not None and seen != before.version:
        raise StaleState(
            "this question was answered elsewhere in the meantime", "It is shown again as it is now"
        )
    today, device = context.today(rules.everywhere), profile.writer(db, context.device)
    response = Response(
        id=answer.id or FactId(context.new_id()), question_id=answer.question_id,
        rating=answer.rating,
        created_at=today.now, device_id=device,
        device_seq=facts.next_seq(db, context.user, device), day=today.day,
        session_id=answer.session_id, is_correct=answer.is_correct,
        response_text=_kept(answer.response_text), selected_option=answer.selected_option,
        elapsed_ms=answer.elapsed_ms, confidence=answer.confidence, cram=answer.cram,
        details=answer.details,
    )  # fmt: skip
    facts.append_response(db, context.user, response)
    if before.updated_at is None or today.now > before.updated_at:
        by = rules.rules(where.path)
        after = replay.apply(before, response, by, seed_of(answer.question_id))
        _add_answer(db, context, rules, where, Recorded(response, before, after))
    else:
        # The clock went back: this answer belongs before others, so the card is replayed.
        derived = derive(db, context, rules, {answer.question_id: [response.id]})
        after = derived[answer.question_id] or Card()
    if answer.session_id is not None:
        sessions.add(db, answer.session_id, 1, int(response.counts_as_correct))
    return Recorded(response, before, after)


def retract(db: "Connection", context: Context, rules: Rulebook, response: Response) -> None:
    """Take a response back: as if it had never been given."""
    event = append_event(
        db, context, EventType.RESPONSE_RETRACTED, {"response_id": id_text(response.id)},
        response.question_id,
    )  # fmt: skip
    derive(db, context, rules, {response.question_id: [event.id]})
    if response.session_id is not None:
        sessions.add(db, response.session_id, -1, -int(response.counts_as_correct))


def mark(
    db: "Connection",
    context: Context,
    rules: Rulebook,
    question: QuestionId,
    kind: EventType,
    data: Mapping[str, Any],
) -> None:
    """Suspend, resume, bury, flag or unflag a question."""
    event = append_event(db, context, kind, data, question)
    derive(db, context, rules, {question: [event.id]})


def append_event(
    db: "Connection",
    context: Context,
    kind: EventType,
    data: Mapping[str, Any],
    question: QuestionId | None = None,
) -> Event:
    """Append an event of this device, now."""
    device = profile.writer(db, context.device)
    event = Event(
        id=FactId(context.new_id()), type=str(kind), created_at=context.clock(),
        device_id=device, device_seq=facts.next_seq(db, context.user, device),
        question_id=question, data=data,
    )  # fmt: skip
    facts.append_event(db, context.user, event)
    return event


def place(db: "Connection", question: QuestionId) -> Place:
    """Where a question stands now; ContentError when the store no longer holds it."""
    found = places.of_question(db, question, hold=True)
    if found is None:
        raise ContentError("this question is no longer in the store")
    return found


def _kept(typed: str | None) -> str | None:
    """What is kept of a typed answer: text that can be shown, and that a server takes."""
    return None if typed is None else visible(unify_lines(typed[: limits.TYPED]))


def _add_answer(
    db: "Connection",
    context: Context,
    rules: Rulebook,
    where: Place,
    done: Recorded,
) -> None:
    """The common case: the answer comes last, so everything is one step further."""
    response, before, after, facet = done.response, done.before, done.after, where.facet
    if not response.cram:
        seed = seed_of(response.question_id)
        due = rules.due(where.path, after, seed) if where.is_active else None
        if before.created_at is None:
            cards.save(db, context.user, response.question_id, facet, after, due)
        else:
            step = cards.Step(facet, before, after, due)
            cards.carry_on(db, context.user, response.question_id, step)
    activity = activity_of(response, before)
    progress.add_activity(db, context.user, facet, {response.day: activity})
    held = progress.facet(db, context.user, facet)
    if not where.is_active or (held.last_day is not None and response.day < held.last_day):
        progress.recount_facet(db, context.user, facet)
    else:
        progress.save_facet(db, context.user, facet, held.answered(response, before, after))
