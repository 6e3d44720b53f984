"""A review session: which question is next, and what each key does to it.

Every interface drives the same object: the terminal interface, the line-by-line session, tests.
Each call is one unit of work; what it returns is on disk.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from drillr.domain import replay, selector, shuffle
from drillr.domain.card import Card
from drillr.domain.facts import EventType, Response
from drillr.domain.fuzz import seed_of
from drillr.domain.ids import FacetId, QuestionId, SessionId
from drillr.domain.question import Option, Question, QuestionType
from drillr.domain.queue import Entry, Queue, Stage
from drillr.domain.rating import Rating, propose
from drillr.domain.session import Plan, Summary, goes_on, summarise
from drillr.domain.settings import LearningSettings
from drillr.domain.study_day import day_start
from drillr.errors import NothingToDo
from drillr.services.context import Context, Today
from drillr.services.recording import Answer, Recorded, append_event, mark, record_answer, retract
from drillr.store import cards, content, facts, selection, sessions

if TYPE_CHECKING:
    from drillr.store.connection import Connection

PAGE = 500


@dataclass(frozen=True, slots=True)
class Showing:
    """A question as it is shown: its options in this showing's order, and what each rating does.

    `previews` gives, by rating, the card that it would leave; `position` counts from 1.
    """

    question: Question
    card: Card
    stage: Stage
    options: tuple[Option, ...]
    previews: dict[Rating, Card]
    position: int
    total: int
    shown_at: datetime

    @property
    def letters(self) -> list[str]:
        """The letters under which the options are shown."""
        return shuffle.letters(len(self.options))

    def keys_for(self, shown: Sequence[str]) -> tuple[str, ...]:
        """The options' own keys for letters shown (in any case); KeyError for any other."""
        by_letter = {
            letter: option.key for letter, option in zip(self.letters, self.options, strict=True)
        }
        return tuple(sorted({by_letter[letter.upper()] for letter in shown}))

    def letter_of(self, key: str) -> str:
        """The letter under which an option's own key is shown."""
        return self.letters[[option.key for option in self.options].index(key)]


@dataclass(frozen=True, slots=True)
class Given:
    """What a person answered before the reveal: chosen keys, or a text, or nothing."""

    chosen: tuple[str, ...] = ()
    text: str | None = None
    elapsed_ms: int = 0
    hints_used: int = 0
    confidence: int | None = None


class ReviewSession:
    """Made by `start`; `current` is the question to show, None when the session is done."""

    def __init__(self, context: Context, plan: Plan, facets: Sequence[FacetId] | None) -> None:
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
            details=self._details(showing, given),
        )  # fmt: skip
        with self._context.database.transaction() as db:
            settings = self._context.settings(db)
            recorded = record_answer(db, self._context, settings, answer, showing.card.version)
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
            settings = self._context.settings(db)
            until = Today.of(self._context.clock(), settings, self._context.system_zone).end
            self._mark(db, settings, EventType.CARD_BURIED, {"until": until.isoformat()})
        self._set_aside()

    def suspend(self) -> None:
        """Never ask the current question again, until it is resumed."""
        with self._context.database.transaction() as db:
            settings = self._context.settings(db)
            self._mark(db, settings, EventType.CARD_SUSPENDED, {})
        self._set_aside()

    def flag(self, note: str) -> None:
        """Flag the current question with a note; it stays on the screen."""
        with self._context.database.transaction() as db:
            settings = self._context.settings(db)
            self._mark(db, settings, EventType.CARD_FLAGGED, {"note": note})
        self.refresh()

    def undo(self) -> Question:
        """Take back the last answer, of this session or an earlier one, and ask it again."""
        with self._context.database.transaction() as db:
            settings = self._context.settings(db)
            last = facts.latest_standing(db, self._context.user)
            if last is None:
                raise NothingToDo("there is no answer to take back")
            retract(db, self._context, settings, last)
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
            self._show(db, self._context.settings(db))

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

    def begin(self, db: "Connection", settings: LearningSettings) -> None:
        """Fill the queue and show the first question; called once, by `start`."""
        today = Today.of(self._context.clock(), settings, self._context.system_zone)
        self._new_left = self._plan.new_limit(
            settings.new_per_day,
            selection.begun_on(db, self._context.user, today.day.isoformat()),
        )
        self._fill(db, today, settings)
        self._advance(db, settings)

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

    def _advance(self, db: "Connection", settings: LearningSettings) -> None:
        limit = self._plan.limit
        self._entry = None
        if limit is None or self.answered < limit:
            self._entry = self._queue.take()
            if self._entry is None and not self._exhausted:
                today = Today.of(self._context.clock(), settings, self._context.system_zone)
                self._fill(db, today, settings)
                self._entry = self._queue.take()
        self._show(db, settings)

    def _show(self, db: "Connection", settings: LearningSettings) -> None:
        if self._entry is None:
            self.current = None
            return
        question = content.question(db, self._entry.question_id)
        if question is None or not question.is_active:
            self._advance(db, settings)
            return
        now = self._context.clock()
        card = cards.load(db, self._context.user, question.id)
        seed = seed_of(question.id)
        engine = replay.rules_of(settings).engine
        position = self.answered + 1
        self.current = Showing(
            question=question,
            card=card,
            stage=self._entry.stage,
            options=shuffle.shown_order(question.options, _showing_seed(self.id, seed, position)),
            previews={} if self._plan.cram else engine.preview(card, now, seed),
            position=position,
            total=self.answered + self.remaining,
            shown_at=now,
        )

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
        self, db: "Connection", settings: LearningSettings, kind: EventType, data: dict[str, Any]
    ) -> None:
        mark(db, self._context, settings, self._showing().question.id, kind, data)

    def _set_aside(self) -> None:
        self._passed_over.add(self._showing().question.id)
        self._move_on()

    def _move_on(self) -> None:
        with self._context.database.transaction(write=False) as db:
            self._advance(db, self._context.settings(db))

    def _stage_of(self, db: "Connection", key: QuestionId) -> Stage:
        if self._plan.cram:
            return Stage.CRAM
        card = cards.load(db, self._context.user, key)
        if card.next_review_at is None:
            return Stage.NEW
        return Stage.OVERDUE if card.next_review_at <= self._context.clock() else Stage.LATER

    def _details(self, showing: Showing, given: Given) -> dict[str, Any]:
        details: dict[str, Any] = {
            "stage": str(showing.stage),
            "content": showing.question.content_hash.hex(),
        }
        if showing.options:
            details["order"] = [option.key for option in showing.options]
        if given.hints_used:
            details["hints"] = given.hints_used
        return details

    def _showing(self) -> Showing:
        if self.current is None:
            raise NothingToDo("no question is shown")
        return self.current


def start(context: Context, plan: Plan) -> ReviewSession:
    """Begin a session, or go on with one that asked for the same and was left since yesterday.

    NothingToDo says what there would be, when nothing is due and nothing new is allowed.
    """
    with context.database.transaction() as db:
        settings = context.settings(db)
        facets = _facets(db, plan.selector)
        session = ReviewSession(context, plan, facets)
        open_one = sessions.latest_open(db, context.user, context.clock() - timedelta(days=1))
        if open_one is not None and goes_on(plan, open_one.plan, open_one.answered):
            session.id, session.resumed = open_one.id, True
            session.answered, session.correct = open_one.answered, open_one.correct
        if not session.resumed:
            session.id = SessionId(context.new_id())
        session.begin(db, settings)
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
            sessions.start(db, context.user, session.id, only, plan.as_data(), event.created_at)
    return session


def undo_last(context: Context, count: int = 1) -> list[tuple[Question, Response]]:
    """Take back the last answers, newest first; NothingToDo when there is none."""
    undone: list[tuple[Question, Response]] = []
    with context.database.transaction() as db:
        settings = context.settings(db)
        for _ in range(count):
            last = facts.latest_standing(db, context.user)
            if last is None:
                break
            retract(db, context, settings, last)
            question = content.question(db, last.question_id)
            if question is not None:
                undone.append((question, last))
    if not undone:
        raise NothingToDo("there is no answer to take back")
    return undone


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
    more = selection.new(db, context.user, session.facets, session.plan, context.clock(), 1)
    if more:
        return NothingToDo(
            "all done for today", "`--new 10` brings ten more new questions, `--cram` asks any"
        )
    return NothingToDo("nothing is due here", "`--cram` asks without touching the schedule")


def _showing_seed(session: bytes, question: int, position: int) -> int:
    return int.from_bytes(session[-8:], "big") ^ question ^ (position * 0x9E3779B97F4A7C15)
