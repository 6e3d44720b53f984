"""Settings of learning: they decide schedules, so they are facts and belong to the profile."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from drillr.domain.study_day import ROLLOVER_HOUR
from drillr.errors import UsageError


@dataclass(frozen=True, slots=True)
class LearningSettings:
    """Every setting with its default."""

    scheduler: str = "sm2"
    new_per_day: int = 20
    reviews_per_day: int = 0
    rollover_hour: int = ROLLOVER_HOUR
    timezone: str = "system"
    fuzz: bool = True
    maximum_interval: int = 36_500
    leech_threshold: int = 8
    leech_action: str = "flag"


MEANINGS = {
    "scheduler": "the algorithm that decides when a card comes back: sm2",
    "new_per_day": "how many new questions a day brings",
    "reviews_per_day": "how many reviews a day brings at most; 0 is no limit",
    "rollover_hour": "the hour (0-23) at which a study day begins",
    "timezone": "an IANA time zone such as Europe/Berlin, or 'system'",
    "fuzz": "spread intervals a little so that cards learned together part",
    "maximum_interval": "the longest interval in days",
    "leech_threshold": "after how many lapses a card is a leech",
    "leech_action": "what happens to a leech: flag or suspend",
}
# A change of these moves due dates, so cards must be replayed.
SHAPE_CARDS = frozenset(
    {"scheduler", "fuzz", "maximum_interval", "leech_threshold", "leech_action"}
)
_CHOICES = {"scheduler": ("sm2",), "leech_action": ("flag", "suspend")}
_RANGES = {
    "new_per_day": (0, 9_999),
    "reviews_per_day": (0, 99_999),
    "rollover_hour": (0, 23),
    "maximum_interval": (1, 36_500),
    "leech_threshold": (1, 999),
}
_TRUE, _FALSE = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}


def names() -> list[str]:
    """The settings' names, in the order in which they are shown."""
    return [field.name for field in fields(LearningSettings)]


def parse(name: str, text: str) -> int | bool | str:
    """The value that `text` gives the setting `name`; UsageError says what is allowed."""
    if name not in MEANINGS:
        raise UsageError(f"there is no setting {name!r}", "Known: " + ", ".join(names()))
    value = text.strip()
    if name in _CHOICES:
        if value not in _CHOICES[name]:
            raise UsageError(f"{name} can't be {value!r}", "Use " + " or ".join(_CHOICES[name]))
        return value
    if name in _RANGES:
        low, high = _RANGES[name]
        if not (value.isascii() and value.isdigit() and low <= int(value) <= high):
            raise UsageError(f"{name} can't be {value!r}", f"Use a whole number {low} to {high}")
        return int(value)
    if name == "fuzz":
        if value.lower() not in _TRUE | _FALSE:
            raise UsageError(f"{name} can't be {value!r}", "Use true or false")
        return value.lower() in _TRUE
    if value != "system" and value not in available_timezones():
        raise UsageError(
            f"{value!r} is no time zone", "Use a name such as Europe/Berlin, or system"
        )
    return value


def from_mapping(stored: Mapping[str, Any]) -> LearningSettings:
    """Settings from what the store holds; unknown names (of a newer drillr) are left alone."""
    known = {name: stored[name] for name in names() if name in stored}
    return replace(LearningSettings(), **known)


def zone_named(name: str) -> ZoneInfo:
    """The IANA zone of that name; UsageError when this machine doesn't know it."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise UsageError(
            f"the time zone {name!r} is unknown here", "`drillr config set timezone …` sets another"
        ) from None
