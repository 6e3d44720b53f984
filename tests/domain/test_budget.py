"""The day's limits: every one on the way from the library to a facet holds at once."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from drillr.domain import scopes
from drillr.domain.budget import Budget, new_budget, review_budget
from drillr.domain.facts import Event, EventType
from drillr.domain.ids import DeviceId, FactId
from drillr.domain.rulebook import Rulebook

PATHS = ("a__b__c__d", "a__b__c__e", "a__x__c__d", "z__b__c__d")
SCOPES = st.sampled_from(["", "a", "a__b", "a__b__c__d", "z"])


@given(st.dictionaries(SCOPES, st.integers(0, 4)), st.lists(st.sampled_from(PATHS), max_size=30))
def test_no_limit_is_ever_passed(limits: dict[str, int], wanted: list[str]) -> None:
    """Taking what is allowed, in any order, keeps every subtree within its own limit."""
    budget, taken = Budget(limits), list[str]()
    for path in wanted:
        if budget.allows(path):
            budget.spend(path)
            taken.append(path)
    for scope, limit in limits.items():
        count = sum(1 for path in taken if scopes.within(path, scope))
        asked = sum(1 for path in wanted if scopes.within(path, scope))
        assert count <= limit
        if len(limits) == 1:
            assert count == min(limit, asked)
    assert budget.is_bounded == bool(limits)
    assert budget.room == (None if "" not in limits else limits[""] - len(taken))


def rulebook(**places: dict[str, int]) -> Rulebook:
    """Rules with settings of the library (`all`) and of places."""
    return Rulebook.fold(
        Event(
            id=FactId(number.to_bytes(16, "big")), type=EventType.SETTINGS_CHANGED,
            created_at=datetime(2026, 1, 1, tzinfo=UTC), device_id=DeviceId(bytes(16)),
            device_seq=number,
            data={**values, **({} if place == "all" else {scopes.SCOPE: place})},
        )
        for number, (place, values) in enumerate(places.items(), 1)
    )  # fmt: skip


def test_limits_come_from_the_settings_less_what_was_done() -> None:
    """A subtree's own limit holds beside the library's; what was done counts against both."""
    rules = rulebook(all={"new_per_day": 3, "reviews_per_day": 0}, a={"new_per_day": 1})
    budget = new_budget(rules, {"a__b__c__d": 1, "z__b__c__d": 1})
    assert budget.room == 1
    assert not budget.allows("a__b__c__e")
    assert budget.allows("z__b__c__d")
    assert Budget({"": -2}).room == 0


def test_no_reviews_a_day_means_no_limit_but_no_new_ones_means_none() -> None:
    """Zero is no limit for reviews, in the library and below; for new questions it is zero."""
    rules = rulebook(all={"new_per_day": 0}, a={"reviews_per_day": 0, "new_per_day": 0})
    assert not review_budget(rules, {}).is_bounded
    assert review_budget(rulebook(a={"reviews_per_day": 2}), {}).allows("z__b__c__d")
    assert not new_budget(rules, {}).allows("a__b__c__d")


def test_excess_adds_up_what_is_over_every_limit_above() -> None:
    """Nothing where there is room, or no limit."""
    budget = Budget({"": -2, "a": -1, "z": 3})
    assert [budget.excess(path) for path in ("a__b__c__d", "z__b__c__d")] == [3, 2]
    assert Budget({}).excess("a__b__c__d") == 0


def test_nothing_new_is_begun_while_one_pauses() -> None:
    """Whatever the limits say, in any part of the library; reviews keep theirs."""
    rules = rulebook(all={"new_per_day": 9}, a={"new_per_day": 5})
    budget = new_budget(rules, {}, paused=True)
    assert budget.room == 0
    assert not any(budget.allows(path) for path in PATHS)
