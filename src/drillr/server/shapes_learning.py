"""Shapes of learning: sessions, what is asked, what was answered."""

from typing import Annotated

from pydantic import Field

from drillr.domain.card import Card, CardState
from drillr.domain.facts import Response
from drillr.domain.ids import id_text
from drillr.domain.question import Question, QuestionType
from drillr.domain.queue import Stage
from drillr.domain.rating import Rating
from drillr.domain.session import Summary
from drillr.server.shapes import Clean, Id, Instant, Shape
from drillr.services.reviewing import Showing
from drillr.services.stepping import Outcome, version_of
from drillr.store.sessions import SessionRow

Selector = Annotated[Clean, Field(max_length=410, examples=["databases/sql"])]


class NewSession(Shape):
    """What a session should bring; an open one that asked for the same goes on."""

    facet_id: Id | None = None
    selector: Selector = Field("", description="A path, its beginning, or any level's code.")
    limit: Annotated[int, Field(ge=1, le=10_000)] | None = None
    new: Annotated[int, Field(ge=0, le=10_000)] | None = Field(
        None, description="New questions at most; by default what the day's limit leaves."
    )
    types: Annotated[list[QuestionType], Field(max_length=3)] = Field(default_factory=list)
    tags: Annotated[list[Annotated[Clean, Field(max_length=64)]], Field(max_length=50)] = Field(
        default_factory=list
    )
    difficulties: Annotated[list[Annotated[int, Field(ge=1, le=5)]], Field(max_length=5)] = Field(
        default_factory=list
    )
    cram: bool = Field(False, description="Ask everything, and leave the schedule alone.")


class CardShape(Shape):
    """What is known of one person and one question; intervals in days."""

    state: CardState
    ease_factor: float
    interval_days: int
    repetitions: int
    lapses: int
    last_reviewed_at: Instant | None
    next_review_at: Instant | None
    total_reviews: int
    total_correct: int
    suspended: bool
    version: str = Field(description="Send it with an answer: 409 if it has changed since.")


class Preview(Shape):
    """What a rating would do."""

    rating: Rating
    label: str
    interval_days: int
    next_review_at: Instant | None


class ShownOption(Shape):
    """An option as it is shown: whether it is right is told by the answer."""

    key: str
    text: str


class AskedQuestion(Shape):
    """The question to show next, without its answer."""

    session_id: Id | None
    question_id: Id
    external_id: str
    path: str
    type: QuestionType
    question: str
    context: str | None
    options: list[ShownOption] = Field(description="In the order of this showing.")
    hints: list[str]
    difficulty_level: int
    estimated_time_seconds: int | None
    stage: Stage
    card: CardShape
    previews: list[Preview]
    remaining: int


class SessionShape(Shape):
    """A session and what it amounted to so far."""

    id: Id
    started_at: Instant
    ended_at: Instant | None
    answered: int
    correct: int
    selector: str
    elapsed_seconds: float
    ratings: list[int] = Field(description="How many Easy, Medium, Hard, Very Hard.")


class StartedSession(Shape):
    """A session that has begun or goes on, with its first question."""

    session_id: Id
    resumed: bool
    question: AskedQuestion


class NewAnswer(Shape):
    """An answer. `id` makes a repeat harmless: the same id again records nothing."""

    id: Id | None = None
    session_id: Id | None = None
    selected_option: Annotated[Clean, Field(max_length=300, examples=["B"])] | None = Field(
        None, description="The chosen option's key; several are joined by commas."
    )
    response_text: Annotated[Clean, Field(max_length=65_536)] | None = None
    difficulty_rating: Annotated[int, Field(ge=1, le=4)] | None = Field(
        None,
        description="1 Easy, 2 Medium, 3 Hard, 4 Very Hard (missed). For a choice it may be left"
        " out: then what its rightness, speed and hints propose.",
    )
    time_spent_seconds: Annotated[float, Field(ge=0, le=86_400)] = 0.0
    confidence_level: Annotated[int, Field(ge=1, le=5)] | None = None
    hints_used: Annotated[int, Field(ge=0, le=100)] = 0
    card_version: Annotated[str, Field(max_length=100)] | None = None
    cram: bool = False


class Answered(Shape):
    """An answer that is on disk, what would have been right, and the card now."""

    id: Id
    question_id: Id
    session_id: Id | None
    difficulty_rating: Rating
    is_correct: bool | None
    created_at: Instant
    repeated: bool = Field(description="Whether it was recorded by an earlier request.")
    correct_options: list[str]
    answer: str | None
    explanation: str
    key_points: list[str]
    card: CardShape


class SessionPage(Shape):
    """Some sessions, the latest first."""

    sessions: list[SessionShape]
    next_cursor: str | None


def card_of(card: Card) -> CardShape:
    """A card's shape."""
    return CardShape(
        state=card.state, ease_factor=card.ease / 100, interval_days=card.interval_days,
        repetitions=card.repetitions, lapses=card.lapses, last_reviewed_at=card.last_reviewed_at,
        next_review_at=card.next_review_at, total_reviews=card.total_reviews,
        total_correct=card.total_correct, suspended=card.suspended, version=version_of(card),
    )  # fmt: skip


def asked_of(showing: Showing, session: bytes, remaining: int) -> AskedQuestion:
    """What is shown; `session` is empty without one."""
    question = showing.question
    return AskedQuestion(
        session_id=id_text(session) if session else None, question_id=id_text(question.id),
        external_id=question.external_id, path=question.path, type=question.type,
        question=question.text, context=question.context,
        options=[ShownOption(key=one.key, text=one.text) for one in showing.options],
        hints=list(question.hints), difficulty_level=question.difficulty,
        estimated_time_seconds=question.estimated_seconds, stage=showing.stage,
        card=card_of(showing.card),
        previews=[
            Preview(
                rating=rating, label=rating.label, interval_days=card.interval_days,
                next_review_at=card.next_review_at,
            )
            for rating, card in showing.previews.items()
        ],
        remaining=remaining,
    )  # fmt: skip


def answered_of(outcome: Outcome) -> Answered:
    """An answer's shape."""
    response: Response = outcome.response
    question: Question = outcome.question
    session = response.session_id
    return Answered(
        id=id_text(response.id), question_id=id_text(question.id),
        session_id=None if session is None else id_text(session),
        difficulty_rating=response.rating, is_correct=response.is_correct,
        created_at=response.created_at, repeated=outcome.repeated,
        correct_options=sorted(question.correct_keys), answer=question.answer,
        explanation=question.explanation, key_points=list(question.key_points),
        card=card_of(outcome.card),
    )  # fmt: skip


def session_of(row: SessionRow, summary: Summary | None = None) -> SessionShape:
    """A session's shape; without a summary its ratings and time are zero."""
    found = summary or Summary()
    return SessionShape(
        id=id_text(row.id), started_at=row.started_at, ended_at=row.ended_at,
        answered=row.answered, correct=row.correct, selector=str(row.plan.get("selector", "")),
        elapsed_seconds=found.elapsed_ms / 1000, ratings=list(found.ratings),
    )  # fmt: skip
