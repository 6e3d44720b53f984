"""Why a card is due when it is, in words: its history step by step, by each engine's reasons."""

from dataclasses import replace

from drillr.domain.card import Card, CardState
from drillr.domain.engine import ONE_DAY, Engine, days_between
from drillr.domain.facts import Event, EventType, Response
from drillr.domain.fsrs import Fsrs
from drillr.domain.history import outcome_of
from drillr.domain.phrases import interval
from drillr.domain.rating import Rating
from drillr.domain.replay import Rules, Step, is_leech_point
from drillr.domain.sm2 import Sm2, formula_days, success_days
from drillr.domain.sm2_classic import Sm2Classic

_MARKS = {
    str(EventType.CARD_SUSPENDED): "suspended",
    str(EventType.CARD_RESUMED): "resumed",
    str(EventType.CARD_UNFLAGGED): "flag removed",
    str(EventType.CARD_RELEARNED): "asked anew, because its answer changed",
}


def ease_text(ease: int) -> str:
    """An ease in hundredths as people write it: 250 is 2.50."""
    return f"{ease // 100}.{ease % 100:02d}"


def memory_text(card: Card) -> str:
    """What an engine holds of a card beside dates: its ease, or stability and difficulty."""
    if card.stability is None or card.difficulty is None:
        return f"ease {ease_text(card.ease)}"
    return f"stability {_days(card.stability)}, difficulty {card.difficulty:.1f}"


def step_text(step: Step, rules: Rules) -> str:
    """What one fact did to the card under these rules, and why."""
    fact = step.fact
    if isinstance(fact, Event):
        if fact.type == EventType.CARD_BURIED:
            return "buried until the next study day"
        if fact.type == EventType.CARD_FLAGGED:
            note = str(fact.data.get("note", ""))
            return f"flagged: {note}" if note else "flagged"
        return _MARKS.get(fact.type, fact.type)
    if fact.cram:
        return f"{fact.rating.label}: crammed, the schedule stays as it is"
    if outcome_of(fact.details) is not None:
        days, ease = interval(step.after.interval_days), ease_text(step.after.ease)
        return f"{fact.rating.label}: the schedule was brought along, next {days}, ease {ease}"
    reason = _reason(fact, step.before, step.after, rules.engine)
    extras = _extras(fact, step.before, step.after, rules)
    return ", ".join([f"{fact.rating.label}: {reason}", *extras])


def _reason(fact: Response, before: Card, after: Card, engine: Engine) -> str:
    if isinstance(engine, Fsrs):
        return _by_memory(fact, before, after, engine)
    if before.state is CardState.NEW:
        return f"first answer, next {interval(after.interval_days)}"
    if isinstance(engine, Sm2Classic):
        return _as_published(fact, before, after)
    return _by_ease(fact, before, after)


def _by_ease(fact: Response, before: Card, after: Card) -> str:
    ease = f"ease {ease_text(before.ease)} → {ease_text(after.ease)}"
    if fact.rating is Rating.VERY_HARD:
        return f"missed, starts over at {interval(after.interval_days)}, {ease}"
    elapsed = days_between(before.last_reviewed_at or fact.created_at, fact.created_at)
    late = elapsed - before.interval_days
    when = f", {late} d late" if late > 0 else f", {-late} d early" if late < 0 else ""
    formula = formula_days(before.interval_days, before.ease, elapsed, fact.rating)
    apart = success_days(before.interval_days, before.ease, elapsed, fact.rating, -1) > formula
    # "Apart" is a rule of its own: without it 2 × 2.5 is not 6.
    more = " (more than a harder rating gives)" if apart else ""
    grown = f"{before.interval_days} d{when} × {ease_text(after.ease)} → {after.interval_days} d"
    return f"{grown}{more}, {ease}"


def _as_published(fact: Response, before: Card, after: Card) -> str:
    ease = f"ease {ease_text(before.ease)}"
    if fact.rating is Rating.VERY_HARD:
        return f"missed, starts over at {after.interval_days} d, {ease} stays"
    if after.repetitions <= 2:
        order = "first" if after.repetitions == 1 else "second"
        grown = f"{order} recall in a row → {after.interval_days} d"
    else:
        grown = f"{before.interval_days} d × {ease_text(before.ease)} → {after.interval_days} d"
    return f"{grown}, {ease} → {ease_text(after.ease)}"


def _by_memory(fact: Response, before: Card, after: Card, engine: Fsrs) -> str:
    following = interval(after.interval_days)
    if before.last_reviewed_at is None or before.stability is None or before.difficulty is None:
        return f"first answer, {memory_text(after)}, next {following}"
    elapsed = (fact.created_at - before.last_reviewed_at) // ONE_DAY
    recall = engine.recall(before, fact.created_at)
    when = f"after {elapsed} d at {recall:.0%} recall" if elapsed > 0 else "again the same day"
    stability = f"stability {_days(before.stability)} → {_days(after.stability or 0)}"
    difficulty = f"difficulty {before.difficulty:.1f} → {after.difficulty or 0:.1f}"
    if fact.rating is Rating.VERY_HARD:
        return f"missed {when}, {stability}, {difficulty}, again today"
    falls = f"{engine.desired_retention:.0%} recall in {after.interval_days} d"
    return f"{when}, {stability}, {difficulty}, {falls}"


def _extras(fact: Response, before: Card, after: Card, rules: Rules) -> list[str]:
    """What besides the engine's formula had a part in it."""
    extras, engine = [], rules.engine
    if isinstance(engine, Sm2 | Fsrs) and engine.fuzz:
        plain = replace(engine, fuzz=False).review(before, fact.rating, fact.created_at, 0)
        moved = after.interval_days - plain.interval_days
        if moved:
            extras.append(f"{moved:+d} d of fuzz")
    longest: int | None = getattr(engine, "maximum_interval", None)
    if after.interval_days == longest:
        extras.append("the longest interval")
    if after.lapses > before.lapses and is_leech_point(after.lapses, rules.leech_threshold):
        leech = f"a leech after {after.lapses} lapses"
        extras.append(f"{leech}, suspended" if rules.suspend_leeches else leech)
    return extras


def _days(stability: float) -> str:
    return f"{stability:.1f} d" if stability < 100 else f"{stability:.0f} d"
