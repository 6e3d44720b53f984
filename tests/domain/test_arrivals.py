"""Facts from elsewhere: sense is kept, nonsense is refused in words, and nothing else happens."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillr.domain.arrivals import MOST_ELAPSED_MS, elapsed_of, fact_of
from drillr.domain.facts import Event, EventType, Response
from drillr.domain.ids import DeviceId, FactId, QuestionId
from drillr.domain.log import RawEvent, RawFact, RawResponse
from drillr.errors import ContentError

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
DEVICE = DeviceId(b"d" * 16)
KEY = FactId(b"f" * 16)
SENSE: dict[str, dict[str, Any]] = {
    EventType.RESPONSE_RETRACTED: {"response_id": "00" * 16},
    EventType.CARD_BURIED: {"until": AT.isoformat()},
    EventType.CARD_FLAGGED: {"note": "odd"},
    EventType.SESSION_STARTED: {"session_id": "00" * 16, "plan": {}, "facet_id": None},
    EventType.SESSION_ENDED: {"session_id": "00" * 16},
    EventType.SETTINGS_CHANGED: {"fuzz": False, "scope": "a__b"},
    "of_a_newer_drillr": {"anything": [1, 2]},
}
NONSENSE: list[tuple[str, Any]] = [
    (EventType.RESPONSE_RETRACTED, {}),
    (EventType.RESPONSE_RETRACTED, {"response_id": "short"}),
    (EventType.RESPONSE_RETRACTED, {"response_id": 5}),
    (EventType.CARD_BURIED, {"until": "2026-03-02"}),
    (EventType.CARD_BURIED, {"until": "9999-01-01T00:00:00+00:00"}),
    (EventType.CARD_BURIED, {"until": None}),
    (EventType.SESSION_STARTED, {"session_id": "00" * 16, "plan": []}),
    (EventType.SESSION_STARTED, {"session_id": "00" * 16, "plan": {}, "facet_id": "x"}),
    (EventType.SESSION_ENDED, {"session_id": None}),
    (EventType.SETTINGS_CHANGED, {"scope": 1}),
    (EventType.SETTINGS_CHANGED, []),
]


def response(metadata: str, at: datetime = AT, rating: int = 2) -> RawResponse:
    """An answer with this metadata."""
    return RawResponse(1, KEY, QuestionId(KEY), None, rating, None, None, None, None, at, metadata)


@pytest.mark.parametrize("kind", SENSE)
def test_events_that_make_sense_are_taken(kind: str) -> None:
    """Known events with what they need, and unknown ones as they are."""
    found = fact_of(RawEvent(3, KEY, kind, None, AT, json.dumps(SENSE[kind])), DEVICE)
    assert isinstance(found, Event)
    assert (found.type, found.data, found.device_id, found.device_seq) == (
        kind, SENSE[kind], DEVICE, 3,
    )  # fmt: skip


@pytest.mark.parametrize(("kind", "data"), NONSENSE)
def test_events_that_would_break_a_fold_are_refused(kind: str, data: Any) -> None:
    """The message names the fact."""
    with pytest.raises(ContentError, match="66666666-6666"):
        fact_of(RawEvent(1, KEY, kind, None, AT, json.dumps(data)), DEVICE)


def test_an_answer_that_makes_sense_is_taken() -> None:
    """Day, time and cram come out of the metadata; the rest stays."""
    text = '{"day":"2026-03-01","elapsed_ms":1200,"cram":true,"hints":2}'
    found = fact_of(response(text), DEVICE)
    assert isinstance(found, Response)
    assert (found.day, found.elapsed_ms, found.cram) == (date(2026, 3, 1), 1200, True)
    assert found.details == {"hints": 2}
    assert fact_of(response(f" {text}\n"), DEVICE) == found
    assert fact_of(response(text + " "), DEVICE) == found


@pytest.mark.parametrize(
    "text",
    [
        "", "nothing", "[]", "{}", '{"day":"2026-03-02"}', '{"day":"2026-13-02","elapsed_ms":1}',
        '{"day":"2026-03-09","elapsed_ms":1}', '{"day":"0001-01-01","elapsed_ms":1}',
        '{"day":"2026-03-02","elapsed_ms":-1}', '{"day":"2026-03-02","elapsed_ms":1.5}',
        '{"day":"2026-03-02","elapsed_ms":true}', '{"day":"2026-03-02","elapsed_ms":1,"cram":1}',
        f'{{"day":"2026-03-02","elapsed_ms":{MOST_ELAPSED_MS + 1}}}', "[" * 100_000,
        '{"day":5,"elapsed_ms":1}',
    ],
)  # fmt: skip
def test_answers_that_would_break_a_fold_are_refused(text: str) -> None:
    """Whatever is wrong with the metadata, it is said in words."""
    with pytest.raises(ContentError):
        fact_of(response(text), DEVICE)


def test_an_instant_outside_of_the_calendar_is_refused() -> None:
    """An interval from it might lead out of the calendar."""
    for year in (1, 1969, 3000, 9999):
        with pytest.raises(ContentError, match="1970 to 2999"):
            fact_of(response("{}", AT.replace(year=year)), DEVICE)
    with pytest.raises(ContentError):
        fact_of(response('{"day":"2026-03-02","elapsed_ms":1}', rating=5), DEVICE)


def judged(raw: RawFact) -> tuple[list[int], list[tuple[str, str]]]:
    """What both judges say of a fact: its milliseconds, or the words in which they refuse it."""
    found: list[int] = []
    refused: list[tuple[str, str]] = []
    for judge in (lambda: fact_of(raw, DEVICE), lambda: elapsed_of(raw)):
        try:
            answer = judge()
        except ContentError as error:
            refused.append((error.message, error.remedy))
        else:
            found.append(answer if isinstance(answer, int) else getattr(answer, "elapsed_ms", 0))
    return found, refused


near_sense = st.fixed_dictionaries(
    {},
    optional={
        "day": st.sampled_from(["2026-03-01", "2026-03-05", "2026-03-06", "2026-02-30", "x", 1]),
        "elapsed_ms": st.sampled_from(
            [0, 1200, MOST_ELAPSED_MS, MOST_ELAPSED_MS + 1, -1, 1.5, True]
        ),
        "cram": st.sampled_from([True, False, 1, None]),
        "hints": st.integers(),
    },
)


@given(
    near_sense.map(json.dumps) | st.text(max_size=20), st.integers(0, 5),
    st.sampled_from([AT, AT.replace(year=1969), AT.replace(year=3000), AT.replace(month=4)]),
)  # fmt: skip
def test_an_answer_is_judged_alike_with_and_without_making_it(
    metadata: str, rating: int, at: datetime
) -> None:
    """Both take it, with the same time, or both refuse it in the same words."""
    found, refused = judged(response(metadata, at, rating))
    assert len(found) + len(refused) == 2
    assert len({*found}) + len({*refused}) == 1


@pytest.mark.parametrize(("kind", "data"), [*SENSE.items(), *NONSENSE])
def test_an_event_is_judged_alike_with_and_without_making_it(kind: str, data: Any) -> None:
    """The same, for every kind that one or the other might forget."""
    found, refused = judged(RawEvent(1, KEY, kind, None, AT, json.dumps(data)))
    assert found == [0, 0] or refused == refused[:1] * 2


@given(st.text(max_size=60), st.sampled_from([*SENSE]))
def test_no_text_breaks_the_door(text: str, kind: str) -> None:
    """Any text is taken or refused, never anything else."""
    raws: list[RawFact] = [
        RawEvent(1, KEY, kind, None, AT + timedelta(days=1), text),
        response(text),
    ]
    for raw in raws:
        try:
            assert fact_of(raw, DEVICE).id == KEY
        except ContentError as error:
            assert "makes no sense" in error.message
