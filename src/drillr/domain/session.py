"""A sitting: what was asked for, how far it got, and what it amounted to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any

from drillr.domain.facts import Event, EventType, Response
from drillr.domain.ids import FacetId, QuestionId, SessionId
from drillr.domain.question import QuestionType


@dataclass(frozen=True, slots=True)
class Plan:
    """What a session was asked to bring.

    `limit` is the most answers, `new` the most new questions (None: what the day's limit leaves);
    a wish for a number lifts the day's limits. `cram` asks everything and leaves the schedule
    alone; `ahead_days` brings also what comes due in so many days after today;
    `query` is a search.
    """

    selector: str = ""
    limit: int | None = None
    new: int | None = None
    types: tuple[QuestionType, ...] = ()
    tags: tuple[str, ...] = ()
    difficulties: tuple[int, ...] = ()
    cram: bool = False
    query: str = ""
    ahead_days: int = 0

    def as_data(self) -> dict[str, Any]:
        """The plan as JSON, for the session's event; `same_as` compares it."""
        return asdict(self) | {
            "types": [str(kind) for kind in self.types],
            "tags": list(self.tags),
            "difficulties": list(self.difficulties),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Plan":
        """The plan that `as_data` gave; what a newer drillr added is left out."""
        known = {one.name: data[one.name] for one in fields(cls) if one.name in data}
        lists = {
            "types": tuple(QuestionType(kind) for kind in data.get("types", ())),
            "tags": tuple(data.get("tags", ())),
            "difficulties": tuple(data.get("difficulties", ())),
        }
        return cls(**(known | lists))


SESSION_EVENTS = (EventType.SESSION_STARTED, EventType.SESSION_ENDED)
"""The events that a sitting is a fold over."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """When a session began and ended (None: it was left), over which facet, with which plan."""

    id: SessionId
    started_at: datetime
    ended_at: datetime | None = None
    facet: FacetId | None = None
    plan: Mapping[str, Any] = field(default_factory=dict)


def session_of(event: Event) -> SessionId:
    """The session that a session's event is about."""
    return SessionId(bytes.fromhex(str(event.data["session_id"])))


def fold_sessions(events: Iterable[Event]) -> list[Sitting]:
    """The sessions whose beginning is among the events; where one was ended twice, the later."""
    begun: dict[SessionId, Event] = {}
    ended: dict[SessionId, datetime] = {}
    for event in sorted(events, key=lambda one: one.order):
        if event.type == EventType.SESSION_STARTED:
            begun.setdefault(session_of(event), event)
        elif event.type == EventType.SESSION_ENDED:
            ended[session_of(event)] = event.created_at
    return [
        Sitting(key, event.created_at, ended.get(key), _facet_of(event), event.data.get("plan", {}))
        for key, event in begun.items()
    ]


def _facet_of(event: Event) -> FacetId | None:
    text = event.data.get("facet_id")
    return None if text is None else FacetId(bytes.fromhex(str(text)))


@dataclass(frozen=True, slots=True)
class Summary:
    """What a session amounted to; `hardest` are question ids with their worst rating first."""

    answered: int = 0
    correct: int = 0
    elapsed_ms: int = 0
    ratings: tuple[int, int, int, int] = (0, 0, 0, 0)
    hardest: tuple[QuestionId, ...] = ()


def goes_on(plan: Plan, left: Mapping[str, Any], answered: int) -> bool:
    """Whether a session that was left goes on when `plan` is asked for, rather than a new one."""
    unfinished = plan.limit is None or answered < plan.limit
    return answered > 0 and unfinished and dict(left) == plan.as_data()


def summarise(responses: Sequence[Response]) -> Summary:
    """The summary of a session's responses that stand."""
    ratings = [0, 0, 0, 0]
    worst: dict[QuestionId, tuple[int, int]] = {}
    for response in responses:
        ratings[response.rating - 1] += 1
        rank = (int(response.rating), response.elapsed_ms)
        worst[response.question_id] = max(rank, worst.get(response.question_id, (0, 0)))
    hard = sorted((rank, key) for key, rank in worst.items() if rank[0] >= 3)
    return Summary(
        answered=len(responses),
        correct=sum(response.counts_as_correct for response in responses),
        elapsed_ms=sum(response.elapsed_ms for response in responses),
        ratings=(ratings[0], ratings[1], ratings[2], ratings[3]),
        hardest=tuple(key for _, key in reversed(hard))[:5],
    )
