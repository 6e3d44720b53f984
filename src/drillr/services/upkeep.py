"""Looking after a store: is it whole, do its cards follow from its facts, and mending it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from drillr.domain.facts import EventType
from drillr.domain.scopes import EVERYWHERE, SCOPE
from drillr.domain.selector import place_named
from drillr.domain.settings import SHAPE_CARDS
from drillr.services.context import Context
from drillr.services.recording import append_event
from drillr.services.replaying import adopt, rederive_all
from drillr.store import cards, facts, integrity, places, progress, search_index

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
            health.problems += [] if rebuild else search_index.problems(db)
            health.responses, health.events = facts.counts(db, context.user)
            before = progress.derived_rows(db, context.user)
            rederive_all(db, context)
            after = progress.derived_rows(db, context.user)
            health.cards = len(after["spaced_repetition_cards"])
            for table, rows in after.items():
                differing = len(set(before[table]) ^ set(rows))
                if differing:
                    health.changed[table] = differing
            if not rebuild:
                raise _OnlyLooking
            search_index.clear(db)
    except _OnlyLooking:
        health.problems += [
            f"{table}: {count} rows differ from what the facts say; `drillr doctor --rebuild`"
            " derives them anew"
            for table, count in health.changed.items()
        ]
    return health


def change_setting(
    context: Context,
    name: str,
    value: object,
    *,
    scope: str = EVERYWHERE,
    on_progress: Callable[[float], object] = lambda _: None,
) -> int:
    """Change a setting for a subtree, or for all, replaying what it shapes; how many cards changed.

    None takes the value back: the one of the subtree above, or the default, holds again.
    `on_progress` hears the share done, 0 to 1; what it raises leaves everything as it was.
    """
    with context.database.transaction() as db:
        data = {name: value} if scope == EVERYWHERE else {name: value, SCOPE: scope}
        append_event(db, context, EventType.SETTINGS_CHANGED, data)
        before = cards.all_cards(db, context.user) if name in SHAPE_CARDS else {}
        most = max(len(before), 1)
        if not adopt(db, context, lambda done: on_progress(min(done / most, 1.0))):
            return 0
        after = cards.all_cards(db, context.user)
        return sum(after.get(key) != card for key, card in before.items())


def scope_named(db: "Connection", selector: str) -> str:
    """The subtree that a selector names; EVERYWHERE for an empty one."""
    return place_named(selector, places.paths(db).values()) if selector.strip() else EVERYWHERE
