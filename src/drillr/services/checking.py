"""Comparing cards with a server after an exchange, and mending what differs by replay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from drillr.domain.ids import DeviceId
from drillr.services.context import Context
from drillr.services.replaying import rederive_all
from drillr.store import card_digest, fact_log


@dataclass(frozen=True, slots=True)
class Sum:
    """How many cards, and a digest of all their fields."""

    cards: int
    digest: str


@dataclass(frozen=True, slots=True)
class Compared:
    """The other side's sum; None when it holds other facts by now, so nothing can be compared."""

    theirs: Sum | None
    repaired: bool = False


class Verdict(StrEnum):
    """How the comparison came out."""

    EQUAL = "equal"
    REPAIRED_HERE = "repaired here"
    REPAIRED_THERE = "repaired there"
    DIFFERENT = "different"
    UNKNOWN = "not compared"


class Auditor(Protocol):
    """Whoever holds the other cards."""

    def check(self, known: Mapping[DeviceId, int], scope: Sequence[str], mine: Sum) -> Compared:
        """Compare, repairing the other side if its cards don't follow from its facts."""


def compare(context: Context, auditor: Auditor, remote: str, scope: Sequence[str]) -> Verdict:
    """Compare the cards of shared questions with a server's; a difference is replayed away."""
    known, mine = _state(context, remote, scope)
    answer = auditor.check(known, scope, mine)
    if answer.theirs is None:
        return Verdict.UNKNOWN
    if answer.theirs == mine:
        return Verdict.REPAIRED_THERE if answer.repaired else Verdict.EQUAL
    with context.database.transaction() as db:
        rederive_all(db, context)
    _, replayed = _state(context, remote, scope)
    return Verdict.REPAIRED_HERE if replayed == answer.theirs else Verdict.DIFFERENT


def check(
    context: Context, known: Mapping[DeviceId, int], scope: Sequence[str], theirs: Sum
) -> Compared:
    """A server's side of the comparison."""
    with context.database.transaction(write=False) as db:
        if fact_log.lasts(db, context.user) != known:
            return Compared(None)
        mine = Sum(*card_digest.of_everything(db, context.user, scope))
    if mine == theirs:
        return Compared(mine)
    with context.database.transaction() as db:
        if fact_log.lasts(db, context.user) != known:
            return Compared(None)
        rederive_all(db, context)
        replayed = Sum(*card_digest.of_everything(db, context.user, scope))
    return Compared(replayed, repaired=replayed != mine)


def _state(context: Context, remote: str, scope: Sequence[str]) -> tuple[dict[DeviceId, int], Sum]:
    with context.database.transaction(write=False) as db:
        mine = Sum(*card_digest.of_shared(db, context.user, remote, scope))
        return fact_log.lasts(db, context.user), mine
