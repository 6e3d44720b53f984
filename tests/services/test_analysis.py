"""What the statistics screen is told, held against a count of the answers one by one."""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest

from drillr.domain.rating import Rating
from drillr.domain.session import Plan
from drillr.errors import NothingToDo
from drillr.services.analysis import analyse
from drillr.services.context import Context
from drillr.services.importing import import_paths
from drillr.services.recording import Recorded
from drillr.services.reviewing import Given, start
from drillr.services.undoing import undo_last
from drillr.store import analysis
from tests.conftest import Bank, Clock, mcq, theory


@pytest.fixture
def answers(context: Context, bank: Bank, clock: Clock) -> list[Recorded]:
    """Sixty days of answers at different hours, some of them taken back."""
    bank("a__b__c__d", [mcq(n) for n in range(12)])
    import_paths(context, [str(bank("a__b__c__e", [theory(n) for n in range(12)]))])
    dice, given = Random(7), []
    for day in range(60):
        clock.at = clock.at.replace(hour=dice.randrange(5, 23)) + timedelta(days=1)
        try:
            session = start(context, Plan(limit=6))
        except NothingToDo:
            continue
        while session.current is not None:
            answer = Given(chosen=("B",), confidence=dice.choice([None, 1, 4]))
            given.append(session.answer(answer, dice.choice(list(Rating))))
        if day % 9 == 0:
            undo_last(context)
            given.pop()
    return given


def test_every_answer_that_stands_is_counted(context: Context, answers: list[Recorded]) -> None:
    """By day, by hour and by confidence; what was taken back is not."""
    found = analyse(context)
    assert sum(activity.responses for _, activity in found.days) == len(answers)
    hours = Counter(str(one.response.created_at.hour) for one in answers)
    assert {share.label: share.total for share in found.hours if share.total} == hours
    sure = Counter(str(one.response.confidence) for one in answers if one.response.confidence)
    assert {share.label: share.total for share in found.sureness if share.total} == sure
    recalled = sum(one.response.rating.passed for one in answers)
    assert sum(share.right for share in found.hours) == recalled


def test_cards_are_counted_by_interval_and_ease(context: Context, answers: list[Recorded]) -> None:
    """Each card that was answered once."""
    found = analyse(context)
    cards = len({one.response.question_id for one in answers})
    assert sum(count for _, count in found.intervals) == cards
    assert sum(count for _, count in found.eases) == cards


def test_recall_is_by_the_days_since_the_answer_before(
    context: Context, clock: Clock, bank: Bank
) -> None:
    """One question answered after four days and after nine more: one in each bucket."""
    import_paths(context, [str(bank("a__b__c__d", [mcq(1)]))])
    for days, rating in ((0, Rating.EASY), (4, Rating.MEDIUM), (9, Rating.VERY_HARD)):
        clock.at += timedelta(days=days)
        session = start(context, Plan(limit=1, cram=bool(days)))
        session.answer(Given(), rating)
    found = analyse(context)
    shares = {share.label: (share.right, share.total) for share in found.recall if share.total}
    assert shares == {"4-7 d": (1, 1), "8-14 d": (0, 1)}


def test_the_reading_says_how_far_it_is_and_can_be_stopped(
    context: Context, answers: list[Recorded]
) -> None:
    """Progress only grows and ends at one; a caller that has enough gets nothing."""
    heard: list[float] = []

    analyse(context, heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == 1

    def enough(share: float) -> None:
        if share >= 0.5:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        analyse(context, enough)
    analyse(context)


def test_an_empty_store_has_nothing_to_plot(context: Context) -> None:
    """Nothing fails before the first answer."""
    found = analyse(context)
    assert found.days == []
    assert not any(share.total for share in found.recall)
    with context.database.transaction(write=False) as db:
        assert analysis.span(db, context.user) is None
