"""What every use case needs and none of them makes: database, owner, clock, ids, zone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING

from drillr.domain.ids import DeviceId, UserId
from drillr.domain.study_day import day_end, study_day
from drillr.store import profile

if TYPE_CHECKING:
    from drillr.domain.rulebook import Rulebook
    from drillr.domain.settings import LearningSettings
    from drillr.store.connection import Connection, Database


def _alone(db: "Connection", user: UserId) -> None:
    """In a store of one person, nobody waits for anybody."""


@dataclass(frozen=True, slots=True)
class Context:
    """Built by `bootstrap` alone; `clock` gives UTC, `new_id` a time-ordered id (UUIDv7).

    `media` is the folder beside the store for what questions link to; empty where there is none.
    `turn` makes the rest of a unit of work one in which this person's derived rows may be written:
    theirs wait, and whatever of theirs was behind is brought up to date first.
    """

    database: "Database"
    user: UserId
    device: DeviceId
    clock: Callable[[], datetime]
    new_id: Callable[[], bytes]
    system_zone: tzinfo
    media: str = ""
    turn: "Callable[[Connection, UserId], None]" = _alone

    def rulebook(self, db: "Connection") -> "Rulebook":
        """All rules as of this unit of work."""
        # Not every command asks for rules: an import, mostly, does not.
        from drillr.domain.rulebook import stored_rulebook

        return stored_rulebook(profile.settings(db, self.user))

    def settings(self, db: "Connection") -> "LearningSettings":
        """The settings of the whole library as of this unit of work."""
        return self.rulebook(db).everywhere

    def today(self, settings: "LearningSettings") -> "Today":
        """Now, and the study day it belongs to."""
        return Today.of(self.clock(), settings, self.system_zone)


@dataclass(frozen=True, slots=True)
class Today:
    """An instant, the study day it belongs to, and the instant at which that day ends."""

    now: datetime
    day: date
    end: datetime
    zone: tzinfo
    rollover_hour: int

    @classmethod
    def of(cls, now: datetime, settings: "LearningSettings", system_zone: tzinfo) -> "Today":
        """Today in the person's zone."""
        zone = system_zone
        if settings.timezone != "system":
            from drillr.domain.settings import zone_named

            zone = zone_named(settings.timezone)
        hour = settings.rollover_hour
        day = study_day(now, zone, hour)
        return cls(now, day, day_end(day, zone, hour), zone, hour)
