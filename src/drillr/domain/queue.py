"""The order of a session: what is due, what is new, due later today, and what comes again today."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from drillr.domain.ids import QuestionId
from drillr.domain.settings import LearningSettings


class Stage(StrEnum):
    """Why a question is in the queue."""

    OVERDUE = "due"
    NEW = "new"
    LATER = "later today"
    AHEAD = "early"
    AGAIN = "again today"
    CRAM = "cram"


@dataclass(frozen=True, slots=True)
class Entry:
    """A question and why it is asked."""

    question_id: QuestionId
    stage: Stage


@dataclass(frozen=True, slots=True)
class Pace:
    """How a queue is dealt out.

    New questions come `before`, `mixed` with or `after` what is due. What comes again today waits
    until `again_after` has passed or `again_cards` others were asked; with nothing else left, what
    would come within `ahead` comes at once.
    """

    mix: str = "after"
    again_after: timedelta = timedelta(minutes=10)
    again_cards: int = 5
    ahead: timedelta = timedelta(minutes=20)

    @classmethod
    def of(cls, settings: LearningSettings) -> "Pace":
        """The pace that the settings ask for."""
        return cls(
            mix=settings.new_mix,
            again_after=timedelta(minutes=settings.again_minutes),
            again_cards=settings.again_cards,
            ahead=timedelta(minutes=settings.learn_ahead_minutes),
        )


class Queue:
    """What is still to be asked; every step costs the same however long it is.

    `beyond` is how many due questions the caller holds back for later pages: the new ones are
    spread over them too.
    """

    def __init__(self, entries: Iterable[Entry] = (), pace: Pace | None = None) -> None:
        self.pace = pace or Pace()
        self.beyond = 0
        self._first: deque[Entry] = deque()
        self._due: deque[Entry] = deque()
        self._new: deque[Entry] = deque()
        self._last: deque[Entry] = deque()
        self._again: deque[tuple[Entry, datetime, int]] = deque()
        self._dealt = 0
        self._since_new = 0
        for entry in entries:
            self.append(entry)

    def __len__(self) -> int:
        others = sum(map(len, (self._first, self._due, self._new, self._last)))
        return others + len(self._again)

    def append(self, entry: Entry) -> None:
        """Put an entry behind the others of its kind."""
        if entry.stage is Stage.NEW:
            self._new.append(entry)
        elif entry.stage in (Stage.LATER, Stage.AHEAD):
            self._last.append(entry)
        else:
            self._due.append(entry)

    def again(self, question_id: QuestionId, missed_at: datetime) -> None:
        """Ask a question again today: after all others, and not too soon."""
        entry = Entry(question_id, Stage.AGAIN)
        self._again.append((entry, missed_at + self.pace.again_after, self._dealt))

    def put_first(self, entry: Entry) -> None:
        """Ask this one next: what undo brings back."""
        self._first.appendleft(entry)

    def put_last(self, entry: Entry) -> None:
        """Ask this one after all others: what was skipped."""
        self._last.append(entry)

    def take(self, now: datetime) -> Entry | None:
        """The next entry, removed; None when there is no more, or it is too soon for it."""
        entry = self._other() or self._ready(now)
        if entry is not None:
            self._dealt += 1
        return entry

    @property
    def needs_due(self) -> bool:
        """Whether all that was due was dealt: the time for the next page of it."""
        return not self._due

    @property
    def next_again(self) -> datetime | None:
        """When the next that comes again is ready by the clock."""
        return self._again[0][1] if self._again else None

    def discard(self, question_id: QuestionId) -> None:
        """Forget a question wherever it waits."""
        for waiting in (self._first, self._due, self._new, self._last):
            if any(entry.question_id == question_id for entry in waiting):
                kept = [entry for entry in waiting if entry.question_id != question_id]
                waiting.clear()
                waiting.extend(kept)
        self._again = deque(one for one in self._again if one[0].question_id != question_id)

    def waiting(self) -> frozenset[QuestionId]:
        """The questions that wait."""
        others = (*self._first, *self._due, *self._new, *self._last)
        return frozenset(e.question_id for e in (*others, *(one[0] for one in self._again)))

    def _other(self) -> Entry | None:
        if self._first:
            return self._first.popleft()
        if self._new and (not self._due or self._is_turn_of_new()):
            self._since_new = 0
            return self._new.popleft()
        if self._due:
            self._since_new += 1
            return self._due.popleft()
        return self._last.popleft() if self._last else None

    def _is_turn_of_new(self) -> bool:
        if self.pace.mix == "mixed":
            between = (len(self._due) + self.beyond + self._since_new) // (len(self._new) + 1)
            return self._since_new >= max(1, between)
        return self.pace.mix == "before"

    def _ready(self, now: datetime) -> Entry | None:
        if not self._again:
            return None
        entry, ready_at, dealt = self._again[0]
        rested = now >= ready_at or self._dealt - dealt >= self.pace.again_cards
        if rested or ready_at - now <= self.pace.ahead:
            self._again.popleft()
            return entry
        return None
