"""Overwriting questions with what a file says now, and noticing whose answer is another one."""

from typing import TYPE_CHECKING

from drillr.domain.ids import question_id
from drillr.services import editing
from drillr.services.context import Context
from drillr.store import arrivals, authoring
from drillr.store.arrivals import Arrivals

if TYPE_CHECKING:
    from drillr.services.importing import Report
    from drillr.store.connection import Connection


def overwrite(
    db: "Connection", context: Context, changed: Arrivals, report: "Report", *, relearn: bool
) -> None:
    """Write the questions; with `relearn`, ask those anew that have another answer now."""
    ids = {draft.external_id: question_id(draft.external_id) for _, draft in changed.drafts}
    before = authoring.solutions(db, list(ids.values()))
    arrivals.update(db, changed)
    other = [
        draft.external_id
        for _, draft in changed.drafts
        if editing.solution_of(draft) != before[ids[draft.external_id]]
    ]
    report.answers_changed += other
    if relearn:
        report.relearned += len(editing.ask_anew(db, context, [ids[name] for name in other]))
