"""What publishing files to a server would change, in words that an editor would use."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any, NamedTuple

from drillr.domain.merge import changes
from drillr.domain.solution import Solution

_ALIKE = 0.9


class Kind(StrEnum):
    """How a question differs, the weightiest first."""

    ANSWER = "answer changed"
    NEW = "new"
    GONE = "gone"
    MOVED = "moved"
    REWORDED = "reworded"
    TYPO = "typo"
    DETAILS = "details"


class Version(NamedTuple):
    """A question on one side: its facet, its item, what counts as right, whether it is asked."""

    path: str
    item: Mapping[str, Any]
    solution: Solution
    active: bool = True


@dataclass(frozen=True, slots=True)
class Difference:
    """One question that publishing would change; `fields` are those that differ."""

    external_id: str
    kind: Kind
    path: str
    fields: tuple[str, ...] = ()


def differences(files: Mapping[str, Version], server: Mapping[str, Version]) -> list[Difference]:
    """Everything in which the server differs from the files, weightiest first."""
    found = list(_differences(files, server))
    order = list(Kind)
    return sorted(found, key=lambda one: (order.index(one.kind), one.path, one.external_id))


def _differences(
    files: Mapping[str, Version], server: Mapping[str, Version]
) -> Iterable[Difference]:
    for name, mine in files.items():
        theirs = server.get(name)
        if theirs is None:
            yield Difference(name, Kind.NEW, mine.path)
            continue
        fields = tuple(changes(theirs.item, mine.item))
        kind = _kind(mine, theirs, fields)
        if kind is not None:
            yield Difference(name, kind, mine.path, fields)
    for name, theirs in server.items():
        if name not in files and theirs.active:
            yield Difference(name, Kind.GONE, theirs.path)


def _kind(mine: Version, theirs: Version, fields: tuple[str, ...]) -> Kind | None:
    if mine.solution != theirs.solution:
        return Kind.ANSWER
    if mine.path != theirs.path:
        return Kind.MOVED
    if "question" in fields:
        ratio = SequenceMatcher(
            None, str(mine.item.get("question")), str(theirs.item.get("question"))
        ).ratio()
        return Kind.TYPO if ratio >= _ALIKE else Kind.REWORDED
    return Kind.DETAILS if fields or not theirs.active else None
