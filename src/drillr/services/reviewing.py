"""A review session: which question is next, and what each key does to it.

Every interface drives the same object: the terminal interface, the line-by-line session, tests.
Each call is one unit of work; what it returns is on disk.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from drillr.domain.facts import EventType
from drillr.domain.ids import QuestionId, SessionId
from drillr.domain.question import Question, QuestionType
from drillr.domain.rating import Rating, propose
from drillr.domain.session import Plan, Sitting, Summary, goes_on, summarise
from drillr.errors import NothingToDo, StaleState
from drillr.services import searching
from drillr.services.context import Context
from drillr.services.marking import Mark, mark_questions
from drillr.services.queueing import nothing_to_ask
from drillr.services.recording import Answer, Recorded, append_event, record_answer, retract
from drillr.services.showing import Given, Showing, details
from drillr.services.turns import Turns
from drillr.services.undoing import undo_last
from drillr.store import content, facts, selection, sessions

__all__ = ["Given", "Recorded", "ReviewSession", "Showing", "start", "undo_last"]

if TYPE_CHECKING:
    pass


class ReviewSession:
    """Made by `start`; `current` is the question to show, None when the session is done."""

    def __init__(self, context: Context, plan: Plan, turns: Turns) -> None:
        self._context, self._plan, self._turns = context, plan, turns
        self.resumed = False
        self.correct = 0

    @property
    def id(self) -> SessionId:
        """The session's own id."""
        return self._turns.id

    @property
    def answered(self) -> int:
        """How many answers it has, those of before it was left too."""
        return self._turns.answered

    @property
    def current(self) -> Showing | None:
        """The question to show."""
        return self._turns.current

    @property
    def part(self) -> selection.Part:
        """The part of the library that is asked."""
        return self._turns.source.part

    @property
    def plan(self) -> Plan:
        """What this session was asked to bring."""
        return self._plan

    @property
    def waits_until(self) -> datetime | None:
        """When what comes again today is ready, where nothing else is left to show before."""
        return self._turns.waits_until

    @property
    def remaining(self) -> int:
        """How many questions are still to come, with the one that is shown."""
        return self._turns.remaining

    def judge(self, given: Given) -> bool | None:
        """Whether what was given is right; None where only the person can tell."""
        showing = self._turns.showing
        if showing.question.type is not QuestionType.MCQ:
            return None
        return showing.question.is_right(given.chosen)

    def proposal(self, given: Given) -> Rating:
        """The rating to preselect after the reveal."""
        return propose(
            self.judge(given), given.elapsed_ms, self._turns.showing.question.estimated_seconds,
            hints_used=given.hints_used, confidence=given.confidence,
        )  # fmt: skip

    def answer(self, given: Given, rating: Rating) -> Recorded:
        """Record the answer and move on; after a StaleState, `refresh` shows the card as it is."""
        showing, source = self._turns.showing, self._turns.source
        verdict = self.judge(given)
        answer = Answer(
            question_id=showing.question.id, rating=rating, elapsed_ms=given.elapsed_ms,
            is_correct=rating.passed if verdict is None else verdict,
            selected_option=",".join(given.chosen) or None, response_text=given.text,
            confidence=given.confidence, session_id=self.id, cram=self._plan.cram,
            details=details(showing, given),
        )  # fmt: skip
        with self._context.database.transaction() as db:
            rules = self._context.rulebook(db)
            source.check(db, rules, showing)
            excess = source.excess(db, rules, showing)
            recorded = record_answer(db, self._context, rules, answer, showing.card.version)
            if source.excess(db, rules, showing) > excess:
                raise StaleState("the clock went back to a day whose limit is reached", "Skip it")
        # Only what is on disk changes the session.
        self._turns.answered += 1
        self.correct += recorded.response.counts_as_correct
        self._turns.after(recorded)
        self._turns.move_on(rules)
        return recorded

    def skip(self) -> None:
        """Ask the current question later: behind all others of this session."""
        self._turns.put_last()

    def bury(self) -> None:
        """Set the current question aside until the next study day."""
        self._set_aside(Mark.BURY)

    def suspend(self) -> None:
        """Never ask the current question again, until it is resumed."""
        self._set_aside(Mark.SUSPEND)

    def flag(self, note: str) -> None:
        """Flag the current question with a note; it stays on the screen."""
        mark_questions(self._context, [self._turns.showing.question.id], Mark.FLAG, note)
        self.refresh()

    def undo(self) -> Question:
        """Take back the last answer, of this session or an earlier one, and ask it again.

        Unless the day's limits forbid: an answer of an earlier day may leave a new question.
        """
        with self._context.database.transaction() as db:
            rules = self._context.rulebook(db)
            last = facts.latest_standing(db, self._context.user)
            if last is None:
                raise NothingToDo("there is no answer to take back")
            retract(db, self._context, rules, last)
            question = content.question(db, last.question_id)
            entry = self._turns.source.entry_of(db, rules, last.question_id)
        if last.session_id == self.id:
            self._turns.answered -= 1
            self.correct -= last.counts_as_correct
        self._turns.turn_back(entry)
        # A response refers to its question, so the store has it.
        assert question is not None  # noqa: S101
        return question

    def undo_many(self, count: int) -> None:
        """Take back the last answers one after the other; the earliest is asked first."""
        for _ in range(count):
            self.undo()

    def refresh(self) -> None:
        """Show the current question as the store has it now."""
        self._turns.refresh()

    def leave(self) -> Summary:
        """Stop for now: the session stays open and goes on with the next `review`."""
        return self.summary()

    def finish(self) -> Summary:
        """End the session for good, and say what it amounted to."""
        with self._context.database.transaction() as db:
            event = append_event(
                db, self._context, EventType.SESSION_ENDED, {"session_id": self.id.hex()}
            )
            sessions.end(db, self.id, event.created_at)
        return self.summary()

    def summary(self) -> Summary:
        """What the session amounted to so far."""
        with self._context.database.transaction(write=False) as db:
            return summarise(facts.of_session(db, self._context.user, self.id))

    def names(self, keys: Sequence[QuestionId]) -> dict[QuestionId, str]:
        """The external ids of questions, for the summary."""
        with self._context.database.transaction(write=False) as db:
            return content.external_ids(db, keys)

    def go_on(self, was: sessions.SessionRow) -> None:
        """Take up a session that was left; called before its first question is shown."""
        self._turns.id, self._turns.answered = was.id, was.answered
        self.resumed, self.correct = True, was.correct

    def _set_aside(self, kind: Mark) -> None:
        key = self._turns.showing.question.id
        mark_questions(self._context, [key], kind)
        self._turns.pass_over([key])
        self._turns.move_on()


def start(context: Context, plan: Plan) -> ReviewSession:
    """Begin a session, or go on with one that asked for the same and was left since yesterday.

    NothingToDo says what there would be, when nothing is due and nothing new is allowed.
    """
    if plan.query:
        searching.prepare(context)
    with context.database.transaction() as db:
        rules = context.rulebook(db)
        turns = Turns.over(db, context, plan)
        session = ReviewSession(context, plan, turns)
        open_one = sessions.latest_open(db, context.user, context.clock() - timedelta(days=1))
        if open_one is not None and goes_on(plan, open_one.plan, open_one.answered):
            session.go_on(open_one)
        if not session.resumed:
            turns.id = SessionId(context.new_id())
        turns.begin(db, rules, resumed=session.resumed)
        if session.current is None:
            raise nothing_to_ask(db, context, rules, plan, session.part)
        if not session.resumed:
            facets = session.part.facets
            only = facets[0] if facets is not None and len(facets) == 1 else None
            event = append_event(
                db, context, EventType.SESSION_STARTED,
                {
                    "session_id": session.id.hex(), "plan": plan.as_data(),
                    "facet_id": None if only is None else only.hex(),
                },
            )  # fmt: skip
            sessions.save(
                db, context.user, Sitting(session.id, event.created_at, None, only, plan.as_data())
            )
    return session
