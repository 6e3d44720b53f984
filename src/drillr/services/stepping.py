"""A review session one step at a time, for interfaces that keep nothing between two requests.

Order, judgement and recording are those of `reviewing`: a card is the same wherever it is answered.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from drillr.domain.card import Card
from drillr.domain.facts import EventType, Response
from drillr.domain.ids import FacetId, FactId, QuestionId, SessionId
from drillr.domain.question import Question, QuestionType
from drillr.domain.rating import Rating, propose
from drillr.domain.session import Plan, Summary, summarise
from drillr.errors import IdTaken, NoSuchThing, NothingToDo, StaleState, UsageError
from drillr.services.context import Context
from drillr.services.queueing import pausing
from drillr.services.recording import Answer, append_event, record_answer
from drillr.services.reviewing import ReviewSession, start
from drillr.services.showing import Given, Showing
from drillr.services.turns import Turns
from drillr.store import cards, facts, hierarchy, sessions

if TYPE_CHECKING:
    from drillr.store.connection import Connection
    from drillr.store.sessions import SessionRow


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request wants to be asked: in a session, in a part of the library, or anything."""

    session: SessionId | None = None
    facet: FacetId | None = None
    selector: str = ""
    skip: frozenset[QuestionId] = frozenset()


@dataclass(frozen=True, slots=True)
class Submission:
    """An answer as a request brings it; `rating` None takes what is proposed for a choice.

    `seen` is the card's `version` that the person saw, `id` a fact's id that the client chose.
    """

    question: QuestionId
    given: Given
    rating: Rating | None = None
    session: SessionId | None = None
    cram: bool = False
    seen: str | None = None
    id: FactId | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A response that is on disk, the question, and the card now; `repeated`: it was before."""

    response: Response
    question: Question
    card: Card
    repeated: bool = False


def version_of(card: Card) -> str:
    """A card's version as text: what must be unchanged between showing and answering."""
    at = card.updated_at
    return f"{card.total_reviews}@{'' if at is None else at.isoformat()}"


def begin(context: Context, plan: Plan) -> tuple[ReviewSession, Showing]:
    """Begin a session, or go on with one that asked for the same; NothingToDo if it asks none."""
    session = start(context, plan)
    if session.current is None:
        raise NothingToDo("nothing is due here")
    return session, session.current


def next_question(context: Context, asked: Asked) -> tuple[ReviewSession, Showing]:
    """What to show next: overdue, then new, then due today; NothingToDo if there is none."""
    with context.database.transaction(write=False) as db:
        plan, row = Plan(), None
        if asked.session is not None:
            row = _open(db, context, asked.session)
            plan = Plan.from_data(row.plan)
        place = _selector(db, asked)
        if place:
            plan = replace(plan, selector=place)
        turns = Turns.over(db, context, plan)
        turns.pass_over(asked.skip)
        session = ReviewSession(context, plan, turns)
        if row is not None:
            session.go_on(row)
        rules = context.rulebook(db)
        turns.begin(db, rules, resumed=session.resumed)
        paused = None if plan.cram else pausing(rules, context.today(rules.everywhere))
    if session.current is None:
        if paused is not None:
            raise paused
        raise NothingToDo("nothing is due here", "Ask again later, or another part of the library")
    return session, session.current


def submit(context: Context, submission: Submission) -> Outcome:
    """Record an answer; the same `id` again gives what was recorded then, and records nothing."""
    with context.database.transaction() as db:
        question = hierarchy.question(db, submission.question)
        if question is None:
            raise NoSuchThing("there is no such question", "Ask for the next one")
        if submission.id is not None:
            held = facts.response(db, context.user, submission.id)
            if held is not None:
                if held.question_id != question.id:
                    raise IdTaken("this id belongs to another answer", "Choose a new one")
                card = cards.load(db, context.user, question.id)
                return Outcome(held, question, card, repeated=True)
            if facts.is_taken(db, submission.id):
                raise IdTaken("this id belongs to another answer", "Choose a new one")
        cram = submission.cram
        if submission.session is not None:
            cram = cram or bool(_open(db, context, submission.session).plan.get("cram"))
        verdict = _verdict(question, submission.given)
        card = cards.load(db, context.user, question.id)
        if submission.seen is not None and submission.seen != version_of(card):
            raise StaleState(
                "this question was answered elsewhere in the meantime", "Ask for it again"
            )
        recorded = record_answer(
            db, context, context.rulebook(db),
            Answer(
                question_id=question.id, rating=_rating(question, submission, verdict),
                elapsed_ms=submission.given.elapsed_ms,
                is_correct=verdict if verdict is not None else _passed(submission),
                selected_option=",".join(submission.given.chosen) or None,
                response_text=submission.given.text, confidence=submission.given.confidence,
                session_id=submission.session, cram=cram,
                details=_details(question, submission), id=submission.id,
            ),
        )  # fmt: skip
        return Outcome(recorded.response, question, recorded.after)


def finish(context: Context, key: SessionId) -> tuple["SessionRow", Summary]:
    """End a session, and say what it amounted to; one that has ended stays as it was."""
    with context.database.transaction() as db:
        row = _known(db, context, key)
        if row.ended_at is None:
            event = append_event(db, context, EventType.SESSION_ENDED, {"session_id": key.hex()})
            sessions.end(db, key, event.created_at)
        return _known(db, context, key), summarise(facts.of_session(db, context.user, key))


def sitting(context: Context, key: SessionId) -> tuple["SessionRow", Summary]:
    """One session with what it amounted to so far."""
    with context.database.transaction(write=False) as db:
        return _known(db, context, key), summarise(facts.of_session(db, context.user, key))


def history(context: Context, before: SessionId | None, most: int) -> list["SessionRow"]:
    """The person's sessions, the latest first."""
    with context.database.transaction(write=False) as db:
        return sessions.page(db, context.user, before, most)


def _selector(db: "Connection", asked: Asked) -> str:
    if asked.facet is None:
        return asked.selector
    place = hierarchy.facet(db, asked.facet)
    if place is None:
        raise NoSuchThing("there is no such facet", "Ask for the hierarchy")
    return place.path


def _known(db: "Connection", context: Context, key: SessionId) -> "SessionRow":
    row = sessions.load(db, context.user, key)
    if row is None:
        raise NoSuchThing("there is no such session", "Start one")
    return row


def _open(db: "Connection", context: Context, key: SessionId) -> "SessionRow":
    row = _known(db, context, key)
    if row.ended_at is not None:
        raise UsageError("this session has ended", "Start another")
    return row


def _verdict(question: Question, given: Given) -> bool | None:
    if question.type is not QuestionType.MCQ:
        return None
    known = {option.key for option in question.options}
    unknown = [key for key in given.chosen if key not in known]
    if unknown:
        raise UsageError(
            f"the question has no option {unknown[0]!r}", f"Its options: {', '.join(sorted(known))}"
        )
    return question.is_right(given.chosen)


def _passed(submission: Submission) -> bool | None:
    return None if submission.rating is None else submission.rating.passed


def _rating(question: Question, submission: Submission, verdict: bool | None) -> Rating:
    if submission.rating is not None:
        return submission.rating
    if verdict is None:
        raise UsageError(
            "an answer that nobody can judge but you needs a rating", "Send difficulty_rating 1–4"
        )
    given = submission.given
    return propose(
        verdict, given.elapsed_ms, question.estimated_seconds,
        hints_used=given.hints_used, confidence=given.confidence,
    )  # fmt: skip


def _details(question: Question, submission: Submission) -> dict[str, object]:
    kept: dict[str, object] = {"content": question.content_hash.hex()}
    if submission.given.hints_used:
        kept["hints"] = submission.given.hints_used
    return kept
