"""Settings as a person sees them: what holds at a place and why, and what a change would be."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from drillr.domain import settings as rules
from drillr.domain.scopes import EVERYWHERE, above
from drillr.errors import UsageError
from drillr.services.context import Context
from drillr.services.upkeep import scope_named

if TYPE_CHECKING:
    from drillr.domain.rulebook import Rulebook
    from drillr.store.connection import Connection


@dataclass(frozen=True, slots=True)
class Held:
    """A setting at a place. `source` is the subtree that it was set for, None: the default holds.

    `default` is what would hold if nothing were set at this place.
    """

    name: str
    value: object
    default: object
    source: str | None

    @property
    def meaning(self) -> str:
        """What it decides."""
        return rules.MEANINGS[self.name]


@dataclass(frozen=True, slots=True)
class Change:
    """A value (None: the one above holds again) that a setting is to have for a subtree."""

    name: str
    value: object
    scope: str = EVERYWHERE

    @property
    def shapes_cards(self) -> bool:
        """Whether cards are replayed, so that due dates may move."""
        return self.name in rules.SHAPE_CARDS


def held_at(context: Context, place: str = "") -> list[Held]:
    """Every setting as it holds at the place that a selector names."""
    with context.database.transaction(write=False) as db:
        book, scope = context.rulebook(db), scope_named(db, place)
    values, without = asdict(book.settings(scope)), _without(book, scope)
    return [
        Held(name, values[name], without[name], book.scoped.source(name, scope))
        for name in rules.names()
    ]


def wanted(context: Context, name: str, text: str | None, place: str = "") -> Change:
    """The change that is asked for, None as text takes a value back; UsageError if it can't be."""
    with context.database.transaction(write=False) as db:
        return _wanted(db, name, text, place)


def lower_limit(context: Context, change: Change) -> int | None:
    """The lowest limit a day of a part above, where that is lower than the one that is set."""
    value, scope = change.value, change.scope
    if change.name not in ("new_per_day", "reviews_per_day") or not isinstance(value, int):
        return None
    if not scope:
        return None
    with context.database.transaction(write=False) as db:
        book = context.rulebook(db)
    limits = [getattr(book.settings(part), change.name) for part in above(scope)]
    # No limit of reviews is written as 0.
    lowest = min((n for n in limits if n or change.name == "new_per_day"), default=value)
    return lowest if lowest < value or (value == 0 and lowest) else None


def _wanted(db: "Connection", name: str, text: str | None, place: str) -> Change:
    rules.known(name)
    value = None if text is None else rules.parse(name, text)
    scope = scope_named(db, place)
    if scope and name in rules.WHOLE_LIBRARY:
        raise UsageError(
            f"{name} holds for the whole library", f"`drillr config set {name} …` without --for"
        )
    return Change(name, value, scope)


def _without(book: "Rulebook", scope: str) -> dict[str, object]:
    """What would hold at a place if nothing were set there."""
    if scope == EVERYWHERE:
        return asdict(rules.LearningSettings())
    return asdict(book.settings(list(above(scope))[-2]))
