"""`/sync`: facts between a person's devices, in the messages of `formats.wire`."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Request, Response

from drillr.domain.ids import DeviceId, QuestionId
from drillr.errors import ContentError, DeviceForked, ExchangeError, FactKnown, FactsMissing
from drillr.formats import wire, wire_bytes
from drillr.formats.wire_facts import facts_message, micros, runs_of
from drillr.server import problems
from drillr.server.access import Admin, Shared, TheirLog, Theirs
from drillr.server.owned import later
from drillr.server.problems import Problem
from drillr.services import checking, exchange, library, merging, shipping
from drillr.services.collecting import collector_paused
from drillr.services.library import Cursor
from drillr.services.syncing import welcome

MOST_PACKED = 8 * 1024 * 1024
_NAMES: tuple[tuple[type[ExchangeError], str], ...] = (
    (DeviceForked, "device-forked"),
    (FactsMissing, "facts-missing"),
    (FactKnown, "fact-known"),
)
_MESSAGE = {"schema": {"type": "object", "properties": {"version": {"type": "integer"}}}}
Result = TypeVar("Result")


def _reads(name: str) -> dict[str, Any]:
    """What OpenAPI says of a body that is one of sync's own messages."""
    content = {wire.MEDIA_TYPE: _MESSAGE, "application/json": _MESSAGE}
    return {"requestBody": {"required": True, "description": name, "content": content}}


def _answers(name: str) -> dict[int | str, dict[str, Any]]:
    return problems.responses(401, 409, 413, 415, 422, 429, 503) | {
        200: {"description": name, "content": {wire.MEDIA_TYPE: _MESSAGE}}
    }


class _Body:
    """The bytes of a request, and what they are packed by."""

    def __init__(self, data: bytes, encoding: str, accepted: str) -> None:
        self._data, self._encoding, self.accepted = data, encoding, accepted

    def read(self, kind: type[wire_bytes.Kind]) -> wire_bytes.Kind:
        """The message; a problem that says which versions this server reads, for another."""
        version = None
        try:
            message = wire_bytes.unpack(kind, self._data, self._encoding)
            version = getattr(message, "version", wire.VERSION)
        except ContentError:
            version = wire_bytes.version_of(self._data, self._encoding)
            if version in (None, wire.VERSION):
                raise
        if version != wire.VERSION:
            older = (version or 0) < wire.VERSION
            raise Problem(
                409, "upgrade-needed",
                f"this server speaks version {wire.VERSION} of sync, not {version}",
                "Upgrade drillr on your device" if older else "The server needs a newer drillr",
                {"Drillr-Sync-Versions": str(wire.VERSION)},
            )  # fmt: skip
        return message


async def _body(request: Request) -> _Body:
    """The request's bytes, as many as a message may have."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in (wire.MEDIA_TYPE, "application/json"):
        raise Problem(415, "unknown-media-type", f"send {wire.MEDIA_TYPE}")
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_PACKED:
            raise Problem(413, "too-large", f"at most {MOST_PACKED} bytes are taken at once")
        parts.append(part)
    headers = request.headers
    return _Body(
        b"".join(parts), headers.get("content-encoding", ""), headers.get("accept-encoding", "")
    )


Body = Annotated[_Body, Depends(_body)]
router = APIRouter(prefix="/sync", tags=["sync"])


@router.post(
    "/cursors", openapi_extra=_reads("How far the device knows each device."),
    responses=_answers("How far the server knows each device."),
)  # fmt: skip
async def cursors(body: Body, theirs: TheirLog, shared: Shared) -> Response:
    """Compare how far both sides know each of the person's devices."""
    greeting = body.read(wire.Greeting)
    known = {DeviceId(bytes.fromhex(place.device)): place.seq for place in greeting.known}
    found = await shared.work(lambda: welcome(theirs, known))
    places = [
        wire.Place(
            device=one.device.hex(), seq=one.seq,
            fact=None if one.common is None else one.common.hex(),
        )
        for one in found.meetings
    ]  # fmt: skip
    answer = wire.Welcome(
        at=micros(found.at), user=found.user.hex(), known=places, content=found.content
    )
    return _packed(answer, body)


@router.post(
    "/push", openapi_extra=_reads("Facts of the person's devices."),
    responses=_answers("What the server did with them."),
)  # fmt: skip
async def push(body: Body, theirs: TheirLog, shared: Shared) -> Response:
    """Hand over facts: all of a batch is taken, or nothing. Sending it again does no harm."""
    with collector_paused():
        runs = runs_of(body.read(wire.Facts))
        taken = await shared.work(
            lambda: _said(
                lambda: exchange.receive(theirs, runs, later=later, seen=shared.questions)
            )
        )
    return _packed(wire.Accepted(new=taken.new, parked=taken.parked), body)


@router.post(
    "/pull", openapi_extra=_reads("From which number on facts are wanted."),
    responses=_answers("The earliest of them."),
)  # fmt: skip
async def pull(body: Body, theirs: TheirLog, shared: Shared) -> Response:
    """Fetch facts above the numbers given, the earliest first."""
    wanted = body.read(wire.Wanted)
    after = {DeviceId(bytes.fromhex(place.device)): place.seq for place in wanted.after}
    with collector_paused():
        runs = await shared.work(lambda: exchange.serve(theirs, after, wanted.most))
        return _packed(facts_message(runs), body)


@router.post(
    "/content", openapi_extra=_reads("From which revision on questions are wanted."),
    responses=_answers("The questions that changed, in the order in which they did."),
)  # fmt: skip
async def content(body: Body, theirs: TheirLog, shared: Shared) -> Response:
    """Fetch questions that changed, of some subtrees or of the whole library."""
    wanted = body.read(wire.ContentWanted)
    if wanted.among:
        digits = bytes.fromhex(wanted.among)
        keys = [QuestionId(digits[at : at + 16]) for at in range(0, len(digits), 16)]
        page = await shared.work(lambda: library.page_among(theirs, wanted.revision, keys))
    else:
        after = Cursor(wanted.revision, QuestionId(bytes.fromhex(wanted.id or "00" * 16)))
        page = await shared.work(lambda: library.page(theirs, after, wanted.scope, wanted.most))
    return _packed(shipping.page_message(page), body)


@router.post(
    "/publish", openapi_extra=_reads("Questions as an admin wants them."),
    responses=_answers("What that changed.") | problems.responses(403),
)  # fmt: skip
async def publish(body: Body, who: Admin, theirs: Theirs, shared: Shared) -> Response:
    """Write questions into the library: new, edited, moved or inactive, as they are given."""
    del who
    page = shipping.page_of(body.read(wire.ContentPage))
    done = await shared.work(lambda: merging.accept(theirs, page.questions))
    answer = wire.Published(changed=done.total, refused=done.refused)
    return _packed(answer, body)


@router.post(
    "/check", openapi_extra=_reads("A digest of the device's cards."),
    responses=_answers("A digest of the server's."),
)  # fmt: skip
async def check(body: Body, theirs: Theirs, shared: Shared) -> Response:
    """Compare the cards of both sides; the server's are derived anew where they differ."""
    asked = body.read(wire.Check)
    known = {DeviceId(bytes.fromhex(place.device)): place.seq for place in asked.known}
    mine = checking.Sum(asked.mine.cards, asked.mine.digest)
    found = await shared.work(lambda: checking.check(theirs, known, asked.scope, mine))
    sums = found.theirs
    answer = wire.Checked(
        yours=None if sums is None else wire.Sum(cards=sums.cards, digest=sums.digest),
        repaired=found.repaired,
    )
    return _packed(answer, body)


def _packed(message: wire.Message, body: _Body) -> Response:
    data, encoding = wire_bytes.pack(message, wire_bytes.chosen(body.accepted))
    headers = {
        "Drillr-Sync-Encodings": ", ".join(wire_bytes.encodings()), "Vary": "Accept-Encoding",
    }  # fmt: skip
    if encoding != "identity":
        headers["Content-Encoding"] = encoding
    return Response(data, 200, headers, wire.MEDIA_TYPE)


def _said(use_case: Callable[[], Result]) -> Result:
    """Run it; what two stores can't agree on becomes a problem that the client's program reads."""
    try:
        return use_case()
    except ExchangeError as error:
        name = next((name for kind, name in _NAMES if isinstance(error, kind)), "exchange-failed")
        headers = {"Drillr-Device": error.device.hex()} if isinstance(error, DeviceForked) else {}
        raise Problem(409, name, error.message, error.remedy, headers) from None
