"""Which rules hold where: the settings resolved for each place, once for a unit of work."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from drillr.domain import scopes
from drillr.domain.calendar import Calendar
from drillr.domain.card import Card
from drillr.domain.exams import Exam, about, fold_exams
from drillr.domain.facts import Event, EventType
from drillr.domain.pauses import Pause, fold_pauses
from drillr.domain.replay import Rules, rules_of
from drillr.domain.scopes import EVERYWHERE, ScopedSettings
from drillr.domain.settings import LearningSettings

SOURCES = (
    EventType.SETTINGS_CHANGED, EventType.STUDY_PAUSED, EventType.STUDY_RESUMED,
    EventType.EXAM_ADDED, EventType.EXAM_REMOVED,
)  # fmt: skip
"""The events that a rulebook is a fold over."""
_SCOPES, _EXAMS, _PAUSES = scopes.RESERVED
_SM2_AIM = 0.9


class Rulebook:
    """All that cards depend on besides their own facts; rules are made where they are asked for."""

    def __init__(
        self,
        settings: ScopedSettings,
        exams: tuple[Exam, ...] = (),
        pauses: tuple[Pause, ...] = (),
    ) -> None:
        self.scoped, self.exams, self.pauses = settings, exams, pauses
        self.everywhere = settings.at()
        self._is_uniform = not any(settings.by_scope)
        self._settings: dict[str, LearningSettings] = {EVERYWHERE: self.everywhere}
        self._rules: dict[LearningSettings, Rules] = {}
        self._calendars: dict[str, Calendar] = {}

    @classmethod
    def fold(cls, events: Iterable[Event]) -> "Rulebook":
        """The rulebook that the facts give; their order of arrival does not matter."""
        known = list(events)
        changes = (one for one in known if one.type == EventType.SETTINGS_CHANGED)
        return cls(scopes.fold(changes), fold_exams(known), fold_pauses(known))

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Rulebook":
        """The rulebook from what `as_data` gave."""
        if not stored:
            return cls(ScopedSettings())
        whole = {name: value for name, value in stored.items() if name not in scopes.RESERVED}
        return cls(
            ScopedSettings({EVERYWHERE: whole, **stored.get(_SCOPES, {})}),
            tuple(map(Exam.of, stored.get(_EXAMS, ()))),
            tuple(map(Pause.of, stored.get(_PAUSES, ()))),
        )

    def as_data(self) -> dict[str, Any]:
        """The rulebook as JSON: the library's own values, then those of subtrees."""
        data = dict(self.scoped.by_scope.get(EVERYWHERE, {}))
        below = {scope: dict(v) for scope, v in self.scoped.by_scope.items() if scope}
        more = {
            _SCOPES: below,
            _EXAMS: [exam.as_data() for exam in self.exams],
            _PAUSES: [pause.as_data() for pause in self.pauses],
        }
        return data | {name: value for name, value in more.items() if value}

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

    def calendar(self, path: str = EVERYWHERE) -> Calendar:
        """The exams and pauses that move due dates at a place."""
        found = self._calendars.get(path)
        if found is None:
            settings = self.settings(path)
            aim = settings.desired_retention if settings.scheduler == "fsrs" else _SM2_AIM
            found = self._calendars[path] = Calendar(about(self.exams, path), self.pauses, aim)
        return found

    def region(self, path: str) -> str:
        """The nearest subtree above a place for which anything was set, or an exam added.

        Whatever has the same region has the same settings, limits and calendar.
        """
        own = {*self.scoped.by_scope, *(exam.scope for exam in self.exams)}
        return max((scope for scope in scopes.above(path) if scope in own), default=EVERYWHERE)

    def pause_at(self, now: datetime) -> Pause | None:
        """The pause that runs at an instant; of several, the one that ends last."""
        running = [one for one in self.pauses if one.start <= now < one.until]
        return max(running, key=lambda one: one.until, default=None)

    @property
    def moves_dates(self) -> bool:
        """Whether there is any exam or pause."""
        return bool(self.exams or self.pauses)

    def due(self, path: str, card: Card, seed: int) -> datetime | None:
        """When a card at a place may next be asked; None while it is suspended, or is new."""
        return self.calendar(path).due(card, seed) if self.moves_dates else card.due_at


@lru_cache(maxsize=16)
def stored_rulebook(text: str) -> Rulebook:
    """The rulebook from its JSON; every answer asks for it, and the text is mostly the same."""
    return Rulebook.of(json.loads(text))
