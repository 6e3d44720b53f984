"""How far the person's confidence can be trusted, per topic."""

from typing import TYPE_CHECKING

from drillr.domain.calibration import Calibration, Said, calibrate
from drillr.domain.rating import Rating
from drillr.domain.scopes import within
from drillr.services.context import Context
from drillr.services.upkeep import scope_named
from drillr.store import confidence

if TYPE_CHECKING:
    from drillr.store.connection import Connection


def calibration(context: Context, selector: str = "") -> list[Calibration]:
    """Confidence against what was right, for the part that a selector names and its topics."""
    with context.database.transaction(write=False) as db:
        scope = scope_named(db, selector)
        return calibrate(_said(db, context, scope))


def _said(db: "Connection", context: Context, scope: str) -> list[Said]:
    found = []
    for row in confidence.answers(db, context.user):
        if within(row.path, scope):
            right = Rating(row.rating).passed if row.is_correct is None else row.is_correct
            found.append(Said(row.path, row.confidence, right))
    return found
