"""Settings by subtree: which values hold at a place, and how the facts add up to them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from drillr.domain.facts import Event
from drillr.domain.paths import SEPARATOR
from drillr.domain.settings import WHOLE_LIBRARY, LearningSettings, from_mapping

SCOPE = "scope"
"""The name under which a `settings_changed` event says for which subtree it is."""
RESERVED = ("scopes", "exams", "pauses")
"""Under these names a stored rulebook keeps other things, so no setting can have them."""
EVERYWHERE = ""

Values = Mapping[str, Any]


def within(path: str, scope: str) -> bool:
    """Whether the place `path` is the subtree `scope` or lies below it."""
    return not scope or path == scope or path.startswith(scope + SEPARATOR)


def above(path: str) -> Iterator[str]:
    """Every subtree that holds the place `path`, the whole library first, itself last."""
    yield EVERYWHERE
    if path:
        parts = path.split(SEPARATOR)
        for depth in range(1, len(parts) + 1):
            yield SEPARATOR.join(parts[:depth])


@dataclass(frozen=True, slots=True)
class ScopedSettings:
    """What was set, by subtree: `by_scope[""]` is for the whole library."""

    by_scope: Mapping[str, Values] = field(default_factory=dict)

    def at(self, path: str = EVERYWHERE) -> LearningSettings:
        """The settings that hold at a place: set there, else above it, else the defaults."""
        values: dict[str, Any] = {}
        for scope in above(path):
            here = self.by_scope.get(scope)
            if here:
                values |= here if scope == EVERYWHERE else _local(here)
        return from_mapping(values)

    def source(self, name: str, path: str) -> str | None:
        """The subtree whose value of a setting holds at a place; None where it is the default."""
        found = None
        for scope in above(path):
            here = self.by_scope.get(scope, {})
            if name in here and not (scope and name in WHOLE_LIBRARY):
                found = scope
        return found

    def is_local(self, name: str) -> bool:
        """Whether any subtree has a value of its own for a setting."""
        return any(scope and name in values for scope, values in self.by_scope.items())


def fold(events: Iterable[Event]) -> ScopedSettings:
    """What the `settings_changed` events give, in whatever order they come.

    The last by the facts' order wins, setting by setting; None takes a value back, so that the
    one above holds again.
    """
    by_scope: dict[str, dict[str, Any]] = {}
    unique = {event.id: event for event in events}
    for event in sorted(unique.values(), key=lambda one: one.order):
        changed = dict(event.data)
        scope = str(changed.pop(SCOPE, EVERYWHERE))
        values = by_scope.setdefault(scope, {})
        for name, value in changed.items():
            if value is None or name in RESERVED:
                values.pop(name, None)
            else:
                values[name] = value
    return ScopedSettings({scope: values for scope, values in by_scope.items() if values})


def _local(values: Values) -> Values:
    return {name: value for name, value in values.items() if name not in WHOLE_LIBRARY}
