"""Daily study on both databases: sessions, limits, pauses, exams, marks, and what lies ahead."""

import dataclasses
from datetime import UTC, date, timedelta

from drillr.bootstrap import context_over
from drillr.domain.rating import Rating
from drillr.domain.session import Plan
from drillr.services import planning
from drillr.services.calibrating import calibration
from drillr.services.forecasting import forecast
from drillr.services.importing import import_paths
from drillr.services.marking import Mark, mark_named
from drillr.services.reviewing import Given, start
from drillr.services.undoing import undo_last, undo_session
from drillr.services.upkeep import change_setting, examine
from drillr.store.connection import Database
from tests.conftest import Bank, Clock, mcq

RIGHT = Given(("B",), None, 4000, confidence=4)
DAY = timedelta(days=1)


def test_weeks_of_study_agree_with_a_replay(database: Database, bank: Bank, clock: Clock) -> None:
    """Every control once, on SQLite and on MariaDB; the rows equal a replay of the facts."""
    context = dataclasses.replace(context_over(database), clock=clock, system_zone=UTC)
    story = {"type": "scenario", "context": "The disk is full.", "answer": "a", "key_points": []}
    bank("a__b__c__d", [mcq(n, difficulty=1 + n % 5) for n in range(8)])
    items = [{"id": f"s-{n}", "question": f"And {n}?", **story} for n in range(3)]
    import_paths(context, [str(bank("z__b__c__d", items))])
    change_setting(context, "new_per_day", 6)
    change_setting(context, "new_per_day", 4, scope="a")
    change_setting(context, "reviews_per_day", 3)
    change_setting(context, "new_order", "difficulty")
    change_setting(context, "maximum_interval", 9, scope="a__b__c__d")
    asked = []
    for _ in range(6):
        session = start(context, Plan())
        while session.current is not None:
            asked.append(session.current.question.external_id)
            session.answer(RIGHT, Rating.VERY_HARD if len(asked) % 5 == 0 else Rating.MEDIUM)
        session.finish()
        clock.at += 2 * DAY
    assert {"s-0", "s-1", "s-2", "q-007"} <= set(asked)
    assert len([name for name in asked[:5] if name.startswith("q-")]) == 4
    mark_named(context, ["q-000", "q-001"], Mark.SUSPEND)
    mark_named(context, ["q-000"], Mark.RESUME)
    undo_last(context, 2)
    planning.pause_until(context, date(2026, 3, 25))
    exam = planning.add_exam(context, planning.Wish("a", date(2026, 5, 1), 0.97, 20))
    assert not examine(context).problems
    assert [one.exam for one in planning.exams(context)] == [exam.exam]
    planning.end_pause(context)
    planning.remove_exam(context, "2026-05-01")
    undo_session(context)
    assert len(forecast(context, days=10).days) == 10
    assert {one.topic for one in calibration(context)} == {"", "a", "z"}
    assert not examine(context).problems
