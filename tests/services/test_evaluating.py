"""Judging and fitting over one's own answers: what is counted, and when parameters are kept."""

import random
from collections.abc import Sequence
from datetime import timedelta

import pytest

from drillr.bootstrap import parameter_fitter
from drillr.domain import evaluation
from drillr.domain.evaluation import Review
from drillr.domain.facts import EventType
from drillr.domain.fsrs import Fsrs, memory_model, retrievability
from drillr.domain.fsrs_parameters import DEFAULTS, within_bounds
from drillr.domain.ids import question_id
from drillr.domain.rating import Rating
from drillr.errors import NothingToDo
from drillr.services.context import Context
from drillr.services.evaluating import FITTED, evaluate, own_reviews
from drillr.services.heard import EACH
from drillr.services.importing import import_paths
from drillr.services.optimizing import optimize
from drillr.services.recording import Answer, record_answer
from drillr.services.undoing import undo_last
from drillr.services.upkeep import examine
from drillr.store import facts
from tests.conftest import Bank, Clock, mcq

# Someone on whom each review leaves little, and who forgets for good.
TRUTH = (0.3, 0.5, 1.0, 3.0, *DEFAULTS[4:8], 0.0, *DEFAULTS[9:20], 0.8)


@pytest.fixture
def library(context: Context, bank: Bank) -> Context:
    """Two facets of 75 questions."""
    bank("a__b__c__d", [mcq(n) for n in range(75)])
    import_paths(context, [str(bank("a__b__x__y", [mcq(n) for n in range(75, 150)]))])
    return context


def learn(context: Context, clock: Clock, parameters: tuple[float, ...], days: int) -> None:
    """Answer like someone whose memory follows these parameters, for so many days."""
    rng, engine = random.Random(11), Fsrs(parameters, fuzz=False)
    memory: dict[int, tuple[float, float, int]] = {}
    first, following = memory_model(engine.parameters)
    for day in range(days):
        with context.database.transaction() as db:
            book = context.rulebook(db)
            for number in rng.sample(range(150), 30):
                known = memory.get(number)
                if known is None:
                    rating = rng.choice([Rating.VERY_HARD, Rating.HARD, Rating.MEDIUM])
                    stability, difficulty = first[5 - rating]
                else:
                    stability, difficulty, last = known
                    chance = retrievability(engine.parameters, stability, day - last)
                    rating = Rating.MEDIUM if rng.random() < chance else Rating.VERY_HARD
                    stability, difficulty = following(stability, difficulty, day - last, 5 - rating)
                memory[number] = (stability, difficulty, day)
                key = question_id(f"q-{number:03d}")
                record_answer(db, context, book, Answer(key, rating, 3000))
        clock.at += timedelta(days=1)


def test_own_answers_are_those_that_stand_and_count(library: Context, clock: Clock) -> None:
    """Cram answers and what was taken back are left out; days are study days."""
    key, other = question_id("q-001"), question_id("q-131")
    with library.database.transaction() as db:
        book = library.rulebook(db)
        record_answer(db, library, book, Answer(key, Rating.MEDIUM, 1))
        record_answer(db, library, book, Answer(other, Rating.EASY, 1))
        clock.at += timedelta(days=2, hours=10)
        record_answer(db, library, book, Answer(key, Rating.EASY, 1, cram=True))
        record_answer(db, library, book, Answer(key, Rating.HARD, 1))
        record_answer(db, library, book, Answer(key, Rating.HARD, 1))
    undo_last(library, 1)
    first = [Review(key, Rating.MEDIUM, 0), Review(other, Rating.EASY, 0)]
    assert own_reviews(library) == [*first, Review(key, Rating.HARD, 2)]
    assert own_reviews(library, "a__b__x") == [first[1]]


def test_fitting_pays_and_is_a_setting(library: Context, clock: Clock) -> None:
    """Parameters fitted to a steady learner predict better what was held back, and are set."""
    learn(library, clock, TRUTH, 30)
    fit = parameter_fitter()
    found = optimize(library, fit, dry_run=True)
    assert found.is_better
    assert not found.adopted
    assert within_bounds(found.after)
    found = optimize(library, fit)
    assert found.adopted
    assert found.score_after.log_loss < found.score_before.log_loss
    with library.database.transaction(write=False) as db:
        assert library.settings(db).fsrs_parameters == found.after
        events = facts.events_of_types(db, library.user, [EventType.SETTINGS_CHANGED])
        assert [list(event.data) for event in events] == [["fsrs_parameters"]]
    assert not examine(library).problems
    again = optimize(library, fit)
    assert not again.adopted, "the same fit is no better than itself"
    judged = evaluate(own_reviews(library), fit)
    assert judged.scores[FITTED].log_loss < judged.scores["fsrs"].log_loss
    assert judged.scores.keys() == {
        "sm2", "sm2-classic", "fsrs", FITTED, "average", "moving average"
    }  # fmt: skip


def test_what_is_no_better_is_not_kept(library: Context, clock: Clock) -> None:
    """Parameters that predict worse are shown and dropped; the settings stay as they were."""
    learn(library, clock, DEFAULTS, 15)
    worse = (0.001, 0.001, 0.001, 0.001, *DEFAULTS[4:])
    found = optimize(library, lambda reviews: worse)
    assert not found.is_better
    assert not found.adopted
    with library.database.transaction(write=False) as db:
        assert library.settings(db).fsrs_parameters == ()


def test_the_optimiser_never_sees_what_judges_it(library: Context, clock: Clock) -> None:
    """The latest fifth of the trials, and all that comes with them, is held back."""
    learn(library, clock, DEFAULTS, 15)
    seen: list[int] = []

    def fit(reviews: Sequence[Review]) -> tuple[float, ...]:
        seen.append(len(reviews))
        return DEFAULTS

    found = optimize(library, fit, dry_run=True)
    judged = evaluation.trials(own_reviews(library))
    assert found.held_back == len(judged) // 5
    assert seen == [judged[-found.held_back].index]


def test_too_few_answers_teach_nothing(library: Context, clock: Clock) -> None:
    """The error says how many there are, and how many it takes."""
    with pytest.raises(NothingToDo, match="there are 0"):
        evaluate(own_reviews(library))
    learn(library, clock, DEFAULTS, 5)
    with pytest.raises(NothingToDo, match="it takes 200"):
        optimize(library, parameter_fitter())


def test_judging_and_fitting_can_be_stopped_at_every_step(library: Context, clock: Clock) -> None:
    """Each step says what it does while it goes on, and what that raises ends it."""
    learn(library, clock, DEFAULTS, 15)

    def fit(reviews: Sequence[Review]) -> tuple[float, ...]:
        del reviews
        return DEFAULTS

    reviews, steps = own_reviews(library), list[str]()
    evaluate(reviews, fit, steps.append)
    optimize(library, fit, dry_run=True, on_step=steps.append)
    assert {*steps} == {
        "comparing sm2", "comparing sm2-classic", "comparing fsrs", "comparing fsrs, fitted",
        "judging", "reading", "fitting",
    }  # fmt: skip
    most = max(steps.count(name) for name in steps if name.startswith("comparing"))
    assert most >= len(reviews) // EACH

    def stop(step: str) -> None:
        if step == last:
            raise InterruptedError(step)

    for last in {*steps}:
        with pytest.raises(InterruptedError, match=last):
            evaluate(own_reviews(library, "", stop), fit, stop)
            optimize(library, fit, on_step=stop)
