"""The four ratings, and which of them to propose."""

from enum import IntEnum

from drillr.errors import UsageError


class Rating(IntEnum):
    """How an answer went; the numbers are those of the response's `difficulty_rating`."""

    EASY = 1
    MEDIUM = 2
    HARD = 3
    VERY_HARD = 4

    @property
    def quality(self) -> int:
        """SM-2's quality of response: 5, 4, 3 or 2."""
        return 6 - self

    @property
    def passed(self) -> bool:
        """Whether the question counts as recalled: all but Very Hard."""
        return self is not Rating.VERY_HARD

    @classmethod
    def named(cls, text: str) -> "Rating":
        """The rating that a person writes: its number, or easy, medium, hard, very-hard, missed."""
        word = text.strip().lower().replace("_", "-").replace(" ", "-")
        for rating in cls:
            if word in (str(int(rating)), rating.name.lower().replace("_", "-")):
                return rating
        if word == "missed":
            return cls.VERY_HARD
        raise UsageError(f"{text!r} is no rating", "Use easy, medium, hard, very-hard, or 1 to 4")

    @property
    def label(self) -> str:
        """The name on the button; Very Hard says that it is a failure."""
        return _LABELS[self]


_LABELS = {
    Rating.EASY: "Easy",
    Rating.MEDIUM: "Medium",
    Rating.HARD: "Hard",
    Rating.VERY_HARD: "Very hard (missed)",
}
_USUAL_SECONDS = 60


def propose(
    is_correct: bool | None,
    elapsed_ms: int,
    estimated_seconds: int | None,
    *,
    hints_used: int = 0,
    confidence: int | None = None,
) -> Rating:
    """The rating to preselect after the reveal.

    A wrong choice proposes Very Hard; what can't be judged (`is_correct` None) Medium; a right one
    what its speed, the hints taken and the confidence (1–5) suggest.
    """
    if is_correct is False:
        return Rating.VERY_HARD
    if is_correct is None:
        return Rating.HARD if hints_used else Rating.MEDIUM
    if hints_used or (confidence is not None and confidence <= 2):
        return Rating.HARD
    expected_ms = (estimated_seconds or _USUAL_SECONDS) * 1000
    if elapsed_ms > 2 * expected_ms:
        return Rating.HARD
    if elapsed_ms > expected_ms // 2 or confidence == 3:
        return Rating.MEDIUM
    return Rating.EASY


def propose_by_points(met: int, total: int) -> Rating:
    """The rating to preselect when the person has said how many key points an answer had."""
    if met >= total:
        return Rating.EASY
    share = met / total
    return Rating.MEDIUM if share >= 0.6 else Rating.HARD if share >= 0.3 else Rating.VERY_HARD
