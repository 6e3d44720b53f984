"""Answers and marks that a collection brings from another program, before they become facts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from drillr.domain.rating import Rating


class PastAnswer(NamedTuple):
    """An answer given elsewhere; `key` names it there, so that it is never taken twice.

    `outcome` is the schedule that the other program left, where only that is known of the answer.
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
