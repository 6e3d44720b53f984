"""Three-way merge of a question: what it was, what it is here, what the server made of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# A right answer means nothing without its options: they change together or not at all.
_TOGETHER = {"options": ("type", "options", "correct_answer", "answer", "option_explanations")}
_GROUP_OF = {key: group for group, keys in _TOGETHER.items() for key in keys}
MISSING = None
Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that both sides changed: what it was, and what the server made of it."""

    base: Any
    theirs: Any


@dataclass(frozen=True, slots=True)
class Merged:
    """The question after the merge; in `clashes` this side's value was kept for now."""

    fields: dict[str, Any]
    clashes: dict[str, Clash] = field(default_factory=dict)


def merge(base: Fields | None, mine: Fields, theirs: Fields) -> Merged:
    """Field by field: whoever changed it wins; where both did, mine stays and the clash is told.

    Without a base nobody can tell who changed what, so every difference is a clash.
    """
    mine_in, their_in = grouped(mine), grouped(theirs)
    base_in = None if base is None else grouped(base)
    fields: dict[str, Any] = {}
    clashes: dict[str, Clash] = {}
    for name in sorted({*mine_in, *their_in, *(base_in or {})}):
        here, there = mine_in.get(name, MISSING), their_in.get(name, MISSING)
        was = None if base_in is None else base_in.get(name, MISSING)
        if here == there or (base_in is not None and there == was):
            kept = here
        elif base_in is not None and here == was:
            kept = there
        else:
            kept = here
            clashes[name] = Clash(was, there)
        if kept is not MISSING:
            fields |= kept if name in _TOGETHER else {name: kept}
    return Merged(fields, clashes)


def settle(fields: Fields, name: str, theirs: Any) -> dict[str, Any]:
    """The question with the server's value for one field."""
    rest = {key: value for key, value in fields.items() if _GROUP_OF.get(key, key) != name}
    if theirs is MISSING:
        return rest
    return rest | (theirs if name in _TOGETHER else {name: theirs})


def changes(before: Fields, after: Fields) -> list[str]:
    """The names of the fields in which two versions of a question differ."""
    old, new = grouped(before), grouped(after)
    return sorted(name for name in {*old, *new} if old.get(name) != new.get(name))


def grouped(fields: Fields) -> dict[str, Any]:
    """The fields as a merge sees them: those that only make sense together are one."""
    found: dict[str, Any] = {}
    for key, value in fields.items():
        group = _GROUP_OF.get(key)
        if group is None:
            found[key] = value
        else:
            found.setdefault(group, {})[key] = value
    return found
