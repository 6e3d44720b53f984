"""Settings of learning: they decide schedules, so they are facts and belong to the profile."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from drillr.domain.fsrs_parameters import LOWER_BOUNDS, UPPER_BOUNDS
from drillr.domain.study_day import ROLLOVER_HOUR
from drillr.errors import UsageError


@dataclass(frozen=True, slots=True)
class LearningSettings:
    """Every setting with its default; no `fsrs_parameters` means the published ones."""

    scheduler: str = "sm2"
    desired_retention: float = 0.9
    fsrs_parameters: tuple[float, ...] = ()
    new_per_day: int = 20
    reviews_per_day: int = 0
    rollover_hour: int = ROLLOVER_HOUR
    timezone: str = "system"
    fuzz: bool = True
    maximum_interval: int = 36_500
    leech_threshold: int = 8
    leech_action: str = "flag"
    ask_confidence: bool = False
    new_order: str = "file"
    new_mix: str = "after"
    bury_siblings: bool = True
    again_minutes: int = 10
    again_cards: int = 5
    learn_ahead_minutes: int = 20
    minutes_per_day: int = 0


MEANINGS = {
    "scheduler": "the algorithm that decides when a card comes back: sm2, sm2-classic or fsrs",
    "desired_retention": "fsrs: the share of reviews that you want to recall, 0.70 to 0.97",
    "fsrs_parameters": "fsrs: 21 numbers, fitted by `drillr optimize`, or 'default'",
    "new_per_day": "how many new questions a day brings",
    "reviews_per_day": "how many reviews a day brings at most; 0 is no limit",
    "rollover_hour": "the hour (0-23) at which a study day begins",
    "timezone": "an IANA time zone such as Europe/Berlin, or 'system'",
    "fuzz": "spread intervals a little so that cards learned together part",
    "maximum_interval": "the longest interval in days",
    "leech_threshold": "after how many lapses a card is a leech",
    "leech_action": "what happens to a leech: flag or suspend",
    "new_order": "the order of new questions: file, random or difficulty",
    "new_mix": "when new questions come: before, mixed with or after what is due",
    "bury_siblings": "ask one question of a scenario a day",
    "again_minutes": "what is missed comes again after so many minutes at least,",
    "again_cards": "... or after so many other questions",
    "learn_ahead_minutes": "with nothing else left, what comes again within so many is asked now",
    "minutes_per_day": "how long you want to study a day, for plans; 0 is no limit",
    "ask_confidence": "ask how sure you are (1-5) before the answer is revealed",
}
# A change of these moves due dates, so cards must be replayed.
SHAPE_CARDS = frozenset(
    {
        "scheduler", "desired_retention", "fsrs_parameters", "fuzz", "maximum_interval",
        "leech_threshold", "leech_action",
    }
)  # fmt: skip
# One person has one study day: these hold for the whole library or not at all.
WHOLE_LIBRARY = frozenset({"timezone", "rollover_hour"})
_SWITCHES = frozenset({"fuzz", "ask_confidence", "bury_siblings"})
_CHOICES = {
    "scheduler": ("sm2", "sm2-classic", "fsrs"),
    "leech_action": ("flag", "suspend"),
    "new_order": ("file", "random", "difficulty"),
    "new_mix": ("before", "mixed", "after"),
}
_RANGES = {
    "new_per_day": (0, 9_999),
    "reviews_per_day": (0, 99_999),
    "rollover_hour": (0, 23),
    "maximum_interval": (1, 36_500),
    "leech_threshold": (1, 999),
    "again_minutes": (0, 1_440),
    "again_cards": (0, 99),
    "learn_ahead_minutes": (0, 1_440),
    "minutes_per_day": (0, 1_440),
}
_RETENTION = (0.70, 0.97)
_TRUE, _FALSE = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}


def names() -> list[str]:
    """The settings' names, in the order in which they are shown."""
    return [field.name for field in fields(LearningSettings)]


Value = int | float | bool | str | tuple[float, ...]


def choices(name: str) -> tuple[str, ...]:
    """All values that a setting can have, where they are few; else nothing."""
    return ("true", "false") if name in _SWITCHES else _CHOICES.get(name, ())


def allowed(name: str) -> str:
    """What a setting can be, in words that follow on `Use`."""
    if name in _RANGES:
        low, high = _RANGES[name]
        return f"a whole number {low} to {high}"
    if name == "desired_retention":
        return f"a number {_RETENTION[0]:g} to {_RETENTION[1]:g}"
    if name == "fsrs_parameters":
        return f"{len(LOWER_BOUNDS)} numbers with commas between them, or default"
    return " or ".join(choices(name)) or "a name such as Europe/Berlin, or system"


def known(name: str) -> str:
    """The name where a setting has it; else UsageError, with the nearest one or all there are."""
    if name in MEANINGS:
        return name
    from difflib import get_close_matches  # a shell prompt never comes here

    near = get_close_matches(name.lower().replace("-", "_"), names(), n=1, cutoff=0.6)
    remedy = f"Did you mean {near[0]}?" if near else "Known: " + ", ".join(names())
    raise UsageError(f"there is no setting {name!r}", remedy)


def parse(name: str, text: str) -> Value:
    """The value that `text` gives the setting `name`; UsageError says what is allowed."""
    known(name)
    value = text.strip()
    if name == "desired_retention":
        return _number(name, value, *_RETENTION)
    if name == "fsrs_parameters":
        return _parameters(value)
    refused = UsageError(f"{name} can't be {value!r}", f"Use {allowed(name)}")
    if name in _CHOICES:
        if value not in _CHOICES[name]:
            raise refused
        return value
    if name in _RANGES:
        low, high = _RANGES[name]
        if not (value.isascii() and value.isdigit() and low <= int(value) <= high):
            raise refused
        return int(value)
    if name in _SWITCHES:
        if value.lower() not in _TRUE | _FALSE:
            raise refused
        return value.lower() in _TRUE
    if value != "system" and value not in available_timezones():
        raise UsageError(f"{value!r} is no time zone", f"Use {allowed(name)}")
    return value


def text_of(value: object) -> str:
    """A setting's value as `parse` reads it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ",".join(map(str, value)) or "default"
    return str(value)


def _number(name: str, text: str, low: float, high: float) -> float:
    try:
        number = float(text)
    except ValueError:
        number = low - 1
    # Written so that NaN is refused too.
    if not low <= number <= high:
        raise UsageError(f"{name} can't be {text!r}", f"Use a number {low:g} to {high:g}")
    return number


def _parameters(text: str) -> tuple[float, ...]:
    if text == "default":
        return ()
    parts = text.split(",")
    if len(parts) != len(LOWER_BOUNDS):
        raise UsageError(
            f"fsrs_parameters can't be {len(parts)} numbers",
            f"Use {allowed('fsrs_parameters')}",
        )
    return tuple(
        _number(f"fsrs_parameters[{index}]", part.strip(), low, high)
        for index, (part, low, high) in enumerate(
            zip(parts, LOWER_BOUNDS, UPPER_BOUNDS, strict=True)
        )
    )


def accepts(name: str, value: object) -> bool:
    """Whether `value` is one that the setting `name` can have here.

    Facts come from other devices too: what a newer drillr, or a stranger, set is left alone.
    """
    if name in _SWITCHES:
        return isinstance(value, bool)
    if name in _RANGES:
        low, high = _RANGES[name]
        return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
    if name in _CHOICES:
        return value in _CHOICES[name]
    if name == "desired_retention":
        return _is_number(value, *_RETENTION)
    if name == "fsrs_parameters":
        bounds = zip(LOWER_BOUNDS, UPPER_BOUNDS, strict=True)
        return isinstance(value, list | tuple) and (
            not value
            or (
                len(value) == len(LOWER_BOUNDS)
                and all(
                    _is_number(n, low, high) for n, (low, high) in zip(value, bounds, strict=True)
                )
            )
        )
    return name in MEANINGS and isinstance(value, str)


def _is_number(value: object, low: float, high: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high


def from_mapping(stored: Mapping[str, Any]) -> LearningSettings:
    """Settings from what the store holds; names and values unknown here are left alone."""
    known = {name: value for name, value in stored.items() if accepts(name, value)}
    if "fsrs_parameters" in known:  # JSON knows no tuples
        known["fsrs_parameters"] = tuple(known["fsrs_parameters"])
    return replace(LearningSettings(), **known)


def zone_named(name: str) -> ZoneInfo:
    """The IANA zone of that name; UsageError when this machine doesn't know it."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise UsageError(
            f"the time zone {name!r} is unknown here", "`drillr config set timezone …` sets another"
        ) from None
