"""Explanations: every step of every engine in words, with the numbers that it had."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillr.domain import replay
from drillr.domain.card import Card
from drillr.domain.explain import memory_text, step_text
from drillr.domain.facts import Event, EventType, Response
from drillr.domain.history import OUTCOME
from drillr.domain.ids import DeviceId, FactId, QuestionId
from drillr.domain.rating import Rating
from drillr.domain.replay import Rules, Step
from drillr.domain.settings import LearningSettings
from drillr.errors import UsageError

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
SCHEDULERS = ("sm2", "sm2-classic", "fsrs")


def history(rules: Rules, *answers: tuple[Rating, float]) -> list[Step]:
    """The steps of answers that come so many days after one another."""
    at, facts = START, []
    for number, (rating, days) in enumerate(answers, 1):
        at += timedelta(days=days)
        facts.append(
            Response(
                id=FactId(number.to_bytes(16, "big")), question_id=QuestionId(bytes(16)),
                rating=rating, created_at=at, device_id=DeviceId(bytes(16)), device_seq=number,
                day=at.date(),
            )
        )  # fmt: skip
    return list(replay.steps(facts, rules, 3))


ANSWERS = (
    (Rating.MEDIUM, 0), (Rating.MEDIUM, 2), (Rating.EASY, 8), (Rating.VERY_HARD, 20),
    (Rating.HARD, 0.1),
)  # fmt: skip


@pytest.mark.parametrize(
    ("scheduler", "expected"),
    [
        (
            "sm2",
            [
                "Medium: first answer, next 2 d",
                "Medium: 2 d × 2.50 → 6 d (more than a harder rating gives), ease 2.50 → 2.50",
                "Easy: 6 d, 2 d late × 2.60 → 21 d, ease 2.50 → 2.60",
                "Very hard (missed): missed, starts over at 1 d, ease 2.60 → 2.28",
                "Hard: 1 d, 1 d early × 2.14 → 2 d (more than a harder rating gives),"
                " ease 2.28 → 2.14",
            ],
        ),
        (
            "sm2-classic",
            [
                "Medium: first answer, next 1 d",
                "Medium: second recall in a row → 6 d, ease 2.50 → 2.50",
                "Easy: 6 d × 2.50 → 15 d, ease 2.50 → 2.60",
                "Very hard (missed): missed, starts over at 1 d, ease 2.60 stays",
                "Hard: first recall in a row → 1 d, ease 2.60 → 2.46",
            ],
        ),
        (
            "fsrs",
            [
                "Medium: first answer, stability 2.3 d, difficulty 2.1, next 2 d",
                "Medium: after 2 d at 91% recall, stability 2.3 d → 11.0 d, difficulty 2.1 → 2.1,"
                " 90% recall in 11 d",
                "Easy: after 8 d at 92% recall, stability 11.0 d → 63.2 d, difficulty 2.1 → 1.0,"
                " 90% recall in 63 d",
                "Very hard (missed): missed after 20 d at 96% recall, stability 63.2 d → 3.2 d,"
                " difficulty 1.0 → 7.0, again today",
                "Hard: again the same day, stability 3.2 d → 3.2 d, difficulty 7.0 → 8.0,"
                " 90% recall in 3 d",
            ],
        ),
    ],
)
def test_each_engine_tells_its_own_reasons(scheduler: str, expected: list[str]) -> None:
    """The formula with its numbers, days late or early, and what was missed."""
    rules = replay.rules_of(LearningSettings(scheduler=scheduler, fuzz=False))
    assert [step_text(step, rules) for step in history(rules, *ANSWERS)] == expected


@given(
    st.sampled_from(SCHEDULERS),
    st.booleans(),
    st.lists(st.tuples(st.sampled_from(Rating), st.floats(0, 500)), min_size=1, max_size=8),
)
def test_the_days_told_are_the_days_scheduled(
    scheduler: str, fuzz: bool, answers: list[tuple[Rating, float]]
) -> None:
    """Whatever the history, each sentence begins with the rating and says when it comes back."""
    rules = replay.rules_of(LearningSettings(scheduler=scheduler, fuzz=fuzz, maximum_interval=50))
    for step in history(rules, *answers):
        assert isinstance(step.fact, Response)
        text = step_text(step, rules)
        assert text.startswith(step.fact.rating.label + ": ")
        days = step.after.interval_days
        assert (f"{days} d" if days else "today") in text
        assert ("the longest interval" in text) == (days == 50)


def test_fuzz_and_leeches_are_named() -> None:
    """What the formula did not do is told as well."""
    rules = replay.rules_of(LearningSettings(leech_threshold=1, leech_action="suspend"))
    steps = history(rules, (Rating.EASY, 0), (Rating.EASY, 30), (Rating.VERY_HARD, 30))
    plain = replay.rules_of(LearningSettings(fuzz=False))
    unmoved = history(plain, (Rating.EASY, 0), (Rating.EASY, 30))[1].after.interval_days
    moved = steps[1].after.interval_days - unmoved
    assert moved != 0
    assert f"{moved:+d} d of fuzz" in step_text(steps[1], rules)
    assert step_text(steps[2], rules).endswith("a leech after 1 lapses, suspended")


def test_a_memory_is_told_in_its_engines_terms() -> None:
    """Ease under SM-2, stability and difficulty under FSRS."""
    for scheduler, text in (("sm2", "ease 2.60"), ("sm2-classic", "ease 2.70"), ("fsrs", "stab")):
        rules = replay.rules_of(LearningSettings(scheduler=scheduler, fuzz=False))
        card = history(rules, (Rating.EASY, 0), (Rating.EASY, 4))[-1].after
        assert memory_text(card).startswith(text)


def test_ratings_have_names() -> None:
    """Each rating is found by its number and by its names; anything else is refused."""
    for rating in Rating:
        assert Rating.named(str(int(rating))) is rating
        assert Rating.named(rating.name) is rating
    assert Rating.named("very hard") is Rating.named("missed") is Rating.VERY_HARD
    with pytest.raises(UsageError, match="Use easy"):
        Rating.named("good")


def test_marks_are_told_in_words() -> None:
    """Buried, flagged with and without a note, and what a newer drillr invented."""
    at = START
    rules = replay.rules_of(LearningSettings())
    told = []
    for number, (kind, data) in enumerate(
        [
            (EventType.CARD_BURIED, {"until": START.isoformat()}),
            (EventType.CARD_FLAGGED, {"note": "odd"}), (EventType.CARD_FLAGGED, {}),
            (EventType.CARD_SUSPENDED, {}), (EventType.CARD_UNFLAGGED, {}),
        ],
        1,
    ):  # fmt: skip
        event = Event(
            id=FactId(number.to_bytes(16, "big")), type=kind, created_at=at,
            device_id=DeviceId(bytes(16)), device_seq=number, question_id=QuestionId(bytes(16)),
            data=data,
        )  # fmt: skip
        told.append(step_text(Step(event, Card(), Card()), rules))
    assert told[:3] == ["buried until the next study day", "flagged: odd", "flagged"]
    assert all(told)


def test_a_cram_answer_says_that_it_does_not_count() -> None:
    """The schedule stays."""
    rules = replay.rules_of(LearningSettings())
    (step,) = history(rules, (Rating.EASY, 0))
    assert isinstance(step.fact, Response)
    crammed = replace(step.fact, cram=True)
    assert "crammed" in step_text(Step(crammed, Card(), Card()), rules)


def test_what_was_brought_along_is_told_as_that() -> None:
    """Its outcome came with it."""
    rules = replay.rules_of(LearningSettings())
    (step,) = history(rules, (Rating.EASY, 0))
    assert isinstance(step.fact, Response)
    brought = replace(step.fact, details={OUTCOME: {"interval_days": 9, "ease": 250}})
    assert "brought along" in step_text(Step(brought, Card(), Card(interval_days=9)), rules)
