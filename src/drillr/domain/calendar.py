"""When a card is asked: its engine's date, as exams and pauses move it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from drillr.domain.card import Card
from drillr.domain.exams import Exam, Recall
from drillr.domain.pauses import Pause
from drillr.domain.scatter import fraction


@dataclass(frozen=True, slots=True)
class Calendar:
    """The exams about a place and all pauses; `retention` is what the place's engine aims at.

    Engines know nothing of it: an answer on a day that was moved counts as early or late, and is
    credited for the days that really passed.
    """

    exams: tuple[Exam, ...] = ()
    pauses: tuple[Pause, ...] = ()
    retention: float = 0.9

    def due(self, card: Card, seed: int) -> datetime | None:
        """When the card may next be asked; None while it is suspended or was never answered."""
        due = card.due_at
        if due is None or not (self.exams or self.pauses):
            return due
        planned, last = card.next_review_at, card.last_reviewed_at
        if planned is None or last is None:
            return due
        moved = self._moved(planned, last, card.interval_days, seed)
        buried = card.buried_until
        return moved if buried is None else max(moved, buried)

    def _moved(self, planned: datetime, last: datetime, days: int, seed: int) -> datetime:
        moved = planned
        for number, pause in enumerate(self.pauses):
            moved = pause.moved(moved, last, fraction(seed, number))
        for exam in self.exams:
            earliest = self._back_at(last, exam.at)
            if earliest is not None:
                moved = exam.capped(moved, earliest, days, Recall(last, self.retention), seed)
        return moved

    def _back_at(self, last: datetime, exam: datetime) -> datetime | None:
        """From when a card may be asked again before an exam; None where a pause covers that."""
        earliest = last + timedelta(days=1)
        for pause in self.pauses:
            if pause.start < pause.until and last < pause.until:
                if pause.start < exam <= pause.until:
                    return None
                if pause.until < exam:
                    earliest = max(earliest, pause.until)
        return earliest
