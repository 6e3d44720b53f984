"""`drillr evaluate` and `drillr optimize`: how well recall is predicted, and fitting the model."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from drillr.bootstrap import parameter_fitter
from drillr.domain.evaluation import Fit, table
from drillr.domain.phrases import counted
from drillr.domain.settings import text_of
from drillr.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from drillr.services.context import Context
    from drillr.services.evaluating import Evaluation
    from drillr.services.optimizing import Fitting


def run_evaluate(
    store: "Callable[[], Context]", log: Path | None, *, own: bool, place: str, as_json: bool
) -> int:
    """Print how well each engine predicts a log's recall, or (opening the store) one's own."""
    from drillr.services.evaluating import FITTED, evaluate, own_reviews

    if own == (log is not None):
        raise UsageError(
            "name a review log, or your own answers", "drillr evaluate LOG.csv, or --self"
        )
    if place and not own:
        raise UsageError("a review log has no parts", "--for goes with --self")
    # What is asked for comes first: a file that isn't there matters more than a missing extra.
    if log is not None:
        from drillr.formats.review_log import read_log

        reviews = read_log(log)
    else:
        context = store()
        reviews = own_reviews(context, _scope(context, place))
    fit: Fit | None = None
    try:
        fit = parameter_fitter()
    except UsageError as error:
        if not as_json:
            print(f"{FITTED}: {error}", file=sys.stderr)
    found = evaluate(reviews, fit)
    print(_evaluation_json(found) if as_json else "\n".join(found.lines()))
    return 0


def run_optimize(context: "Context", *, place: str, dry_run: bool, as_json: bool) -> int:
    """Fit FSRS to one's own answers, print what that gains, and set what is better."""
    from drillr.services.optimizing import optimize

    fit = parameter_fitter()
    found = optimize(context, fit, scope=_scope(context, place), dry_run=dry_run)
    print(_fitting_json(found) if as_json else _fitting_text(found))
    if not as_json:
        print(_verdict(found, dry_run), file=sys.stderr)
    return 0


def _scope(context: "Context", place: str) -> str:
    from drillr.services.upkeep import scope_named

    with context.database.transaction(write=False) as db:
        return scope_named(db, place)


def _evaluation_json(found: "Evaluation") -> str:
    return json.dumps(asdict(found))


def _fitting_text(found: "Fitting") -> str:
    return "\n".join(
        [
            f"fitted to {found.trained} answers, judged by the {found.held_back} after them",
            *table({"before": found.score_before, "after": found.score_after}),
            "",
            f"parameters: {text_of(found.after)}",
        ]
    )


def _fitting_json(found: "Fitting") -> str:
    return json.dumps(asdict(found) | {"better": found.is_better})


def _verdict(found: "Fitting", dry_run: bool) -> str:
    if found.adopted:
        return f"set as fsrs_parameters; {counted(found.rescheduled, 'card')} rescheduled"
    if not found.is_better:
        return "no better than the old ones, which stay"
    return "better; nothing was changed" if dry_run else "better"
