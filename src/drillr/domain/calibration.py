"""How far confidence can be trusted: what was said before the reveal against what was right."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from drillr.domain.paths import SEPARATOR

# The normal distribution's quantile for an interval that holds 95 of 100 times.
_Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Said:
    """An answer given with a confidence (1-5) before the reveal, and whether it was right."""

    path: str
    confidence: int
    is_right: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """The answers of one confidence: how many, how many right, and the interval of their share.

    `low` and `high` (0-1) are Wilson's 95 % interval (1927), which is sound for few answers too.
    """

    confidence: int
    answers: int
    right: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """The share that was right, 0-1."""
        return self.right / self.answers


@dataclass(frozen=True, slots=True)
class Calibration:
    """One topic's bins, least confident first; an empty topic is the whole library."""

    topic: str
    bins: tuple[Bin, ...]


def wilson(right: int, answers: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share; (0, 1) without answers."""
    if not answers:
        return 0.0, 1.0
    share = right / answers
    spread = _Z * sqrt(share * (1 - share) / answers + _Z**2 / (4 * answers**2))
    centre, scale = share + _Z**2 / (2 * answers), 1 + _Z**2 / answers
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def calibrate(said: Iterable[Said]) -> list[Calibration]:
    """The whole library's bins first, then those of each topic in which confidence was asked."""
    counts: dict[str, dict[int, tuple[int, int]]] = {}
    for one in said:
        for topic in ("", one.path.split(SEPARATOR, 1)[0]):
            bins = counts.setdefault(topic, {})
            answers, right = bins.get(one.confidence, (0, 0))
            bins[one.confidence] = (answers + 1, right + one.is_right)
    return [
        Calibration(topic, tuple(_bin(level, *bins[level]) for level in sorted(bins)))
        for topic, bins in sorted(counts.items())
    ]


def _bin(confidence: int, answers: int, right: int) -> Bin:
    return Bin(confidence, answers, right, *wilson(right, answers))
