"""Looking after a store: is it whole, do its cards follow from its facts, and mending it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from drillr.domain import replay
from drillr.domain.facts import EventType, Response
from drillr.domain.fuzz import seed_of
from drillr.domain.ids import FacetId, SessionId
from drillr.domain.progress import daily
from drillr.domain.settings import SHAPE_CARDS, LearningSettings, from_mapping
from drillr.services.context import Context
from drillr.services.recording import append_event, place
from drillr.store import cards, content, facts, integrity, profile, progress, sessions

if TYPE_CHECKING:
    from drillr.store.connection import Connection


@dataclass(slots=True)
class Health:
    """What `doctor` found; `problems` is empty for a healthy store."""

    responses: int = 0
    events: int = 0
    cards: int = 0
    rebuilt: bool = False
    changed: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


class _OnlyLooking(Exception):
    """Rolls back the replay that a check makes."""


def examine(context: Context, *, rebuild: bool = False) -> Health:
    """Check the file, its references and sequences, and that derived rows equal a full replay.

    With `rebuild` the replayed rows are kept.
    """
    health = Health(rebuilt=rebuild)
    try:
        with context.database.transaction() as db:
            health.problems += integrity.problems(db)
            health.problems += integrity.gaps(db, context.user)
            health.responses, health.events = facts.counts(db, context.user)
            before = progress.derived_rows(db, context.user)
            rederive(db, context)
            after = progress.derived_rows(db, context.user)
            health.cards = len(after["spaced_repetition_cards"])
            for table, rows in after.items():
                differing = len(set(before[table]) ^ set(rows))
                if differing:
                    health.changed[table] = differing
            if not rebuild:
                raise _OnlyLooking
    except _OnlyLooking:
        health.problems += [
            f"{table}: {count} rows differ from what the facts say; `drillr doctor --rebuild`"
            " derives them anew"
            for table, count in health.changed.items()
        ]
    return health


def rederive(db: "Connection", context: Context) -> None:
    """Replay every fact: settings, cards, days, progress and session totals."""
    settings = settings_of(db, context)
    profile.save_settings(db, context.user, *_folded_settings(db, context))
    content.count_active(db, [facet.id for facet in content.facets(db)])
    progress.clear_derived(db, context.user)
    rules = replay.rules_of(settings)
    touched: set[FacetId] = set()
    totals: dict[SessionId, tuple[int, int]] = {}
    for question, known in facts.by_question(db, context.user):
        facet, active = place(db, question)
        touched.add(facet)
        seed = seed_of(question)
        steps = list(replay.steps(known, rules, seed))
        card = steps[-1].after if steps and steps[-1].after.created_at is not None else None
        cards.save(db, context.user, question, facet, card, is_active=active)
        progress.add_activity(db, context.user, facet, daily(steps))
        for step in steps:
            _count(totals, step.fact)
    for facet in sorted(touched):
        progress.recount_facet(db, context.user, facet)
    for session in sessions.ids(db, context.user):
        sessions.set_totals(db, session, *totals.get(session, (0, 0)))


def settings_of(db: "Connection", context: Context) -> LearningSettings:
    """The settings that the facts give."""
    values, _ = _folded_settings(db, context)
    return from_mapping(values)


def change_setting(context: Context, name: str, value: object) -> int:
    """Change a setting, replaying when it moves due dates; how many cards that changed."""
    with context.database.transaction() as db:
        append_event(db, context, EventType.SETTINGS_CHANGED, {name: value})
        profile.save_settings(db, context.user, *_folded_settings(db, context))
        if name not in SHAPE_CARDS:
            return 0
        before = cards.all_cards(db, context.user)
        rederive(db, context)
        after = cards.all_cards(db, context.user)
        return sum(after.get(key) != card for key, card in before.items())


def _folded_settings(db: "Connection", context: Context) -> tuple[dict[str, object], datetime]:
    values: dict[str, object] = {}
    at = context.clock()
    for event in facts.events_of_types(db, context.user, [EventType.SETTINGS_CHANGED]):
        values |= event.data
        at = event.created_at
    return values, at


def _count(totals: dict[SessionId, tuple[int, int]], fact: object) -> None:
    if isinstance(fact, Response) and fact.session_id is not None:
        answered, correct = totals.get(fact.session_id, (0, 0))
        totals[fact.session_id] = (answered + 1, correct + fact.counts_as_correct)
