"""Fitting FSRS's parameters to one's own answers, and keeping them only if they are better."""

from dataclasses import dataclass
from functools import partial

from drillr.domain import evaluation
from drillr.domain.evaluation import Fit, Score
from drillr.domain.fsrs import Fsrs
from drillr.domain.fsrs_parameters import DEFAULTS
from drillr.domain.scopes import EVERYWHERE
from drillr.errors import NothingToDo
from drillr.services.context import Context
from drillr.services.evaluating import Step, own_reviews, predicted
from drillr.services.upkeep import change_setting

LEAST_TRIALS = 200
"""Fewer answers than this, a day or more after the one before, teach 21 parameters nothing."""
HELD_BACK = 5
"""One part of so many, the latest, is kept from the optimiser and judges what it found."""


@dataclass(frozen=True, slots=True)
class Fitting:
    """What fitting found: both sets of parameters, and their scores on what was held back.

    `adopted` says whether the new ones are now the setting, `rescheduled` how many cards moved.
    """

    trained: int
    held_back: int
    before: tuple[float, ...]
    after: tuple[float, ...]
    score_before: Score
    score_after: Score
    adopted: bool = False
    rescheduled: int = 0

    @property
    def is_better(self) -> bool:
        """Whether the new parameters predict what was held back better: by their log loss."""
        return self.score_after.log_loss < self.score_before.log_loss


def optimize(
    context: Context,
    fit: Fit,
    *,
    scope: str = EVERYWHERE,
    dry_run: bool = False,
    on_step: Step = lambda _: None,
) -> Fitting:
    """Fit the parameters to a subtree's answers, or all, and set them where they are better.

    What `on_step` raises stops the work.
    """
    reviews = own_reviews(context, scope, on_step)
    judged = evaluation.trials(reviews)
    if len(judged) < LEAST_TRIALS:
        raise NothingToDo(
            f"too few reviews to learn from: there are {len(judged)}, it takes {LEAST_TRIALS}",
            "Only answers a day or more after the question's last one count",
        )
    with context.database.transaction(write=False) as db:
        settings = context.rulebook(db).settings(scope)
    cut = len(judged) - len(judged) // HELD_BACK
    on_step("fitting")
    before, after = settings.fsrs_parameters or DEFAULTS, fit(reviews[: judged[cut].index])
    judging = partial(on_step, "judging")
    scores = [
        evaluation.score(judged[cut:], predicted(Fsrs(w, fuzz=False), reviews, judging)[cut:])
        for w in (before, after)
    ]
    found = Fitting(cut, len(judged) - cut, before, after, scores[0], scores[1])
    if dry_run or not found.is_better:
        return found
    moved = change_setting(context, "fsrs_parameters", list(after), scope=scope)
    return Fitting(
        cut, len(judged) - cut, before, after, scores[0], scores[1], adopted=True, rescheduled=moved
    )
