"""Exams, pauses, marks, forecast and calibration over a store: rows follow the facts."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from drillr.domain.rating import Rating
from drillr.domain.session import Plan
from drillr.errors import NothingToDo, StaleState, UsageError
from drillr.services import planning, statistics
from drillr.services.calibrating import calibration
from drillr.services.context import Context
from drillr.services.forecasting import forecast, students
from drillr.services.importing import Options, import_paths
from drillr.services.marking import Mark, mark_named
from drillr.services.reviewing import Given, start
from drillr.services.undoing import last_answers, undo_session
from drillr.services.upkeep import change_setting, examine
from tests.conftest import Bank, Clock, mcq

RIGHT, WRONG = Given(("B",), None, 20_000), Given(("A",), None, 20_000)
DAY = timedelta(days=1)


@pytest.fixture
def library(context: Context, bank: Bank) -> Context:
    """Two topics of ten questions."""
    bank("a__b__c__d", [mcq(n) for n in range(10)])
    folder = bank("z__b__c__d", [mcq(20 + n) for n in range(10)])
    assert import_paths(context, [str(folder)]).imported == 20
    return context


def study(context: Context, part: str = "", rating: Rating = Rating.EASY, count: int = 10) -> None:
    """Answer that many questions."""
    session = start(context, Plan(selector=part, limit=count))
    while session.current is not None:
        session.answer(RIGHT, rating)
    session.finish()


def due_dates(context: Context) -> list[datetime]:
    """When the cards are due, as the store has it."""
    with context.database.transaction(write=False) as db:
        rows = db.rows("select due_at from spaced_repetition_cards where due_at is not null")
        return sorted(db.read_instant(due) for (due,) in rows)


def test_a_pause_keeps_all_cards_away_and_spreads_them(library: Context, clock: Clock) -> None:
    """Nothing is due while it runs; the backlog comes over the days after it, none is lost."""
    study(library, "a", Rating.EASY)
    study(library, "z", Rating.MEDIUM, 6)
    clock.at += 3 * DAY
    before = due_dates(library)
    assert statistics.overview(library).due_now == 6
    pause = planning.pause_until(library, date(2026, 3, 19), 7)
    assert planning.running_pause(library) == pause
    assert statistics.overview(library).due_today == 0
    assert not examine(library).problems
    moved = due_dates(library)
    assert len(moved) == len(before) == 16
    assert all(pause.until <= due <= pause.until + 7 * DAY for due in moved)
    assert len({due.date() for due in moved}) > 3
    with pytest.raises(NothingToDo, match="pause until 2026-03-19"):
        start(library, Plan(selector="a"))
    clock.at += 4 * DAY
    planning.end_pause(library)
    assert planning.running_pause(library) is None
    assert not examine(library).problems
    assert len(due_dates(library)) == 16
    assert min(due_dates(library)) < pause.until
    with pytest.raises(NothingToDo, match="no pause"):
        planning.end_pause(library)


def test_who_pauses_is_asked_nothing_new_but_by_a_wish(library: Context, clock: Clock) -> None:
    """What was never begun waits too; a number that is asked for, and cram, are given."""
    study(library, "a", Rating.EASY, 4)
    running = start(library, Plan(selector="z"))
    planning.pause_until(library, date(2026, 3, 19))
    for plan in (Plan(), Plan(selector="z"), Plan(query="is:new"), Plan(ahead_days=3)):
        with pytest.raises(NothingToDo, match="pause until 2026-03-19") as caught:
            start(library, plan)
        assert "drillr pause --end" in caught.value.remedy
        assert "--new 10" in caught.value.remedy
    with pytest.raises(StaleState):
        running.answer(RIGHT, Rating.EASY)
    running.refresh()
    assert running.current is None
    assert statistics.overview(library).paused_until == date(2026, 3, 19)
    assert start(library, Plan(new=2)).remaining == 2
    assert start(library, Plan(limit=3)).remaining == 3
    assert start(library, Plan(selector="a", cram=True)).remaining == 10
    wanted = start(library, Plan(selector="z", new=1))
    wanted.answer(RIGHT, Rating.EASY)
    wanted.finish()
    assert not examine(library).problems
    clock.at += 17 * DAY
    assert statistics.overview(library).paused_until is None
    assert start(library, Plan(selector="z")).remaining > 1


def test_a_pause_ended_at_once_leaves_everything_as_it_was(library: Context) -> None:
    """What was overdue is overdue again, to the microsecond."""
    study(library, "a", Rating.HARD)
    before = due_dates(library)
    planning.pause_until(library, date(2026, 5, 1))
    assert due_dates(library) != before
    planning.end_pause(library)
    assert due_dates(library) == before


def test_an_exam_pulls_in_what_would_be_forgotten_and_lets_go(
    library: Context, clock: Clock
) -> None:
    """Cards of the topic come once more before the exam; removing it restores every date."""
    for _ in range(2):
        study(library, "a", Rating.EASY)
        study(library, "z", Rating.EASY)
        clock.at += 10 * DAY
    clock.at -= 9 * DAY
    before = due_dates(library)
    exam_day = (clock.at + 12 * DAY).date()
    planned = planning.add_exam(library, planning.Wish("a", exam_day, 0.97))
    assert not examine(library).problems
    after = due_dates(library)
    at = planned.exam.at
    assert [sum(due < at for due in dates) for dates in (before, after)] == [0, 10]
    assert len({due.date() for due in after if due < at}) > 3
    assert (planned.plan.fits, planned.plan.questions, planned.plan.unseen) == (True, 10, 0)
    (listed,) = planning.exams(library)
    assert listed.exam == planned.exam
    with pytest.raises(UsageError, match="no exam"):
        planning.remove_exam(library, "2020-01-01")
    assert planning.remove_exam(library, "a").id == planned.exam.id
    assert due_dates(library) == before
    assert planning.exams(library) == []
    assert not examine(library).problems


def test_a_plan_that_does_not_fit_says_what_would(context: Context, bank: Bank) -> None:
    """A hundred new questions in nine days take more than two minutes a day."""
    import_paths(context, [str(bank("a__b__c__d", [mcq(n) for n in range(100)]))])
    wish = planning.Wish("a", date(2026, 3, 11), 0.9, minutes=2)
    found = planning.add_exam(context, wish, dry_run=True)
    assert planning.exams(context) == []
    plan, remedies = found.plan, found.remedies
    assert not plan.fits
    assert all(load.minutes <= 2 for load in plan.loads)
    assert plan.unseen > 0
    assert remedies.minutes is not None
    assert remedies.days_later is not None
    more = planning.Wish("a", date(2026, 3, 11), 0.9, remedies.minutes)
    assert planning.add_exam(context, more, dry_run=True).plan.fits
    later = planning.Wish("a", date(2026, 3, 11) + remedies.days_later * DAY, 0.9, 2)
    assert planning.add_exam(context, later, dry_run=True).plan.fits
    change_setting(context, "minutes_per_day", 2)
    assert not planning.add_exam(context, planning.Wish("a", wish.day)).plan.fits


def test_an_update_of_questions_keeps_what_an_exam_moved(
    library: Context, bank: Bank, clock: Clock
) -> None:
    """Importing changed texts leaves the dates where exam and pause put them."""
    study(library, "a", Rating.EASY)
    planning.pause_until(library, date(2026, 3, 20))
    moved = due_dates(library)
    changed = bank("a__b__c__d", [mcq(n, question=f"Say {n}?") for n in range(10)])
    assert import_paths(library, [str(changed)], Options(update=True)).updated == 10
    assert due_dates(library) == moved
    assert not examine(library).problems


def test_marks_by_name_are_all_or_none_and_undone_by_their_opposites(library: Context) -> None:
    """Suspend, resume, bury, flag and unflag questions by their ids; a wrong id does nothing."""
    study(library, "a", Rating.HARD, 3)
    before = due_dates(library)
    with pytest.raises(UsageError, match="no question 'q-999'"):
        mark_named(library, ["q-000", "q-999"], Mark.SUSPEND)
    assert due_dates(library) == before
    assert mark_named(library, ["q-000", "q-001", "q-000", "q-009"], Mark.SUSPEND) == 3
    assert len(due_dates(library)) == 1
    assert statistics.overview(library).new == 16
    mark_named(library, ["q-000", "q-001", "q-009"], Mark.RESUME)
    assert due_dates(library) == before
    mark_named(library, ["q-000"], Mark.BURY)
    mark_named(library, ["q-001"], Mark.FLAG, "odd")
    assert flags(library) == ["odd"]
    mark_named(library, ["q-001"], Mark.UNFLAG)
    assert flags(library) == []
    assert not examine(library).problems


def test_a_flags_note_is_one_that_a_server_takes(library: Context) -> None:
    """A fact too large for a message would keep this device from ever syncing again."""
    mark_named(library, ["q-000"], Mark.FLAG, " why\x1b[31m\udcff? ")
    assert flags(library) == ["why\ufffd[31m\ufffd?"]
    with pytest.raises(UsageError, match=r"2001 characters. At most 2000"):
        mark_named(library, ["q-001"], Mark.FLAG, "x" * 2001)
    assert len(flags(library)) == 1


def flags(context: Context) -> list[Any]:
    """The flags' notes."""
    with context.database.transaction(write=False) as db:
        rows = db.rows("select flag from spaced_repetition_cards where flag is not null")
    return [flag for (flag,) in rows]


def test_a_forecast_keeps_the_limits_and_uses_the_persons_rates(
    library: Context, clock: Clock
) -> None:
    """New questions come by the limits until there are none; minutes follow the answers' time."""
    change_setting(library, "new_per_day", 4)
    change_setting(library, "new_per_day", 1, scope="z")
    study(library, "a", Rating.MEDIUM, 6)
    found = forecast(library, days=20)
    assert [load.new for _, load in found.days[:6]] == [0, 4, 1, 1, 1, 1]
    assert sum(load.new for _, load in found.days) == 14
    assert found.days[0][0] == date(2026, 3, 2)
    assert sum(load.reviews for _, load in found.days) > 12
    assert found.habits.answers == 6
    assert found == forecast(library, days=20)
    part = forecast(library, "z", 5)
    assert [load.new for _, load in part.days] == [0, 1, 1, 1, 1]
    change_setting(library, "reviews_per_day", 2)
    assert all(load.reviews <= 2 for _, load in forecast(library, days=20).days)


def test_calibration_sets_confidence_against_what_was_right(library: Context) -> None:
    """By topic and for everything; answers without a confidence, or taken back, don't count."""
    session = start(library, Plan(selector="a", limit=6))
    for sure, given in ((5, RIGHT), (5, RIGHT), (5, WRONG), (1, WRONG), (None, RIGHT)):
        session.answer(Given(given.chosen, None, 9000, confidence=sure), Rating.MEDIUM)
    session.finish()
    other = start(library, Plan(selector="z", limit=2))
    other.answer(Given(("B",), None, 9000, confidence=5), Rating.EASY)
    everything, a, z = calibration(library)
    assert [one.topic for one in (everything, a, z)] == ["", "a", "z"]
    assert [(b.confidence, b.answers, b.right) for b in everything.bins] == [(1, 1, 0), (5, 4, 3)]
    assert [(b.confidence, b.answers, b.right) for b in a.bins] == [(1, 1, 0), (5, 3, 2)]
    assert all(0 <= b.low <= b.share <= b.high <= 1 for one in (everything, a, z) for b in one.bins)
    undo_session(library)
    assert [one.topic for one in calibration(library)] == ["", "a"]
    assert calibration(library, "z") == []


def test_a_session_taken_back_leaves_the_one_before(library: Context) -> None:
    """All answers of the last session go, newest first, and none of any other."""
    study(library, "a", Rating.EASY, 3)
    study(library, "z", Rating.EASY, 2)
    assert [question.external_id for question, _ in undo_session(library)] == ["q-021", "q-020"]
    assert statistics.overview(library).responses == 3
    assert len(undo_session(library)) == 3
    with pytest.raises(NothingToDo):
        undo_session(library)
    assert not examine(library).problems


def test_buttons_say_when_a_card_really_comes_back(library: Context, clock: Clock) -> None:
    """With an exam near, what a rating would do is shown as the exam caps it."""
    day = (clock.at + 8 * DAY).date()
    planning.add_exam(library, planning.Wish("a", day, 0.99))
    session = start(library, Plan(selector="a"))
    assert session.current is not None
    days = session.current.previews[Rating.EASY].interval_days
    assert session.current.waits[Rating.EASY] == days == 4
    session.answer(RIGHT, Rating.EASY)
    session.finish()
    clock.at += 4 * DAY + DAY / 8
    again = start(library, Plan(selector="a"))
    assert again.current is not None
    assert again.current.previews[Rating.EASY].interval_days > 8
    assert 1 <= again.current.waits[Rating.EASY] <= 3


def test_some_questions_stand_for_a_whole_library(library: Context, clock: Clock) -> None:
    """However few are taken, they count for all, and for as many as are due on each day."""
    study(library, "a", Rating.MEDIUM, 7)
    study(library, "z", Rating.EASY, 5)
    change_setting(library, "new_per_day", 3, scope="z")
    clock.at += 2 * DAY
    with library.database.transaction(write=False) as db:
        for most in (1, 3, 100):
            begun, unseen = students(db, library, "", most)
            sums = dict.fromkeys(("", "z"), 0)
            for one in begun:
                sums[one.path] += one.count
            assert sums == {"": 7, "z": 5}
            assert sum(one.count for one in unseen) == 8
            assert most < 100 or {one.count for one in begun + unseen} == {1}
        only, fresh = students(db, library, "z", 100)
        assert (len(only), len(fresh)) == (5, 5)
    assert forecast(library, days=3).days[0][1].reviews == 7


def test_who_is_away_begins_nothing_new_in_the_forecast(library: Context) -> None:
    """While a pause runs its days are empty; after it new questions come as before."""
    change_setting(library, "new_per_day", 3)
    assert forecast(library, days=2).days[0][1].new == 3
    planning.pause_until(library, date(2026, 3, 7))
    loads = dict(forecast(library, days=10).days)
    for day, load in loads.items():
        assert load.new == (0 if day < date(2026, 3, 7) else 3), day


def test_a_long_session_can_be_taken_back_whole(library: Context) -> None:
    """The list of last answers holds all of the last session, however few are asked for."""
    with pytest.raises(NothingToDo):
        last_answers(library, 3)
    study(library, "z", count=4)
    study(library, "a", count=6)
    found = last_answers(library, 2)
    assert len(found) == 6
    assert all(one.in_last_session for one in found)
    found = last_answers(library, 8)
    assert [one.in_last_session for one in found] == [True] * 6 + [False] * 2
    assert [one.at for one in found] == sorted((one.at for one in found), reverse=True)
