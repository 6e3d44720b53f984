"""What two stores must tell each other, worked out from how far each knows each device."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from drillr.domain.ids import DeviceId, FactId

SKEW_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Head:
    """The last fact of a device that a store holds: its number and its id."""

    seq: int
    fact: FactId


@dataclass(frozen=True, slots=True)
class Meeting:
    """How far the other side knows a device, and which fact it has where both sides know one.

    `common` is the id of its fact at the lower of both sides' numbers, None when that is 0.
    """

    device: DeviceId
    seq: int
    common: FactId | None


@dataclass(frozen=True, slots=True)
class Range:
    """The facts of a device numbered above `after`, up to and with `last`."""

    device: DeviceId
    after: int
    last: int

    def __len__(self) -> int:
        return self.last - self.after


@dataclass(frozen=True, slots=True)
class Plan:
    """What to send, what to fetch, and the devices of which each side tells another story."""

    send: tuple[Range, ...] = ()
    fetch: tuple[Range, ...] = ()
    forked: tuple[DeviceId, ...] = ()

    @property
    def done(self) -> bool:
        """Whether both sides hold the same facts."""
        return not (self.send or self.fetch or self.forked)

    @property
    def outgoing(self) -> int:
        """How many facts go to the other side."""
        return sum(map(len, self.send))

    @property
    def incoming(self) -> int:
        """How many facts come from the other side."""
        return sum(map(len, self.fetch))


def plan(
    mine: Mapping[DeviceId, int],
    theirs: Sequence[Meeting],
    my_common: Mapping[DeviceId, FactId],
) -> Plan:
    """The exchange that makes both sides hold the union of their facts.

    `mine` gives the last number of each device here; `my_common` the id of the fact here at the
    lower of both numbers. Where the ids differ, one number was given to two facts: a fork.
    """
    send: list[Range] = []
    fetch: list[Range] = []
    forked: list[DeviceId] = []
    met = {meeting.device: meeting for meeting in theirs}
    for device in sorted({*mine, *met}):
        here = mine.get(device, 0)
        meeting = met.get(device, Meeting(device, 0, None))
        if min(here, meeting.seq) and meeting.common != my_common.get(device):
            forked.append(device)
        elif here > meeting.seq:
            send.append(Range(device, meeting.seq, here))
        elif here < meeting.seq:
            fetch.append(Range(device, here, meeting.seq))
    return Plan(tuple(send), tuple(fetch), tuple(forked))


def skew(here: datetime, there: datetime) -> int:
    """By how many seconds this clock is ahead of the other; 0 while that doesn't matter."""
    seconds = round((here - there).total_seconds())
    return seconds if abs(seconds) > SKEW_SECONDS else 0
