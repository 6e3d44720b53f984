"""What a person has done so far with the question on the screen."""

from dataclasses import dataclass, field

from drillr.domain.question import QuestionType
from drillr.services.reviewing import Given, Showing
from drillr.tui.actions import Phase


@dataclass(slots=True)
class Turn:
    """One showing of one question, from its painting to its rating; instants are seconds."""

    showing: Showing
    began: float
    chosen: set[str] = field(default_factory=set)
    hints: int = 0
    answered_after_ms: int | None = None
    confidence: int | None = None
    given: Given | None = None

    @property
    def is_choice(self) -> bool:
        """Whether there are options."""
        return self.showing.question.type is QuestionType.MCQ

    @property
    def several(self) -> bool:
        """Whether several options are right."""
        return len(self.showing.question.correct_keys) > 1

    @property
    def asks_sureness(self) -> bool:
        """Whether the answer stands and only the confidence is missing."""
        return self.answered_after_ms is not None and self.given is None

    @property
    def phase(self) -> Phase:
        """Which of the review's actions can be used."""
        return Phase.BEFORE if self.given is None else Phase.AFTER

    def elapsed(self, now: float) -> float:
        """Seconds of thinking; the clock stops when the answer stands."""
        if self.answered_after_ms is not None:
            return self.answered_after_ms / 1000
        return max(0.0, now - self.began)

    def stop(self, now: float) -> None:
        """The answer stands; what follows is no thinking time."""
        if self.answered_after_ms is None:
            self.answered_after_ms = round(self.elapsed(now) * 1000)

    def give(self, text: str) -> Given:
        """The answer as the session takes it."""
        self.given = Given(
            chosen=tuple(sorted(self.chosen)),
            text=None if self.is_choice else text.strip() or None,
            elapsed_ms=self.answered_after_ms or 0,
            hints_used=self.hints,
            confidence=self.confidence,
        )
        return self.given

    def option_for(self, key: str) -> int | None:
        """The option that a letter or digit chooses; capitals are left to the actions."""
        count = len(self.showing.options)
        if len(key) != 1 or not key.isascii() or key.isupper():
            return None
        index = ord(key) - ord("1") if key.isdigit() else ord(key) - ord("a")
        return index if 0 <= index < count else None
