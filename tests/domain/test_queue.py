"""The queue: every question comes once, in the order that its kind and the pace ask for."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from drillr.domain.ids import QuestionId
from drillr.domain.queue import Entry, Pace, Queue, Stage
from drillr.domain.settings import LearningSettings

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATE = NOW + timedelta(days=1)
STAGES = st.sampled_from([Stage.OVERDUE, Stage.NEW, Stage.LATER, Stage.AHEAD, Stage.CRAM])
MIXES = st.sampled_from(["before", "mixed", "after"])


def key(number: int) -> QuestionId:
    """A question's id."""
    return QuestionId(number.to_bytes(16, "big"))


def entries(*stages: Stage) -> list[Entry]:
    """An entry for each stage, numbered from 0."""
    return [Entry(key(number), stage) for number, stage in enumerate(stages)]


def drained(queue: Queue, now: datetime = LATE) -> list[Entry]:
    """All that the queue gives at an instant."""
    found = []
    while (entry := queue.take(now)) is not None:
        found.append(entry)
    return found


@given(st.lists(STAGES, max_size=12), MIXES, st.integers(0, 3))
def test_nothing_is_lost_doubled_or_out_of_order(
    stages: list[Stage], mix: str, misses: int
) -> None:
    """Due before later, new where the pace puts it, each kind in its own order, again last."""
    queue = Queue(entries(*stages), Pace(mix=mix))
    for number in range(misses):
        queue.again(key(100 + number), NOW)
    assert len(queue) == len(stages) + misses == len(queue.waiting())
    found = drained(queue)
    assert len(queue) == 0
    assert sorted(one.question_id for one in found) == sorted(
        [key(n) for n in range(len(stages))] + [key(100 + n) for n in range(misses)]
    )
    groups = (
        {Stage.OVERDUE, Stage.CRAM}, {Stage.NEW}, {Stage.LATER, Stage.AHEAD}, {Stage.AGAIN},
    )  # fmt: skip
    where = [[n for n, one in enumerate(found) if one.stage in group] for group in groups]
    for places in where:
        ids = [found[place].question_id for place in places]
        assert ids == sorted(ids)
    due, new, later, again = where
    assert max(due + new, default=-1) < min(later + again, default=99)
    assert max(later, default=-1) < min(again, default=99)
    if due and new and mix != "mixed":
        first, second = (new, due) if mix == "before" else (due, new)
        assert max(first) < min(second)


@given(st.integers(1, 6), st.integers(1, 30), st.integers(0, 40))
def test_mixed_new_questions_are_spread_evenly(new: int, due: int, beyond: int) -> None:
    """No two of them follow each other while enough is due, and a page is not front-loaded."""
    queue = Queue(entries(*[Stage.OVERDUE] * due, *[Stage.NEW] * new), Pace(mix="mixed"))
    queue.beyond = beyond
    places = [n for n, one in enumerate(drained(queue)) if one.stage is Stage.NEW]
    before_the_end = [place for place in places if place < due]
    gaps = [b - a for a, b in pairwise(before_the_end)]
    assert all(gap > 1 for gap in gaps)
    assert not places or places[0] >= 1


def test_what_was_missed_comes_by_the_clock_or_after_others() -> None:
    """After ten minutes, after five others, or at once when within the look-ahead."""
    pace = Pace(again_after=timedelta(minutes=30), again_cards=2, ahead=timedelta(minutes=5))
    queue = Queue(pace=pace)
    assert (queue.take(NOW), queue.next_again) == (None, None)
    queue.again(key(1), NOW)
    assert queue.next_again == NOW + timedelta(minutes=30)
    assert queue.take(NOW) is None
    assert queue.take(NOW + timedelta(minutes=25)) == Entry(key(1), Stage.AGAIN)
    queue.again(key(2), NOW)
    for entry in entries(Stage.LATER, Stage.LATER):
        queue.append(entry)
    assert [queue.take(NOW), queue.take(NOW)] == entries(Stage.LATER, Stage.LATER)
    assert queue.take(NOW) == Entry(key(2), Stage.AGAIN)


def test_undo_comes_first_and_skipping_last() -> None:
    """What is taken back is asked at once, what is skipped after all others."""
    queue = Queue(entries(Stage.OVERDUE, Stage.LATER))
    queue.put_last(Entry(key(8), Stage.OVERDUE))
    queue.put_first(Entry(key(9), Stage.OVERDUE))
    assert not queue.needs_due
    assert [one.question_id for one in drained(queue)] == [key(9), key(0), key(1), key(8)]
    assert queue.needs_due


@given(st.lists(STAGES, min_size=1, max_size=8), st.data())
def test_a_discarded_question_is_nowhere(stages: list[Stage], data: st.DataObject) -> None:
    """Wherever it waits; the others keep their order."""
    gone = key(data.draw(st.integers(0, len(stages))))
    queues = [Queue(entries(*stages)) for _ in range(2)]
    for queue in queues:
        queue.again(key(len(stages)), NOW)
    queues[0].discard(gone)
    assert gone not in queues[0].waiting()
    assert drained(queues[0]) == [one for one in drained(queues[1]) if one.question_id != gone]


def test_settings_set_the_pace() -> None:
    """Minutes and mix are those of the settings."""
    chosen = LearningSettings(
        new_mix="mixed", again_minutes=3, again_cards=7, learn_ahead_minutes=4
    )
    minutes = [timedelta(minutes=count) for count in (3, 4)]
    assert Pace.of(chosen) == Pace("mixed", minutes[0], 7, minutes[1])
