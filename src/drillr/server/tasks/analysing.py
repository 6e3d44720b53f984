"""The task that computes what everybody's answers say about each question."""

from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from drillr.domain.analytics import item_statistics
from drillr.server.records import analytics
from drillr.server.work import patiently

if TYPE_CHECKING:
    from drillr.server.records.jobs import Job
    from drillr.server.tasks.running import Note, Tools

KIND = "calculate_user_analytics"
_BATCH = 200


def calculate_user_analytics(tools: "Tools", job: "Job", note: "Note") -> Mapping[str, Any]:
    """Compute and keep the statistics of every question that was answered."""
    del job
    with tools.database.transaction(write=False) as db:
        totals = analytics.totals(db)
        found = [(key, item_statistics(given, totals)) for key, given in analytics.answers(db)]
    rest, done = iter(found), 0
    while batch := list(islice(rest, _BATCH)):

        def save(batch: list[Any] = batch) -> None:
            with tools.database.transaction() as db:
                for key, one in batch:
                    analytics.save(db, key, one, tools.clock())

        patiently(save)
        done += len(batch)
        note(done, len(found))
    return {"questions": len(found), "learners": len(totals)}
