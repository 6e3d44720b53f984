"""How well recall is predicted, measured as the public spaced-repetition benchmark does.

Source: the open-spaced-repetition project's `srs-benchmark`. Days are whole study days; only
answers at least a day after the last one are judged, and the log is cut by time into six parts, the
last five of which are predicted from what came before them. Unlike it, drillr drops no outliers.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import exp, floor, log, sqrt

from drillr.domain.card import Card
from drillr.domain.engine import Engine
from drillr.domain.rating import Rating

PARTS = 6
_NOON = datetime(2000, 1, 1, 12, tzinfo=UTC)
# Probabilities are kept off 0 and 1 by a double's resolution, as the benchmark's library does.
_EPSILON = 2.0**-52


@dataclass(frozen=True, slots=True)
class Review:
    """One line of a review log: which card, how it went, and days since its last review.

    `elapsed_days` is in study days; 0 for a card's first review and for another on the same day.
    """

    card: Hashable
    rating: Rating
    elapsed_days: int


@dataclass(frozen=True, slots=True)
class Trial:
    """A review that is judged: its place in the log, and what its bin is made of.

    `nth` counts the card's study days up to this one, `lapses` its earlier days begun by a miss.
    """

    index: int
    recalled: bool
    elapsed_days: int
    nth: int
    lapses: int


@dataclass(frozen=True, slots=True)
class Score:
    """Log loss and RMSE(bins), both better when lower; AUC better when higher.

    AUC is None where everything or nothing was recalled.
    """

    log_loss: float
    rmse_bins: float
    auc: float | None


def table(scores: Mapping[str, Score]) -> list[str]:
    """Lines that set scores side by side, with a head."""
    lines = [f"{'':<16}{'log loss':>8}{'RMSE(bins)':>12}  {'AUC':>6}"]
    for name, score in scores.items():
        auc = "     –" if score.auc is None else f"{score.auc:6.3f}"
        lines.append(f"{name:<16}{score.log_loss:8.4f}{score.rmse_bins:12.4f}  {auc}")
    return lines


def trials(reviews: Sequence[Review]) -> list[Trial]:
    """The reviews that are judged, in the order of the log, which is that of time."""
    seen: dict[Hashable, tuple[int, int]] = {}
    found = []
    for index, review in enumerate(reviews):
        days, lapses = seen.get(review.card, (0, 0))
        if days and review.elapsed_days > 0:
            days += 1
            found.append(Trial(index, review.rating.passed, review.elapsed_days, days, lapses))
            lapses += not review.rating.passed
        seen[review.card] = (max(days, 1), lapses)
    return found


def splits(judged: Sequence[Trial]) -> list[tuple[int, int]]:
    """Where each predicted part begins and ends in the list of trials; none when they are few."""
    size = len(judged) // PARTS
    first = len(judged) - (PARTS - 1) * size
    return [(first + n * size, first + (n + 1) * size) for n in range(PARTS - 1)] if size else []


def predicted(engine: Engine, reviews: Iterable[Review]) -> list[float]:
    """The engine's chance of recall for each trial, as it stands before that trial."""
    cards: dict[Hashable, Card] = {}
    chances = []
    for review in reviews:
        card = cards.get(review.card, Card())
        if card.last_reviewed_at is not None:
            # Engines look at spans alone: every one begins at the same noon.
            card = replace(card, last_reviewed_at=_NOON)
        at = _NOON + timedelta(days=review.elapsed_days)
        chance = engine.recall(card, at)
        if chance is not None and review.elapsed_days > 0:
            chances.append(chance)
        after = engine.review(card, review.rating, at, 0)
        cards[review.card] = replace(after, total_reviews=card.total_reviews + 1)
    return chances


def average(judged: Sequence[Trial]) -> list[float]:
    """For each predicted trial the share recalled in all parts before its own."""
    chances: list[float] = []
    for start, end in splits(judged):
        recalled = sum(trial.recalled for trial in judged[:start])
        chances += [recalled / start] * (end - start)
    return chances


def moving_average(judged: Sequence[Trial]) -> list[float]:
    """For each predicted trial a running share, updated by every trial (logit 1.2, step 0.3)."""
    logit, chances = 1.2, []
    for trial in judged:
        chance = 1 / (1 + exp(-logit))
        chances.append(chance)
        logit += 0.3 * (trial.recalled - chance)
    bounds = splits(judged)
    return chances[bounds[0][0] :] if bounds else []


Fit = Callable[[Sequence[Review]], tuple[float, ...]]
"""Finds parameters in the reviews up to some moment."""


def predicted_by_fits(
    predict: Callable[[tuple[float, ...], Sequence[Review]], list[float]],
    fit: Fit,
    reviews: Sequence[Review],
    judged: Sequence[Trial],
) -> list[float]:
    """For each predicted trial the chance by an engine fitted to all parts before its own.

    `predict` gives what an engine with these parameters predicts of these reviews.
    """
    chances: list[float] = []
    for start, end in splits(judged):
        parameters = fit(reviews[: judged[start].index])
        seen = reviews[: judged[end - 1].index + 1]
        chances += predict(parameters, seen)[start:end]
    return chances


def score(judged: Sequence[Trial], chances: Sequence[float]) -> Score:
    """How well these chances predicted these trials; at least one."""
    return Score(log_loss(judged, chances), rmse_bins(judged, chances), auc(judged, chances))


def log_loss(judged: Sequence[Trial], chances: Sequence[float]) -> float:
    """The mean of -log of the chance that was given to what happened."""
    total = 0.0
    for trial, chance in zip(judged, chances, strict=True):
        given = chance if trial.recalled else 1 - chance
        total -= log(min(1 - _EPSILON, max(_EPSILON, given)))
    return total / len(judged)


def rmse_bins(judged: Sequence[Trial], chances: Sequence[float]) -> float:
    """Root mean square of predicted minus real recall over bins of like trials, by their size."""
    bins: dict[tuple[float, float, float], tuple[int, float]] = {}
    for trial, chance in zip(judged, chances, strict=True):
        key = bin_of(trial)
        count, off = bins.get(key, (0, 0.0))
        bins[key] = (count + 1, off + chance - trial.recalled)
    return sqrt(sum(count * (off / count) ** 2 for count, off in bins.values()) / len(judged))


def bin_of(trial: Trial) -> tuple[float, float, float]:
    """The bin: days elapsed, study days and lapses, each on a scale that grows by powers."""
    return (
        round(2.48 * 3.62 ** _power(trial.elapsed_days, 3.62), 2),
        round(1.99 * 1.89 ** _power(trial.nth, 1.89)),
        round(1.65 * 1.73 ** _power(trial.lapses, 1.73)) if trial.lapses else 0,
    )


def _power(value: int, base: float) -> int:
    return floor(log(value) / log(base))


def auc(judged: Sequence[Trial], chances: Sequence[float]) -> float | None:
    """The chance that a recalled trial was given a higher chance than a missed one."""
    recalled = sum(trial.recalled for trial in judged)
    missed = len(judged) - recalled
    if not recalled or not missed:
        return None
    rank_sum, rank = 0.0, 1
    for group in _equal_groups(sorted(zip(chances, judged, strict=True), key=lambda row: row[0])):
        # Equal chances share the mean of their ranks.
        middle = rank + (len(group) - 1) / 2
        rank_sum += middle * sum(group)
        rank += len(group)
    return (rank_sum - recalled * (recalled + 1) / 2) / (recalled * missed)


def _equal_groups(rows: Iterable[tuple[float, Trial]]) -> list[list[bool]]:
    groups: list[list[bool]] = []
    last = None
    for chance, trial in rows:
        if chance != last:
            groups.append([])
            last = chance
        groups[-1].append(trial.recalled)
    return groups
