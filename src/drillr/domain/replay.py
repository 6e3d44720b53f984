"""Replay: facts in, card out. The order of arrival never matters, repeats don't either."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TypeGuard, cast

from drillr.domain.card import Card, CardState, card_of
from drillr.domain.engine import Engine
from drillr.domain.facts import MARKS, NOTHING, Event, EventType, Fact, Response
from drillr.domain.fsrs import Fsrs
from drillr.domain.fsrs_parameters import DEFAULTS
from drillr.domain.history import OUTCOME, outcome_of
from drillr.domain.ids import parse_id
from drillr.domain.rating import Rating
from drillr.domain.settings import LearningSettings
from drillr.domain.sm2 import Sm2
from drillr.domain.sm2_classic import Sm2Classic

LEECH = "leech"
"""The flag of a card that is missed again and again, where leeches are flagged."""


@dataclass(frozen=True, slots=True)
class Rules:
    """All that a fold depends on besides the facts."""

    engine: Engine
    leech_threshold: int
    suspend_leeches: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One fact, the card before it and the card after."""

    fact: Fact
    before: Card
    after: Card


@lru_cache(maxsize=256)
def rules_of(settings: LearningSettings) -> Rules:
    """The rules that the settings ask for; equal settings give the same object."""
    return Rules(
        engine=engine_of(settings),
        leech_threshold=settings.leech_threshold,
        suspend_leeches=settings.leech_action == "suspend",
    )


def engine_of(settings: LearningSettings) -> Engine:
    """The engine that the settings name, with its own settings."""
    match settings.scheduler:
        case "fsrs":
            return Fsrs(
                parameters=settings.fsrs_parameters or DEFAULTS,
                desired_retention=settings.desired_retention,
                maximum_interval=settings.maximum_interval,
                fuzz=settings.fuzz,
            )
        case "sm2-classic":
            return Sm2Classic(maximum_interval=settings.maximum_interval)
        case _:
            # An engine that only a newer drillr knows is scheduled with the default one.
            return Sm2(maximum_interval=settings.maximum_interval, fuzz=settings.fuzz)


def live(facts: Iterable[Fact]) -> list[Fact]:
    """The responses that stand and the marks, each once, in the fold's order."""
    unique = {fact.id: fact for fact in facts}
    retracted = {
        parse_id(fact.data["response_id"])
        for fact in unique.values()
        if isinstance(fact, Event) and fact.type == EventType.RESPONSE_RETRACTED
    }
    kept = [
        fact
        for fact in unique.values()
        if (isinstance(fact, Response) and fact.id not in retracted)
        or (isinstance(fact, Event) and fact.type in MARKS)
    ]
    return sorted(kept, key=lambda fact: fact.order)


def steps(facts: Iterable[Fact], rules: Rules, seed: int) -> Iterator[Step]:
    """The card's life, fact by fact; what was retracted is left out."""
    card = Card()
    for fact in live(facts):
        after = apply(card, fact, rules, seed)
        yield Step(fact, card, after)
        card = after


def fold(facts: Iterable[Fact], rules: Rules, seed: int) -> Card | None:
    """The card that the facts about one question give; None when none of them shapes it."""
    known = facts if isinstance(facts, list) else list(facts)
    found = straight(known, rules, seed)
    if found is not None:
        return found
    card = Card()
    for fact in live(known):
        card = apply(card, fact, rules, seed)
    return card if card.created_at is not None else None


def is_straight(facts: Sequence[Fact]) -> TypeGuard[Sequence[Response]]:
    """Whether these are answers for the schedule alone, each later than the one before."""
    last = None
    for fact in facts:
        if type(fact) is not Response or fact.cram or OUTCOME in fact.details:
            return False
        if last is not None and fact.created_at <= last:
            return False
        last = fact.created_at
    return last is not None


def straight(facts: list[Fact], rules: Rules, seed: int) -> Card | None:
    """The fold of the usual history: answers for the schedule alone, each later than the last.

    None for any other (`is_straight`), which is folded the long way. Such a history has nothing to
    take back and no repeats, so the engine runs through it in one go; a library consists of little
    else.
    """
    correct = time_ms = 0
    answer, missed, nothing = Response, Rating.VERY_HARD, NOTHING
    for fact in facts:
        if type(fact) is not answer or fact.cram:
            return None
        if fact.details is not nothing and OUTCOME in fact.details:
            return None
        verdict = fact.is_correct
        if verdict or (verdict is None and fact.rating is not missed):
            correct += 1
        time_ms += fact.elapsed_ms
    answers = cast("list[Response]", facts)
    done = rules.engine.run(answers, seed) if answers else None
    if done is None:
        return None
    state, ease, days, repetitions, lapses, last, due, stability, difficulty = done
    # The first leech point is the threshold itself, and nothing here resumes or unflags a card.
    leech = lapses >= rules.leech_threshold
    return card_of(
        state, ease, days, repetitions, lapses, last, due, len(facts), correct, time_ms,
        leech and rules.suspend_leeches, None,
        LEECH if leech and not rules.suspend_leeches else None, stability, difficulty,
        answers[0].created_at, last,
    )  # fmt: skip


def apply(card: Card, fact: Fact, rules: Rules, seed: int) -> Card:
    """The card after one more fact that comes last in the fold's order."""
    if isinstance(fact, Response):
        return card if fact.cram else _answered(card, fact, rules, seed)
    if fact.type == EventType.CARD_RELEARNED:
        return _touched(_relearned(card, fact.created_at, rules, seed), fact.created_at)
    return _touched(_marked(card, fact), fact.created_at)


def _answered(card: Card, response: Response, rules: Rules, seed: int) -> Card:
    after = rules.engine.review(card, response.rating, response.created_at, seed)
    if OUTCOME in response.details:
        after = _brought(after, response)
    leech = after.lapses > card.lapses and is_leech_point(after.lapses, rules.leech_threshold)
    # Not `replace`: a batch of another device's answers takes as many of these as it has.
    return card_of(
        after.state, after.ease, after.interval_days, after.repetitions, after.lapses,
        after.last_reviewed_at, after.next_review_at, card.total_reviews + 1,
        card.total_correct + response.counts_as_correct, card.total_time_ms + response.elapsed_ms,
        card.suspended or (leech and rules.suspend_leeches), after.buried_until,
        LEECH if leech and card.flag is None and not rules.suspend_leeches else card.flag,
        after.stability, after.difficulty, card.created_at or response.created_at,
        response.created_at,
    )  # fmt: skip


def _relearned(card: Card, at: datetime, rules: Rules, seed: int) -> Card:
    """The card of a question whose answer is another now: due at once, as after a miss.

    It was not the person who failed, so ease, difficulty and the count of lapses stay.
    """
    if card.state is CardState.NEW:
        return card
    missed = rules.engine.review(card, Rating.VERY_HARD, at, seed)
    return replace(
        missed, ease=card.ease, difficulty=card.difficulty, lapses=card.lapses, next_review_at=at
    )


def _brought(card: Card, response: Response) -> Card:
    """The card as another program left it: of this answer, only what it led to is known.

    What makes no sense there is left as the engine has it.
    """
    found = outcome_of(response.details)
    if found is None:
        return card
    days, ease = found
    return replace(
        card,
        state=CardState.REVIEW,
        ease=ease,
        interval_days=days,
        repetitions=max(1, card.repetitions),
        next_review_at=response.created_at + timedelta(days=days),
        stability=None if card.stability is None else float(days),
    )


def _marked(card: Card, event: Event) -> Card:
    match event.type:
        case EventType.CARD_SUSPENDED:
            return replace(card, suspended=True)
        case EventType.CARD_RESUMED:
            return replace(card, suspended=False, buried_until=None)
        case EventType.CARD_BURIED:
            return replace(card, buried_until=datetime.fromisoformat(event.data["until"]))
        case EventType.CARD_FLAGGED:
            return replace(card, flag=str(event.data.get("note", "")))
        case _:
            return replace(card, flag=None)


def _touched(card: Card, at: datetime) -> Card:
    return replace(card, created_at=card.created_at or at, updated_at=at)


def is_leech_point(lapses: int, threshold: int) -> bool:
    """Whether this lapse makes the card a leech (again): at the threshold, then at every half."""
    return lapses >= threshold and (lapses - threshold) % max(1, threshold // 2) == 0
