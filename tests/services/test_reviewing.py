"""A session from outside: what is asked, what an answer does, and how it is taken back."""

import random
from datetime import timedelta
from typing import Any

import pytest

from drillr.domain.queue import Stage
from drillr.domain.rating import Rating
from drillr.domain.session import Plan
from drillr.errors import NothingToDo, SelectorError, StaleState
from drillr.services import statistics
from drillr.services.context import Context
from drillr.services.importing import import_paths
from drillr.services.reviewing import Given, ReviewSession, start, undo_last
from drillr.services.upkeep import change_setting, examine
from drillr.store import progress
from tests.conftest import Bank, Clock, mcq, theory

RIGHT, WRONG = Given(("B",), None, 4000), Given(("A",), None, 9000)


@pytest.fixture
def library(context: Context, bank: Bank) -> Context:
    """A store with two facets: twelve questions in all."""
    bank("a__b__c__d", [mcq(n) for n in range(8)])
    folder = bank("a__b__x__y", [theory(n, tags=["deep"]) for n in range(4)])
    assert import_paths(context, [str(folder)]).imported == 12
    return context


def derived(context: Context) -> dict[str, list[tuple[Any, ...]]]:
    """All derived rows but the sessions'."""
    with context.database.transaction(write=False) as db:
        rows = progress.derived_rows(db, context.user)
    rows.pop("learning_sessions")
    return rows


def drill(session: ReviewSession, *ratings: Rating) -> None:
    """Answer with these ratings."""
    for rating in ratings:
        session.answer(RIGHT, rating)


def test_an_answer_is_on_disk_with_all_that_follows(library: Context) -> None:
    """Card, day, progress and session totals agree with a replay after every answer."""
    session = start(library, Plan(selector="d"))
    assert session.current is not None
    assert (session.current.stage, session.current.total) == (Stage.NEW, 8)
    recorded = session.answer(RIGHT, Rating.EASY)
    assert (recorded.after.interval_days, recorded.response.is_correct) == (4, True)
    drill(session, Rating.HARD, Rating.VERY_HARD)
    assert not examine(library).problems
    found = statistics.overview(library)
    assert (found.responses, found.active_cards, found.new, found.due_now) == (3, 3, 9, 1)
    assert found.today.responses == 3
    assert session.summary().ratings == (1, 0, 1, 1)


def test_what_was_missed_comes_back_after_the_others(library: Context) -> None:
    """A question rated very hard is asked again at the end of the session."""
    session = start(library, Plan(selector="d"))
    first = session.current
    assert first is not None
    drill(session, Rating.VERY_HARD, *[Rating.EASY] * 7)
    assert session.current is not None
    assert session.current.question.id == first.question.id
    assert session.current.stage is Stage.AGAIN
    drill(session, Rating.MEDIUM)
    assert session.current is None


def test_undo_to_the_start_restores_every_row(library: Context) -> None:
    """As many undos as answers leave the derived tables as they were, across sessions."""
    empty = derived(library)
    session = start(library, Plan())
    rng = random.Random(4)
    stages = [derived(library)]
    for _ in range(6):
        session.answer(rng.choice([RIGHT, WRONG]), rng.choice(list(Rating)))
        stages.append(derived(library))
    other = start(library, Plan(selector="y"))
    other.answer(Given(text="because"), Rating.HARD)
    assert len(undo_last(library, 1)) == 1
    for expected in reversed(stages[:-1]):
        session.undo()
        assert derived(library) == expected
    assert derived(library) == empty
    with pytest.raises(NothingToDo):
        session.undo()
    assert not examine(library).problems


def test_undo_asks_the_question_again(library: Context) -> None:
    """The question taken back is shown next, then the one that was on the screen."""
    session = start(library, Plan(selector="d"))
    first = session.current
    drill(session, Rating.EASY)
    second = session.current
    assert first is not None
    assert second is not None
    assert session.undo().id == first.question.id
    assert session.answered == 0
    drill(session, Rating.MEDIUM)
    assert session.current is not None
    assert session.current.question.id == second.question.id


def test_a_limit_counts_answers(library: Context) -> None:
    """--limit 5 ends after five answers, missed ones among them."""
    session = start(library, Plan(limit=5))
    drill(session, *[Rating.VERY_HARD] * 5)
    assert session.current is None


def test_a_session_that_was_left_goes_on(library: Context) -> None:
    """The same plan goes on where it was left; another plan begins anew."""
    session = start(library, Plan(limit=6))
    drill(session, Rating.EASY, Rating.EASY)
    session.leave()
    resumed = start(library, Plan(limit=6))
    assert (resumed.resumed, resumed.id, resumed.answered) == (True, session.id, 2)
    assert resumed.remaining == 4
    assert not start(library, Plan(limit=7)).resumed
    drill(resumed, *[Rating.EASY] * 4)
    resumed.finish()
    assert not start(library, Plan(limit=6)).resumed


def test_new_questions_are_limited_by_the_day_unless_asked_for(
    library: Context, clock: Clock
) -> None:
    """The day's limit counts what the day began; --new asks for more; a new day brings more."""
    change_setting(library, "new_per_day", 3)
    session = start(library, Plan())
    drill(session, *[Rating.EASY] * 3)
    assert session.current is None
    with pytest.raises(NothingToDo, match="done for today"):
        start(library, Plan())
    more = start(library, Plan(new=2))
    drill(more, *[Rating.EASY] * 2)
    assert more.current is None
    clock.at += timedelta(days=1)
    assert start(library, Plan()).remaining == 3


def test_overdue_comes_before_new_and_later_today_last(library: Context, clock: Clock) -> None:
    """The order of the queue is overdue, new, due later today."""
    session = start(library, Plan(selector="d", limit=2))
    drill(session, Rating.HARD)
    clock.at += timedelta(hours=3)
    drill(session, Rating.HARD)
    clock.at += timedelta(days=1, hours=-1)
    later = start(library, Plan(selector="d"))
    stages = []
    while later.current is not None:
        stages.append(later.current.stage)
        later.answer(RIGHT, Rating.EASY)
    assert stages == [Stage.OVERDUE, *[Stage.NEW] * 6, Stage.LATER]


def test_a_typed_answer_is_kept_as_text_that_can_be_shown(library: Context) -> None:
    """Bytes in another encoding and control characters never reach the store, nor a novel."""
    session = start(library, Plan(selector="y"))
    typed = "a\r\nb\x1b[31m\udcff"
    kept = session.answer(Given(text=typed), Rating.EASY).response.response_text
    assert kept == "a\nb\ufffd[31m\ufffd"
    kept = session.answer(Given(text="x" * 70_000), Rating.EASY).response.response_text
    assert kept == "x" * 65_536


def test_bury_suspend_flag_and_skip(library: Context, clock: Clock) -> None:
    """Marks take a question out for today or for good, a flag stays, a skip only waits."""
    session = start(library, Plan(selector="y"))
    shown = []
    for act in (session.bury, session.suspend, session.skip):
        assert session.current is not None
        shown.append(session.current.question.external_id)
        act()
    assert session.current is not None
    session.flag("wrong?")
    assert session.current.card.flag == "wrong?"
    drill(session, Rating.EASY)
    assert session.current is not None
    assert session.current.question.external_id == shown[2]
    drill(session, Rating.EASY)
    assert session.remaining == 0
    assert not examine(library).problems
    found = statistics.overview(library, "y")
    assert (found.questions, found.new) == (4, 0)
    clock.at += timedelta(days=1)
    assert statistics.overview(library, "y").new == 1
    assert start(library, Plan(selector="y")).remaining == 1


def test_an_answer_to_what_changed_elsewhere_is_refused(library: Context) -> None:
    """Two sessions show the same question; the second answer is refused and nothing is written."""
    one, two = start(library, Plan(selector="d")), start(library, Plan(selector="d"))
    one.answer(RIGHT, Rating.EASY)
    before = derived(library)
    with pytest.raises(StaleState):
        two.answer(RIGHT, Rating.HARD)
    assert derived(library) == before
    two.refresh()
    two.answer(RIGHT, Rating.HARD)
    assert not examine(library).problems


def test_cram_leaves_the_schedule_alone(library: Context) -> None:
    """Answers of a cram session are facts and work done, and no card changes."""
    session = start(library, Plan(cram=True, selector="d"))
    assert session.remaining == 8
    drill(session, *[Rating.EASY] * 8)
    assert session.current is None
    rows = derived(library)
    assert rows["spaced_repetition_cards"] == []
    assert statistics.overview(library).today.responses == 8
    assert not examine(library).problems


def test_filters_choose(library: Context) -> None:
    """Type, tag and difficulty narrow a session; what doesn't exist is said."""
    assert start(library, Plan(tags=("deep",), new=99)).remaining == 4
    with pytest.raises(NothingToDo):
        start(library, Plan(tags=("dee",), new=99))
    with pytest.raises(NothingToDo):
        start(library, Plan(difficulties=(5,), new=99))
    with pytest.raises(SelectorError, match="nothing here"):
        start(library, Plan(selector="nowhere"))


def test_a_clock_that_goes_back_still_replays(library: Context, clock: Clock) -> None:
    """An answer dated before an earlier one is put in its place, and rows follow the facts."""
    session = start(library, Plan(selector="d", limit=30))
    drill(session, Rating.VERY_HARD, *[Rating.EASY] * 7)
    clock.at -= timedelta(hours=5)
    drill(session, Rating.HARD)
    assert not examine(library).problems


def test_a_changed_setting_replays(library: Context, clock: Clock) -> None:
    """A shorter longest interval reschedules what lies beyond it, and rows follow the facts."""
    session = start(library, Plan(selector="d", limit=2))
    drill(session, Rating.EASY, Rating.EASY)
    assert change_setting(library, "maximum_interval", 2) == 2
    assert change_setting(library, "leech_threshold", 5) == 0
    assert not examine(library).problems


def test_random_work_always_equals_a_replay(library: Context, clock: Clock) -> None:
    """Answers, undos, marks and passing days in any order: derived rows equal a full replay."""
    rng = random.Random(20)
    for _ in range(12):
        try:
            session = start(library, Plan(new=4))
        except NothingToDo:
            clock.at += timedelta(days=rng.randrange(1, 9))
            continue
        for _ in range(rng.randrange(1, 9)):
            if session.current is None:
                break
            move = rng.choice(["answer"] * 5 + ["undo", "skip", "bury", "suspend"])
            if move == "answer":
                session.answer(rng.choice([RIGHT, WRONG]), rng.choice(list(Rating)))
            elif move != "undo" or session.answered:
                getattr(session, move)()
            clock.at += timedelta(minutes=rng.randrange(200))
        assert not examine(library).problems
        clock.at += timedelta(days=rng.randrange(4))
