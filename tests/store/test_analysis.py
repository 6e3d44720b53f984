"""The sums behind the statistics on both databases: the same answers give the same sums."""

import dataclasses
from datetime import UTC, timedelta

from drillr.bootstrap import context_over
from drillr.domain.rating import Rating
from drillr.domain.session import Plan
from drillr.services.analysis import analyse
from drillr.services.importing import import_paths
from drillr.services.reviewing import Given, start
from drillr.services.undoing import undo_last
from drillr.store.connection import Database
from tests.conftest import Bank, Clock, mcq


def test_the_same_answers_give_the_same_sums(database: Database, bank: Bank, clock: Clock) -> None:
    """Hours, gaps, intervals, eases and confidence, with one answer taken back."""
    context = dataclasses.replace(context_over(database), clock=clock, system_zone=UTC)
    import_paths(context, [str(bank("a__b__c__d", [mcq(1), mcq(2)]))])
    for days, rating in ((0, Rating.EASY), (4, Rating.MEDIUM), (9, Rating.VERY_HARD)):
        clock.at += timedelta(days=days, hours=1)
        session = start(context, Plan(cram=bool(days), new=2))
        for _ in range(2):
            session.answer(Given(chosen=("B",), confidence=4), rating)
    undo_last(context)
    found = analyse(context)
    assert {s.label: (s.right, s.total) for s in found.hours if s.total} == {
        "13": (2, 2), "14": (2, 2), "15": (0, 1),
    }  # fmt: skip
    assert [(s.right, s.total) for s in found.sureness] == [(0, 0), (0, 0), (0, 0), (5, 5), (0, 0)]
    recall = {s.label: s.total for s in found.recall if s.total}
    assert recall["4-7 d"] == 2
    assert sum(count for _, count in found.intervals) == 2
    assert sum(count for _, count in found.eases) == 2
