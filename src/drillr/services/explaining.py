"""What there is to say of one question: itself, its card, and the history behind its date."""

from dataclasses import dataclass
from datetime import datetime

from drillr.domain import replay
from drillr.domain.card import Card
from drillr.domain.facts import Response
from drillr.domain.fuzz import seed_of
from drillr.domain.ids import DeviceId, FactId
from drillr.domain.question import Question
from drillr.domain.rating import Rating
from drillr.domain.replay import Rules, Step
from drillr.errors import UsageError
from drillr.services.context import Context, Today
from drillr.store import cards, content, facts


@dataclass(frozen=True, slots=True)
class Story:
    """A question, its card, the steps that made it by which rules, and the person's today.

    `due` is when it may next be asked, exams and pauses kept; None while it is suspended or new.
    """

    question: Question
    card: Card
    steps: list[Step]
    rules: Rules
    today: Today
    due: datetime | None

    def if_answered(self, rating: Rating) -> Step:
        """The step that an answer given now would be; nothing is written."""
        response = Response(
            id=FactId(bytes(16)), question_id=self.question.id, rating=rating,
            created_at=self.today.now, device_id=DeviceId(bytes(16)), device_seq=0,
            day=self.today.day,
        )  # fmt: skip
        after = replay.apply(self.card, response, self.rules, seed_of(self.question.id))
        return Step(response, self.card, after)


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
        book = context.rulebook(db)
        rules, known = book.rules(question.path), facts.of_question(db, context.user, question.id)
        card = cards.load(db, context.user, question.id)
        return Story(
            question=question,
            card=card,
            steps=list(replay.steps(known, rules, seed_of(question.id))),
            rules=rules,
            today=context.today(book.everywhere),
            due=book.due(question.path, card, seed_of(question.id)),
        )
