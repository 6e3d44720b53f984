"""Cards: when one is due, and what an answer must find unchanged."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from drillr.domain.card import Card, CardState, card_of, counted

INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
CARDS = st.builds(
    Card, state=st.sampled_from(CardState), ease=st.integers(130, 999),
    next_review_at=st.none() | INSTANTS, buried_until=st.none() | INSTANTS,
    suspended=st.booleans(), total_reviews=st.integers(0, 99), total_time_ms=st.integers(0, 10**7),
    updated_at=st.none() | INSTANTS,
)  # fmt: skip


@given(CARDS)
def test_a_card_is_due_when_all_that_holds_it_back_is_over(card: Card) -> None:
    """Never while suspended or new; not before its schedule, nor while buried."""
    if card.suspended or card.next_review_at is None:
        assert card.due_at is None
        return
    assert card.due_at == max(card.next_review_at, card.buried_until or card.next_review_at)


@given(CARDS)
def test_the_quick_way_makes_the_same_card(card: Card) -> None:
    """Filled slot by slot it equals, hashes and prints like any other."""
    values = [getattr(card, name) for name in Card.__dataclass_fields__]
    assert card_of(*values) == card
    assert repr(card_of(*values)) == repr(card)
    assert counted(card) == replace(card, total_reviews=card.total_reviews + 1)


@given(CARDS)
def test_any_answer_and_any_mark_changes_the_version(card: Card) -> None:
    """So an answer to a card that changed since it was shown is noticed."""
    assert replace(card, total_reviews=card.total_reviews + 1).version != card.version
    later = (card.updated_at or datetime(2020, 1, 1, tzinfo=UTC)) + timedelta(microseconds=1)
    assert replace(card, updated_at=later).version != card.version
    assert card.average_ms * max(1, card.total_reviews) <= card.total_time_ms
