"""How well each engine predicts recall: in a review log, or in the person's own answers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from drillr.domain import evaluation, replay
from drillr.domain.engine import Engine
from drillr.domain.evaluation import Fit, Review, Score
from drillr.domain.facts import Response
from drillr.domain.fsrs import Fsrs
from drillr.domain.fsrs_parameters import DEFAULTS
from drillr.domain.ids import QuestionId
from drillr.domain.sm2 import Sm2
from drillr.domain.sm2_classic import Sm2Classic
from drillr.errors import NothingToDo
from drillr.services.context import Context
from drillr.services.heard import heard
from drillr.store import histories, places

if TYPE_CHECKING:
    from drillr.store.connection import Connection

FITTED = "fsrs, fitted"
Step = Callable[[str], object]
"""Hears, again and again, what is done, in a word or two; what it raises stops the work."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Who predicted how well, best log loss first, and what was predicted.

    `judged` trials of `reviews` reviews of `cards` cards, of which `recalled` (0–1) were recalled.
    """

    scores: dict[str, Score]
    reviews: int
    cards: int
    judged: int
    recalled: float

    def lines(self) -> list[str]:
        """What was predicted, and a table of who predicted how well."""
        return [
            f"{self.judged} predictions from {self.reviews} answers to {self.cards} cards,"
            f" {self.recalled:.1%} recalled",
            *evaluation.table(self.scores),
        ]


def evaluate(
    reviews: Sequence[Review], fit: Fit | None = None, on_step: Step = lambda _: None
) -> Evaluation:
    """Every engine and two baselines over one log; with `fit` also FSRS fitted part by part."""
    judged = evaluation.trials(reviews)
    bounds = evaluation.splits(judged)
    if not bounds:
        raise NothingToDo(
            f"too few reviews to judge by: there are {len(judged)}",
            "Only answers a day or more after the question's last one count",
        )
    tested = judged[bounds[0][0] :]
    chances = {
        name: predicted(engine, reviews, partial(on_step, f"comparing {name}"))[-len(tested) :]
        for name, engine in engines().items()
    }
    chances["average"] = evaluation.average(judged)
    chances["moving average"] = evaluation.moving_average(judged)
    if fit is not None:
        comparing = partial(on_step, f"comparing {FITTED}")
        chances[FITTED] = evaluation.predicted_by_fits(
            lambda parameters, seen: predicted(_fitted(parameters), seen, comparing),
            fit, reviews, judged,
        )  # fmt: skip
    scores = {}
    for name, found in chances.items():
        on_step("judging")
        scores[name] = evaluation.score(tested, found)
    return Evaluation(
        scores=dict(sorted(scores.items(), key=lambda row: row[1].log_loss)),
        reviews=len(reviews),
        cards=len({review.card for review in reviews}),
        judged=len(tested),
        recalled=sum(trial.recalled for trial in tested) / len(tested),
    )


def predicted(
    engine: Engine, reviews: Sequence[Review], on_some: Callable[[], object]
) -> list[float]:
    """The engine's chance of recall for each trial; what `on_some` raises stops the work."""
    return evaluation.predicted(engine, heard(reviews, on_some))


def engines() -> dict[str, Engine]:
    """The engines that are compared, without fuzz, each as it is before any fitting."""
    return {"sm2": Sm2(fuzz=False), "sm2-classic": Sm2Classic(), "fsrs": _fitted(DEFAULTS)}


def own_reviews(context: Context, scope: str = "", on_step: Step = lambda _: None) -> list[Review]:
    """The person's answers that stand and count for the schedule, in the order of time."""
    reading = partial(on_step, "reading")
    with context.database.transaction(write=False) as db:
        found = sorted(_answers(db, context, scope, reading), key=lambda row: row[0])
    last: dict[QuestionId, date] = {}
    reviews = []
    for _, response in heard(found, reading):
        before = last.get(response.question_id, response.day)
        # A device whose clock or zone went back may answer "yesterday" after today.
        elapsed = max(0, (response.day - before).days)
        reviews.append(Review(response.question_id, response.rating, elapsed))
        last[response.question_id] = max(before, response.day)
    return reviews


def _answers(
    db: "Connection", context: Context, scope: str, reading: Callable[[], object]
) -> "list[tuple[tuple[object, ...], Response]]":
    facets = places.below(db, [scope]) if scope else None
    return [
        (fact.order, fact)
        for _, known in heard(histories.by_question(db, context.user, facets), reading)
        for fact in replay.live(known)
        if isinstance(fact, Response) and not fact.cram
    ]


def _fitted(parameters: tuple[float, ...]) -> Engine:
    return Fsrs(parameters, fuzz=False)
