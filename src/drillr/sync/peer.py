"""A server as the exchange of facts sees it, over HTTP."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from drillr.domain.ids import DeviceId, FactId
from drillr.domain.log import Run
from drillr.domain.sync_plan import Meeting
from drillr.formats import wire
from drillr.formats.wire_facts import facts_message, instant, micros, runs_of
from drillr.services.exchange import Received
from drillr.services.syncing import Welcome
from drillr.sync.connection import Connection


class HttpPeer:
    """Speaks the messages of `formats.wire`."""

    def __init__(self, connection: Connection, clock: Callable[[], datetime]) -> None:
        self._connection, self._clock = connection, clock

    def greet(self, known: Mapping[DeviceId, int]) -> Welcome:
        """How far the server knows each device."""
        places = [wire.Place(device=key.hex(), seq=seq) for key, seq in known.items()]
        greeting = wire.Greeting(at=micros(self._clock()), known=places)
        answer = self._connection.exchange("/sync/cursors", greeting, wire.Welcome)
        meetings = [
            Meeting(
                DeviceId(bytes.fromhex(place.device)), place.seq,
                None if place.fact is None else FactId(bytes.fromhex(place.fact)),
            )
            for place in answer.known
        ]  # fmt: skip
        return Welcome(bytes.fromhex(answer.user), instant(answer.at), meetings, answer.content)

    def fetch(self, after: Mapping[DeviceId, int], most: int) -> Sequence[Run]:
        """Facts that the server has."""
        places = [wire.Place(device=key.hex(), seq=seq) for key, seq in after.items()]
        wanted = wire.Wanted(after=places, most=most)
        return runs_of(self._connection.exchange("/sync/pull", wanted, wire.Facts))

    def send(self, runs: Sequence[Run]) -> Received:
        """Facts for the server."""
        answer = self._connection.exchange("/sync/push", facts_message(runs), wire.Accepted)
        return Received(answer.new, answer.parked)
