"""One person's progress in one facet, and day by day."""

from dataclasses import dataclass
from datetime import date, timedelta

from drillr.domain import selector as selectors
from drillr.domain.ids import FacetId
from drillr.domain.progress import Activity, FacetProgress, longest_streak, streak
from drillr.errors import NoSuchThing
from drillr.services.context import Context
from drillr.store import hierarchy, places, progress, statistics


@dataclass(frozen=True, slots=True)
class Progress:
    """A facet, and how far the person got in it."""

    facet: FacetId
    path: str
    progress: FacetProgress


def in_facet(context: Context, key: FacetId) -> Progress:
    """The person's progress in a facet; NoSuchThing when the library doesn't hold it."""
    with context.database.transaction(write=False) as db:
        place = hierarchy.facet(db, key)
        if place is None:
            raise NoSuchThing("there is no such facet", "Ask for the hierarchy")
        return Progress(key, place.path, progress.facet(db, context.user, key))


def history(context: Context, selector: str, most: int) -> list[tuple[date, Activity]]:
    """The study days with answers among the last `most` days, the oldest first."""
    with context.database.transaction(write=False) as db:
        today = context.today(context.settings(db))
        chosen: list[FacetId] | None = None
        if selector.strip():
            by_path = {path: key for key, path in places.paths(db).items()}
            chosen = [by_path[path] for path in selectors.resolve(selector, by_path)]
        first = today.day - timedelta(days=most - 1)
        return sorted(statistics.days(db, context.user, chosen, since=first).items())


def streaks(context: Context) -> tuple[int, bool, int]:
    """Study days in a row up to today, whether today is one, and the longest run ever."""
    with context.database.transaction(write=False) as db:
        today = context.today(context.settings(db)).day
        days = statistics.studied(db, context.user)
    return streak(days, today), today in days, longest_streak(days)
