"""A review session: which question is next, and what each key does to it.

Every interface drives the same object: the terminal interface, the line-by-line session, tests.
Each call is one unit of work; what it returns is on disk.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from drillr.domain import selector, shuffle
from drillr.domain.facts import EventType
from drillr.domain.ids import FacetId, QuestionId, SessionId
from drillr.domain.question import Question, QuestionType
from drillr.domain.queue import Entry, Queue, Stage
from drillr.domain.rating import Rating, propose
from drillr.domain.rulebook import Rulebook
from drillr.domain.session import Plan, Sitting, Summary, goes_on, summarise
from drillr.domain.settings import LearningSettings
from drillr.domain.study_day import day_start
from drillr.errors import NothingToDo
from drillr.services import searching
from drillr.services.context import Context, Today
from drillr.services.recording import Answer, Recorded, append_event, mark, record_answer, retract
from drillr.services.showing import Given, Showing, details, show
from drillr.services.undoing import undo_last
from drillr.store import cards, content, facts, selection, sessions

__all__ = ["Given", "Recorded", "ReviewSession", "Showing", "start", "undo_last"]

if TYPE_CHECKING:
    from drillr.store.connection import Connection

PAGE = 500


class ReviewSession:
    """Made by `start`; `current` is the question to show, None when the session is done."""

    def __init__(self, context: Context, plan: Plan, facets: selection.Part) -> None:
        self._context = context
        self._plan = plan
        self.facets = facets
        self._queue = Queue()
        self._passed_over: set[QuestionId] = set()
        self._entry: Entry | None = None
        self.id = SessionId(b"")
        self.resumed = False
        self.answered = 0
        self.correct = 0
        self._new_left = 0
        self._exhausted = False
        self._due_beyond = 0
        self.current: Showing | None = None

    @classmethod
    def over(cls, db: "Connection", context: Context, plan: Plan) -> "ReviewSession":
        """A session that isn't begun, over what the plan's selector names."""
        facets = _facets(db, plan.selector)
        return cls(
            context, plan, selection.Part(facets, searching.condition(db, context, plan.query))
        )

    def pass_over(self, keys: Iterable[QuestionId]) -> None:
        """Don't ask these; called before `begin`."""
        self._passed_over |= set(keys)

    @property
    def plan(self) -> Plan:
        """What this session was asked to bring."""
        return self._plan

    @property
    def remaining(self) -> int:
        """How many questions are still to come, with the one that is shown."""
        left = len(self._queue) + self._due_beyond + (self._entry is not None)
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
            recorded = record_answer(db, self._context, rules, answer, showing.card.version)
        # Only what is on disk changes the session.
        self.answered += 1
        self.correct += recorded.response.counts_as_correct
        self._after_answer(recorded)
        self._move_on()
        return recorded

    def skip(self) -> None:
        """Ask the current question later: behind all others of this session."""
        entry = self._entry
        if entry is None:
            return
        self._queue.append(entry)
        self._move_on()

    def bury(self) -> None:
        """Set the current question aside until the next study day."""
        with self._context.database.transaction() as db:
            rules = self._context.rulebook(db)
            until = self._context.today(rules.everywhere).end
            self._mark(db, rules, EventType.CARD_BURIED, {"until": until.isoformat()})
        self._set_aside()

    def suspend(self) -> None:
        """Never ask the current question again, until it is resumed."""
        with self._context.database.transaction() as db:
            rules = self._context.rulebook(db)
            self._mark(db, rules, EventType.CARD_SUSPENDED, {})
        self._set_aside()

    def flag(self, note: str) -> None:
        """Flag the current question with a note; it stays on the screen."""
        with self._context.database.transaction() as db:
            rules = self._context.rulebook(db)
            self._mark(db, rules, EventType.CARD_FLAGGED, {"note": note})
        self.refresh()

    def undo(self) -> Question:
        """Take back the last answer, of this session or an earlier one, and ask it again."""
        with self._context.database.transaction() as db:
            rules = self._context.rulebook(db)
            last = facts.latest_standing(db, self._context.user)
            if last is None:
                raise NothingToDo("there is no answer to take back")
            retract(db, self._context, rules, last)
            entry = Entry(last.question_id, self._stage_of(db, last.question_id))
        if last.session_id == self.id:
            self.answered -= 1
            self.correct -= last.counts_as_correct
        if self._entry is not None and self._entry.question_id != last.question_id:
            self._queue.put_first(self._entry)
        self._queue.discard(last.question_id)
        self._passed_over.discard(last.question_id)
        self._entry = entry
        self.refresh()
        return self._showing().question

    def refresh(self) -> None:
        """Show the current question as the store has it now."""
        with self._context.database.transaction(write=False) as db:
            self._show(db, self._context.rulebook(db))

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

    # How a session gets its questions -------------------------------------------------------

    def begin(self, db: "Connection", rules: Rulebook) -> None:
        """Fill the queue and show the first question; called once, by `start`."""
        today = self._context.today(rules.everywhere)
        self._new_left = self._plan.new_limit(
            rules.everywhere.new_per_day,
            selection.begun_on(db, self._context.user, today.day.isoformat()),
        )
        self._fill(db, today, rules.everywhere)
        self._advance(db, rules)

    def _fill(self, db: "Connection", today: Today, settings: LearningSettings) -> None:
        """One page of the queue: overdue, new, later today, and what comes again today."""
        user, waiting = self._context.user, self._queue.waiting() | self._passed_over
        if self._entry is not None:
            waiting |= {self._entry.question_id}
        if self._plan.cram:
            seed = int.from_bytes(self.id[-8:], "big")
            self._exhausted = True
            for key in shuffle.mixed(selection.everything(db, self.facets, self._plan), seed):
                self._queue.append(Entry(key, Stage.CRAM))
            return
        start = day_start(today.day, today.zone, today.rollover_hour)
        rows = selection.due(db, user, self.facets, self._plan, today.end, PAGE + len(waiting))
        total = (
            len(rows)
            if len(rows) < PAGE + len(waiting)
            else selection.count_due(db, user, self.facets, self._plan, today.end)
        )
        self._due_beyond = max(0, total - len(rows))
        self._exhausted = not self._due_beyond
        limit = settings.reviews_per_day or len(rows)
        overdue: list[Entry] = []
        later: list[Entry] = []
        for row in rows:
            if row.question_id in waiting:
                continue
            again = row.interval_days == 0 and row.last_reviewed_at >= start
            stage = (
                Stage.AGAIN if again else Stage.OVERDUE if row.due_at <= today.now else Stage.LATER
            )
            (later if stage is Stage.LATER else overdue).append(Entry(row.question_id, stage))
        new = [
            Entry(key, Stage.NEW)
            for key in selection.new(
                db, user, self.facets, self._plan, today.now, self._new_left + len(waiting)
            )
            if key not in waiting
        ][: self._new_left]
        self._new_left -= len(new)
        for entry in [*overdue[:limit], *new, *later[: max(0, limit - len(overdue))]]:
            self._queue.append(entry)

    def _advance(self, db: "Connection", rules: Rulebook) -> None:
        limit = self._plan.limit
        self._entry = None
        if limit is None or self.answered < limit:
            self._entry = self._queue.take()
            if self._entry is None and not self._exhausted:
                self._fill(db, self._context.today(rules.everywhere), rules.everywhere)
                self._entry = self._queue.take()
        self._show(db, rules)

    def _show(self, db: "Connection", rules: Rulebook) -> None:
        if self._entry is None:
            self.current = None
            return
        count = (self.answered + 1, self.answered + self.remaining)
        self.current = show(
            db, self._context, rules, self._entry, self.id, count, is_cram=self._plan.cram
        )
        if self.current is None:
            self._advance(db, rules)

    def _after_answer(self, recorded: Recorded) -> None:
        key = recorded.response.question_id
        again = (
            recorded.response.rating is Rating.VERY_HARD
            if self._plan.cram
            else recorded.after.interval_days == 0 and not recorded.after.suspended
        )
        if again:
            self._queue.append(Entry(key, Stage.AGAIN))
        elif not self._exhausted:
            self._passed_over.add(key)

    def _mark(
        self, db: "Connection", rules: Rulebook, kind: EventType, data: dict[str, Any]
    ) -> None:
        mark(db, self._context, rules, self._showing().question.id, kind, data)

    def _set_aside(self) -> None:
        self._passed_over.add(self._showing().question.id)
        self._move_on()

    def _move_on(self) -> None:
        with self._context.database.transaction(write=False) as db:
            self._advance(db, self._context.rulebook(db))

    def _stage_of(self, db: "Connection", key: QuestionId) -> Stage:
        if self._plan.cram:
            return Stage.CRAM
        card = cards.load(db, self._context.user, key)
        if card.next_review_at is None:
            return Stage.NEW
        return Stage.OVERDUE if card.next_review_at <= self._context.clock() else Stage.LATER

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
        facets = _facets(db, plan.selector)
        part = selection.Part(facets, searching.condition(db, context, plan.query))
        session = ReviewSession(context, plan, part)
        open_one = sessions.latest_open(db, context.user, context.clock() - timedelta(days=1))
        if open_one is not None and goes_on(plan, open_one.plan, open_one.answered):
            session.id, session.resumed = open_one.id, True
            session.answered, session.correct = open_one.answered, open_one.correct
        if not session.resumed:
            session.id = SessionId(context.new_id())
        session.begin(db, rules)
        if session.current is None:
            raise _nothing(db, context, session)
        if not session.resumed:
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


def _facets(db: "Connection", wanted: str) -> list[FacetId] | None:
    if not wanted.strip():
        return None
    by_path = {facet.path: facet.id for facet in content.facets(db) if facet.active_questions}
    return [by_path[path] for path in selector.resolve(wanted, by_path)]


def _nothing(db: "Connection", context: Context, session: ReviewSession) -> NothingToDo:
    if not content.has_questions(db):
        return NothingToDo(
            "the library is empty",
            "`drillr import --starter` brings the starter banks, `drillr import PATH` your own",
        )
    if session.plan.query and not selection.everything(db, session.facets, session.plan):
        return NothingToDo(
            f"the search {session.plan.query!r} finds no question here",
            f"`drillr search '{session.plan.query}'` shows what it finds in the whole library",
        )
    more = selection.new(db, context.user, session.facets, session.plan, context.clock(), 1)
    if more:
        return NothingToDo(
            "all done for today", "`--new 10` brings ten more new questions, `--cram` asks any"
        )
    return NothingToDo("nothing is due here", "`--cram` asks without touching the schedule")
