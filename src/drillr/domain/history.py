"""Answers and marks that a collection brings from another program, before they become facts."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any, NamedTuple

from drillr.domain.card import MAX_EASE, MIN_EASE
from drillr.domain.ids import DeviceId, FactId, UserId, derived_id
from drillr.domain.rating import Rating

OUTCOME = "outcome"
ORIGIN = "origin"
"""Under this key a fact from elsewhere says which program it is from."""
# A key that ends so names no answer of the other program's log, only where a card stands.
WITHOUT_LOG = ":schedule"
_LONGEST = 36_500
_NAMED = 8


class PastAnswer(NamedTuple):
    """An answer given elsewhere; `key` names it there, so that it is never taken twice.

    `outcome` is the schedule that the other program left (`interval_days`, and `ease` in
    hundredths), where only that is known of the answer.
    """

    external_id: str
    key: str
    at: datetime
    rating: Rating
    elapsed_ms: int = 0
    cram: bool = False
    outcome: Mapping[str, Any] | None = None


class PastMark(NamedTuple):
    """A suspension or a flag from elsewhere; `kind` is an event's type."""

    external_id: str
    key: str
    at: datetime
    kind: str
    data: Mapping[str, Any]


Past = PastAnswer | PastMark


def fact_id(past: Past, person: UserId | None = None) -> FactId:
    """The id of the fact that a piece of the past becomes: the same on every device of `person`.

    None stands for somebody whom no server knows yet; `named_for` gives the id that it takes then.

    It is laid out as other facts' ids are (UUIDv7): milliseconds first.
    """
    millis = max(0, int(past.at.timestamp() * 1000)) & (1 << 48) - 1
    digest = blake2b(past.key.encode("utf-8", "replace"), digest_size=10, person=b"drillr.past")
    rest = int.from_bytes(digest.digest(), "big")
    fact = FactId(
        (millis << 80 | 7 << 76 | (rest >> 68) << 64 | 2 << 62 | rest & (1 << 62) - 1).to_bytes(
            16, "big"
        )
    )
    return fact if person is None else named_for(person, fact)


def named_for(person: UserId, fact: FactId) -> FactId:
    """The id that a fact from elsewhere has in an account's log; one that has such an id keeps it.

    So people who bring the same history to one server have facts of their own, and all devices of
    one person have the same. It begins with the milliseconds too, and is a UUID of version 8.
    """
    if fact[6] >> 4 == _NAMED:
        return fact
    digest = blake2b(fact, digest_size=10, key=person, person=b"drillr.owner")
    return FactId(derived_id(fact[:6] + digest.digest()))


def device_of(ids: Iterable[FactId]) -> DeviceId:
    """The device under which facts are numbered that came in one import: it follows from them."""
    digest = blake2b(digest_size=16, person=b"drillr.import")
    for key in ids:
        digest.update(key)
    return DeviceId(derived_id(digest.digest()))


def outcome_of(details: Mapping[str, Any]) -> tuple[int, int] | None:
    """Interval in days and ease in hundredths, within bounds; None where they make no sense."""
    found = details.get(OUTCOME)
    if not isinstance(found, Mapping):
        return None
    days, ease = found.get("interval_days"), found.get("ease")
    if type(days) is not int or type(ease) is not int:
        return None
    return max(1, min(days, _LONGEST)), max(MIN_EASE, min(ease, MAX_EASE))
