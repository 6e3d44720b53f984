"""A past from elsewhere: the same facts on every device, and schedules that were brought along."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillr.domain import replay
from drillr.domain.card import MAX_EASE, MIN_EASE, CardState
from drillr.domain.explain import step_text
from drillr.domain.facts import Response
from drillr.domain.history import OUTCOME, PastAnswer, device_of, fact_id, named_for, outcome_of
from drillr.domain.ids import DeviceId, FactId, QuestionId, UserId
from drillr.domain.rating import Rating
from drillr.domain.settings import LearningSettings

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=4,
)


def answer(number: int, rating: Rating = Rating.MEDIUM, **details: Any) -> Response:
    """The answer of day `number`."""
    at = NOON + timedelta(days=number)
    return Response(
        id=FactId(bytes([number]) * 16), question_id=QuestionId(b"q" * 16), rating=rating,
        created_at=at, device_id=DeviceId(b"d" * 16), device_seq=number + 1, day=at.date(),
        details=details,
    )  # fmt: skip


@given(st.text(max_size=20), st.text(max_size=20), st.datetimes(datetime(1990, 1, 1)))
def test_the_id_of_a_fact_follows_from_its_key_and_instant(
    one: str, other: str, at: datetime
) -> None:
    """Equal pasts are one fact everywhere, different ones are two; ids sort by time."""
    at = at.replace(tzinfo=UTC)
    ids = [fact_id(PastAnswer("x", key, at, Rating.EASY)) for key in (one, other)]
    assert (ids[0] == ids[1]) == (one == other)
    later = fact_id(PastAnswer("x", one, at + timedelta(seconds=1), Rating.EASY))
    assert later > ids[0]
    assert (ids[0][6] >> 4, ids[0][8] >> 6) == (7, 2)


@given(
    st.text(max_size=20), st.datetimes(datetime(1990, 1, 1)), st.binary(min_size=16, max_size=16)
)
def test_each_account_has_its_own_id_for_a_piece_of_the_past(
    key: str, at: datetime, person: bytes
) -> None:
    """The same for one account however it comes about, and for no other; ids sort by time."""
    past = PastAnswer("x", key, at.replace(tzinfo=UTC), Rating.EASY)
    account, stranger = UserId(person), UserId(bytes([person[0] ^ 1]) + person[1:])
    nobodys = fact_id(past)
    named = named_for(account, nobodys)
    assert named == fact_id(past, account) == named_for(account, named)
    assert len({nobodys, named, named_for(stranger, nobodys)}) == 3
    assert named[:6] == nobodys[:6]
    assert named_for(stranger, named) == named, "what has a name keeps it"
    assert (named[6] >> 4, named[8] >> 6, named[8] == 0x80) == (8, 2, False)


def test_the_device_of_an_import_follows_from_its_facts() -> None:
    """The same facts in the same order give the same device, others another."""
    one, two = FactId(b"a" * 16), FactId(b"b" * 16)
    assert device_of([one, two]) == device_of(iter([one, two]))
    assert len({device_of([one]), device_of([two]), device_of([one, two])}) == 3


@pytest.mark.parametrize("scheduler", ["sm2", "sm2-classic", "fsrs"])
def test_a_schedule_that_was_brought_along_is_where_the_card_stands(scheduler: str) -> None:
    """After it the engine goes on from the interval, and the ease where it has one."""
    rules = replay.rules_of(LearningSettings(scheduler=scheduler, fuzz=False))
    brought = answer(0, outcome={"interval_days": 40, "ease": 210})
    card = replay.fold([brought], rules, 1)
    assert card is not None
    assert (card.state, card.interval_days, card.ease) == (CardState.REVIEW, 40, 210)
    assert card.next_review_at == NOON + timedelta(days=40)
    assert card.total_reviews == 1
    after = replay.fold([brought, answer(40)], rules, 1)
    assert after is not None
    assert after.interval_days > 40 or scheduler == "sm2-classic"


def test_what_was_brought_along_is_explained_so() -> None:
    """No formula of the engine's led to such a date, and no fuzz."""
    rules = replay.rules_of(LearningSettings())
    (step,) = replay.steps([answer(0, outcome={"interval_days": 40, "ease": 210})], rules, 1)
    assert step_text(step, rules) == (
        "Medium: the schedule was brought along, next 40 d, ease 2.10"
    )


@given(anything)
def test_a_senseless_outcome_is_an_answer_like_any_other(found: Any) -> None:
    """Facts come from strangers too: whatever stands there, the fold gives a card within bounds."""
    rules = replay.rules_of(LearningSettings())
    card = replay.fold([answer(0, **{OUTCOME: found}), answer(3)], rules, 1)
    assert card is not None
    assert MIN_EASE <= card.ease <= MAX_EASE
    assert card.interval_days >= 0
    assert outcome_of({OUTCOME: {"interval_days": 10**9, "ease": -5}}) == (36_500, MIN_EASE)
