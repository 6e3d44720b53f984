"""Replay: the card depends on the facts alone, not on how or when they arrived."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from drillr.domain import facts as known_facts
from drillr.domain import replay
from drillr.domain.card import Card
from drillr.domain.facts import Event, EventType, Fact, Response
from drillr.domain.history import OUTCOME
from drillr.domain.ids import DeviceId, FactId, QuestionId, id_text
from drillr.domain.progress import Activity, daily, daily_of
from drillr.domain.rating import Rating
from drillr.domain.replay import Rules
from drillr.domain.settings import LearningSettings

START = datetime(2026, 1, 1, tzinfo=UTC)
QUESTION = QuestionId(b"q" * 16)
RULES = replay.rules_of(LearningSettings(leech_threshold=2, leech_action="suspend"))
MARKS: list[tuple[str, dict[str, Any]]] = [
    (EventType.CARD_SUSPENDED, {}),
    (EventType.CARD_RESUMED, {}),
    (EventType.CARD_BURIED, {"until": (START + timedelta(days=9)).isoformat()}),
    (EventType.CARD_FLAGGED, {"note": "odd"}),
    (EventType.CARD_UNFLAGGED, {}),
    (EventType.CARD_RELEARNED, {}),
    ("invented_by_a_newer_drillr", {"x": 1}),
]


def response(number: int, at: datetime, device: int, rating: Rating, cram: bool) -> Response:
    """An answer whose number makes its id and sequence."""
    return Response(
        id=FactId(number.to_bytes(16, "big")), question_id=QUESTION, rating=rating, created_at=at,
        device_id=DeviceId(bytes([device]) * 16), device_seq=number, day=at.date(),
        elapsed_ms=number * 10, cram=cram,
    )  # fmt: skip


def event(number: int, at: datetime, device: int, kind: str, data: dict[str, Any]) -> Event:
    """An event whose number makes its id and sequence."""
    return Event(
        id=FactId(number.to_bytes(16, "big")), type=kind, created_at=at,
        device_id=DeviceId(bytes([device]) * 16), device_seq=number, question_id=QUESTION,
        data=data,
    )  # fmt: skip


@st.composite
def histories(draw: st.DrawFn) -> list[Fact]:
    """Facts of up to three devices: answers, marks, and retractions of earlier answers."""
    facts: list[Fact] = []
    answers: list[FactId] = []
    for number in range(1, draw(st.integers(0, 14)) + 1):
        # Few different instants, so that ties happen.
        at = START + timedelta(hours=draw(st.integers(0, 400)))
        device = draw(st.integers(1, 3))
        kind = draw(st.sampled_from(["answer", "answer", "answer", "mark", "retract"]))
        if kind == "retract" and answers:
            taken_back = {"response_id": id_text(draw(st.sampled_from(answers)))}
            facts.append(event(number, at, device, EventType.RESPONSE_RETRACTED, taken_back))
        elif kind == "mark":
            kind, data = draw(st.sampled_from(MARKS))
            facts.append(event(number, at, device, kind, data))
        else:
            cram = draw(st.integers(0, 5)) == 0
            facts.append(response(number, at, device, draw(st.sampled_from(Rating)), cram))
            answers.append(facts[-1].id)
    return facts


OUTCOMES = st.one_of(
    st.none(),
    st.fixed_dictionaries({"interval_days": st.integers(0, 90), "ease": st.integers(100, 400)}),
)
KINDS = st.sampled_from(
    ["answer"] * 12 + ["mark", "cram", "imported", "retract", "earlier", "at once", "twice"]
)
RULEBOOKS = st.builds(
    LearningSettings, scheduler=st.sampled_from(["sm2", "sm2-classic", "fsrs"]),
    fuzz=st.booleans(), maximum_interval=st.sampled_from([5, 60, 36_500]),
    leech_threshold=st.integers(1, 4), leech_action=st.sampled_from(["flag", "suspend"]),
).map(replay.rules_of)  # fmt: skip


@st.composite
def lives(draw: st.DrawFn) -> list[Fact]:
    """A card's life as most are, an answer after the other; one in three has something else."""
    usual = draw(st.integers(0, 2)) > 0
    facts: list[Fact] = []
    at = START
    for number in range(1, draw(st.integers(1, 16)) + 1):
        kind = "answer" if usual else draw(KINDS)
        days = draw(st.one_of(st.integers(0, 9), st.integers(0, 400)))
        at += timedelta(days=days, seconds=draw(st.integers(1, 86_400)))
        when = {"earlier": START, "at once": facts[-1].created_at if facts else at}.get(kind, at)
        rating = draw(st.sampled_from(Rating))
        one: Fact = replace(
            response(number, when, draw(st.integers(1, 2)), rating, kind == "cram"),
            is_correct=draw(st.sampled_from([None, True, False])),
        )
        if kind == "mark":
            one = event(number, when, 1, *draw(st.sampled_from(MARKS)))
        elif kind == "retract" and facts:
            back = {"response_id": id_text(draw(st.sampled_from(facts)).id)}
            one = event(number, when, 1, EventType.RESPONSE_RETRACTED, back)
        elif kind == "imported" and isinstance(one, Response):
            one = replace(one, details={OUTCOME: draw(OUTCOMES)})
        elif kind == "twice" and facts:
            one = facts[-1]
        facts.append(one)
    return facts


@settings(max_examples=400)
@given(lives(), RULEBOOKS, st.integers(0, 2**64 - 1))
def test_the_quick_fold_is_the_plain_one(facts: list[Fact], rules: Rules, seed: int) -> None:
    """Whatever a card went through and whatever the rules: fact by fact in order, to the bit."""
    card = Card()
    for fact in replay.live(facts):
        card = replay.apply(card, fact, rules, seed)
    expected = card if card.created_at is not None else None
    assert repr(replay.fold(facts, rules, seed)) == repr(expected)
    straight = replay.straight(facts, rules, seed)
    assert straight is None or (replay.is_straight(facts) and repr(straight) == repr(expected))


@given(histories(), st.data())
def test_neither_order_nor_repeats_matter(facts: list[Fact], data: st.DataObject) -> None:
    """Any order of arrival, with any repeats, gives the identical card."""
    repeats = data.draw(st.lists(st.sampled_from(facts), max_size=5)) if facts else []
    arrived = data.draw(st.permutations(facts + repeats))
    assert replay.fold(arrived, RULES, 5) == replay.fold(facts, RULES, 5)


@given(histories())
def test_taking_every_answer_back_restores_the_start(facts: list[Fact]) -> None:
    """Undo after every answer leaves just what the marks made."""
    undone = [
        event(1000 + number, START + timedelta(days=99), 1, EventType.RESPONSE_RETRACTED,
              {"response_id": id_text(fact.id)})
        for number, fact in enumerate(facts)
        if isinstance(fact, Response)
    ]  # fmt: skip
    marks = [fact for fact in facts if isinstance(fact, Event) and fact.type in known_facts.MARKS]
    assert replay.fold([*facts, *undone], RULES, 5) == replay.fold(marks, RULES, 5)


@given(histories(), st.sampled_from(["flag", "suspend"]))
def test_one_step_at_a_time_equals_the_fold(facts: list[Fact], leeches: str) -> None:
    """Applying facts one by one in their order, as answering does, gives the folded card."""
    rules = replay.rules_of(LearningSettings(leech_threshold=2, leech_action=leeches))
    card = Card()
    for fact in replay.live(facts):
        card = replay.apply(card, fact, rules, 5)
    folded = replay.fold(facts, rules, 5)
    assert folded == (card if card.created_at is not None else None)
    assert [step.after for step in replay.steps(facts, rules, 5)][-1:] in ([card], [])


@given(histories())
def test_days_add_up_to_the_answers_that_stand(facts: list[Fact]) -> None:
    """What a card's life adds to its days counts each standing answer once."""
    standing = [fact for fact in replay.live(facts) if isinstance(fact, Response)]
    days = daily(replay.steps(facts, RULES, 5))
    total = sum(days.values(), Activity())
    assert total.responses == len(standing)
    assert total.time_ms == sum(fact.elapsed_ms for fact in standing)
    assert total.easy + total.medium + total.hard + total.very_hard == total.responses
    assert total.retained <= total.reviewed
    assert all(isinstance(day, date) for day in days)
    assert (total + -total) == Activity()


def test_cram_answers_leave_no_card() -> None:
    """An answer given to cram is a fact that does not count for the schedule."""
    assert replay.fold([response(1, START, 1, Rating.EASY, cram=True)], RULES, 5) is None


def test_leeches_are_suspended_at_the_threshold_and_every_half_after() -> None:
    """The second lapse, the third, … suspend a card when leeches are to be suspended."""
    points = [n for n in range(1, 17) if replay.is_leech_point(n, 8)]
    assert points == [8, 12, 16]
    ratings = [Rating.MEDIUM, Rating.VERY_HARD] * 2
    facts = [response(n, START + timedelta(days=n), 1, r, False) for n, r in enumerate(ratings, 1)]
    card = replay.fold(facts, RULES, 5)
    assert card is not None
    assert (card.lapses, card.suspended, card.due_at) == (2, True, None)


def test_leeches_are_flagged_where_they_are_not_suspended() -> None:
    """The flag comes at the second lapse, stays away once removed, and comes at the next point."""
    rules = replay.rules_of(LearningSettings(leech_threshold=2))
    ratings = [Rating.MEDIUM, Rating.VERY_HARD] * 2
    facts: list[Fact] = [
        response(n, START + timedelta(days=n), 1, r, False) for n, r in enumerate(ratings, 1)
    ]
    card = replay.fold(facts, rules, 5)
    assert card is not None
    assert (card.flag, card.suspended) == (replay.LEECH, False)
    facts.append(event(5, START + timedelta(days=5), 1, EventType.CARD_UNFLAGGED, {}))
    facts.append(response(6, START + timedelta(days=6), 1, Rating.MEDIUM, False))
    card = replay.fold(facts, rules, 5)
    assert card is not None
    assert card.flag is None
    facts.append(response(7, START + timedelta(days=7), 1, Rating.VERY_HARD, False))
    card = replay.fold(facts, rules, 5)
    assert card is not None
    assert card.flag == replay.LEECH


def test_a_buried_card_waits_for_its_day() -> None:
    """Burying moves the instant at which a card is asked, not its schedule."""
    until = START + timedelta(days=9)
    facts: list[Fact] = [
        response(1, START, 1, Rating.HARD, cram=False),
        event(2, START, 1, EventType.CARD_BURIED, {"until": until.isoformat()}),
    ]
    card = replay.fold(facts, RULES, 5)
    assert card is not None
    assert (card.next_review_at, card.due_at) == (START + timedelta(days=1), until)


def test_a_straight_history_is_folded_like_any_other() -> None:
    """Repeats, ties between devices, cram answers: where the fast way must give way, it does."""
    first = response(1, START, 1, Rating.MEDIUM, cram=False)
    later = response(2, START + timedelta(days=2), 1, Rating.HARD, cram=False)
    tied = response(3, START + timedelta(days=2), 2, Rating.EASY, cram=False)
    crammed = response(4, START + timedelta(days=3), 1, Rating.VERY_HARD, cram=True)
    flagged = event(5, START, 1, EventType.CARD_UNFLAGGED, {})
    straight = replay.fold([first, later], RULES, 5)
    assert straight is not None
    assert straight.total_reviews == 2
    assert replay.fold([first, first, later, later], RULES, 5) == straight
    assert replay.fold([later, first], RULES, 5) == straight
    assert replay.fold([first, later, crammed], RULES, 5) == straight
    # An unflagging changes nothing here, but sends the fold the long way.
    assert replay.fold([flagged, first, later], RULES, 5) == straight
    assert replay.fold([first, tied, later], RULES, 5) == replay.fold(
        [first, later, tied], RULES, 5
    )
    assert replay.fold([], RULES, 5) is None


@given(
    st.sampled_from(["sm2", "sm2-classic", "fsrs"]),
    st.lists(st.tuples(st.sampled_from(Rating), st.integers(0, 60)), max_size=12),
    st.lists(st.integers(0, 5), max_size=1),
)
def test_days_are_the_same_without_the_steps(
    scheduler: str, answers: list[tuple[Rating, int]], crammed: list[int]
) -> None:
    """What a history adds to its days does not depend on how it is added up."""
    rules = replay.rules_of(LearningSettings(scheduler=scheduler))
    at, facts = START, []
    for number, (rating, hours) in enumerate(answers, 1):
        at += timedelta(hours=hours)
        facts.append(response(number, at, 1, rating, cram=number in crammed))
    assert daily_of(facts, rules, 3) == daily(replay.steps(facts, rules, 3))
