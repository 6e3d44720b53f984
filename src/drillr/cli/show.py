"""`drillr show` and `undo`: one question with its card, and taking answers back."""

import json
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any

from drillr.domain.card import CardState
from drillr.domain.explain import memory_text
from drillr.domain.ids import id_text
from drillr.domain.paths import pretty
from drillr.domain.phrases import counted
from drillr.domain.text import visible
from drillr.services.explaining import Story, story

if TYPE_CHECKING:
    from drillr.services.context import Context


def show_question(context: "Context", external_id: str, *, as_json: bool) -> int:
    """Print a question with its answer and its card."""
    found = story(context, external_id)
    question = found.question
    if as_json:
        print(json.dumps(_question_json(found), ensure_ascii=False))
        return 0
    lines = [
        f"{question.external_id}  {pretty(question.path)}",
        f"{question.type}, difficulty {question.difficulty}"
        + (f", {', '.join(question.tags)}" if question.tags else "")
        + ("" if question.is_active else ", inactive"),
        "",
        *([question.context, ""] if question.context else []),
        question.text,
    ]
    for option in question.options:
        lines.append(f"  {'*' if option.is_correct else ' '} {option.key}) {option.text}")
    if question.answer:
        lines += ["", "Answer: " + question.answer]
    lines += [f"  - {point}" for point in question.key_points]
    if question.explanation:
        lines += ["", "Why: " + question.explanation]
    lines += ["", card_line(found)]
    print(visible("\n".join(lines)))
    return 0


def undo_answers(context: "Context", count: int, *, session: bool, as_json: bool) -> int:
    """Take back the last answers, or all of the last session, and say which."""
    from drillr.services.undoing import undo_last, undo_session

    undone = undo_session(context) if session else undo_last(context, count)
    if as_json:
        print(json.dumps([
            {
                "id": question.external_id, "rating": int(response.rating),
                "at": response.created_at.isoformat(),
            }
            for question, response in undone
        ]))  # fmt: skip
        return 0
    for question, response in undone:
        print(visible(f"taken back: {question.external_id}, {response.rating.label}"))
    return 0


def card_line(found: Story) -> str:
    """A question's card in one line: its state, its dates in the person's zone, its counts."""
    card = found.card
    parts = [f"card: {card.state}"]
    if card.state is not CardState.NEW:
        parts += [
            f"interval {card.interval_days} d", memory_text(card),
            counted(card.total_reviews, "answer"), counted(card.lapses, "lapse"),
        ]  # fmt: skip
    if card.suspended:
        parts.append("suspended")
    elif found.due is None and (card.buried_until or found.today.now) > found.today.now:
        parts.append("buried until tomorrow")
    elif found.due is not None:
        parts.append(f"due {local(found.due, found.today.zone)}")
        if found.due != card.due_at:
            parts.append("as an exam or a pause moved it")
    if card.flag is not None:
        parts.append(f"flagged {card.flag}".rstrip())
    return visible(", ".join(parts))


def local(at: datetime, zone: tzinfo) -> str:
    """An instant as a clock in this zone shows it, to the minute."""
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def card_json(found: Story) -> dict[str, Any]:
    """A question's card as JSON."""
    card = found.card
    return {
        "state": str(card.state),
        "ease_factor": card.ease / 100,
        "stability": card.stability,
        "difficulty": card.difficulty,
        "interval_days": card.interval_days,
        "repetitions": card.repetitions,
        "lapses": card.lapses,
        "last_reviewed_at": _iso(card.last_reviewed_at),
        "next_review_at": _iso(card.next_review_at),
        "due_at": _iso(found.due),
        "total_reviews": card.total_reviews,
        "total_correct": card.total_correct,
        "suspended": card.suspended,
        "flag": card.flag,
    }


def _question_json(found: Story) -> dict[str, Any]:
    question = found.question
    return {
        "id": question.external_id,
        "uuid": id_text(question.id),
        "path": question.path,
        "type": str(question.type),
        "question": question.text,
        "context": question.context,
        "answer": question.answer,
        "options": {option.key: option.text for option in question.options},
        "correct_answer": sorted(question.correct_keys),
        "difficulty": question.difficulty,
        "tags": list(question.tags),
        "is_active": question.is_active,
        "metadata": dict(question.metadata),
        "card": card_json(found),
    }
