"""What a change of a setting would do to due dates, before it is made; nothing is written."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from drillr.domain import replay, rulebook
from drillr.domain.facts import Event, EventType
from drillr.domain.fuzz import seed_of
from drillr.domain.ids import FacetId, FactId
from drillr.domain.rulebook import Rulebook
from drillr.domain.scopes import EVERYWHERE, SCOPE
from drillr.domain.study_day import day_end
from drillr.services.context import Context, Today
from drillr.store import cards, facts, histories, places, statistics

if TYPE_CHECKING:
    from drillr.store.connection import Connection

DAYS = 30
_STRIDE = 500
Progress = Callable[[float], object]


@dataclass(frozen=True, slots=True)
class DueDay:
    """Reviews due on one study day, as things stand and after the change."""

    day: date
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would do: the next days (the first with what is overdue), and to which cards.

    `cards` are those that the new rules reach, `sooner` and `later` those of them whose due date
    would move.
    """

    days: list[DueDay]
    cards: int
    sooner: int
    later: int


def preview_setting(
    context: Context,
    name: str,
    value: object,
    *,
    scope: str = EVERYWHERE,
    on_progress: Progress = lambda _: None,
) -> Preview:
    """What changing a setting for a subtree would do; None as value takes it back.

    `on_progress` hears the share done, 0 to 1, and stops the work by raising something.
    """
    with context.database.transaction(write=False) as db:
        before = context.rulebook(db)
        after = _with(db, context, {name: value} | ({SCOPE: scope} if scope else {}))
        reached = {
            key: path
            for key, path in places.paths(db).items()
            if before.rules(path) != after.rules(path)
        }
        today = context.today(before.everywhere)
        days = [today.day + timedelta(days=ahead) for ahead in range(DAYS)]
        ends = [day_end(day, today.zone, today.rollover_hour) for day in days]
        standing = statistics.due_by_day(db, context.user, None, ends)
        moved = _moved(db, context, after, reached, on_progress)
    changed = list(standing)
    for old, new in moved:
        _count(changed, ends, old, -1)
        _count(changed, ends, new, 1)
    return Preview(
        days=[DueDay(*row) for row in zip(days, standing, changed, strict=True)],
        cards=len(moved),
        sooner=sum(_rank(new, today) < _rank(old, today) for old, new in moved),
        later=sum(_rank(new, today) > _rank(old, today) for old, new in moved),
    )


def _with(db: "Connection", context: Context, data: Mapping[str, object]) -> Rulebook:
    """The rulebook with one more `settings_changed`, as if it had been appended now."""
    events = facts.events_of_types(db, context.user, rulebook.SOURCES)
    imagined = Event(
        id=FactId(bytes(16)), type=str(EventType.SETTINGS_CHANGED), created_at=context.clock(),
        device_id=context.device, device_seq=facts.next_seq(db, context.user, context.device),
        data=data,
    )  # fmt: skip
    return Rulebook.fold([*events, imagined])


def _moved(
    db: "Connection",
    context: Context,
    rules: Rulebook,
    reached: Mapping[FacetId, str],
    on_progress: Progress,
) -> list[tuple[datetime | None, datetime | None]]:
    """The due dates, old and new, of the cards in these facets; None is never."""
    facets = list(reached)
    held = cards.due_dates(db, context.user, facets)
    found: list[tuple[datetime | None, datetime | None]] = []
    for question, known in histories.by_question(db, context.user, facets):
        row = held.get(question)
        if row is None:
            continue
        path, seed = reached[row.facet], seed_of(question)
        card = replay.fold(known, rules.rules(path), seed)
        due = None if card is None or not row.is_active else rules.due(path, card, seed)
        found.append((row.due_at, due))
        if len(found) % _STRIDE == 0:
            on_progress(len(found) / len(held))
    return found


def _count(days: list[int], ends: Sequence[datetime], due: datetime | None, by: int) -> None:
    """Count a card on the study day on which it is due; the first day takes what is overdue."""
    if due is not None and due < ends[-1]:
        days[bisect_right(ends, due)] += by


def _rank(due: datetime | None, today: Today) -> datetime:
    """A due date to compare; never is later than any, and whatever is due by now is due now."""
    return today.now + timedelta(days=99_999) if due is None else max(due, today.now)
