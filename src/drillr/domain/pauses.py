"""Pauses: what comes due during one waits, and its backlog is spread over the days after it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from drillr.domain.facts import Event, EventType
from drillr.domain.ids import id_text

MOST_SPREAD = 365
"""Days: the longest over which a backlog may be spread."""
_USUAL_SPREAD = 30
_DAY = timedelta(days=1)
LONGEST_PAUSE = 3_660 * _DAY


@dataclass(frozen=True, slots=True)
class Pause:
    """From `start` to `until` nothing comes due; `spread_days` is how long its backlog takes."""

    id: str
    start: datetime
    until: datetime
    spread_days: int

    def moved(self, due: datetime, last: datetime, fraction: float) -> datetime:
        """When a card that would be due at `due` comes due instead; `last` is its last review.

        Order is kept: what would have come early in the pause comes early after it. What was due
        before the pause already comes at `fraction` (0 to 1) of the days after it.
        """
        if self.until <= self.start or last >= self.until or due >= self.until:
            return due
        length = self.until - self.start
        place = (due - self.start) / length if due >= self.start else fraction
        return self.until + place * self.spread_days * _DAY

    def as_data(self) -> dict[str, Any]:
        """The pause as JSON."""
        return {
            "id": self.id, "start": self.start.isoformat(), "until": self.until.isoformat(),
            "spread_days": self.spread_days,
        }  # fmt: skip

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Pause":
        """The pause that `as_data` gave."""
        start, until = map(datetime.fromisoformat, (data["start"], data["until"]))
        return cls(str(data["id"]), start, until, int(data["spread_days"]))


def usual_spread(start: datetime, until: datetime) -> int:
    """Over how many days a pause's backlog is spread: as many as it lasted, at most 30."""
    return max(1, min(_USUAL_SPREAD, round((until - start) / _DAY)))


def fold_pauses(events: Iterable[Event]) -> tuple[Pause, ...]:
    """The pauses that the facts give, in whatever order they come; one that was ended is shorter.

    What makes no sense here (a stranger's, or a newer drillr's) is left alone.
    """
    begun: dict[str, Pause] = {}
    ended: dict[str, datetime] = {}
    for event in {event.id: event for event in events}.values():
        if event.type == EventType.STUDY_PAUSED:
            pause = _pause_of(event)
            if pause is not None:
                begun[pause.id] = pause
        elif event.type == EventType.STUDY_RESUMED:
            key = str(event.data.get("pause_id"))
            ended[key] = min(event.created_at, ended.get(key, event.created_at))
    found = [
        replace(pause, until=min(pause.until, ended.get(key, pause.until)))
        for key, pause in begun.items()
    ]
    return tuple(sorted(found, key=lambda one: (one.start, one.id)))


def _pause_of(event: Event) -> Pause | None:
    spread = event.data.get("spread_days")
    if not isinstance(spread, int) or not 0 <= spread <= MOST_SPREAD:
        return None
    try:
        until = datetime.fromisoformat(str(event.data.get("until")))
    except ValueError:
        return None
    if until.tzinfo is None or until - event.created_at > LONGEST_PAUSE:
        return None
    return Pause(id_text(event.id), event.created_at, until, spread)
