"""What a day still allows: every limit on the way from the library to a facet holds at once."""

from collections.abc import Mapping

from drillr.domain.rulebook import Rulebook
from drillr.domain.scopes import EVERYWHERE, above, within

Done = Mapping[str, int]
"""How many of a kind were done on a day, by facet path."""


class Budget:
    """How many more of a kind (new questions, or reviews) each limited subtree allows."""

    def __init__(self, left: Mapping[str, int]) -> None:
        self._left = dict(left)

    @property
    def is_bounded(self) -> bool:
        """Whether anything is limited at all."""
        return bool(self._left)

    @property
    def room(self) -> int | None:
        """How many more the whole library allows; None where it sets no limit."""
        left = self._left.get(EVERYWHERE)
        return None if left is None else max(0, left)

    def excess(self, path: str) -> int:
        """By how much the limits above the facet at this path are exceeded, summed up."""
        return sum(max(0, -self._left.get(scope, 0)) for scope in above(path))

    def allows(self, path: str) -> bool:
        """Whether one more from the facet at this path is within every limit above it."""
        return all(self._left.get(scope, 1) > 0 for scope in above(path))

    def room_at(self, path: str) -> int | None:
        """How many more the limits above a place allow together; None where there are none."""
        left = [self._left[scope] for scope in above(path) if scope in self._left]
        return max(0, min(left)) if left else None

    def spend(self, path: str, count: int = 1) -> None:
        """Count so many more from the place at this path."""
        for scope in above(path):
            if scope in self._left:
                self._left[scope] -= count


def new_budget(rules: Rulebook, done: Done, *, paused: bool = False) -> Budget:
    """What the day's limits of new questions leave, after those `done` (by facet path).

    Who pauses begins nothing new.
    """
    if paused:
        return Budget({EVERYWHERE: 0})
    return _budget(rules, "new_per_day", rules.everywhere.new_per_day, done)


def review_budget(rules: Rulebook, done: Done) -> Budget:
    """What the day's limits of reviews leave; a limit of 0 is none."""
    return _budget(rules, "reviews_per_day", rules.everywhere.reviews_per_day or None, done)


def _budget(rules: Rulebook, name: str, everywhere: int | None, done: Done) -> Budget:
    limits = {} if everywhere is None else {EVERYWHERE: everywhere}
    for scope in rules.scoped.by_scope:
        if scope and rules.scoped.source(name, scope) == scope:
            value = getattr(rules.settings(scope), name)
            if value or name == "new_per_day":
                limits[scope] = value
    return Budget(
        {
            scope: limit - sum(n for path, n in done.items() if within(path, scope))
            for scope, limit in limits.items()
        }
    )
