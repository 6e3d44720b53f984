"""Progress: what one answer adds is what a count from the start would find."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from drillr.domain import replay
from drillr.domain.card import Card
from drillr.domain.facts import Response
from drillr.domain.ids import DeviceId, FactId, QuestionId
from drillr.domain.progress import (
    Activity,
    FacetProgress,
    Gain,
    activity_of,
    longest_streak,
    mastery,
    mastery_days,
    retention,
    run_ending,
    streak,
)
from drillr.domain.rating import Rating
from drillr.domain.settings import LearningSettings

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
RULES = replay.rules_of(LearningSettings())
DAYS = st.sets(st.integers(0, 20).map(lambda n: date(2026, 1, 1) + timedelta(days=n)))


@given(st.integers(0, 40_000), st.integers(0, 40_000), st.integers(1, 50))
def test_mastery_is_between_nothing_and_all_and_never_falls_with_intervals(
    one: int, other: int, questions: int
) -> None:
    """Three weeks are mastery; a longer interval never counts less."""
    low, high = sorted((one, other))
    assert 0 <= mastery_days(low) <= mastery_days(high) <= 21
    assert 0 <= mastery(mastery_days(low), questions) <= 100
    assert mastery(mastery_days(21) * questions, questions) == 100
    assert mastery(0, 0) == 0


@given(st.integers(0, 100), st.integers(0, 100))
def test_retention_is_a_share_or_unknown(one: int, other: int) -> None:
    """Without a review there is none."""
    retained, reviewed = sorted((one, other))
    found = retention(retained, reviewed)
    assert found is None if not reviewed else 0 <= (found or 0) <= 100


@given(DAYS, st.integers(0, 22).map(lambda n: date(2026, 1, 1) + timedelta(days=n)))
def test_a_streak_is_the_run_up_to_today_or_yesterday(days: set[date], today: date) -> None:
    """A day that has just begun does not break it; a day without any does."""
    length = streak(days, today)
    last = today if today in days else today - timedelta(days=1)
    assert all(last - timedelta(days=back) in days for back in range(length))
    assert last - timedelta(days=length) not in days
    runs = [streak(days, day) for day in days if day in days]
    assert longest_streak(days) == max(runs, default=0)
    if days:
        assert run_ending(days) == streak(days, max(days)) >= 1
    else:
        assert run_ending(days) == 0


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.sampled_from(Rating))))
def test_step_by_step_equals_a_count_of_everything(
    answers: list[tuple[int, int, Rating]],
) -> None:
    """Questions completed, mastery, the last day and its run, after any answers in their order."""
    progress, cards, at = FacetProgress(questions=4), dict[int, Card](), START
    days: set[date] = set()
    made: dict[date, Activity] = {}
    for number, (gap, question, rating) in enumerate(answers, 1):
        at += timedelta(days=gap, seconds=1)
        response = Response(
            id=FactId(number.to_bytes(16, "big")), question_id=QuestionId(bytes([question] * 16)),
            rating=rating, created_at=at, device_id=DeviceId(bytes(16)), device_seq=number,
            day=at.date(), elapsed_ms=number,
        )  # fmt: skip
        before = cards.get(question, Card())
        after = cards[question] = replay.apply(before, response, RULES, question)
        progress = progress.answered(response, before, after)
        days.add(at.date())
        made[at.date()] = made.get(at.date(), Activity()) + activity_of(response, before)
    assert sum(made.values(), Activity()).responses == len(answers)
    assert sum(made.values(), Activity()).new_cards == progress.completed == len(cards)
    assert made.keys() == days
    assert progress.mastery_days == sum(mastery_days(card.interval_days) for card in cards.values())
    assert progress.mastery == mastery(progress.mastery_days, 4)
    assert progress.last_day == max(days, default=None)
    assert progress.streak_days == run_ending(days)
    assert progress.last_activity_at == (at if answers else None)
    assert progress.time_ms == sum(range(1, len(answers) + 1))


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.sampled_from(Rating))),
    st.integers(0, 20),
)
@example([(0, 0, Rating.EASY), (0, 1, Rating.EASY), (1, 0, Rating.EASY)], 1)
def test_many_answers_at_once_give_what_one_by_one_gives(
    answers: list[tuple[int, int, Rating]], cut: int
) -> None:
    """Card by card, behind a progress that some answers made already."""
    progress, cards, at = FacetProgress(questions=4), dict[int, Card](), START
    gain, first = Gain(), dict[int, Card]()
    held = progress
    for number, (gap, question, rating) in enumerate(answers, 1):
        at += timedelta(days=gap, seconds=1)
        response = Response(
            id=FactId(number.to_bytes(16, "big")), question_id=QuestionId(bytes([question] * 16)),
            rating=rating, created_at=at, device_id=DeviceId(bytes(16)), device_seq=number,
            day=at.date(), elapsed_ms=number,
        )  # fmt: skip
        before = cards.get(question, Card())
        after = cards[question] = replay.apply(before, response, RULES, question)
        progress = progress.answered(response, before, after)
        if number <= cut:
            held = progress
        else:
            first.setdefault(question, before)
            gain.answer(response)
    for question, before in reversed(first.items()):
        gain.card(before, cards[question])
    assert held.gained(gain) == progress


@given(st.sets(st.integers(0, 12), min_size=1), st.sets(st.integers(0, 15)))
@example({3, 4, 5}, {2})
@example({3, 4, 5}, {1, 4, 6})
def test_answers_of_earlier_days_leave_the_run_that_a_count_gives(
    held: set[int], came: set[int]
) -> None:
    """Unless one is of the day before the run began: then the days have to be counted."""
    days, more = ({START.date() + timedelta(days=n) for n in some} for some in (held, came))
    before = FacetProgress(last_day=max(days), streak_days=run_ending(days), time_ms=5)
    gain = Gain()
    for day in more:
        gain.day(day, Activity(responses=1, time_ms=2))
    gain.day(START.date() - timedelta(days=9), Activity(reviewed=1))
    after = before.gained(gain)
    joins = max(days) - timedelta(days=run_ending(days)) in more
    assert (after is None) == joins
    if after is not None:
        assert (after.last_day, after.streak_days) == (max(days | more), run_ending(days | more))
        assert after.time_ms == 5 + 2 * len(more)
