"""A question as it is shown, and what a person gives for an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from drillr.domain import shuffle
from drillr.domain.card import Card
from drillr.domain.engine import days_between
from drillr.domain.fuzz import seed_of
from drillr.domain.ids import SessionId
from drillr.domain.question import Option, Question
from drillr.domain.queue import Entry, Stage
from drillr.domain.rating import Rating
from drillr.domain.rulebook import Rulebook
from drillr.services.context import Context
from drillr.store import cards, content

if TYPE_CHECKING:
    from drillr.store.connection import Connection


@dataclass(frozen=True, slots=True)
class Showing:
    """A question as it is shown: its options in this showing's order, and what each rating does.

    `position` counts from 1. `asks_confidence` says whether the person is to say how sure they are
    before the reveal.
    """

    question: Question
    card: Card
    stage: Stage
    options: tuple[Option, ...]
    outcomes: "Outcomes"
    position: int
    total: int
    shown_at: datetime
    asks_confidence: bool = False

    @property
    def previews(self) -> dict[Rating, Card]:
        """By rating, the card that it would leave; none where nothing is scheduled."""
        return self.outcomes.cards

    @property
    def waits(self) -> dict[Rating, int]:
        """By rating, in how many days the question would come back, exams and pauses kept."""
        return self.outcomes.days

    @property
    def letters(self) -> list[str]:
        """The letters under which the options are shown."""
        return shuffle.letters(len(self.options))

    def keys_for(self, shown: Sequence[str]) -> tuple[str, ...]:
        """The options' own keys for letters shown (in any case); KeyError for any other."""
        by_letter = {
            letter: option.key for letter, option in zip(self.letters, self.options, strict=True)
        }
        return tuple(sorted({by_letter[letter.upper()] for letter in shown}))

    def letter_of(self, key: str) -> str:
        """The letter under which an option's own key is shown."""
        return self.letters[[option.key for option in self.options].index(key)]


class Outcomes:
    """What each rating would do to a card at an instant, worked out when somebody looks.

    That is after the reveal: the question itself is shown without waiting for it.
    """

    def __init__(
        self, rules: Rulebook, question: Question, card: Card, at: datetime, *, is_cram: bool
    ) -> None:
        self._rules, self._question, self._card, self._at = rules, question, card, at
        self._is_cram = is_cram

    @cached_property
    def cards(self) -> dict[Rating, Card]:
        """By rating, the card that it would leave."""
        if self._is_cram:
            return {}
        engine = self._rules.rules(self._question.path).engine
        return engine.preview(self._card, self._at, seed_of(self._question.id))

    @cached_property
    def days(self) -> dict[Rating, int]:
        """By rating, after how many days the question would come back."""
        path, seed, at = self._question.path, seed_of(self._question.id), self._at
        return {
            rating: days_between(at, self._rules.due(path, after, seed) or at)
            for rating, after in self.cards.items()
        }


@dataclass(frozen=True, slots=True)
class Given:
    """What a person answered before the reveal: chosen keys, or a text, or nothing."""

    chosen: tuple[str, ...] = ()
    text: str | None = None
    elapsed_ms: int = 0
    hints_used: int = 0
    confidence: int | None = None


class Turn(NamedTuple):
    """Whose turn it is in which session: its position, from 1, and how many there are in all."""

    session: SessionId
    position: int
    total: int
    is_cram: bool


def show(
    db: "Connection",
    context: Context,
    rules: Rulebook,
    entry: Entry,
    turn: Turn,
) -> Showing | None:
    """The question of an entry as this session shows it; None when it is asked no longer."""
    question = content.question(db, entry.question_id)
    if question is None or not question.is_active:
        return None
    card, now, seed = (
        cards.load(db, context.user, question.id),
        context.clock(),
        seed_of(question.id),
    )
    return Showing(
        question=question,
        card=card,
        stage=entry.stage,
        options=shuffle.shown_order(
            question.options, _showing_seed(turn.session, seed, turn.position)
        ),
        outcomes=Outcomes(rules, question, card, now, is_cram=turn.is_cram),
        position=turn.position,
        total=turn.total,
        shown_at=now,
        asks_confidence=rules.settings(question.path).ask_confidence,
    )


def details(showing: Showing, given: Given) -> dict[str, Any]:
    """What is kept with a response for any later analysis."""
    kept: dict[str, Any] = {
        "stage": str(showing.stage),
        "content": showing.question.content_hash.hex(),
    }
    if showing.options:
        kept["order"] = [option.key for option in showing.options]
    if given.hints_used:
        kept["hints"] = given.hints_used
    return kept


def _showing_seed(session: bytes, question: int, position: int) -> int:
    return int.from_bytes(session[-8:], "big") ^ question ^ (position * 0x9E3779B97F4A7C15)
