"""Shortens facts that no server takes, in the store that made them and before they are sent."""

from collections.abc import Sequence

from drillr.domain.fitting import fits, fitted
from drillr.domain.log import Run
from drillr.services.context import Context
from drillr.services.replaying import rederive_all
from drillr.store import fact_log


def shorten(context: Context, runs: Sequence[Run]) -> int:
    """Cut those of these facts that are too long, and derive everything anew; how many were.

    Only for facts that nobody else has.
    """
    long = [fact for run in runs for fact in run.facts if not fits(fact)]
    if long:
        with context.database.transaction() as db:
            fact_log.rewrite(db, context.user, [fitted(fact) for fact in long])
            rederive_all(db, context)
    return len(long)
