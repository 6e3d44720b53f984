"""Judges facts that come from elsewhere, before anything is folded over them.

Only what would break a fold is refused: an event of an unknown type is kept and left alone.
"""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from drillr.domain.facts import Event, EventType, Fact, Response, response_of
from drillr.domain.ids import DeviceId, id_text, parse_id
from drillr.domain.log import RawEvent, RawFact, RawResponse
from drillr.domain.rating import Rating
from drillr.errors import ContentError

MOST_ELAPSED_MS = 7 * 24 * 3600 * 1000
_SPAN_DAYS = 3
"""A study day is near its instant in every zone, whatever the rollover hour."""
_EARLIEST, _LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(3000, 1, 1, tzinfo=UTC)
_RATINGS = {int(rating): rating for rating in Rating}
_decoder = json.JSONDecoder()
_decode, _scan = _decoder.decode, _decoder.raw_decode


def fact_of(raw: RawFact, device: DeviceId) -> Fact:
    """The fact as the rules see it; ContentError when it makes no sense."""
    try:
        _check_instant(raw)
        return _response(raw, device) if isinstance(raw, RawResponse) else _event(raw, device)
    except _NONSENSE as error:
        raise _refused(raw, error) from None


def elapsed_of(raw: RawFact) -> int:
    """How many milliseconds an answer took, 0 for an event; ContentError when it makes no sense.

    It refuses what `fact_of` refuses, in the same words: for whoever keeps facts and folds them
    later, which takes no fact as the rules see it.
    """
    try:
        _check_instant(raw)
        if isinstance(raw, RawResponse):
            return _read_response(raw)[2]
        _check_event(raw.type, _mapping(_decode(raw.data)))
    except _NONSENSE as error:
        raise _refused(raw, error) from None
    return 0


_NONSENSE = (ValueError, KeyError, TypeError, RecursionError)


def _refused(raw: RawFact, error: Exception) -> ContentError:
    return ContentError(
        f"the fact {id_text(raw.id)} makes no sense: {_reason(error)}",
        "The device that wrote it needs a newer drillr, or its store is damaged",
    )


def _check_instant(raw: RawFact) -> None:
    if not _EARLIEST <= raw.created_at < _LATEST:
        raise ValueError("its instant lies outside of the years 1970 to 2999")


def _reason(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"{error.args[0]} is missing"
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)


def _response(raw: RawResponse, device: DeviceId) -> Response:
    rating, day, elapsed, cram, details = _read_response(raw)
    return response_of(
        raw.id, raw.question_id, rating, raw.created_at, device, raw.seq, day, raw.session_id,
        raw.is_correct, raw.response_text, raw.selected_option, elapsed, raw.confidence, cram,
        details,
    )  # fmt: skip


def _read_response(raw: RawResponse) -> tuple[Rating, date, int, bool, dict[str, Any]]:
    """Rating, study day, milliseconds, cram and the other details of an answer."""
    metadata = _mapping(_read(raw.metadata))
    day = date.fromisoformat(metadata.pop("day"))
    elapsed, cram = metadata.pop("elapsed_ms"), metadata.pop("cram", False)
    if type(elapsed) is not int or not 0 <= elapsed <= MOST_ELAPSED_MS:
        raise ValueError("elapsed_ms is no number of milliseconds within a week")
    if type(cram) is not bool:
        raise ValueError("cram is neither true nor false")
    if abs(day.toordinal() - raw.created_at.toordinal()) > _SPAN_DAYS:
        raise ValueError("its study day is not the day of its instant")
    rating = _RATINGS.get(raw.rating)
    return Rating(raw.rating) if rating is None else rating, day, elapsed, cram, metadata


def _read(text: str) -> Any:
    """The JSON in a text; without the decoder's own search for blanks around it, mostly."""
    if text.startswith("{"):
        value, end = _scan(text)
        if end == len(text):
            return value
    return _decode(text)


def _event(raw: RawEvent, device: DeviceId) -> Event:
    data = _mapping(_decode(raw.data))
    _check_event(raw.type, data)
    return Event(raw.id, raw.type, raw.created_at, device, raw.seq, raw.question_id, data)


def _check_event(kind: str, data: Mapping[str, Any]) -> None:
    match kind:
        case EventType.RESPONSE_RETRACTED:
            _check_id(data["response_id"])
        case EventType.CARD_BURIED:
            until = datetime.fromisoformat(data["until"])
            if until.tzinfo is None or not _EARLIEST <= until < _LATEST:
                raise ValueError("until is no instant of a known zone")
        case EventType.SESSION_STARTED:
            _check_id(data["session_id"])
            _mapping(data["plan"])
            if data.get("facet_id") is not None:
                _check_id(data["facet_id"])
        case EventType.SESSION_ENDED:
            _check_id(data["session_id"])
        case EventType.SETTINGS_CHANGED:
            if not isinstance(data.get("scope", ""), str):
                raise ValueError("scope is no text")


def _check_id(value: Any) -> None:
    if not isinstance(value, str):
        raise ValueError("an id is no text")
    parse_id(value)


def _mapping(value: Any) -> dict[str, Any]:
    if type(value) is not dict:
        raise ValueError("its data is no JSON object")
    return value
