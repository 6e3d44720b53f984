"""Facts: what happened, never changed and never deleted."""

from collections.abc import Mapping
from dataclasses import dataclass, field, make_dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from drillr.domain.ids import DeviceId, FactId, QuestionId, SessionId
from drillr.domain.rating import Rating

Order = tuple[datetime, bytes, int]
NOTHING: Mapping[str, Any] = {}
"""The details of every answer that has none: one object, as a replay looks at millions."""


@dataclass(frozen=True, slots=True)
class Response:
    """One answer to one question.

    `day` is the study day on which the person gave it, fixed by the device at that moment, so that
    no later move or change of zone rewrites the past. `cram` answers don't count for the schedule.
    """

    id: FactId
    question_id: QuestionId
    rating: Rating
    created_at: datetime
    device_id: DeviceId
    device_seq: int
    day: date
    session_id: SessionId | None = None
    is_correct: bool | None = None
    response_text: str | None = None
    selected_option: str | None = None
    elapsed_ms: int = 0
    confidence: int | None = None
    cram: bool = False
    details: Mapping[str, Any] = field(default_factory=lambda: NOTHING)

    @property
    def order(self) -> Order:
        """Where it stands in the fold."""
        return (self.created_at, self.device_id, self.device_seq)

    @property
    def counts_as_correct(self) -> bool:
        """Whether the answer was right; where nothing could judge it, whether it was recalled."""
        return self.rating.passed if self.is_correct is None else self.is_correct


_Open = make_dataclass("_Open", [(name, Any) for name in Response.__dataclass_fields__], slots=True)


def response_of(*values: object) -> Response:
    """A response from the values of all its fields in their order, unchecked.

    A frozen class fills its fields slowly; who reads a batch of another device or a library's
    history makes thousands of these. An open one with the same slots becomes one here instead.
    """
    response: Any = _Open(*values)
    response.__class__ = Response
    made: Response = response
    return made


class EventType(StrEnum):
    """The events that drillr writes; others, of a newer drillr, are kept and left alone."""

    SESSION_STARTED = "session_started"
    SESSION_ENDED = "session_ended"
    RESPONSE_RETRACTED = "response_retracted"
    CARD_SUSPENDED = "card_suspended"
    CARD_RESUMED = "card_resumed"
    CARD_BURIED = "card_buried"
    CARD_FLAGGED = "card_flagged"
    CARD_UNFLAGGED = "card_unflagged"
    CARD_RELEARNED = "card_relearned"
    SETTINGS_CHANGED = "settings_changed"
    STUDY_PAUSED = "study_paused"
    STUDY_RESUMED = "study_resumed"
    EXAM_ADDED = "exam_added"
    EXAM_REMOVED = "exam_removed"
    QUESTION_REPORTED = "question_reported"


MARKS = frozenset(
    {
        EventType.CARD_SUSPENDED,
        EventType.CARD_RESUMED,
        EventType.CARD_BURIED,
        EventType.CARD_FLAGGED,
        EventType.CARD_UNFLAGGED,
        EventType.CARD_RELEARNED,
    }
)


@dataclass(frozen=True, slots=True)
class Event:
    """Something else that happened; `data` is JSON, `type` one of EventType or unknown."""

    id: FactId
    type: str
    created_at: datetime
    device_id: DeviceId
    device_seq: int
    question_id: QuestionId | None = None
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def order(self) -> Order:
        """Where it stands in the fold."""
        return (self.created_at, self.device_id, self.device_seq)


Fact = Response | Event
