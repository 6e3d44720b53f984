"""What a session brings: limits that hold, orders, siblings, and what comes again."""

import dataclasses
import random
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drillr.bootstrap import open_context
from drillr.domain.queue import Stage
from drillr.domain.rating import Rating
from drillr.domain.scopes import within
from drillr.domain.session import Plan
from drillr.errors import NothingToDo, StaleState
from drillr.services import due, statistics
from drillr.services.context import Context
from drillr.services.importing import import_paths
from drillr.services.reviewing import Given, ReviewSession, start
from drillr.services.undoing import undo_last
from drillr.services.upkeep import change_setting, examine
from tests.conftest import NOON, Bank, Clock, mcq, theory

RIGHT = Given(("B",), None, 4000)
LIMITS = {"": (4, 5), "a": (3, 4), "a__b__c__d": (2, 1), "z": (9, 0)}
"""New and reviews a day, by subtree; 0 reviews is no limit."""


@pytest.fixture
def library(context: Context, bank: Bank) -> Context:
    """Three facets in two topics: eight, six and ten questions."""
    bank("a__b__c__d", [mcq(n, difficulty=1 + n % 5) for n in range(8)])
    bank("a__b__c__e", [mcq(10 + n, difficulty=1 + n % 5) for n in range(6)])
    folder = bank("z__b__c__d", [mcq(20 + n, difficulty=1 + n % 5) for n in range(10)])
    assert import_paths(context, [str(folder)]).imported == 24
    return context


def limit(context: Context, limits: dict[str, tuple[int, int]]) -> None:
    """Set the limits of a day."""
    for scope, (new, reviews) in limits.items():
        change_setting(context, "new_per_day", new, scope=scope)
        change_setting(context, "reviews_per_day", reviews, scope=scope)


def overstepped(context: Context, limits: dict[str, tuple[int, int]]) -> list[str]:
    """The days and subtrees in which more was done than the limits allow."""
    with context.database.transaction(write=False) as db:
        rows = db.rows(
            "select a.day, f.path, a.new_cards, a.reviewed from daily_activity a"
            " join facets f on f.id = a.facet_id"
        )
    done: Counter[tuple[str, str, int]] = Counter()
    for day, path, *counts in rows:
        for scope in limits:
            if within(path, scope):
                for kind, count in enumerate(counts):
                    done[day, scope, kind] += count
    return [
        f"{day} {scope!r}: {count} of kind {kind}"
        for (day, scope, kind), count in done.items()
        if count > limits[scope][kind] and not (kind == 1 and limits[scope][1] == 0)
    ]


def work(context: Context, clock: Clock, rng: random.Random, steps: int) -> None:
    """Two sessions side by side over any part, answers, undos, and a clock that jumps."""
    sessions: list[ReviewSession] = []
    for _ in range(steps):
        act = rng.choice(
            ["start", *["answer"] * 6, "skip", "undo", "undo last", "hours", "days", "back"]
        )
        with suppress(NothingToDo):
            if act == "start" or not sessions:
                sessions = [
                    *sessions[-1:],
                    start(context, Plan(selector=rng.choice(["", "a", "z"]))),
                ]
            elif act == "hours":
                clock.at += timedelta(minutes=rng.randrange(1, 600))
            elif act == "back":
                clock.at -= timedelta(minutes=rng.randrange(1, 4000))
            elif act == "days":
                clock.at += timedelta(days=rng.randrange(1, 4))
            elif act == "undo last":
                undo_last(context)
            else:
                session = rng.choice(sessions)
                step(session, act, rng.choice(list(Rating)))
        assert not overstepped(context, LIMITS)


def step(session: ReviewSession, act: str, rating: Rating) -> None:
    """One key in a session; where the card changed elsewhere, it is shown as it is now."""
    if act == "undo":
        session.undo()
    elif session.current is not None and act == "skip":
        session.skip()
    elif session.current is not None:
        try:
            session.answer(RIGHT, rating)
        except StaleState:
            session.refresh()


@given(st.integers(0, 2**32))
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_limits_are_never_exceeded(
    tmp_path_factory: pytest.TempPathFactory, bank: Bank, seed: int
) -> None:
    """Whatever sessions, undo and clock do, no day and no subtree gets more than its limit."""
    clock = Clock(NOON)
    opened = open_context(str(tmp_path_factory.mktemp("limits") / "drillr.db"))
    context = dataclasses.replace(opened, clock=clock)
    bank("a__b__c__d", [mcq(n) for n in range(8)])
    bank("a__b__c__e", [mcq(10 + n) for n in range(6)])
    import_paths(context, [str(bank("z__b__c__d", [mcq(20 + n) for n in range(10)]))])
    limit(context, LIMITS)
    work(context, clock, random.Random(seed), 60)
    assert not examine(context).problems
    context.database.close()


def counted(context: Context, clock: Clock) -> dict[str, int]:
    """What `drillr due` says."""
    with context.database.transaction(write=False) as db:
        return due.counts(db, clock.at, context.system_zone)


def asked(session: ReviewSession, rating: Rating = Rating.EASY) -> list[tuple[str, Stage]]:
    """Answer to the end; which questions were asked, and why."""
    found = []
    while session.current is not None:
        found.append((session.current.question.external_id, session.current.stage))
        session.answer(RIGHT, rating)
    return found


def names(session: ReviewSession, rating: Rating = Rating.EASY) -> list[str]:
    """Answer to the end; which questions were asked."""
    return [name for name, _ in asked(session, rating)]


def test_a_subtree_without_room_leaves_it_to_the_others(library: Context) -> None:
    """The library's limit is used up by other parts where one has reached its own."""
    limit(library, {"": (5, 0), "a__b__c__d": (2, 0), "a": (3, 0)})
    assert names(start(library, Plan())) == ["q-000", "q-001", "q-010", "q-020", "q-021"]
    with pytest.raises(NothingToDo, match="done for today"):
        start(library, Plan(selector="a"))
    assert len(names(start(library, Plan(selector="a", new=2)))) == 2


def test_new_questions_come_in_the_order_that_was_asked_for(library: Context) -> None:
    """By file, by difficulty, or mixed up: the same everywhere, and nobody is left out."""
    change_setting(library, "new_per_day", 24)
    by_file = names(start(library, Plan()))
    assert by_file == sorted(by_file)
    for _ in by_file:
        undo_last(library)
    change_setting(library, "new_order", "difficulty", scope="z")
    session = start(library, Plan(selector="z"))
    levels = []
    while session.current is not None:
        levels.append(session.current.question.difficulty)
        session.answer(RIGHT, Rating.EASY)
    assert levels == sorted(levels)
    undo_last(library, 10)
    change_setting(library, "new_order", "random")
    shuffled = names(start(library, Plan()))
    assert shuffled != by_file[: len(shuffled)]
    assert len(set(shuffled)) == 24


@pytest.mark.parametrize(
    ("mix", "expected"), [("before", "NNNDDDDDD"), ("after", "DDDDDDNNN"), ("mixed", "DNDNDDNDD")]
)
def test_new_questions_come_before_mixed_or_after(
    library: Context, clock: Clock, mix: str, expected: str
) -> None:
    """Six are due and three new; mixed spreads the new ones over the others."""
    names(start(library, Plan(selector="e")), Rating.MEDIUM)
    clock.at += timedelta(days=3)
    change_setting(library, "new_per_day", 3)
    change_setting(library, "new_mix", mix)
    stages = [stage for _, stage in asked(start(library, Plan()))]
    marks = "".join("N" if stage is Stage.NEW else "D" for stage in stages)
    assert sorted(marks) == sorted(expected)
    if mix == "mixed":
        assert marks[0] == "D"
        assert "NN" not in marks
    else:
        assert marks == expected


def test_what_was_missed_waits_for_five_others_or_ten_minutes(
    library: Context, clock: Clock
) -> None:
    """With learning ahead off, a session ends rather than ask too soon, and says until when."""
    change_setting(library, "learn_ahead_minutes", 0)
    session = start(library, Plan(selector="e", new=3))
    session.answer(RIGHT, Rating.VERY_HARD)
    missed_at = clock.at
    session.answer(RIGHT, Rating.EASY)
    session.answer(RIGHT, Rating.EASY)
    assert session.current is None
    assert session.remaining == 1
    assert session.waits_until is not None
    assert timedelta(minutes=9) < session.waits_until - missed_at <= timedelta(minutes=10)
    with pytest.raises(NothingToDo):
        start(library, Plan(selector="e", new=0))
    clock.at += timedelta(minutes=10)
    again = start(library, Plan(selector="e", new=0))
    assert again.current is not None
    assert again.current.stage is Stage.AGAIN
    change_setting(library, "again_minutes", 600)
    other = start(library, Plan(selector="z", new=6))
    other.answer(RIGHT, Rating.VERY_HARD)
    for _ in range(5):
        other.answer(RIGHT, Rating.EASY)
    assert other.current is not None
    assert other.current.stage is Stage.AGAIN


def test_reviews_are_limited_and_what_comes_again_today_is_not(
    library: Context, clock: Clock
) -> None:
    """The limit counts the day's reviews in whichever session; a missed one still comes again."""
    names(start(library, Plan(selector="e")), Rating.MEDIUM)
    clock.at += timedelta(days=3)
    change_setting(library, "new_per_day", 0)
    change_setting(library, "reviews_per_day", 4)
    one = start(library, Plan())
    assert one.remaining == 4
    one.answer(RIGHT, Rating.EASY)
    assert names(start(library, Plan())) == ["q-011", "q-012", "q-013"]
    one.skip()
    assert one.current is None
    with pytest.raises(NothingToDo, match="rest waits"):
        start(library, Plan())
    assert start(library, Plan(limit=9, new=0)).remaining == 2


def test_siblings_wait_for_another_day(context: Context, bank: Bank, clock: Clock) -> None:
    """Of one scenario's questions one is asked a day, new or due, unless that is switched off."""
    story = {"type": "scenario", "context": "The queue grows by ten a second."}
    other = {"type": "scenario", "context": "The disk is full."}
    items = [theory(n, **story) for n in range(3)] + [theory(3, **other), theory(4)]
    import_paths(context, [str(bank("a__b__c__d", items))])
    plan = Plan(selector="d")
    assert statistics.overview(context).new == 5
    assert names(start(context, plan), Rating.MEDIUM) == ["t-000", "t-003", "t-004"]
    assert statistics.overview(context).new == 0
    assert counted(context, clock) == {"overdue": 0, "due_today": 0, "new": 0}
    with pytest.raises(NothingToDo):
        start(context, plan)
    undo_last(context, 3)
    assert start(context, plan).remaining == 3
    names(start(context, plan), Rating.MEDIUM)
    clock.at += timedelta(days=1)
    assert names(start(context, plan), Rating.HARD) == ["t-001"]
    clock.at += timedelta(days=1)
    assert statistics.overview(context).due_today == 4
    assert names(start(context, plan), Rating.HARD) == ["t-000", "t-003", "t-004"]
    assert counted(context, clock) == {"overdue": 0, "due_today": 0, "new": 0}
    change_setting(context, "bury_siblings", False)
    assert (statistics.overview(context).due_today, statistics.overview(context).new) == (1, 1)
    assert counted(context, clock) == {"overdue": 1, "due_today": 1, "new": 1}
    assert names(start(context, plan), Rating.HARD) == ["t-001", "t-002"]


def test_what_is_due_later_can_be_asked_early(library: Context, clock: Clock) -> None:
    """--ahead brings what comes due in the next days, and credits the days that passed."""
    names(start(library, Plan(selector="e")), Rating.EASY)
    clock.at += timedelta(days=1)
    with pytest.raises(NothingToDo):
        start(library, Plan(selector="e"))
    early = start(library, Plan(selector="e", ahead_days=3))
    assert early.current is not None
    assert early.current.stage is Stage.AHEAD
    assert len(asked(early)) == 6


def test_a_library_of_many_pages_is_asked_to_the_end(
    library: Context, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages smaller than what is due change nothing: each question once, new ones after all due."""
    names(start(library, Plan(new=18)), Rating.MEDIUM)
    clock.at += timedelta(days=9)
    monkeypatch.setattr("drillr.services.queueing.PAGE", 4)
    session = start(library, Plan())
    assert session.remaining == 24
    found = asked(session)
    assert [stage for _, stage in found] == [Stage.OVERDUE] * 18 + [Stage.NEW] * 6
    assert len({name for name, _ in found}) == 24


@given(st.lists(st.sampled_from(["E", "V", "skip", "bury", "suspend", "undo"]), max_size=25))
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_session_agrees_with_a_model(
    tmp_path_factory: pytest.TempPathFactory, bank: Bank, keys: list[str]
) -> None:
    """A list of what waits and a list of what was answered say which question is shown."""
    opened = open_context(str(tmp_path_factory.mktemp("model") / "drillr.db"))
    context = dataclasses.replace(opened, clock=Clock())
    import_paths(context, [str(bank("a__b__c__d", [mcq(n) for n in range(6)]))])
    session = start(context, Plan())
    shown: Any = 0
    ahead = list(range(1, 6))
    last: list[int] = []
    again: list[int] = []
    answered: list[int] = []
    aside: set[int] = set()
    for key in keys:
        if key == "undo":
            if not answered:
                continue
            session.undo()
            back = answered.pop()
            # What was buried or suspended is taken back too, but not shown.
            if back not in aside:
                if shown is not None and shown != back:
                    ahead.insert(0, shown)
                ahead, last, again = (
                    [n for n in waits if n != back] for waits in (ahead, last, again)
                )
                shown = back
        elif shown is None:
            continue
        else:
            {
                "E": lambda: session.answer(RIGHT, Rating.EASY),
                "V": lambda: session.answer(RIGHT, Rating.VERY_HARD),
                "skip": session.skip, "bury": session.bury, "suspend": session.suspend,
            }[key]()  # fmt: skip
            if key in ("bury", "suspend"):
                aside.add(shown)
            if key in "EV":
                answered.append(shown)
            if key == "skip":
                last.append(shown)
            if key == "V" and len([n for n in answered if n == shown]) == 1:
                again.append(shown)
            source = next((one for one in (ahead, last, again) if one), None)
            shown = source.pop(0) if source else None
        current = session.current and session.current.question.external_id
        assert current == (None if shown is None else f"q-{shown:03d}")
        assert session.answered == len(answered)
    assert not examine(context).problems
    context.database.close()


def test_what_another_session_used_up_is_not_asked(library: Context) -> None:
    """Of two sessions with one new question left, the second is told and asks no other."""
    limit(library, {"": (1, 0)})
    one, two = start(library, Plan(selector="a")), start(library, Plan(selector="z"))
    one.answer(RIGHT, Rating.EASY)
    with pytest.raises(StaleState, match="limit was reached"):
        two.answer(RIGHT, Rating.EASY)
    two.refresh()
    assert two.current is None
    assert two.answered == 0


def test_what_was_suspended_elsewhere_is_not_asked(library: Context) -> None:
    """A question that another session suspends is left out when its turn comes."""
    one, two = start(library, Plan(selector="z")), start(library, Plan(selector="z"))
    one.answer(RIGHT, Rating.EASY)
    one.suspend()
    two.skip()
    assert two.current is not None
    assert two.current.question.external_id == "q-022"


def test_a_wish_for_new_questions_is_counted_over_a_break(library: Context) -> None:
    """A session that was left goes on with what is left of its wish."""
    plan = Plan(new=3)
    first = start(library, plan)
    first.answer(RIGHT, Rating.EASY)
    first.answer(RIGHT, Rating.EASY)
    first.leave()
    assert start(library, plan).remaining == 1
