"""What the answers of many people say about one question."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import sqrt
from statistics import median
from typing import NamedTuple

FEWEST_LEARNERS = 10


class Given(NamedTuple):
    """One answer: whose, whether it was right, how long it took, what was chosen, how rated."""

    learner: bytes
    correct: bool
    elapsed_ms: int
    selected: str | None
    rating: int


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """`difficulty` is the share (0-1) of right answers: low is hard.

    `discrimination` (-1 to 1) correlates being right here with being right elsewhere; None with
    fewer than ten learners, or where all did alike. `picks` counts options, `ratings` 1 to 4.
    """

    responses: int = 0
    learners: int = 0
    correct: int = 0
    discrimination: float | None = None
    median_ms: int = 0
    picks: Mapping[str, int] = field(default_factory=dict)
    ratings: Mapping[int, int] = field(default_factory=dict)

    @property
    def difficulty(self) -> float | None:
        """The share of right answers; None without any."""
        return self.correct / self.responses if self.responses else None


def item_statistics(
    answers: Iterable[Given], elsewhere: Mapping[bytes, tuple[int, int]]
) -> ItemStatistics:
    """The statistics of one question.

    `elsewhere` gives each learner's right answers and answers in all, to this question included.
    """
    given = list(answers)
    own: dict[bytes, list[bool]] = {}
    for one in given:
        own.setdefault(one.learner, []).append(one.correct)
    picks: Counter[str] = Counter()
    for one in given:
        picks.update(key for key in (one.selected or "").split(",") if key)
    return ItemStatistics(
        responses=len(given),
        learners=len(own),
        correct=sum(one.correct for one in given),
        discrimination=_discrimination(own, elsewhere),
        median_ms=round(median(one.elapsed_ms for one in given)) if given else 0,
        picks=dict(sorted(picks.items())),
        ratings=dict(sorted(Counter(one.rating for one in given).items())),
    )


def _discrimination(
    own: Mapping[bytes, list[bool]], elsewhere: Mapping[bytes, tuple[int, int]]
) -> float | None:
    """Pearson's correlation of each learner's share right here with their share right elsewhere."""
    pairs = []
    for learner, verdicts in own.items():
        right, count = elsewhere.get(learner, (0, 0))
        rest = count - len(verdicts)
        if rest > 0:
            here = sum(verdicts) / len(verdicts)
            pairs.append((here, (right - sum(verdicts)) / rest))
    if len(pairs) < FEWEST_LEARNERS:
        return None
    mean_x = sum(x for x, _ in pairs) / len(pairs)
    mean_y = sum(y for _, y in pairs) / len(pairs)
    spread_x = sum((x - mean_x) ** 2 for x, _ in pairs)
    spread_y = sum((y - mean_y) ** 2 for _, y in pairs)
    if spread_x <= 0 or spread_y <= 0:
        return None
    shared = sum((x - mean_x) * (y - mean_y) for x, y in pairs)
    return max(-1.0, min(1.0, shared / sqrt(spread_x * spread_y)))
