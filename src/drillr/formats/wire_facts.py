"""Runs of facts as messages, and back."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from drillr.domain.ids import DeviceId, FactId, QuestionId, SessionId
from drillr.domain.log import RawEvent, RawFact, RawResponse, Run
from drillr.errors import ContentError
from drillr.formats import wire

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    """Microseconds since 1970."""
    return (at - _EPOCH) // _MICROSECOND


def instant(microseconds: int) -> datetime:
    """The instant so many microseconds after 1970."""
    return _EPOCH + timedelta(microseconds=microseconds)


def facts_message(runs: Iterable[Run]) -> wire.Facts:
    """The message that carries these runs."""
    # What comes out of a store was checked when it went in.
    packed = [_run_message(run) for run in runs]
    return wire.Facts.model_construct(version=wire.VERSION, runs=packed)


def runs_of(message: wire.Facts) -> list[Run]:
    """The runs that a message carries; ContentError when its numbers make no sense."""
    return [_run(run) for run in message.runs if run.responses.rating or run.events]


def _run_message(run: Run) -> wire.Run:
    responses = [fact for fact in run.facts if isinstance(fact, RawResponse)]
    events = [fact for fact in run.facts if isinstance(fact, RawEvent)]
    return wire.Run.model_construct(
        device=run.device.hex(), name=run.name,
        previous=None if run.previous is None else run.previous.hex(), first=run.first,
        responses=_columns(responses), events=[_event_message(event) for event in events],
    )  # fmt: skip


def _columns(facts: Sequence[RawResponse]) -> wire.Responses:
    places: dict[SessionId | None, int] = {None: -1}
    session = [places.setdefault(fact.session_id, len(places) - 1) for fact in facts]
    instants = [micros(fact.created_at) for fact in facts]
    return wire.Responses.model_construct(
        id=b"".join([fact.id for fact in facts]).hex(),
        question=b"".join([fact.question_id for fact in facts]).hex(),
        sessions=[key.hex() for key in places if key is not None],
        session=session,
        rating=[fact.rating for fact in facts],
        at=[here - before for before, here in zip([0, *instants], instants, strict=False)],
        metadata=[fact.metadata for fact in facts],
        correct=_sparse([fact.is_correct for fact in facts]),
        selected=_sparse([fact.selected_option for fact in facts]),
        text=_sparse([fact.response_text for fact in facts]),
        confidence=_sparse([fact.confidence for fact in facts]),
    )


def _sparse(column: list[Any]) -> list[Any] | None:
    return column if any(value is not None for value in column) else None


def _event_message(event: RawEvent) -> wire.Event:
    return wire.Event.model_construct(
        seq=event.seq, id=event.id.hex(), type=event.type,
        question=None if event.question_id is None else event.question_id.hex(),
        at=micros(event.created_at), data=event.data,
    )  # fmt: skip


def _run(message: wire.Run) -> Run:
    events = {event.seq: _event(event) for event in message.events}
    count = len(message.responses.rating) + len(events)
    numbers = range(message.first, message.first + count)
    if len(events) != len(message.events) or not all(seq in numbers for seq in events):
        raise ContentError("the numbers of the events in a run leave gaps or repeat")
    responses = _responses(message.responses, [seq for seq in numbers if seq not in events])
    facts: tuple[RawFact, ...] = tuple(responses)
    if events:
        facts = tuple(sorted([*responses, *events.values()], key=lambda fact: fact.seq))
    return Run(
        DeviceId(bytes.fromhex(message.device)), message.name,
        None if message.previous is None else FactId(bytes.fromhex(message.previous)), facts,
    )  # fmt: skip


def _responses(columns: wire.Responses, numbers: Sequence[int]) -> list[RawResponse]:
    nothing = [None] * len(numbers)
    sessions: list[SessionId | None] = [SessionId(bytes.fromhex(key)) for key in columns.sessions]
    sessions.append(None)  # where -1 points
    # In the order of the fields; the class's own constructor would take them one by one.
    rows = zip(
        numbers, _pieces(columns.id), _pieces(columns.question),
        [sessions[place] for place in columns.session], columns.rating, columns.correct or nothing,
        columns.selected or nothing, columns.text or nothing, columns.confidence or nothing,
        _instants(columns.at), columns.metadata, strict=True,
    )  # fmt: skip
    return list(map(partial(tuple.__new__, RawResponse), rows))


def _pieces(digits: str) -> list[bytes]:
    keys = bytes.fromhex(digits)
    return [keys[start : start + 16] for start in range(0, len(keys), 16)]


def _instants(differences: Sequence[int]) -> list[datetime]:
    found: list[datetime] = []
    at = 0
    for difference in differences:
        at += difference
        if not wire.EARLIEST <= at <= wire.LATEST:
            raise ContentError("an answer's instant lies outside of the years 1970 to 2999")
        found.append(_EPOCH + timedelta(0, 0, at))  # by name it would take twice as long
    return found


def _event(message: wire.Event) -> RawEvent:
    return RawEvent(
        message.seq, FactId(bytes.fromhex(message.id)), message.type,
        None if message.question is None else QuestionId(bytes.fromhex(message.question)),
        instant(message.at), message.data,
    )  # fmt: skip
