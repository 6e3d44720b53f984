"""A server as a sync sees it, over HTTP."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from drillr.domain.ids import DeviceId, FactId, QuestionId, id_text
from drillr.domain.log import Run
from drillr.domain.sync_plan import Meeting
from drillr.domain.text import visible
from drillr.errors import NetworkError
from drillr.formats import wire
from drillr.formats.wire_facts import facts_message, instant, micros, runs_of
from drillr.services import shipping
from drillr.services.checking import Compared, Sum
from drillr.services.exchange import Received
from drillr.services.library import Cursor, Page, Shared
from drillr.services.reporting import Report
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

    def content(self, after: Cursor, scope: Sequence[str]) -> Page:
        """The next questions that changed there."""
        wanted = wire.ContentWanted(
            revision=after.revision, id=after.id.hex() if any(after.id) else None, scope=list(scope)
        )
        return self._page(wanted)

    def content_among(self, after: int, keys: Sequence[QuestionId]) -> Page:
        """Those of some questions that changed there."""
        return self._page(wire.ContentWanted(revision=after, among=b"".join(keys).hex()))

    def _page(self, wanted: wire.ContentWanted) -> Page:
        answer = self._connection.exchange("/sync/content", wanted, wire.ContentPage)
        return shipping.page_of(answer)

    def check(self, known: Mapping[DeviceId, int], scope: Sequence[str], mine: Sum) -> Compared:
        """Compare cards."""
        places = [wire.Place(device=key.hex(), seq=seq) for key, seq in known.items()]
        message = wire.Check(
            known=places, scope=list(scope), mine=wire.Sum(cards=mine.cards, digest=mine.digest)
        )
        answer = self._connection.exchange("/sync/check", message, wire.Checked)
        theirs = None if answer.yours is None else Sum(answer.yours.cards, answer.yours.digest)
        return Compared(theirs, answer.repaired)

    def report(self, report: Report) -> None:
        """Tell what a learner found wrong with a question."""
        body = {"id": id_text(report.id), "note": report.note, "revision": report.revision}
        path = f"/content/questions/{id_text(report.question)}/report"
        self._connection.request("POST", path, json=body)

    def publish(self, questions: Sequence[Shared]) -> int:
        """Write questions into the server's library, as an admin; how many that changed."""
        message = shipping.page_message(Page(questions, Cursor()))
        answer = self._connection.exchange("/sync/publish", message, wire.Published)
        if answer.refused:
            raise NetworkError(f"the server can't take a question: {visible(answer.refused[0])}")
        return answer.changed
