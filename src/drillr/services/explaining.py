"""What there is to say of one question: itself, its card, and the history behind its date."""

from dataclasses import dataclass

from drillr.domain import replay
from drillr.domain.card import Card
from drillr.domain.fuzz import seed_of
from drillr.domain.question import Question
from drillr.domain.replay import Step
from drillr.errors import UsageError
from drillr.services.context import Context, Today
from drillr.store import cards, content, facts


@dataclass(frozen=True, slots=True)
class Story:
    """A question, its card, the steps that made it, and today in the person's zone."""

    question: Question
    card: Card
    steps: list[Step]
    today: Today


def story(context: Context, external_id: str) -> Story:
    """The story of the question that files call `external_id`; UsageError suggests near names."""
    with context.database.transaction(write=False) as db:
        question = content.question_named(db, external_id)
        if question is None:
            near = content.names_like(db, external_id[:3], 5)
            raise UsageError(
                f"there is no question {external_id!r}",
                f"Near it: {', '.join(near)}" if near else "Ids are those of the question files",
            )
        rules = context.rulebook(db)
        known = facts.of_question(db, context.user, question.id)
        return Story(
            question=question,
            card=cards.load(db, context.user, question.id),
            steps=list(replay.steps(known, rules.rules(question.path), seed_of(question.id))),
            today=context.today(rules.everywhere),
        )
