"""What many answers say in sum: by hour, by interval, by how sure one was."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

# Days since the answer before, from each bound up to the next.
GAPS = (1, 2, 4, 8, 15, 31, 61, 121, 241)
INTERVALS = (0, 1, 2, 4, 8, 15, 31, 61, 121, 241, 366)


@dataclass(frozen=True, slots=True)
class Share:
    """How many of some answers were right; the label says which answers."""

    label: str
    right: int
    total: int

    @property
    def percent(self) -> float | None:
        """0-100; None without answers."""
        return 100 * self.right / self.total if self.total else None


def by_hour(rows: Iterable[tuple[datetime, int, int]], zone: tzinfo) -> list[Share]:
    """Answers by the person's hour of day, from rows of (UTC hour, answers, recalled)."""
    total, right = [0] * 24, [0] * 24
    for at, answers, recalled in rows:
        hour = at.astimezone(zone).hour
        total[hour] += answers
        right[hour] += recalled
    return [Share(f"{hour}", right[hour], total[hour]) for hour in range(24)]


def by_gap(rows: Iterable[tuple[int, int, int]]) -> list[Share]:
    """Recall by the days since the answer before, from rows of (days, answers, recalled).

    An answer on the day of the one before measures no memory and is left out.
    """
    total, right = [0] * len(GAPS), [0] * len(GAPS)
    for days, answers, recalled in rows:
        if days >= GAPS[0]:
            at = sum(bound <= days for bound in GAPS) - 1
            total[at] += answers
            right[at] += recalled
    return [Share(f"{label} d", right[at], total[at]) for at, label in enumerate(_ranges(GAPS))]


def by_sureness(rows: Iterable[tuple[int, int, int]]) -> list[Share]:
    """How often each degree of confidence (1-5) was right, from (degree, answers, right)."""
    total, right = [0] * 6, [0] * 6
    for degree, answers, correct in rows:
        total[degree] += answers
        right[degree] += correct
    return [Share(str(degree), right[degree], total[degree]) for degree in range(1, 6)]


def histogram(rows: Iterable[tuple[int, int]]) -> list[tuple[str, int]]:
    """Cards by interval, from rows of (days, cards)."""
    counts = [0] * len(INTERVALS)
    for days, cards in rows:
        counts[sum(bound <= days for bound in INTERVALS) - 1] += cards
    return list(zip(_ranges(INTERVALS), counts, strict=True))


def eases(rows: Iterable[tuple[int, int]]) -> list[tuple[str, int]]:
    """Cards by ease in steps of 0.2, from rows of (ease in hundredths, cards); no empty ends."""
    counts: dict[int, int] = {}
    for ease, cards in rows:
        counts[ease // 20] = counts.get(ease // 20, 0) + cards
    if not counts:
        return []
    steps = range(min(counts), max(counts) + 1)
    return [(f"{step / 5:.1f}", counts.get(step, 0)) for step in steps]


def _ranges(bounds: tuple[int, ...]) -> list[str]:
    """`0`, `2-3`, …, `366+`: each bound up to the next."""
    names = []
    for at, low in enumerate(bounds):
        high = bounds[at + 1] - 1 if at + 1 < len(bounds) else None
        names.append(f"{low}+" if high is None else str(low) if high == low else f"{low}-{high}")
    return names
