"""How things stand: the numbers behind `stats`, `due`, `tree` and the home screen."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from drillr.domain import selector as selectors
from drillr.domain import tree
from drillr.domain.ids import FacetId
from drillr.domain.progress import Activity, mastery, retention, streak
from drillr.domain.study_day import day_end, day_start
from drillr.services.context import Context, Today
from drillr.store import content, siblings, statistics
from drillr.store.statistics import FacetRow

if TYPE_CHECKING:
    from drillr.store.connection import Connection

HEATMAP_DAYS = 126
FORECAST_DAYS = 14
RETENTION_DAYS = 30
_USUAL_MS = 30_000


@dataclass(frozen=True, slots=True)
class Overview:
    """The numbers of a part of the library, or of all of it.

    `due_now` are reviews due by now, `due_today` by the end of the study day; `retention` (0-100)
    is over the last 30 days, None without reviews. `heatmap` holds answers a day, oldest first;
    `forecast` reviews due a day, today (with what is overdue) first; `paused_until` is the day on
    which a pause that runs ends.
    """

    root: tree.Node
    facets: list[tree.FacetCounts]
    questions: int
    active_cards: int
    due_now: int
    due_today: int
    new: int
    responses: int
    correct: int
    retention: float | None
    streak_days: int
    mastery: float
    time_ms: int
    today: Activity
    minutes_due: int
    heatmap: list[tuple[date, int]]
    forecast: list[tuple[date, int]]
    paused_until: date | None


def overview(context: Context, selector: str = "") -> Overview:
    """Everything that `stats` shows, for the part of the library that a selector names."""
    with context.database.transaction(write=False) as db:
        today, rows = _counted(db, context)
        pause = context.rulebook(db).pause_at(today.now)
        names = content.level_names(db)
        chosen: list[FacetId] | None = None
        if selector.strip():
            wanted = set(selectors.resolve(selector, [row.counts.path for row in rows]))
            rows = [row for row in rows if row.counts.path in wanted]
            chosen = [row.id for row in rows]
        days = statistics.days(db, context.user, chosen)
        ends = list(_day_ends(today))
        due = statistics.due_by_day(db, context.user, chosen, [end for _, end in ends])
        active = statistics.active_cards(db, context.user, [row.id for row in rows])
    root = tree.build([row.counts for row in rows], names)
    total = sum(days.values(), Activity())
    recent = sum(
        (a for day, a in days.items() if day > today.day - timedelta(days=RETENTION_DAYS)),
        Activity(),
    )
    pace = total.time_ms / total.responses if total.responses else _USUAL_MS
    return Overview(
        root=root,
        facets=[row.counts for row in rows],
        questions=root.questions,
        active_cards=active,
        due_now=root.due,
        due_today=root.due_today,
        new=root.new,
        responses=total.responses,
        correct=total.correct,
        retention=retention(recent.retained, recent.reviewed),
        streak_days=streak([day for day, a in days.items() if a.responses], today.day),
        mastery=root.mastery,
        time_ms=total.time_ms,
        today=days.get(today.day, Activity()),
        minutes_due=round(root.due_today * pace / 60_000),
        heatmap=[
            (day, days.get(day, Activity()).responses)
            for day in (
                today.day - timedelta(days=back) for back in range(HEATMAP_DAYS - 1, -1, -1)
            )
        ],
        forecast=[(day, count) for (day, _), count in zip(ends, due, strict=True)],
        paused_until=None if pause is None else pause.until.astimezone(today.zone).date(),
    )


def library(context: Context, selector: str = "") -> tree.Node:
    """The tree of the library, or the part of it that a selector names, with its counts."""
    with context.database.transaction(write=False) as db:
        counts = [row.counts for row in _counted(db, context)[1]]
        names = content.level_names(db)
    wanted = set(selectors.resolve(selector, [one.path for one in counts]))
    return tree.build([one for one in counts if one.path in wanted], names)


def _counted(db: "Connection", context: Context) -> tuple[Today, list[FacetRow]]:
    """Today, and every facet's counts, without the siblings that wait for tomorrow."""
    rules = context.rulebook(db)
    today = context.today(rules.everywhere)
    rows = statistics.facet_counts(db, context.user, today.now, today.end)
    start = day_start(today.day, today.zone, today.rollover_hour)
    waiting = siblings.withheld(db, context.user, today.now, start, today.end)
    found = []
    for row in rows:
        due, due_today, new = waiting.get(row.counts.path, (0, 0, 0))
        if (due_today or new) and rules.settings(row.counts.path).bury_siblings:
            counts = row.counts
            row = row._replace(
                counts=replace(
                    counts, due=counts.due - due, due_today=counts.due_today - due_today,
                    new=counts.new - new,
                )
            )  # fmt: skip
        found.append(row)
    return today, found


def mastery_of(facet: tree.FacetCounts) -> float:
    """A facet's mastery, 0-100."""
    return mastery(facet.mastery_days, facet.questions)


def as_json(found: Overview) -> dict[str, object]:
    """The overview under the names that `stats --json` promises."""
    return {
        "questions": found.questions,
        "active_cards": found.active_cards,
        "due_now": found.due_now,
        "due_today": found.due_today,
        "new": found.new,
        "responses": found.responses,
        "correct": found.correct,
        "retention": found.retention,
        "streak_days": found.streak_days,
        "mastery": found.mastery,
        "time_ms": found.time_ms,
        "today": found.today.responses,
        "paused_until": None if found.paused_until is None else found.paused_until.isoformat(),
        "forecast": [{"day": day.isoformat(), "due": count} for day, count in found.forecast],
        "facets": [
            {
                "path": one.path,
                "questions": one.questions,
                "due": one.due,
                "new": one.new,
                "mastery": mastery_of(one),
            }
            for one in found.facets
        ],
    }


def node_json(node: tree.Node) -> dict[str, object]:
    """A node of the tree with all below it."""
    return {
        "path": node.path,
        "name": node.name,
        "questions": node.questions,
        "due": node.due,
        "new": node.new,
        "mastery": node.mastery,
        "children": [node_json(child) for child in node.children],
    }


def _day_ends(today: Today) -> Iterator[tuple[date, datetime]]:
    for ahead in range(FORECAST_DAYS):
        day = today.day + timedelta(days=ahead)
        yield day, day_end(day, today.zone, today.rollover_hour)
