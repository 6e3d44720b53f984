"""The order of a session: overdue, new, due later today, then what was rated "again today"."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from drillr.domain.ids import QuestionId


class Stage(StrEnum):
    """Why a question is in the queue."""

    OVERDUE = "due"
    NEW = "new"
    LATER = "later today"
    AGAIN = "again today"
    CRAM = "cram"


@dataclass(frozen=True, slots=True)
class Entry:
    """A question and why it is asked."""

    question_id: QuestionId
    stage: Stage


class Queue:
    """What is still to be asked; every step costs the same however long it is."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._ahead: deque[Entry] = deque()
        self._again: deque[Entry] = deque()
        for entry in entries:
            self.append(entry)

    def __len__(self) -> int:
        return len(self._ahead) + len(self._again)

    def append(self, entry: Entry) -> None:
        """Put an entry behind the others of its kind; "again today" comes after all others."""
        (self._again if entry.stage is Stage.AGAIN else self._ahead).append(entry)

    def take(self) -> Entry | None:
        """The next entry, removed; None when there is no more."""
        if self._ahead:
            return self._ahead.popleft()
        return self._again.popleft() if self._again else None

    def put_first(self, entry: Entry) -> None:
        """Ask this one next: what undo brings back."""
        self._ahead.appendleft(entry)

    def discard(self, question_id: QuestionId) -> None:
        """Forget a question wherever it waits."""
        self._ahead = deque(e for e in self._ahead if e.question_id != question_id)
        self._again = deque(e for e in self._again if e.question_id != question_id)

    def waiting(self) -> frozenset[QuestionId]:
        """The questions that wait."""
        return frozenset(e.question_id for e in (*self._ahead, *self._again))
