"""A review session: which question is next, and what each key does to it.

Every interface drives the same object: the terminal interface, the line-by-line session, tests.
Each call is one unit of work; what it returns is on disk.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from drillr.domain.facts import EventType
from drillr.domain.ids import QuestionId, SessionId
from drillr.domain.question import Question, QuestionType
from drillr.domain.queue import Entry, Queue
from drillr.domain.rating import Rating, propose
from drillr.domain.rulebook import Rulebook
from drillr.domain.session import Plan, Sitting, Summary, goes_on, summarise
from drillr.errors import NothingToDo, StaleState
from drillr.services import searching
from drillr.services.context import Context
from drillr.services.marking import Mark, mark_questions
from drillr.services.queueing import Source, nothing_to_ask, part_named
from drillr.services.recording import Answer, Recorded, append_event, record_answer, retract
from drillr.services.showing import Given, Showing, Turn, details
from drillr.services.undoing import undo_last
from drillr.store import content, facts, selection, sessions

__all__ = ["Given", "Recorded", "ReviewSession", "Showing", "start", "undo_last"]

if TYPE_CHECKING:
    from drillr.store.connection import Connection


class ReviewSession:
    """Made by `start`; `current` is the question to show, None when the session is done."""

    def __init__(self, context: Context, plan: Plan, source: Source) -> None:
        self._context = context
        self._plan = plan
        self._source = source
        self._queue = Queue()
        self._entry: Entry | None = None
        self.id = SessionId(b"")
        self.resumed = False
        self.answered = 0
        self.correct = 0
        self.current: Showing | None = None

    @classmethod
    def over(cls, db: "Connection", context: Context, plan: Plan) -> "ReviewSession":
        """A session that isn't begun, over what the plan's selector names."""
        facets, place = part_named(db, plan.selector)
        part = selection.Part(facets, searching.condition(db, context, plan.query))
        return cls(context, plan, Source(context, plan, part, place))

    def pass_over(self, keys: Iterable[QuestionId]) -> None:
        """Don't ask these; called before `begin`."""
        self._source.passed_over |= set(keys)

    @property
    def part(self) -> selection.Part:
        """The part of the library that is asked."""
        return self._source.part

    @property
    def plan(self) -> Plan:
        """What this session was asked to bring."""
        return self._plan

    @property
    def waits_until(self) -> datetime | None:
        """When what comes again today is ready, where nothing else is left to show before."""
        return self._queue.next_again if self.current is None else None

    @property
    def remaining(self) -> int:
        """How many questions are still to come, with the one that is shown."""
        left = len(self._queue) + self._queue.beyond + (self._entry is not None)
        if self._plan.limit is not None:
            left = min(left, max(0, self._plan.limit - self.answered))
        return left

    def judge(self, given: Given) -> bool | None:
        """Whether what was given is right; None where only the person can tell."""
        showing = self._showing()
        if showing.question.type is not QuestionType.MCQ:
            return None
        return showing.question.is_right(given.chosen)

    def proposal(self, given: Given) -> Rating:
        """The rating to preselect after the reveal."""
        return propose(
            self.judge(given), given.elapsed_ms, self._showing().question.estimated_seconds,
            hints_used=given.hints_used, confidence=given.confidence,
        )  # fmt: skip

    def answer(self, given: Given, rating: Rating) -> Recorded:
        """Record the answer and move on; after a StaleState, `refresh` shows the card as it is."""
        showing = self._showing()
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
            self._source.check(db, rules, showing)
            excess = self._source.excess(db, rules, showing)
            recorded = record_answer(db, self._context, rules, answer, showing.card.version)
            if self._source.excess(db, rules, showing) > excess:
                raise StaleState("the clock went back to a day whose limit is reached", "Skip it")
        # Only what is on disk changes the session.
        self.answered += 1
        self.correct += recorded.response.counts_as_correct
        self._after_answer(recorded)
        self._move_on(rules)
        return recorded

    def skip(self) -> None:
        """Ask the current question later: behind all others of this session."""
        entry = self._entry
        if entry is None:
            return
        self._queue.put_last(entry)
        self._move_on()

    def bury(self) -> None:
        """Set the current question aside until the next study day."""
        self._mark(Mark.BURY)
        self._set_aside()

    def suspend(self) -> None:
        """Never ask the current question again, until it is resumed."""
        self._mark(Mark.SUSPEND)
        self._set_aside()

    def flag(self, note: str) -> None:
        """Flag the current question with a note; it stays on the screen."""
        self._mark(Mark.FLAG, note)
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
            entry = self._source.entry_of(db, rules, last.question_id)
        if last.session_id == self.id:
            self.answered -= 1
            self.correct -= last.counts_as_correct
        if self._entry is not None and self._entry.question_id != last.question_id:
            self._queue.put_first(self._entry)
        self._queue.discard(last.question_id)
        self._source.passed_over.discard(last.question_id)
        self._entry = entry
        self.refresh()
        # A response refers to its question, so the store has it.
        assert question is not None  # noqa: S101
        return question

    def undo_many(self, count: int) -> None:
        """Take back the last answers one after the other; the earliest is asked first."""
        for _ in range(count):
            self.undo()

    def refresh(self) -> None:
        """Show the current question as the store has it now."""
        with self._context.database.transaction(write=False) as db:
            rules = self._context.rulebook(db)
            entry = self._entry
            self.current = None if entry is None else self._shown(db, rules, entry)
            if entry is not None and self.current is None:
                self._advance(db, rules)

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

    def begin(self, db: "Connection", rules: Rulebook) -> None:
        """Fill the queue and show the first question; called once, by `start`."""
        seed = int.from_bytes(self.id[-8:], "big")
        begun = facts.begun_in(db, self._context.user, self.id) if self.resumed else 0
        self._queue = self._source.begin(db, rules, seed, begun)
        self._advance(db, rules)

    def _advance(self, db: "Connection", rules: Rulebook) -> None:
        """Show the next question that may be asked, or none."""
        while True:
            self._entry, self.current = self._next(db, rules), None
            if self._entry is None:
                return
            self.current = self._shown(db, rules, self._entry)
            if self.current is not None:
                return

    def _next(self, db: "Connection", rules: Rulebook) -> Entry | None:
        if self._plan.limit is not None and self.answered >= self._plan.limit:
            return None
        while self._queue.needs_due and not self._source.exhausted:
            self._source.fill(db, rules, self._queue)
        return self._queue.take(self._context.clock())

    def _shown(self, db: "Connection", rules: Rulebook, entry: Entry) -> Showing | None:
        total = self.answered + self.remaining
        turn = Turn(self.id, self.answered + 1, total, self._plan.cram)
        return self._source.shown(db, rules, entry, turn)

    def _after_answer(self, recorded: Recorded) -> None:
        key = recorded.response.question_id
        again = (
            recorded.response.rating is Rating.VERY_HARD
            if self._plan.cram
            else recorded.after.interval_days == 0 and not recorded.after.suspended
        )
        if again:
            self._queue.again(key, recorded.response.created_at)
        elif not self._source.exhausted:
            self._source.passed_over.add(key)

    def _mark(self, kind: Mark, note: str = "") -> None:
        mark_questions(self._context, [self._showing().question.id], kind, note)

    def _set_aside(self) -> None:
        self._source.passed_over.add(self._showing().question.id)
        self._move_on()

    def _move_on(self, rules: Rulebook | None = None) -> None:
        """Show the next question, by rules that were read a moment ago, or as they stand."""
        with self._context.database.transaction(write=False) as db:
            self._advance(db, rules or self._context.rulebook(db))

    def _showing(self) -> Showing:
        if self.current is None:
            raise NothingToDo("no question is shown")
        return self.current


def start(context: Context, plan: Plan) -> ReviewSession:
    """Begin a session, or go on with one that asked for the same and was left since yesterday.

    NothingToDo says what there would be, when nothing is due and nothing new is allowed.
    """
    if plan.query:
        searching.prepare(context)
    with context.database.transaction() as db:
        rules = context.rulebook(db)
        session = ReviewSession.over(db, context, plan)
        open_one = sessions.latest_open(db, context.user, context.clock() - timedelta(days=1))
        if open_one is not None and goes_on(plan, open_one.plan, open_one.answered):
            session.id, session.resumed = open_one.id, True
            session.answered, session.correct = open_one.answered, open_one.correct
        if not session.resumed:
            session.id = SessionId(context.new_id())
        session.begin(db, rules)
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
