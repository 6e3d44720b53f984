"""Settings by subtree: the nearest counts, the later fact wins, the order of arrival never does."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from drillr.domain import scopes
from drillr.domain.facts import Event, EventType
from drillr.domain.ids import DeviceId, FactId
from drillr.domain.rulebook import Rulebook, stored_rulebook
from drillr.domain.settings import LearningSettings
from drillr.domain.sm2 import Sm2

START = datetime(2026, 1, 1, tzinfo=UTC)
PLACES = ("", "a", "a__b", "a__b__c", "a__b__c__d", "ab", "ab__c__d__e", "x__b__c__d")


def changed(number: int, hours: int, device: int, data: dict[str, Any]) -> Event:
    """A change of settings."""
    return Event(
        id=FactId(number.to_bytes(16, "big")), type=EventType.SETTINGS_CHANGED,
        created_at=START + timedelta(hours=hours), device_id=DeviceId(bytes([device]) * 16),
        device_seq=number, data=data,
    )  # fmt: skip


@st.composite
def changes(draw: st.DrawFn) -> list[Event]:
    """Changes of two devices, some at the same instant, some taken back, some unknown here."""
    found = []
    for number in range(1, draw(st.integers(0, 12)) + 1):
        name, values = draw(
            st.sampled_from(
                [
                    ("new_per_day", st.integers(0, 50)), ("maximum_interval", st.integers(1, 99)),
                    ("fuzz", st.booleans()), ("timezone", st.sampled_from(["UTC", "Asia/Tokyo"])),
                    ("leech_action", st.sampled_from(["flag", "suspend", "explode"])),
                    ("of_a_newer_drillr", st.just([1])), ("new_per_day", st.just("many")),
                    ("scopes", st.just("reserved")),
                ]
            )
        )  # fmt: skip
        data = {name: draw(st.one_of(st.none(), values))}
        place = draw(st.sampled_from(PLACES))
        if place:
            data[scopes.SCOPE] = place
        found.append(changed(number, draw(st.integers(0, 4)), draw(st.integers(1, 2)), data))
    return found


@given(changes(), st.data())
def test_the_order_of_arrival_does_not_matter(events: list[Event], data: st.DataObject) -> None:
    """Any order, with any repeats, gives the same rulebook, and storing it loses nothing."""
    repeats = data.draw(st.lists(st.sampled_from(events), max_size=4)) if events else []
    arrived = data.draw(st.permutations(events + repeats))
    book, other = Rulebook.fold(events), Rulebook.fold(arrived)
    assert book.as_data() == other.as_data()
    restored = Rulebook.of(book.as_data())
    for place in PLACES:
        assert book.settings(place) == other.settings(place) == restored.settings(place)
        assert restored.rules(place) == book.rules(place)


@given(changes(), st.sampled_from(PLACES), st.integers(0, 50))
def test_a_change_holds_where_it_was_made_and_below(
    events: list[Event], place: str, value: int
) -> None:
    """The last change of all holds at its place; elsewhere nothing moves; taking it back undoes."""
    last = changed(99, 9, 3, {"new_per_day": value, "scope": place})
    before, after = Rulebook.fold(events), Rulebook.fold([*events, last])
    assert after.settings(place).new_per_day == value
    if place:
        assert after.scoped.is_local("new_per_day")
    for other in PLACES:
        if not scopes.within(other, place):
            assert after.settings(other) == before.settings(other)
    gone = Rulebook.fold(
        [*events, last, changed(100, 10, 3, {"new_per_day": None, "scope": place})]
    )
    assert "new_per_day" not in gone.scoped.by_scope.get(place, {})
    for other in PLACES:
        region = after.region(other)
        assert scopes.within(other, region)
        assert after.settings(region) == after.settings(other)
        assert after.calendar(region) == after.calendar(other)


def test_what_is_set_nearest_counts() -> None:
    """A facet's value before its topic's, its topic's before the library's, and it says whose."""
    book = Rulebook.fold(
        [
            changed(1, 1, 1, {"new_per_day": 9}),
            changed(2, 2, 1, {"new_per_day": 5, "scope": "a"}),
            changed(3, 3, 1, {"maximum_interval": 30, "scope": "a__b"}),
            changed(4, 4, 1, {"timezone": "Asia/Tokyo", "scope": "a"}),
        ]
    )
    assert book.settings("x__b__c__d").new_per_day == 9
    assert book.settings("ab__c__d__e").new_per_day == 9
    assert book.settings("a__b__c__d").new_per_day == 5
    assert book.rules("a__b__c__d").engine == Sm2(maximum_interval=30, fuzz=True)
    assert book.rules("a__x__c__d").engine == Sm2()
    assert book.settings("a__b").timezone == "system"
    assert book.scoped.source("new_per_day", "a__b__c__d") == "a"
    assert book.scoped.source("new_per_day", "x") == ""
    assert book.scoped.source("fuzz", "a") is None
    assert Rulebook.of({}).settings("a") == LearningSettings()


def test_stored_rules_are_those_that_were_stored() -> None:
    """The same text gives the same object: nobody changes one."""
    stored = json.dumps(Rulebook.fold([changed(1, 0, 1, {"new_per_day": 7})]).as_data())
    assert stored_rulebook(stored).everywhere.new_per_day == 7
    assert stored_rulebook(stored) is stored_rulebook(stored)
    assert stored_rulebook("{}").everywhere == LearningSettings()
    assert stored_rulebook("{}").pause_at(START) is None
