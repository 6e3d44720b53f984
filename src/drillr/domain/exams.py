"""Exams: a day by which a part of the library should be known, and the caps that follow."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import floor, log
from typing import Any, NamedTuple

from drillr.domain.facts import Event, EventType
from drillr.domain.ids import id_text
from drillr.domain.scatter import fraction
from drillr.domain.scopes import EVERYWHERE, within

LOWEST_TARGET, HIGHEST_TARGET = 0.5, 0.99
_DAY = timedelta(days=1)
_LAST_YEAR = 3_000


class Recall(NamedTuple):
    """What decides how well a card is recalled: its last review, and what its engine aims at."""

    last: datetime
    aim: float


@dataclass(frozen=True, slots=True)
class Exam:
    """The study day `day`, which begins at `at`; all below `scope` should be recalled by `target`.

    `target` is a probability, `minutes` what the person wants to study a day at most (0: no limit).
    """

    id: str
    scope: str
    day: date
    at: datetime
    target: float = 0.9
    minutes: int = 0

    def reach(self, interval_days: int, aim: float) -> float:
        """For how many days after a review recall stays at the target.

        The prediction is `aim ** (elapsed / interval)`: at its interval's end a card is
        recalled with the probability that its engine aims at.
        """
        return interval_days * log(self.target) / log(aim)

    def capped(
        self, due: datetime, earliest: datetime, interval_days: int, recall: Recall, seed: int
    ) -> datetime:
        """When the card comes due instead, so that it is recalled by the target at the exam.

        `earliest` is the first instant at which it may be asked again. A card that comes due before
        the exam, or is recalled well enough at it, stays where it is. Another one is asked once
        more on a day early enough to come before the exam and late enough to last until it; which
        of those days, its seed decides, so that the load is spread.
        """
        if recall.last >= self.at or due < self.at:
            return due
        reach = self.reach(interval_days, recall.aim)
        if (self.at - recall.last) / _DAY <= reach:
            return due
        most = min(max(1, floor(reach)), (self.at - earliest) // _DAY)
        if most < 1:
            return due
        return self.at - (1 + floor(fraction(seed, self.day.toordinal()) * most)) * _DAY

    def as_data(self) -> dict[str, Any]:
        """The exam as JSON."""
        return {
            "id": self.id, "scope": self.scope, "day": self.day.isoformat(),
            "at": self.at.isoformat(), "target": self.target, "minutes": self.minutes,
        }  # fmt: skip

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Exam":
        """The exam that `as_data` gave."""
        return cls(
            str(data["id"]), str(data["scope"]), date.fromisoformat(data["day"]),
            datetime.fromisoformat(data["at"]), float(data["target"]), int(data["minutes"]),
        )  # fmt: skip


def fold_exams(events: Iterable[Event]) -> tuple[Exam, ...]:
    """The exams that the facts give, in whatever order they come: added, and not removed.

    What makes no sense here (a stranger's, or a newer drillr's) is left alone.
    """
    added: dict[str, Exam] = {}
    removed: set[str] = set()
    for event in events:
        if event.type == EventType.EXAM_ADDED:
            exam = _exam_of(event)
            if exam is not None:
                added[exam.id] = exam
        elif event.type == EventType.EXAM_REMOVED:
            removed.add(str(event.data.get("exam_id")))
    kept = [exam for key, exam in added.items() if key not in removed]
    return tuple(sorted(kept, key=lambda one: (one.at, one.id)))


def about(exams: Iterable[Exam], path: str) -> tuple[Exam, ...]:
    """The exams that examine the place at this path."""
    return tuple(exam for exam in exams if within(path, exam.scope))


def _exam_of(event: Event) -> Exam | None:
    data = {"scope": EVERYWHERE, "target": 0.9, "minutes": 0, **event.data}
    try:
        exam = Exam.of({**data, "id": id_text(event.id)})
    except (KeyError, TypeError, ValueError):
        return None
    in_time = exam.at.tzinfo is not None and exam.at.year < _LAST_YEAR
    fits = LOWEST_TARGET <= exam.target <= HIGHEST_TARGET and exam.minutes >= 0
    return exam if in_time and fits else None
