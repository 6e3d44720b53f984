"""Sittings: what a plan asks for, when one goes on, and what it amounted to."""

import json
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from drillr.domain.facts import Event, EventType, Response
from drillr.domain.ids import DeviceId, FacetId, FactId, QuestionId, SessionId
from drillr.domain.question import QuestionType
from drillr.domain.rating import Rating
from drillr.domain.session import Plan, fold_sessions, goes_on, session_of, summarise

START = datetime(2026, 1, 1, tzinfo=UTC)
SMALL = st.one_of(st.none(), st.integers(0, 30))
PLANS = st.builds(
    Plan, selector=st.sampled_from(["", "a/b"]), limit=SMALL, new=SMALL,
    types=st.sampled_from([(), (QuestionType.MCQ, QuestionType.THEORY)]),
    tags=st.sampled_from([(), ("http",)]), difficulties=st.sampled_from([(), (2, 3)]),
    cram=st.booleans(), query=st.sampled_from(["", "tag:http"]), ahead_days=st.integers(0, 3),
)  # fmt: skip


@given(PLANS)
def test_a_plan_survives_its_event(plan: Plan) -> None:
    """Through JSON and back; what a newer drillr added is left out."""
    stored = json.loads(json.dumps(plan.as_data()))
    assert Plan.from_data(stored | {"of_a_newer_drillr": 1}) == plan
    assert Plan.from_data({}) == Plan()


@given(PLANS, PLANS, st.integers(0, 40))
def test_a_session_goes_on_when_the_same_is_asked_for(left: Plan, now: Plan, done: int) -> None:
    """Once something was answered, and before its limit is reached."""
    unfinished = now.limit is None or done < now.limit
    assert goes_on(now, left.as_data(), done) == (left == now and done > 0 and unfinished)


def event(number: int, kind: str, session: int, at: int, **data: object) -> Event:
    """A session's event; `at` is in hours."""
    return Event(
        id=FactId(number.to_bytes(16, "big")), type=kind, created_at=START + timedelta(hours=at),
        device_id=DeviceId(bytes(16)), device_seq=number,
        data={"session_id": bytes([session] * 16).hex()} | data,
    )  # fmt: skip


@given(st.data())
def test_sessions_fold_alike_in_any_order(data: st.DataObject) -> None:
    """Where one was begun or ended twice, the first beginning and the last end count."""
    kinds = st.sampled_from(
        [EventType.SESSION_STARTED, EventType.SESSION_ENDED, EventType.CARD_FLAGGED]
    )
    drawn = data.draw(st.lists(st.tuples(kinds, st.integers(1, 3), st.integers(0, 9)), max_size=9))
    events = [event(n, *one) for n, one in enumerate(drawn, 1)]
    found = fold_sessions(events)
    again = fold_sessions(data.draw(st.permutations(events)))
    assert again == found
    for sitting in found:
        own = [one for one in events if session_of(one) == sitting.id]
        starts = [o.created_at for o in own if o.type == EventType.SESSION_STARTED]
        ends = [o.created_at for o in own if o.type == EventType.SESSION_ENDED]
        assert sitting.started_at == min(starts)
        assert sitting.ended_at == max(ends, default=None)


def test_a_session_knows_its_facet_and_its_plan() -> None:
    """As its first event said."""
    facet = FacetId(b"f" * 16)
    begun = event(1, EventType.SESSION_STARTED, 1, 0, facet_id=facet.hex(), plan={"limit": 3})
    (sitting,) = fold_sessions([begun])
    assert (sitting.id, sitting.facet) == (SessionId(b"\x01" * 16), facet)
    assert sitting.plan == {"limit": 3}


ANSWERS = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from(Rating), st.integers(0, 9_999)), max_size=12
)


@given(ANSWERS)
def test_a_summary_counts_every_answer_once(answers: list[tuple[int, Rating, int]]) -> None:
    """Ratings add up; the hardest questions were rated hard at least, the worst first."""
    responses = [
        Response(
            id=FactId(n.to_bytes(16, "big")), question_id=QuestionId(bytes([q] * 16)), rating=r,
            created_at=START, device_id=DeviceId(bytes(16)), device_seq=n, day=START.date(),
            elapsed_ms=ms,
        )
        for n, (q, r, ms) in enumerate(answers, 1)
    ]  # fmt: skip
    summary = summarise(responses)
    assert summary.answered == sum(summary.ratings) == len(answers)
    assert summary.elapsed_ms == sum(ms for _, _, ms in answers)
    assert summary.correct == sum(rating.passed for _, rating, _ in answers)
    worst = [
        max(rating for q, rating, _ in answers if bytes([q] * 16) == key)
        for key in summary.hardest
    ]  # fmt: skip
    assert worst == sorted(worst, reverse=True)
    assert all(rating >= Rating.HARD for rating in worst)
    assert len(worst) == len({q for q, rating, _ in answers if rating >= Rating.HARD})
