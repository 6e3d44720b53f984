"""Judging predictions: each measure against its plain definition, and engines against a model."""

import math
import random
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

import fsrs_rs_python
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drillr.domain import evaluation
from drillr.domain.evaluation import Review, Score, Trial
from drillr.domain.fsrs import Fsrs
from drillr.domain.fsrs_parameters import DEFAULTS
from drillr.domain.rating import Rating
from drillr.domain.sm2 import Sm2
from drillr.domain.sm2_classic import Sm2Classic

REVIEWS = st.lists(
    st.builds(
        Review, st.integers(1, 4), st.sampled_from(Rating), st.sampled_from([0, 0, 1, 2, 9, 400])
    ),
    max_size=60,
)
JUDGED = st.lists(
    st.tuples(
        st.builds(
            Trial, st.just(0), st.booleans(), st.integers(1, 900), st.integers(2, 40),
            st.integers(0, 12),
        ),
        st.floats(0, 1).map(lambda chance: round(chance, 2)),
    ),
    min_size=1,
    max_size=40,
)  # fmt: skip


def random_log(seed: int, cards: int = 40, reviews: int = 600) -> list[Review]:
    """A log with same-day repeats and gaps of days to months."""
    rng = random.Random(seed)
    ratings = [Rating.MEDIUM] * 6 + [Rating.EASY, Rating.HARD, Rating.VERY_HARD, Rating.VERY_HARD]
    return [
        Review(rng.randrange(cards), rng.choice(ratings), rng.choice([0, 0, 1, 3, 8, 30, 90]))
        for _ in range(reviews)
    ]


@given(REVIEWS)
def test_what_is_judged_is_every_review_a_day_or_more_after_the_last(
    reviews: list[Review],
) -> None:
    """Trials in the log's order, with the days and lapses that came before them."""
    expected = []
    histories: defaultdict[object, list[Review]] = defaultdict(list)
    for index, review in enumerate(reviews):
        before = histories[review.card]
        if before and review.elapsed_days > 0:
            later = [one for one in before[1:] if one.elapsed_days > 0]
            lapses = sum(not one.rating.passed for one in later)
            expected.append(
                Trial(index, review.rating.passed, review.elapsed_days, len(later) + 2, lapses)
            )
        before.append(review)
    assert evaluation.trials(reviews) == expected


@given(st.integers(0, 5000))
def test_five_parts_of_six_are_predicted_in_turn(count: int) -> None:
    """The parts are equal, adjoin, and end with the last trial."""
    bounds = evaluation.splits([Trial(n, True, 1, 2, 0) for n in range(count)])
    assert (bounds == []) == (count < 6)
    for (_, end), (start, _) in pairwise(bounds):
        assert end == start
    if bounds:
        assert bounds[-1][1] == count
        assert {end - start for start, end in bounds} == {count // 6}
        assert bounds[0][0] > 0


@settings(max_examples=60)
@given(JUDGED)
def test_each_measure_is_its_definition(rows: list[tuple[Trial, float]]) -> None:
    """Log loss, area under the curve and RMSE(bins), each written out the slow way."""
    judged, chances = [trial for trial, _ in rows], [chance for _, chance in rows]
    found = evaluation.score(judged, chances)
    terms = [
        math.log(min(1 - 2**-52, max(2**-52, chance if trial.recalled else 1 - chance)))
        for trial, chance in rows
    ]
    assert found.log_loss == pytest.approx(-math.fsum(terms) / len(rows))
    pairs = [
        (high > low) + (high == low) / 2
        for yes, high in rows
        for no, low in rows
        if yes.recalled and not no.recalled
    ]
    assert found.auc == (pytest.approx(sum(pairs) / len(pairs)) if pairs else None)
    bins = defaultdict(list)
    for trial, chance in rows:
        bins[evaluation.bin_of(trial)].append(chance - trial.recalled)
    squares = sum(len(off) * (math.fsum(off) / len(off)) ** 2 for off in bins.values())
    assert found.rmse_bins == pytest.approx(math.sqrt(squares / len(rows)), abs=1e-12)


@pytest.mark.parametrize(
    ("trial", "key"),
    [
        # By hand: 2.48 × 3.62^k, 1.99 × 1.89^k, 1.65 × 1.73^k with k the whole power below.
        (Trial(0, True, 1, 2, 0), (2.48, 4, 0)),
        (Trial(0, True, 3, 3, 1), (2.48, 4, 2)),
        (Trial(0, True, 4, 4, 2), (8.98, 7, 3)),
        (Trial(0, True, 30, 10, 4), (32.5, 13, 5)),
        (Trial(0, True, 400, 40, 10), (425.88, 48, 15)),
    ],
)
def test_bins_are_the_benchmarks(trial: Trial, key: tuple[float, float, float]) -> None:
    """Like trials share a bin: powers of days elapsed, of study days, and of lapses."""
    assert evaluation.bin_of(trial) == key


def test_our_fsrs_predicts_what_the_rust_implementation_predicts() -> None:
    """Each chance of recall equals that of an independent implementation (in single precision)."""
    reviews = random_log(3)
    chances = evaluation.predicted(Fsrs(fuzz=False), reviews)
    model, expected = fsrs_rs_python.FSRS(DEFAULTS), []
    factor = 0.9 ** (1 / -DEFAULTS[20]) - 1
    histories: defaultdict[object, list[fsrs_rs_python.FSRSReview]] = defaultdict(list)
    for review in reviews:
        history = histories[review.card]
        days = review.elapsed_days if history else 0
        if history and days:
            memory = model.memory_state(fsrs_rs_python.FSRSItem(history))
            expected.append((1 + factor * days / memory.stability) ** -DEFAULTS[20])
        history.append(fsrs_rs_python.FSRSReview(5 - review.rating, days))
    assert chances == pytest.approx(expected, abs=2e-5)


def test_sm2_predicts_by_elapsed_over_interval() -> None:
    """0.9 to the power of the days elapsed over the days that were scheduled."""
    reviews = [Review("a", Rating.MEDIUM, days) for days in (0, 3, 5)]
    assert evaluation.predicted(Sm2Classic(), reviews) == [0.9**3, 0.9 ** (5 / 6)]
    # 2 days, then (2 + 0.5) × 2.5 = 6.
    assert evaluation.predicted(Sm2(fuzz=False), reviews) == [0.9 ** (3 / 2), 0.9 ** (5 / 6)]


def test_baselines_know_only_what_came_before() -> None:
    """The average of earlier parts, and a running share that every trial moves."""
    judged = [Trial(n, n % 3 > 0, 1, 2, 0) for n in range(12)]
    averages = evaluation.average(judged)
    assert averages[:4] == [1 / 2, 1 / 2, 2 / 4, 2 / 4]
    assert len(averages) == 10
    moving = evaluation.moving_average(judged)
    assert len(moving) == 10
    logit = 1.2
    for trial in judged[:2]:
        logit += 0.3 * (trial.recalled - 1 / (1 + math.exp(-logit)))
    assert moving[0] == pytest.approx(1 / (1 + math.exp(-logit)))


def test_a_table_sets_scores_side_by_side() -> None:
    """A line for each, all as wide as the head, and a dash where nothing can be told apart."""
    scores = {"sm2": Score(0.60441, 0.1, 0.5), "average": Score(0.5, 0.25, None)}
    head, *lines = evaluation.table(scores)
    assert [line.split() for line in lines] == [
        ["sm2", "0.6044", "0.1000", "0.500"], ["average", "0.5000", "0.2500", "–"],
    ]  # fmt: skip
    assert {len(line) for line in lines} == {len(head)}


def test_a_fit_sees_only_what_came_before() -> None:
    """No part is predicted from a fit that saw it, and each chance is the fitted engine's."""
    reviews = random_log(5)
    judged = evaluation.trials(reviews)
    seen: list[int] = []

    def fit(known: Sequence[Review]) -> tuple[float, ...]:
        seen.append(len(known))
        return DEFAULTS

    chances = evaluation.predicted_by_fits(
        lambda parameters, seen: evaluation.predicted(Fsrs(parameters), seen), fit, reviews, judged
    )
    bounds = evaluation.splits(judged)
    assert seen == [judged[start].index for start, _ in bounds]
    assert chances == evaluation.predicted(Fsrs(), reviews)[bounds[0][0] :]
