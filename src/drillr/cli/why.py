"""`drillr why`: a card's history with its reasons, and what an answer given now would do."""

import json
from typing import TYPE_CHECKING, Any

from drillr.cli.show import card_json, card_line, local
from drillr.domain.explain import step_text
from drillr.domain.facts import Response
from drillr.domain.paths import pretty
from drillr.domain.rating import Rating
from drillr.domain.replay import Step
from drillr.domain.text import visible
from drillr.services.explaining import Story, story

if TYPE_CHECKING:
    from drillr.services.context import Context


def show_why(context: "Context", external_id: str, asked: list[str], *, as_json: bool) -> int:
    """Print a card's history line by line, when it is due, and what the ratings asked for do."""
    ratings = _ratings(asked)
    found = story(context, external_id)
    if as_json:
        print(json.dumps(_as_json(found, ratings), ensure_ascii=False))
        return 0
    zone = found.today.zone
    print(visible(f"{found.question.external_id}  {pretty(found.question.path)}"))
    for step in found.steps:
        when = local(step.fact.created_at, zone)
        print(visible(f"  {when}  {step_text(step, found.rules)}"))
    print(card_line(found) if found.steps else "never answered: it is new")
    for rating in ratings:
        step = found.if_answered(rating)
        print(visible(f"if answered now:  {step_text(step, found.rules)}"))
        if step.after.due_at is not None:
            print(f"  due {local(step.after.due_at, zone)}")
    return 0


def _ratings(asked: list[str]) -> list[Rating]:
    """The ratings by their names, each once; `all` is all four."""
    if any(word.strip().lower() == "all" for word in asked):
        return list(Rating)
    return list(dict.fromkeys(Rating.named(word) for word in asked))


def _as_json(found: Story, ratings: list[Rating]) -> dict[str, Any]:
    return {
        "id": found.question.external_id,
        "steps": [_step_json(found, step) for step in found.steps],
        "card": card_json(found),
    } | (
        {"if": [_step_json(found, found.if_answered(rating)) for rating in ratings]}
        if ratings
        else {}
    )


def _step_json(found: Story, step: Step) -> dict[str, Any]:
    after = step.after
    return {
        "at": step.fact.created_at.isoformat(),
        "what": step_text(step, found.rules),
        "rating": int(step.fact.rating) if isinstance(step.fact, Response) else None,
        "interval_days": after.interval_days,
        "ease_factor": after.ease / 100,
        "stability": after.stability,
        "difficulty": after.difficulty,
        "due_at": None if after.due_at is None else after.due_at.isoformat(),
    }
