"""Why a card is due when it is, in words: each step of its history as a sentence."""

from drillr.domain.card import Card, CardState
from drillr.domain.engine import days_between
from drillr.domain.facts import Event, EventType, Response
from drillr.domain.phrases import interval
from drillr.domain.rating import Rating
from drillr.domain.replay import Step

_MARKS = {
    str(EventType.CARD_SUSPENDED): "suspended",
    str(EventType.CARD_RESUMED): "resumed",
    str(EventType.CARD_UNFLAGGED): "flag removed",
    str(EventType.CARD_RELEARNED): "asked anew, because its answer changed",
}


def ease_text(ease: int) -> str:
    """An ease in hundredths as people write it: 250 is 2.50."""
    return f"{ease // 100}.{ease % 100:02d}"


def step_text(step: Step) -> str:
    """What one fact did to the card, and why."""
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
    return f"{fact.rating.label}: {_reason(fact, step.before, step.after)}"


def _reason(fact: Response, before: Card, after: Card) -> str:
    if before.state is CardState.NEW:
        return f"first answer, next {interval(after.interval_days)}"
    ease = f"ease {ease_text(before.ease)} → {ease_text(after.ease)}"
    if fact.rating is Rating.VERY_HARD:
        return f"missed, starts over at {interval(after.interval_days)}, {ease}"
    elapsed = days_between(before.last_reviewed_at or fact.created_at, fact.created_at)
    late = elapsed - before.interval_days
    when = f", {late} d late" if late > 0 else f", {-late} d early" if late < 0 else ""
    grown = f"{before.interval_days} d{when} × {ease_text(after.ease)} → {after.interval_days} d"
    return f"{grown}, {ease}"
