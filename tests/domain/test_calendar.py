"""Exams and pauses: due dates move as promised, no card is lost, and the order of facts is free."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from drillr.domain.calendar import Calendar
from drillr.domain.card import Card, CardState
from drillr.domain.exams import Exam, fold_exams
from drillr.domain.facts import Event, EventType
from drillr.domain.ids import DeviceId, FactId, id_text
from drillr.domain.pauses import Pause, fold_pauses, usual_spread
from drillr.domain.rulebook import Rulebook

START = datetime(2026, 1, 1, 4, tzinfo=UTC)
DAY = timedelta(days=1)
SEEDS = st.integers(0, 2**64 - 1)
DAYS = st.integers(0, 400)


def at(day: float) -> datetime:
    """So many days after the start."""
    return START + day * DAY


def exam(day: int, target: float = 0.9) -> Exam:
    """An exam on a day."""
    return Exam(str(day), "", at(day).date(), at(day), target)


def pause(start: float, until: float, spread: int) -> Pause:
    """A pause from a day to another."""
    return Pause(f"{start}-{until}", at(start), at(until), spread)


@st.composite
def cards(draw: st.DrawFn) -> Card:
    """A card that was answered on some day, due on a later one or the same."""
    last, interval = draw(st.integers(0, 200)), draw(st.integers(0, 300))
    hours = draw(st.integers(0, 23))
    when = at(last) + timedelta(hours=hours)
    return Card(
        state=CardState.REVIEW, interval_days=interval, last_reviewed_at=when,
        next_review_at=when + interval * DAY, total_reviews=1,
    )  # fmt: skip


@st.composite
def pauses(draw: st.DrawFn) -> tuple[Pause, ...]:
    """Up to three pauses, which may overlap or be empty."""
    found = []
    for _ in range(draw(st.integers(0, 3))):
        start, length = draw(st.integers(0, 300)), draw(st.integers(0, 60))
        found.append(pause(start, start + length, draw(st.integers(0, 40))))
    return tuple(sorted(found, key=lambda one: (one.start, one.id)))


@given(cards(), DAYS, st.sampled_from([0.7, 0.9, 0.95, 0.97]), SEEDS)
def test_an_exam_is_met_wherever_a_day_is_left(
    card: Card, day: int, target: float, seed: int
) -> None:
    """Every card is due before the exam, recalled well enough at it, or has no day left."""
    one = exam(day, target)
    due = Calendar(exams=(one,)).due(card, seed)
    last, planned = card.last_reviewed_at, card.next_review_at
    assert due is not None
    assert last is not None
    assert planned is not None
    assert due <= planned
    if last >= one.at or planned < one.at:
        assert due == planned
        return
    recalled = 0.9 ** ((one.at - last) / DAY / card.interval_days) if card.interval_days else 0
    no_day_left = one.at - last < 2 * DAY
    if due == planned:
        assert recalled >= target - 1e-9 or no_day_left
        return
    assert last + DAY <= due < one.at
    # The review then is a success at least as long as the interval held, and lasts until the exam.
    held = (one.at - due) / DAY
    assert held <= max(1, one.reach(card.interval_days, 0.9))


@given(cards(), pauses(), SEEDS)
def test_pauses_lose_no_card(card: Card, some: tuple[Pause, ...], seed: int) -> None:
    """A card is never due within a pause, never sooner than planned, and comes back after it."""
    due = Calendar(pauses=some).due(card, seed)
    last, planned = card.last_reviewed_at, card.next_review_at
    assert due is not None
    assert last is not None
    assert planned is not None
    assert due >= planned
    latest = max([planned, *(one.until + one.spread_days * DAY for one in some)])
    assert due <= latest + sum((one.until - one.start for one in some), timedelta())
    if len(some) == 1 and last < some[0].until:
        assert not some[0].start <= due < some[0].until
    if not some or all(last >= one.until or one.until <= one.start for one in some):
        assert due == planned


@given(st.lists(st.tuples(st.integers(1, 29), SEEDS), min_size=2), st.integers(1, 40))
def test_a_backlog_keeps_its_order_and_is_spread(
    due_days: list[tuple[int, int]], spread: int
) -> None:
    """What would have come earlier in the pause comes earlier after it, over all the days."""
    away = pause(0, 30, spread)
    calendar = Calendar(pauses=(away,))
    moved = []
    for day, seed in sorted(due_days):
        card = Card(last_reviewed_at=at(-1), next_review_at=at(day), interval_days=day + 1)
        due = calendar.due(card, seed)
        assert due is not None
        assert at(30) <= due < at(30 + spread)
        moved.append(due)
    assert moved == sorted(moved)


@given(cards(), pauses(), DAYS, SEEDS)
def test_a_pause_carries_no_card_past_an_exam(
    card: Card, some: tuple[Pause, ...], day: int, seed: int
) -> None:
    """With days left between the pauses and the exam, the exam's promise holds all the same."""
    one = exam(day, 0.95)
    last, planned = card.last_reviewed_at, card.next_review_at
    assert last is not None
    assert planned is not None
    assume(last < one.at - 3 * DAY)
    assume(all(away.until <= one.at - 2 * DAY for away in some))
    due = Calendar(exams=(one,), pauses=some).due(card, seed)
    assert due is not None
    recalled = 0.9 ** ((one.at - last) / DAY / card.interval_days) if card.interval_days else 0
    assert due < one.at or recalled >= 0.95 - 1e-9
    for away in some:
        if last < away.until and away.start < away.until:
            assert due >= away.until or due < away.start or due >= planned


def test_a_buried_card_waits_longer_than_its_calendar() -> None:
    """Burying wins over an exam's cap, and suspending over everything."""
    card = Card(
        last_reviewed_at=at(0), next_review_at=at(90), interval_days=90, buried_until=at(29)
    )
    calendar = Calendar(exams=(exam(30, 0.97),))
    due = calendar.due(card, 1)
    assert due is not None
    assert due >= at(29)
    suspended = Card(last_reviewed_at=at(0), next_review_at=at(90), suspended=True)
    assert calendar.due(suspended, 1) is None


def event(number: int, hours: int, kind: str, data: dict[str, Any]) -> Event:
    """An event whose number makes its id."""
    return Event(
        id=FactId(number.to_bytes(16, "big")), type=kind, created_at=START + hours * DAY / 24,
        device_id=DeviceId(b"d" * 16), device_seq=number, data=data,
    )  # fmt: skip


ODD: list[dict[str, Any]] = [
    {}, {"until": "soon", "spread_days": 3}, {"until": "2026-02-01T00:00:00", "spread_days": 3},
    {"until": at(9).isoformat(), "spread_days": -1}, {"until": at(9).isoformat()},
    {"until": at(9_000).isoformat(), "spread_days": 3},
]  # fmt: skip


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Pauses begun and ended, exams added and removed, and facts that make no sense."""
    found: list[Event] = []
    for number in range(1, draw(st.integers(0, 9)) + 1):
        kind = draw(st.sampled_from([
            EventType.STUDY_PAUSED, EventType.STUDY_RESUMED, EventType.EXAM_ADDED,
            EventType.EXAM_REMOVED,
        ]))  # fmt: skip
        other = id_text(draw(st.integers(1, 9)).to_bytes(16, "big"))
        day = at(draw(st.integers(0, 40)))
        offers: dict[EventType, dict[str, Any]] = {
            EventType.STUDY_PAUSED: {"until": day.isoformat(), "spread_days": 4},
            EventType.STUDY_RESUMED: {"pause_id": other},
            EventType.EXAM_ADDED: {
                "scope": draw(st.sampled_from(["", "a", "a__b"])), "day": day.date().isoformat(),
                "at": day.isoformat(), "target": draw(st.sampled_from([0.9, 0.95, 7.0])),
            },
            EventType.EXAM_REMOVED: {"exam_id": other},
        }  # fmt: skip
        data = offers[kind]
        if draw(st.integers(0, 5)) == 0:
            data = draw(st.sampled_from(ODD))
        found.append(event(number, draw(st.integers(0, 30)), kind, data))
    return found


@given(histories(), st.data())
def test_the_order_of_arrival_does_not_matter(events: list[Event], data: st.DataObject) -> None:
    """Any order, with repeats, gives the same exams and pauses, and storing them loses nothing."""
    repeats = data.draw(st.lists(st.sampled_from(events), max_size=4)) if events else []
    arrived = data.draw(st.permutations(events + repeats))
    assert fold_pauses(arrived) == fold_pauses(events)
    assert fold_exams(arrived) == fold_exams(events)
    book = Rulebook.fold(events)
    restored = Rulebook.of(book.as_data())
    assert (restored.exams, restored.pauses) == (book.exams, book.pauses)
    for path in ("a__b__c__d", "x__b__c__d"):
        assert restored.calendar(path) == book.calendar(path)
        assert all(path.startswith(one.scope) for one in book.calendar(path).exams)


def test_a_pause_that_was_ended_at_once_moves_nothing() -> None:
    """Ending a pause shortens it to what it was; the earliest end counts."""
    begun = event(1, 0, EventType.STUDY_PAUSED, {"until": at(30).isoformat(), "spread_days": 9})
    ends = [
        event(n, hours, EventType.STUDY_RESUMED, {"pause_id": id_text(begun.id)})
        for n, hours in ((2, 0), (3, 48))
    ]
    (ended,) = fold_pauses([begun, *ends])
    card = Card(last_reviewed_at=at(-9), next_review_at=at(3), interval_days=12)
    assert Calendar(pauses=(ended,)).due(card, 1) == at(3)
    (later,) = fold_pauses([begun, ends[1]])
    assert later.until == at(2)
    assert usual_spread(at(0), at(14)) == 14
    assert (usual_spread(at(0), at(90)), usual_spread(at(0), at(0.1))) == (30, 1)


def test_a_card_brought_along_without_a_last_review_keeps_its_date() -> None:
    """There is nothing to predict its recall from."""
    card = Card(state=CardState.REVIEW, next_review_at=at(3))
    assert Calendar((exam(9),)).due(card, 1) == at(3)
    assert Calendar((exam(9),)).due(Card(), 1) is None


def test_an_exam_within_or_before_a_pause() -> None:
    """A pause over the exam's day leaves the card alone; one after the exam changes nothing."""
    card = Card(
        state=CardState.REVIEW, interval_days=30, last_reviewed_at=at(0), next_review_at=at(40)
    )
    within = Calendar((exam(20),), (pause(15, 25, 1),)).due(card, 1)
    assert within == Calendar((), (pause(15, 25, 1),)).due(card, 1)
    # Two thirds of its interval after the review the card is recalled well enough.
    after = Calendar((exam(20),), (pause(50, 60, 1),)).due(card, 1)
    assert after == Calendar((), (pause(50, 60, 1),)).due(card, 1)


def test_rules_say_when_a_card_is_due() -> None:
    """By the calendar where there is one, else by the card alone."""
    card = Card(state=CardState.REVIEW, last_reviewed_at=at(0), next_review_at=at(3))
    rules = Rulebook.fold([])
    assert not rules.moves_dates
    assert rules.due("a__b__c__d", card, 1) == at(3)


def test_a_pause_that_makes_no_sense_is_none() -> None:
    """Whoever wrote the fact: without an end, one that is no instant, too long, or spread oddly."""
    begun = [event(n, 0, EventType.STUDY_PAUSED, data) for n, data in enumerate(ODD, 1)]
    assert fold_pauses(begun) == ()
