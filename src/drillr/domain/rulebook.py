"""Which rules hold where: the settings resolved for each place, once for a unit of work."""

from collections.abc import Iterable, Mapping
from typing import Any

from drillr.domain import scopes
from drillr.domain.facts import Event, EventType
from drillr.domain.replay import Rules, rules_of
from drillr.domain.scopes import EVERYWHERE, ScopedSettings
from drillr.domain.settings import LearningSettings

SOURCES = (EventType.SETTINGS_CHANGED,)
"""The events that a rulebook is a fold over."""
_SCOPES = scopes.RESERVED


class Rulebook:
    """All that cards depend on besides their own facts; rules are made where they are asked for."""

    def __init__(self, settings: ScopedSettings) -> None:
        self.scoped = settings
        self.everywhere = settings.at()
        self._is_uniform = not any(settings.by_scope)
        self._settings: dict[str, LearningSettings] = {EVERYWHERE: self.everywhere}
        self._rules: dict[LearningSettings, Rules] = {}

    @classmethod
    def fold(cls, events: Iterable[Event]) -> "Rulebook":
        """The rulebook that the facts give; their order of arrival does not matter."""
        return cls(scopes.fold(one for one in events if one.type == EventType.SETTINGS_CHANGED))

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Rulebook":
        """The rulebook from what `as_data` gave."""
        if not stored:
            return cls(ScopedSettings())
        whole = {name: value for name, value in stored.items() if name != _SCOPES}
        return cls(ScopedSettings({EVERYWHERE: whole, **stored.get(_SCOPES, {})}))

    def as_data(self) -> dict[str, Any]:
        """The rulebook as JSON: the library's own values, then those of subtrees."""
        data = dict(self.scoped.by_scope.get(EVERYWHERE, {}))
        below = {scope: dict(v) for scope, v in self.scoped.by_scope.items() if scope}
        return data | ({_SCOPES: below} if below else {})

    def settings(self, path: str = EVERYWHERE) -> LearningSettings:
        """The settings that hold at a place."""
        if self._is_uniform:
            return self.everywhere
        found = self._settings.get(path)
        if found is None:
            found = self._settings[path] = self.scoped.at(path)
        return found

    def rules(self, path: str = EVERYWHERE) -> Rules:
        """The rules by which the cards at a place are folded."""
        settings = self.settings(path)
        found = self._rules.get(settings)
        if found is None:
            found = self._rules[settings] = rules_of(settings)
        return found
