"""Facts that arrive late and in any order leave the rows that they would have left in time."""

import dataclasses
import random
import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, timedelta
from pathlib import Path
from typing import Any

import pytest

from drillr.bootstrap import open_context
from drillr.domain.facts import Event, Fact, Response
from drillr.domain.ids import FactId
from drillr.domain.rating import Rating
from drillr.domain.session import Plan
from drillr.errors import NothingToDo
from drillr.services import planning
from drillr.services.context import Context
from drillr.services.importing import import_paths
from drillr.services.marking import Mark, mark_named
from drillr.services.reviewing import Given, start
from drillr.services.settling import open_sessions, settle
from drillr.services.undoing import undo_last
from drillr.services.upkeep import change_setting, examine
from drillr.store import facts, progress
from tests.conftest import NOON, Bank, Clock, mcq

RIGHT = Given(("B",), None, 4000)
DAY = timedelta(days=1)
EVENTS = (
    "session_started", "session_ended", "response_retracted", "card_suspended", "card_resumed",
    "card_buried", "card_flagged", "card_unflagged", "settings_changed", "study_paused",
    "study_resumed", "exam_added", "exam_removed",
)  # fmt: skip


def opened(path: Path, clock: Clock) -> Context:
    """The store at a path, its person in UTC."""
    return dataclasses.replace(open_context(str(path)), clock=clock, system_zone=UTC)


@pytest.fixture
def twins(tmp_path: Path, bank: Bank) -> tuple[Context, Context, Clock]:
    """Two copies of one store with two topics, and the clock of the first."""
    clock = Clock(NOON)
    one = opened(tmp_path / "one.db", clock)
    bank("a__b__c__d", [mcq(n) for n in range(6)])
    import_paths(one, [str(bank("z__b__c__d", [mcq(20 + n) for n in range(6)]))])
    one.database.close()
    shutil.copy(tmp_path / "one.db", tmp_path / "two.db")
    return opened(tmp_path / "one.db", clock), opened(tmp_path / "two.db", Clock(NOON)), clock


def live(context: Context, clock: Clock, rng: random.Random) -> None:
    """Some weeks of study: answers, undo, marks, settings of parts, pauses and exams."""
    acts: list[Callable[[], Any]] = [
        lambda: change_setting(context, "maximum_interval", rng.randrange(2, 40), scope="a"),
        lambda: change_setting(context, "scheduler", rng.choice(["sm2", "fsrs", "sm2-classic"])),
        lambda: change_setting(context, "leech_threshold", 2, scope=rng.choice(["", "z"])),
        lambda: planning.pause_until(context, clock.at.date() + 3 * DAY, 4),
        lambda: planning.end_pause(context),
        lambda: planning.add_exam(context, planning.Wish("z", clock.at.date() + 20 * DAY, 0.97)),
        lambda: planning.remove_exam(context, "z"),
        lambda: mark_named(context, [f"q-{rng.randrange(6):03d}"], rng.choice(list(Mark))),
        lambda: undo_last(context, rng.randrange(1, 3)),
    ]
    for _ in range(12):
        with suppress(NothingToDo):
            session = start(context, Plan(selector=rng.choice(["", "a", "z"])))
            for _ in range(rng.randrange(1, 6)):
                if session.current is not None:
                    session.answer(RIGHT, rng.choice(list(Rating)))
            rng.choice([session.finish, session.leave])()
        with suppress(NothingToDo):
            act = rng.choice(acts)
            if act is acts[6] and not planning.exams(context):
                continue
            act()
        clock.at += timedelta(hours=rng.randrange(1, 90))


def log_of(context: Context) -> list[Fact]:
    """Every fact of the store."""
    with context.database.transaction(write=False) as db:
        events = facts.events_of_types(db, context.user, EVENTS)
        keys = db.rows("select id from user_responses")
        answers = [facts.response(db, context.user, FactId(db.read_key(key))) for (key,) in keys]
    return [*events, *(one for one in answers if one is not None)]


def take_in(context: Context, batch: list[Fact]) -> None:
    """Append a batch as sync does, and derive what follows."""
    with context.database.transaction() as db:
        for fact in batch:
            if isinstance(fact, Event):
                facts.append_event(db, context.user, fact)
        open_sessions(db, context, batch)
        for fact in batch:
            if isinstance(fact, Response):
                facts.append_response(db, context.user, fact)
        settle(db, context, batch)


def rows_of(context: Context) -> dict[str, list[tuple[Any, ...]]]:
    """All derived rows."""
    with context.database.transaction(write=False) as db:
        return progress.derived_rows(db, context.user)


@pytest.mark.parametrize("seed", range(4))
def test_late_facts_leave_the_rows_of_facts_in_time(
    twins: tuple[Context, Context, Clock], seed: int
) -> None:
    """Any order, in any batches: the second store ends up as the first one."""
    one, two, clock = twins
    rng = random.Random(seed)
    live(one, clock, rng)
    waiting = log_of(one)
    assert len(waiting) > 30
    rng.shuffle(waiting)
    while waiting:
        size = rng.randrange(1, 9)
        take_in(two, waiting[:size])
        del waiting[:size]
    assert not examine(one).problems
    assert rows_of(two) == rows_of(one)
    assert not [line for line in examine(two).problems if "numbered" not in line]
    assert date.fromisoformat(rows_of(one)["daily_activity"][0][1]) == NOON.date()
    one.database.close()
    two.database.close()
