"""Questions of the three types, and what can be said of an answer to one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from drillr.domain.ids import FacetId, QuestionId


class QuestionType(StrEnum):
    """Multiple choice; a question to explain; a question about a described situation."""

    MCQ = "mcq"
    THEORY = "theory"
    SCENARIO = "scenario"


DIFFICULTY_WORDS = {"very_easy": 1, "easy": 2, "medium": 3, "hard": 4, "very_hard": 5}
DEFAULT_DIFFICULTY = 3


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose; `explanation` says why it is right or wrong."""

    key: str
    text: str
    is_correct: bool
    explanation: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is asked; texts are Markdown, `difficulty` is 1–5."""

    id: QuestionId
    external_id: str
    facet_id: FacetId
    path: str
    type: QuestionType
    text: str
    context: str | None = None
    answer: str | None = None
    options: tuple[Option, ...] = ()
    difficulty: int = DEFAULT_DIFFICULTY
    estimated_seconds: int | None = None
    tags: tuple[str, ...] = ()
    content_hash: bytes = b""
    is_active: bool = True
    metadata: Mapping[str, Any] = field(default_factory=dict)

    @property
    def explanation(self) -> str:
        """Why the answer is what it is; empty where the author gave none."""
        return str(self.metadata.get("explanation") or "")

    @property
    def key_points(self) -> tuple[str, ...]:
        """What a good answer mentions."""
        return self._texts("key_points")

    @property
    def hints(self) -> tuple[str, ...]:
        """Hints, weakest first."""
        return self._texts("hints")

    @property
    def references(self) -> tuple[str, ...]:
        """Where to read on."""
        return self._texts("references")

    @property
    def correct_keys(self) -> frozenset[str]:
        """The keys of the right options; empty for theory and scenario."""
        return frozenset(option.key for option in self.options if option.is_correct)

    def is_right(self, chosen: Collection[str]) -> bool:
        """Whether exactly the right options were chosen."""
        return frozenset(chosen) == self.correct_keys

    def _texts(self, key: str) -> tuple[str, ...]:
        value = self.metadata.get(key)
        if isinstance(value, str):
            return (value,)
        if isinstance(value, Sequence):
            return tuple(str(item) for item in value)
        return ()
