"""What a session shows now and what comes next: its queue, and the question at its head."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from drillr.domain.ids import QuestionId, SessionId
from drillr.domain.queue import Entry, Queue
from drillr.domain.rating import Rating
from drillr.domain.rulebook import Rulebook
from drillr.domain.session import Plan
from drillr.errors import NothingToDo
from drillr.services import searching
from drillr.services.context import Context
from drillr.services.queueing import Source, part_named
from drillr.services.recording import Recorded
from drillr.services.showing import Showing, Turn
from drillr.store import facts, selection

if TYPE_CHECKING:
    from drillr.store.connection import Connection


class Turns:
    """`current` is the question to show, None when the session `id` is done.

    `answered` is how many answers the session has; whoever records one counts it here.
    """

    def __init__(self, context: Context, plan: Plan, source: Source) -> None:
        self._context, self._plan, self.source = context, plan, source
        self._queue = Queue()
        self._entry: Entry | None = None
        self.id = SessionId(b"")
        self.answered = 0
        self.current: Showing | None = None

    @classmethod
    def over(cls, db: "Connection", context: Context, plan: Plan) -> "Turns":
        """What the plan's selector names; nothing is shown before `begin`."""
        facets, place = part_named(db, plan.selector)
        part = selection.Part(facets, searching.condition(db, context, plan.query))
        return cls(context, plan, Source(context, plan, part, place))

    @property
    def showing(self) -> Showing:
        """The question that is shown; NothingToDo where there is none."""
        if self.current is None:
            raise NothingToDo("no question is shown")
        return self.current

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

    def pass_over(self, keys: Iterable[QuestionId]) -> None:
        """Don't ask these any more."""
        self.source.passed_over |= set(keys)

    def begin(self, db: "Connection", rules: Rulebook, *, resumed: bool) -> None:
        """Fill the queue and show the first question; called once."""
        seed = int.from_bytes(self.id[-8:], "big")
        begun = facts.begun_in(db, self._context.user, self.id) if resumed else 0
        self._queue = self.source.begin(db, rules, seed, begun)
        self._advance(db, rules)

    def move_on(self, rules: Rulebook | None = None) -> None:
        """Show the next question, by rules that were read a moment ago, or as they stand."""
        with self._context.database.transaction(write=False) as db:
            self._advance(db, rules or self._context.rulebook(db))

    def refresh(self) -> None:
        """Show the current question as the store has it now."""
        with self._context.database.transaction(write=False) as db:
            rules = self._context.rulebook(db)
            entry = self._entry
            self.current = None if entry is None else self._shown(db, rules, entry)
            if entry is not None and self.current is None:
                self._advance(db, rules)

    def put_last(self) -> None:
        """Ask the current question later: behind all others."""
        if self._entry is not None:
            self._queue.put_last(self._entry)
            self.move_on()

    def turn_back(self, entry: Entry) -> None:
        """Ask this question now, and the current one after it."""
        if self._entry is not None and self._entry.question_id != entry.question_id:
            self._queue.put_first(self._entry)
        self._queue.discard(entry.question_id)
        self.source.passed_over.discard(entry.question_id)
        self._entry = entry
        self.refresh()

    def after(self, recorded: Recorded) -> None:
        """Let what was answered come again today where it must, else no more; not yet the next."""
        key = recorded.response.question_id
        again = (
            recorded.response.rating is Rating.VERY_HARD
            if self._plan.cram
            else recorded.after.interval_days == 0 and not recorded.after.suspended
        )
        if again:
            self._queue.again(key, recorded.response.created_at)
        elif not self.source.exhausted:
            self.source.passed_over.add(key)

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
        while self._queue.needs_due and not self.source.exhausted:
            self.source.fill(db, rules, self._queue)
        return self._queue.take(self._context.clock())

    def _shown(self, db: "Connection", rules: Rulebook, entry: Entry) -> Showing | None:
        total = self.answered + self.remaining
        turn = Turn(self.id, self.answered + 1, total, self._plan.cram)
        return self.source.shown(db, rules, entry, turn)
