"""Progress as an interface asks for it: days of study, and how many follow on each other."""

from datetime import timedelta

from drillr.domain.rating import Rating
from drillr.domain.session import Plan
from drillr.services import progressing
from drillr.services.context import Context
from drillr.services.importing import import_paths
from drillr.services.reviewing import Given, start, undo_last
from tests.conftest import Bank, Clock, mcq


def test_days_of_study_and_their_runs(context: Context, bank: Bank, clock: Clock) -> None:
    """Three days in a row, a gap, today; a day whose only answer was taken back is none."""
    assert not import_paths(context, [str(bank("a__b__c__d", [mcq(n) for n in range(9)]))]).errors
    today = clock.at.date()
    for ago in (6, 5, 4, 2, 0):
        clock.at = clock.at.replace(year=today.year, month=today.month, day=today.day)
        clock.at -= timedelta(days=ago)
        start(context, Plan()).answer(Given(("B",), None, 4000), Rating.EASY)
        if ago == 2:
            undo_last(context)
    assert progressing.streaks(context) == (1, True, 3)
    seen = progressing.history(context, "", 5)
    assert [(day, done.responses) for day, done in seen if done.responses] == [
        (today - timedelta(days=4), 1), (today, 1),
    ]  # fmt: skip
    assert len([one for _, one in progressing.history(context, "d", 9) if one.responses]) == 4
    clock.at += timedelta(days=1)
    assert progressing.streaks(context) == (1, False, 3)
