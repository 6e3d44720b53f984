"""What `field:value` means in a search: which fields there are, and what each accepts."""

import re
from datetime import timedelta
from difflib import get_close_matches

from drillr.domain.query import Age, Is, Kind, Name, Node, Number, Place, State, Tag
from drillr.domain.question import QuestionType
from drillr.errors import QueryError

NUMBERS = ("difficulty", "lapses", "reviews", "interval", "ease")
AGES = ("answered", "added", "due")
FIELDS = ("facet", "tag", "type", "is", "id", *NUMBERS, *AGES)

_SIGN = r"(?P<sign>>=|<=|>|<|)"
_NUMBER = re.compile(_SIGN + r"(?P<low>\d{1,9}(?:\.\d{1,2})?)(?:-(?P<high>\d{1,9}(?:\.\d{1,2})?))?")
_AGE = re.compile(_SIGN + r"(?P<count>\d{1,4})(?P<unit>[hdwmy])")
_MOST_HOURS = 100 * 365 * 24
_HOURS = {"h": 1, "d": 24, "w": 7 * 24, "m": 30 * 24, "y": 365 * 24}


def condition(name: str, value: str, *, quoted: bool = False) -> Node:
    """The condition of the field `name`, one of `FIELDS`; QueryError says what it accepts."""
    if name == "facet":
        return Place(value)
    if name == "tag":
        prefix = value.endswith("*") and not quoted
        return Tag(value.rstrip("*") if prefix else value, prefix)
    if name == "id":
        return Name(value)
    if name == "type":
        return Kind(QuestionType(_one_of(name, value, [str(kind) for kind in QuestionType])))
    if name == "is":
        return Is(State(_one_of(name, value, [str(state) for state in State])))
    return _number(name, value) if name in NUMBERS else _age(name, value)


def _one_of(name: str, value: str, allowed: list[str]) -> str:
    if value.lower() in allowed:
        return value.lower()
    near = get_close_matches(value.lower(), allowed, n=1, cutoff=0.6)
    raise QueryError(
        f"{name}: can't be {value!r}",
        f"Did you mean {near[0]}?" if near else "Use " + ", ".join(allowed),
    )


def _number(name: str, value: str) -> Number:
    found = _NUMBER.fullmatch(value.removesuffix("d") if name == "interval" else value)
    if found is None or (found["high"] and found["sign"]):
        raise QueryError(f"{name}: can't be {value!r}", f"Use {name}:3, {name}:1-3 or {name}:>3")
    scale = 100 if name == "ease" else 1
    if scale == 1 and "." in value:
        raise QueryError(f"{name}: can't be {value!r}", "Use whole numbers")
    low = round(float(found["low"]) * scale)
    if found["high"]:
        high = round(float(found["high"]) * scale)
        if high < low:
            raise QueryError(f"{name}: {value} is empty", "Write the smaller number first")
        return Number(name, low, high)
    bounds = {
        "": (low, low), ">": (low + 1, None), ">=": (low, None),
        "<": (None, low - 1), "<=": (None, low),
    }  # fmt: skip
    return Number(name, *bounds[found["sign"]])


def _age(name: str, value: str) -> Age:
    found = _AGE.fullmatch(value.lower())
    if found is None:
        raise QueryError(
            f"{name}: can't be {value!r}",
            f"Use {name}:<7d (within a week) or {name}:>30d; h, d, w, m and y are units",
        )
    span = timedelta(hours=min(int(found["count"]) * _HOURS[found["unit"]], _MOST_HOURS))
    return Age(name, span, beyond=found["sign"].startswith(">"))
