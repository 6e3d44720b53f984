"""Progress: mastery, retention, streaks, and what one answer adds to a day."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from operator import add

from drillr.domain import replay
from drillr.domain.card import Card, CardState
from drillr.domain.facts import Fact, Response
from drillr.domain.rating import Rating
from drillr.domain.replay import Rules, Step

MASTERED_DAYS = 21


def mastery_days(interval_days: int) -> int:
    """A card's share of mastery, in days of the 21 that count as mastered."""
    return min(interval_days, MASTERED_DAYS)


def mastery(total_mastery_days: int, questions: int) -> float:
    """Mastery of a subtree, 0–100: the mean of its questions' min(interval, 21) / 21."""
    if not questions:
        return 0.0
    return round(100 * total_mastery_days / (MASTERED_DAYS * questions), 2)


def retention(retained: int, reviewed: int) -> float | None:
    """The share (0–100) of reviews that were recalled; None before the first review."""
    return round(100 * retained / reviewed, 1) if reviewed else None


def streak(days: Collection[date], today: date) -> int:
    """Study days in a row up to today; a day that has just begun does not break it."""
    studied = set(days)
    last = today if today in studied else today - timedelta(days=1)
    length = 0
    while last - timedelta(days=length) in studied:
        length += 1
    return length


def longest_streak(days: Collection[date]) -> int:
    """The length of the longest run of study days; 0 without any."""
    studied, longest = set(days), 0
    for day in studied:
        if day - timedelta(days=1) not in studied:
            length = 1
            while day + timedelta(days=length) in studied:
                length += 1
            longest = max(longest, length)
    return longest


def run_ending(days: Collection[date]) -> int:
    """The length in days of the run that ends with the last day studied; 0 without any."""
    return streak(days, max(days)) if days else 0


@dataclass(frozen=True, slots=True)
class Activity:
    """What was done on one study day in one facet; sums of answers and milliseconds.

    `reviewed` counts answers to cards seen before that day, `retained` those of them that were
    recalled: their ratio is retention. Answers given to cram count as work, not as review.
    """

    responses: int = 0
    correct: int = 0
    new_cards: int = 0
    reviewed: int = 0
    retained: int = 0
    easy: int = 0
    medium: int = 0
    hard: int = 0
    very_hard: int = 0
    time_ms: int = 0

    def __add__(self, other: "Activity") -> "Activity":
        return Activity(*map(add, self.values(), other.values()))

    def __neg__(self) -> "Activity":
        return Activity(*(-value for value in self.values()))

    def values(self) -> tuple[int, ...]:
        """The sums in the order of the fields."""
        return (
            self.responses, self.correct, self.new_cards, self.reviewed, self.retained,
            self.easy, self.medium, self.hard, self.very_hard, self.time_ms,
        )  # fmt: skip


_NAMES = [field.name for field in fields(Activity)]
_RESPONSES, _CORRECT, _NEW = map(_NAMES.index, ("responses", "correct", "new_cards"))
_REVIEWED, _RETAINED, _TIME = map(_NAMES.index, ("reviewed", "retained", "time_ms"))
# The four ratings follow one another, in their own order.
_EASY = _NAMES.index("easy")


Sums = dict[date, list[int]]
"""What each study day amounts to, while it is being added up: an Activity's values."""


def activity_of(response: Response, before: Card) -> Activity:
    """What one answer adds to its day, given the card before it."""
    sums: Sums = {}
    add_answer(sums, response, before)
    return Activity(*sums[response.day])


def add_answer(sums: Sums, response: Response, before: Card) -> None:
    """Add one answer to its day, given the card before it."""
    row = sums.get(response.day)
    if row is None:
        row = sums[response.day] = [0] * len(_NAMES)
    rating = response.rating
    row[_RESPONSES] += 1
    row[_CORRECT] += response.counts_as_correct
    row[_EASY - 1 + rating] += 1
    row[_TIME] += response.elapsed_ms
    if response.cram:
        return
    if before.state is CardState.NEW:
        row[_NEW] += 1
    elif before.interval_days > 0:
        # An answer again on the day of a failure practises; only a day's first measures memory.
        row[_REVIEWED] += 1
        row[_RETAINED] += rating is not Rating.VERY_HARD


def summed(sums: Sums) -> dict[date, Activity]:
    """The days, added up."""
    return {day: Activity(*row) for day, row in sums.items()}


def daily(steps: Iterable[Step]) -> dict[date, Activity]:
    """What a card's life adds to each study day."""
    sums: Sums = {}
    for step in steps:
        if isinstance(step.fact, Response):
            add_answer(sums, step.fact, step.before)
    return summed(sums)


def daily_of(facts: Sequence[Fact], rules: Rules, seed: int) -> dict[date, Activity]:
    """The same from the facts about a question; several times faster for the usual history."""
    if not replay.is_straight(facts):
        return daily(replay.steps(facts, rules, seed))
    sums: Sums = {}
    add_straight(sums, facts, rules)
    return summed(sums)


def add_straight(sums: Sums, facts: Sequence[Response], rules: Rules) -> None:
    """Add all answers to a question that nothing else happened to (`replay.is_straight`)."""
    repeats_today = rules.engine.repeats_today
    first, review = True, False
    for response in facts:
        row = sums.get(response.day)
        if row is None:
            row = sums[response.day] = [0] * len(_NAMES)
        rating = response.rating
        row[_RESPONSES] += 1
        row[_CORRECT] += response.counts_as_correct
        row[_NEW] += first
        row[_REVIEWED] += review
        row[_RETAINED] += review and rating.passed
        row[_EASY - 1 + rating] += 1
        row[_TIME] += response.elapsed_ms
        # The next answer measures memory unless this one brings the card back today.
        review = not repeats_today(rating, first)
        first = False


class Gain:
    """What many answers add to one facet: card by card, in any order, while it is added up."""

    __slots__ = ("completed", "days", "last_activity_at", "mastery_days", "time_ms")

    def __init__(self) -> None:
        self.completed = self.mastery_days = self.time_ms = 0
        self.last_activity_at: datetime | None = None
        self.days: set[date] = set()

    def answer(self, response: Response) -> None:
        """Add the day and the time of an answer."""
        self.days.add(response.day)
        self.time_ms += response.elapsed_ms

    def day(self, day: date, activity: Activity) -> None:
        """Add a day's answers and their time; nothing was taken back of either."""
        if activity.responses:
            self.days.add(day)
        self.time_ms += activity.time_ms

    def card(self, before: Card, after: Card) -> None:
        """Add what all answers to one question made of its card."""
        self.completed += before.total_reviews == 0 and after.total_reviews > 0
        days, held = after.interval_days, before.interval_days
        self.mastery_days += (days if days < MASTERED_DAYS else MASTERED_DAYS) - (
            held if held < MASTERED_DAYS else MASTERED_DAYS
        )
        at = after.last_reviewed_at
        if at is not None and (self.last_activity_at is None or at > self.last_activity_at):
            self.last_activity_at = at


@dataclass(frozen=True, slots=True)
class FacetProgress:
    """How far one person got in one facet; a fold over the facet's cards and days.

    `questions` and `completed` count active questions, and those answered at least once.
    `streak_days` is the run of study days that ends with `last_day`.
    """

    questions: int = 0
    completed: int = 0
    mastery_days: int = 0
    last_activity_at: datetime | None = None
    last_day: date | None = None
    streak_days: int = 0
    time_ms: int = 0

    @property
    def mastery(self) -> float:
        """Mastery 0-100."""
        return mastery(self.mastery_days, self.questions)

    def answered(self, response: Response, before: Card, after: Card) -> "FacetProgress":
        """The progress after an answer on the last day so far, or a later one."""
        streak_days = self.streak_days
        if self.last_day is None or response.day > self.last_day + timedelta(days=1):
            streak_days = 1
        elif response.day > self.last_day:
            streak_days += 1
        gained = mastery_days(after.interval_days) - mastery_days(before.interval_days)
        return FacetProgress(
            questions=self.questions,
            completed=self.completed + (before.total_reviews == 0 and after.total_reviews > 0),
            mastery_days=self.mastery_days + gained,
            last_activity_at=_later(self.last_activity_at, after.last_reviewed_at),
            last_day=response.day,
            streak_days=streak_days,
            time_ms=self.time_ms + response.elapsed_ms,
        )

    def gained(self, gain: Gain) -> "FacetProgress | None":
        """The progress after many answers of any day.

        None where one is of the very day before the run began: what lies before that isn't known.
        """
        last_day, streak_days = self.last_day, self.streak_days
        for day in sorted(gain.days):
            if last_day is not None and day < last_day:
                if day == last_day - timedelta(days=streak_days):
                    return None
                continue
            if last_day is None or day > last_day + timedelta(days=1):
                streak_days = 1
            elif day > last_day:
                streak_days += 1
            last_day = day
        return FacetProgress(
            questions=self.questions,
            completed=self.completed + gain.completed,
            mastery_days=self.mastery_days + gain.mastery_days,
            last_activity_at=_later(self.last_activity_at, gain.last_activity_at),
            last_day=last_day,
            streak_days=streak_days,
            time_ms=self.time_ms + gain.time_ms,
        )


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    """The later of two instants: a clock that goes back gives answers before earlier ones."""
    if one is None or other is None:
        return one or other
    return max(one, other)
