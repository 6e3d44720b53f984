"""Facts that come between others: progress is carried on, or counted where that can't be."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from drillr.domain.ids import DeviceId, FacetId, FactId, UserId, facet_id, id_text, question_id
from drillr.domain.log import RawEvent, RawFact, RawResponse, Run
from drillr.domain.progress import FacetProgress
from drillr.services import exchange
from drillr.services.context import Context
from drillr.services.importing import import_paths
from drillr.services.upkeep import examine
from drillr.store import progress
from drillr.store.connection import Connection
from tests.conftest import Bank, mcq


class Device:
    """Another device of the person, whose facts come one batch after another."""

    def __init__(self, context: Context, number: int) -> None:
        self._context, self._number, self._last = context, number, 0
        self._id = DeviceId(bytes.fromhex(f"0190000000007000800000000000{number:04x}"))

    def answer(self, question: int, day: int, hour: int) -> RawFact:
        """An answer on a day of March."""
        at = datetime(2026, 3, day, hour, tzinfo=UTC)
        text = f'{{"day":"{at.date()}","elapsed_ms":1000}}'
        key = question_id(f"q-{question:03d}")
        return RawResponse(
            self._next(), self._identity(), key, None, 1, True, "B", None, None, at, text
        )

    def take_back(self, fact: RawFact, day: int) -> RawFact:
        """Taking an answer back, on a day of March."""
        at, data = datetime(2026, 3, day, 20, tzinfo=UTC), {"response_id": id_text(fact.id)}
        return RawEvent(
            self._next(), self._identity(), "response_retracted", fact.question_id, at,
            json.dumps(data),
        )  # fmt: skip

    def send(self, *facts: RawFact) -> FacetProgress:
        """Hand over its next facts; the facet's progress then."""
        first = facts[0].seq
        previous = self._identity(first - 1) if first > 1 else None
        exchange.receive(self._context, [Run(self._id, "", previous, facts)])
        with self._context.database.transaction(write=False) as db:
            return progress.facet(db, self._context.user, facet_id("a__b__c__d"))

    def _next(self) -> int:
        self._last += 1
        return self._last

    def _identity(self, seq: int = 0) -> FactId:
        return FactId(
            bytes.fromhex(f"019000000000700080{self._number:02x}{seq or self._last:012x}")
        )


@pytest.fixture
def devices(context: Context, bank: Bank) -> tuple[Device, Device]:
    """Two other devices than the store's own, which has three questions of one facet."""
    import_paths(context, [str(bank("a__b__c__d", [mcq(n) for n in range(3)]))])
    return Device(context, 1), Device(context, 2)


def test_a_late_answer_adds_to_what_there_is(
    context: Context, devices: tuple[Device, Device], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is counted for an answer within the run of days, or long before it."""
    one, two = devices
    one.send(one.answer(0, 9, 12), one.answer(0, 10, 12), one.answer(0, 11, 12))
    counted: list[object] = []
    real = progress.recount_facets

    def counting(db: Connection, user: UserId, keys: Sequence[FacetId]) -> None:
        counted.extend(keys)
        real(db, user, keys)

    monkeypatch.setattr(progress, "recount_facets", counting)
    late = two.answer(0, 10, 8), two.answer(1, 5, 12), two.answer(0, 5, 12)
    after = two.send(*late)
    assert (after.completed, after.streak_days, after.time_ms) == (2, 3, 6000)
    assert counted == []
    assert not examine(context).problems
    joined = two.send(two.answer(0, 8, 8))
    assert (joined.streak_days, joined.time_ms) == (4, 7000)
    assert not examine(context).problems


def test_what_is_taken_back_takes_its_day_along(
    context: Context, devices: tuple[Device, Device]
) -> None:
    """The run of days is shorter then, though the card's last answer is what it was."""
    one, two = devices
    facts = [one.answer(0, day, 12) for day in (5, 8, 9)]
    assert one.send(*facts).streak_days == 2
    assert two.send(two.take_back(facts[1], 10)).streak_days == 1
    assert not examine(context).problems


def test_an_earlier_answer_instead_of_one_taken_back(
    context: Context, devices: tuple[Device, Device]
) -> None:
    """As many answers on the day as before, but the last of them was given earlier."""
    one, two = devices
    first, last = one.answer(0, 5, 12), one.answer(0, 9, 12)
    assert one.send(first, last).last_activity_at == last.created_at
    instead = two.answer(0, 9, 10)
    after = two.send(instead, two.take_back(last, 10))
    assert after.last_activity_at == instead.created_at
    assert not examine(context).problems
