"""A preview says what the change then does, and does nothing itself."""

import random
from datetime import timedelta
from typing import Any

import pytest

from drillr.domain.facts import EventType
from drillr.domain.ids import question_id
from drillr.domain.rating import Rating
from drillr.domain.study_day import day_end
from drillr.services.context import Context
from drillr.services.importing import Options, import_paths
from drillr.services.recording import Answer, mark, record_answer
from drillr.services.rescheduling import DAYS, preview_setting
from drillr.services.upkeep import change_setting, examine
from drillr.store import cards, facts, statistics
from tests.conftest import Bank, Clock, mcq


@pytest.fixture
def library(context: Context, bank: Bank, clock: Clock) -> Context:
    """Forty questions in two facets with answers of two months, marks, and one deactivated."""
    bank("a__b__c__d", [mcq(n) for n in range(20)])
    folder = bank("a__b__x__y", [mcq(n) for n in range(20, 40)])
    import_paths(context, [str(folder)])
    rng = random.Random(8)
    for _ in range(60):
        with context.database.transaction() as db:
            book = context.rulebook(db)
            for number in rng.sample(range(38), 5):
                answer = Answer(question_id(f"q-{number:03d}"), rng.choice(list(Rating)), 4000)
                record_answer(db, context, book, answer)
        clock.at += timedelta(hours=rng.randrange(12, 36))
    with context.database.transaction() as db:
        book = context.rulebook(db)
        until = {"until": (clock.at + timedelta(days=3)).isoformat()}
        mark(db, context, book, question_id("q-001"), EventType.CARD_SUSPENDED, {})
        mark(db, context, book, question_id("q-002"), EventType.CARD_BURIED, until)
    bank("a__b__c__d", [mcq(n) for n in range(20) if n != 3])
    import_paths(context, [str(folder)], Options(prune=True))
    return context


def due(context: Context) -> list[int]:
    """Reviews due on each of the next days."""
    with context.database.transaction(write=False) as db:
        today = context.today(context.settings(db))
        days = [today.day + timedelta(days=ahead) for ahead in range(DAYS)]
        ends = [day_end(day, today.zone, today.rollover_hour) for day in days]
        return statistics.due_by_day(db, context.user, None, ends)


@pytest.mark.parametrize(
    ("name", "value", "scope"),
    [
        ("scheduler", "fsrs", ""),
        ("scheduler", "sm2-classic", ""),
        ("scheduler", "fsrs", "a__b__x"),
        ("maximum_interval", 5, ""),
        ("desired_retention", 0.8, ""),
        ("new_per_day", 3, ""),
    ],
)
def test_the_change_does_what_its_preview_said(
    library: Context, name: str, value: Any, scope: str
) -> None:
    """Due counts before and after are those that the store then shows, day by day."""
    with library.database.transaction(write=False) as db:
        held = cards.all_cards(db, library.user)
        logged = facts.counts(db, library.user)
    found = preview_setting(library, name, value, scope=scope)
    with library.database.transaction(write=False) as db:
        assert cards.all_cards(db, library.user) == held
        assert facts.counts(db, library.user) == logged
    assert [day.before for day in found.days] == due(library)
    changed = change_setting(library, name, value, scope=scope)
    assert [day.after for day in found.days] == due(library)
    assert found.sooner + found.later <= changed
    if name == "scheduler":
        assert found.sooner + found.later > 0
        assert found.cards == (18 if scope else 38)
    assert not examine(library).problems


def test_taking_a_setting_back_is_previewed_too(library: Context) -> None:
    """None as the value shows the way back to where things were."""
    start = due(library)
    change_setting(library, "scheduler", "fsrs")
    found = preview_setting(library, "scheduler", None)
    assert [day.after for day in found.days] == start
    assert preview_setting(library, "scheduler", "fsrs").cards == 0
