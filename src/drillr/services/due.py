"""What is due, for shell prompts and status bars: imports next to nothing."""

from datetime import datetime, tzinfo

from drillr.domain.study_day import ROLLOVER_HOUR, day_end, day_start, study_day
from drillr.store import due, siblings

TYPE_CHECKING = False  # importing it from typing takes 4 ms
if TYPE_CHECKING:
    from typing import Any

    from drillr.store.connection import Connection


def counts(db: "Connection", now: datetime, system_zone: tzinfo) -> dict[str, int]:
    """`overdue` by now, `due_today` by the study day's end (overdue included), and `new`."""
    user, stored = due.owner(db)
    if user is None:
        return {"overdue": 0, "due_today": 0, "new": due.unanswered(db, b"", now)}
    settings: dict[str, Any] = {}
    if stored != "{}":
        import json

        settings = json.loads(stored)
    zone, name = system_zone, settings.get("timezone", "system")
    if isinstance(name, str) and name != "system":
        from drillr.domain.settings import zone_named

        zone = zone_named(name)
    hour = settings.get("rollover_hour", ROLLOVER_HOUR)
    if not isinstance(hour, int) or not 0 <= hour <= 23:
        hour = ROLLOVER_HOUR
    day = study_day(now, zone, hour)
    end = day_end(day, zone, hour)
    overdue, today = due.reviews(db, user, now, end)
    new = due.unanswered(db, user, now)
    if settings.get("bury_siblings", True):
        for waiting in siblings.withheld(db, user, now, day_start(day, zone, hour), end).values():
            overdue, today, new = overdue - waiting[0], today - waiting[1], new - waiting[2]
    return {"overdue": overdue, "due_today": today, "new": new}
