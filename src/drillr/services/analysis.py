"""How the learning goes, over any number of answers: what the statistics screen plots.

A million answers take some seconds, so the work is done in pieces: each has its own short unit of
work, says how far it is, and is the last if the caller has had enough and raises something.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from drillr.domain import analysis as rules
from drillr.domain.analysis import Share
from drillr.domain.ids import FactId
from drillr.domain.progress import Activity
from drillr.domain.study_day import day_end
from drillr.domain.tree import FacetCounts
from drillr.services.context import Context, Today
from drillr.store import analysis, content, facts, statistics

FORECAST_DAYS = 30
_STRETCH = timedelta(days=91)
Progress = Callable[[float], object]
"""Hears the share done (0 to 1), and stops the work by raising something."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the plots show; days are study days, hours the person's own.

    `days` has every study day with answers, oldest first; `forecast` reviews due a day, today
    (with what is overdue) first; `recall` the share recalled by days since the answer before.
    """

    today: date
    days: list[tuple[date, Activity]]
    forecast: list[tuple[date, int]]
    facets: list[FacetCounts]
    intervals: list[tuple[str, int]]
    eases: list[tuple[str, int]]
    hours: list[Share]
    recall: list[Share]
    sureness: list[Share]


def analyse(context: Context, on_progress: Progress = lambda _: None) -> Analysis:
    """All of it; what `on_progress` raises stops the reading."""
    with context.database.transaction(write=False) as db:
        user, today = context.user, context.today(context.settings(db))
        days = sorted(statistics.days(db, user, None).items())
        on_progress(0)
        ends = list(_day_ends(today))
        due = statistics.due_by_day(db, user, None, [end for _, end in ends])
        rows = statistics.facet_counts(db, user, today.now, today.end)
        on_progress(0)
        intervals, eases = analysis.intervals(db, user), analysis.eases(db, user)
        on_progress(0)
        gone = [FactId(key) for key in sorted(facts.retracted(db, user))]
        hours = analysis.of_answers(db, user, gone)
        on_progress(0)
        span = analysis.span(db, user)
        places = [facet.id for facet in content.facets(db)]
    stretches = list(_stretches(*span)) if span is not None else []
    steps, done = len(stretches) + len(places), 0
    for start, end in stretches:
        with context.database.transaction(write=False) as db:
            hours += analysis.by_hour(db, user, start, end)
        done += 1
        on_progress(done / steps)
    gaps: list[tuple[int, int, int]] = []
    for facet in places:
        with context.database.transaction(write=False) as db:
            gaps += analysis.gaps(db, user, facet)
        done += 1
        on_progress(done / steps)
    return Analysis(
        today=today.day,
        days=days,
        forecast=[(day, count) for (day, _), count in zip(ends, due, strict=True)],
        facets=[row.counts for row in rows],
        intervals=rules.histogram(intervals),
        eases=rules.eases(eases),
        hours=rules.by_hour(((_hour(r.hour), r.answers, r.recalled) for r in hours), today.zone),
        recall=rules.by_gap(gaps),
        sureness=rules.by_sureness(
            (r.confidence, r.answers, r.right) for r in hours if r.confidence is not None
        ),
    )


def _hour(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("T", " ") + ":00").replace(tzinfo=UTC)


def _stretches(first: datetime, last: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Quarters of a year that together hold both instants."""
    while first <= last:
        yield first, first + _STRETCH
        first += _STRETCH


def _day_ends(today: Today) -> Iterator[tuple[date, datetime]]:
    for ahead in range(FORECAST_DAYS):
        day = today.day + timedelta(days=ahead)
        yield day, day_end(day, today.zone, today.rollover_hour)
