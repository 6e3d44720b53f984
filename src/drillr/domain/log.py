"""Facts as they travel between stores: byte for byte what the device wrote that recorded them.

A device numbers its facts 1, 2, 3, … and never changes one, so a run of them, with the id of the
fact before its first, fits into another store's copy in exactly one place or nowhere.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from itertools import chain
from typing import NamedTuple

from drillr.domain.ids import DeviceId, FactId, QuestionId, SessionId, derived_id


class RawResponse(NamedTuple):
    """An answer; `metadata` is the JSON text that the device wrote, kept as it is."""

    seq: int
    id: FactId
    question_id: QuestionId
    session_id: SessionId | None
    rating: int
    is_correct: bool | None
    selected_option: str | None
    response_text: str | None
    confidence: int | None
    created_at: datetime
    metadata: str


class RawEvent(NamedTuple):
    """An event; `data` is the JSON text that the device wrote, kept as it is."""

    seq: int
    id: FactId
    type: str
    question_id: QuestionId | None
    created_at: datetime
    data: str


RawFact = RawResponse | RawEvent


@dataclass(frozen=True, slots=True)
class Run:
    """Facts of one device in an unbroken row, oldest first.

    `previous` is the id of the fact numbered one less than the first, None when that is 0.
    """

    device: DeviceId
    name: str
    previous: FactId | None
    facts: tuple[RawFact, ...]

    def __len__(self) -> int:
        return len(self.facts)

    @property
    def first(self) -> int:
        """The first number; 0 in an empty run."""
        return self.facts[0].seq if self.facts else 0

    @property
    def last(self) -> int:
        """The last number; 0 in an empty run."""
        return self.facts[-1].seq if self.facts else 0

    @property
    def unbroken(self) -> bool:
        """Whether the numbers are consecutive."""
        return all(fact.seq == n for n, fact in enumerate(self.facts, self.first))


def in_time(runs: list[Run], most: int) -> list[Run]:
    """The beginnings of these runs that hold the `most` earliest facts.

    Whoever takes them in that order can carry most cards one step further instead of replaying
    them. A run stays unbroken: a fact is never taken before its predecessors.
    """
    taken = [0] * len(runs)
    for index in _earliest(runs, most):
        taken[index] += 1
    return [
        Run(run.device, run.name, run.previous, run.facts[:count])
        for run, count in zip(runs, taken, strict=True)
        if count
    ]


def joined(runs: Iterable[Run]) -> list[Run]:
    """Runs that were taken one after another, as one for each device."""
    found: dict[DeviceId, list[Run]] = {}
    for run in runs:
        found.setdefault(run.device, []).append(run)
    return [
        Run(
            device,
            parts[0].name,
            parts[0].previous,
            tuple(chain.from_iterable(p.facts for p in parts)),
        )
        for device, parts in found.items()
    ]


def _earliest(runs: list[Run], most: int) -> Iterator[int]:
    """For each fact to take, the index of its run."""
    if len(runs) == 1:
        yield from [0] * min(most, len(runs[0]))
        return
    keys: list[tuple[datetime, int]] = []
    for index, run in enumerate(runs):
        latest: datetime | None = None
        for fact in run.facts:
            # A clock that went back must not put a fact before its predecessor.
            latest = fact.created_at if latest is None else max(latest, fact.created_at)
            keys.append((latest, index))
    for _, index in sorted(keys)[:most]:
        yield index


def split_device(device: DeviceId, first: FactId) -> DeviceId:
    """The device under which facts go on that a fork left without their numbers.

    It follows from the device and the first fact that moves, so every store that holds the same
    facts gives them the same new numbers.
    """
    digest = blake2b(device + first, digest_size=16, person=b"drillr.split").digest()
    return DeviceId(derived_id(digest))
