"""What every engine keeps to, whichever is chosen."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drillr.domain import replay
from drillr.domain.card import Card
from drillr.domain.engine import Engine
from drillr.domain.fsrs import Fsrs
from drillr.domain.rating import Rating
from drillr.domain.settings import LearningSettings
from drillr.domain.sm2 import Sm2
from drillr.domain.sm2_classic import Sm2Classic
from tests.domain.lives import Answer, responses

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
ENGINES = st.one_of(
    st.builds(Sm2, st.sampled_from([20, 36_500]), st.booleans()),
    st.builds(Sm2Classic, st.sampled_from([20, 36_500])),
    st.builds(
        Fsrs,
        desired_retention=st.sampled_from([0.7, 0.9, 0.97]),
        maximum_interval=st.sampled_from([20, 36_500]),
        fuzz=st.booleans(),
    ),
)
SEEDS = st.integers(0, 2**64 - 1)
GAPS = st.one_of(st.integers(0, 100), st.integers(0, 60 * 24 * 400)).map(
    lambda minutes: timedelta(minutes=minutes)
)


@st.composite
def histories(draw: st.DrawFn) -> list[Answer]:
    """Answers to one question, oldest first."""
    at, answers = START, []
    for rating, gap in draw(st.lists(st.tuples(st.sampled_from(Rating), GAPS), max_size=10)):
        at += gap
        answers.append((at, rating))
    return answers


def one_by_one(engine: Engine, answers: list[Answer], seed: int) -> Card:
    """The card, answer after answer, with the count that the fold keeps."""
    card = Card()
    for at, rating in answers:
        after = engine.review(card, rating, at, seed)
        assert after.total_reviews == card.total_reviews, "the fold counts, not the engine"
        first = card.last_reviewed_at is None
        assert engine.repeats_today(rating, first) == (after.interval_days == 0)
        card = replace(after, total_reviews=card.total_reviews + 1)
    return card


@settings(max_examples=200)
@given(ENGINES, histories(), SEEDS)
def test_running_through_equals_reviewing_one_by_one(
    engine: Engine, answers: list[Answer], seed: int
) -> None:
    """The fast loop of a replay gives the very card that answering gives; none out of order."""
    if answers:
        done = engine.run(responses(answers), seed)
        if any(later <= earlier for (earlier, _), (later, _) in pairwise(answers)):
            assert done is None
            return
        assert done is not None
        card = Card(**done._asdict(), total_reviews=len(answers))
        assert card == one_by_one(engine, answers, seed)


@given(ENGINES, histories(), GAPS, SEEDS)
def test_outcomes_are_ordered_and_previews_hold(
    engine: Engine, answers: list[Answer], gap: timedelta, seed: int
) -> None:
    """A preview is what answering gives, and an easier rating never comes back sooner."""
    card = one_by_one(engine, answers, seed)
    at = (card.last_reviewed_at or START) + gap
    outcomes = engine.preview(card, at, seed)
    for rating, outcome in outcomes.items():
        assert outcome == engine.review(card, rating, at, seed)
        assert outcome.next_review_at == at + timedelta(days=outcome.interval_days)
    days = [outcomes[rating].interval_days for rating in Rating]
    assert days == sorted(days, reverse=True)
    assert days[0] <= 36_500


@given(ENGINES, histories(), st.lists(GAPS, min_size=2, max_size=2), SEEDS)
def test_recall_is_a_chance_that_fades(
    engine: Engine, answers: list[Answer], gaps: list[timedelta], seed: int
) -> None:
    """A new card has none; a known one's is above 0, at most 1, and never grows by waiting."""
    card = one_by_one(engine, answers, seed)
    if card.last_reviewed_at is None:
        assert engine.recall(card, START) is None
        return
    sooner, later = sorted(gaps)
    first = engine.recall(card, card.last_reviewed_at + sooner)
    second = engine.recall(card, card.last_reviewed_at + later)
    assert first is not None
    assert second is not None
    assert 1 >= first >= second >= 0


@pytest.mark.parametrize(
    ("scheduler", "kind"), [("sm2", Sm2), ("sm2-classic", Sm2Classic), ("fsrs", Fsrs)]
)
def test_settings_choose_the_engine(scheduler: str, kind: type) -> None:
    """Equal settings give the very same rules, so that asking again costs nothing."""
    chosen = LearningSettings(scheduler=scheduler, maximum_interval=99)
    assert isinstance(replay.rules_of(chosen).engine, kind)
    again = LearningSettings(scheduler=scheduler, maximum_interval=99)
    assert replay.rules_of(again) is replay.rules_of(chosen)
