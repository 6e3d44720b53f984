"""What holds at a place, where it comes from, and what a change would be."""

import pytest

from drillr.domain import settings as rules
from drillr.domain.rating import Rating
from drillr.domain.session import Plan
from drillr.errors import SelectorError, UsageError
from drillr.services import configuring
from drillr.services.configuring import Change
from drillr.services.context import Context
from drillr.services.importing import import_paths
from drillr.services.reviewing import Given, start
from drillr.services.upkeep import change_setting, examine
from tests.conftest import Bank, mcq


@pytest.fixture
def library(context: Context, bank: Bank) -> Context:
    """Two topics."""
    bank("a__b__c__d", [mcq(1)])
    assert not import_paths(context, [str(bank("e__f__g__h", [mcq(2)]))]).errors
    return context


def held(context: Context, name: str, place: str) -> tuple[object, object, str | None]:
    """A setting's value at a place, what would hold without one there, and where it is set."""
    one = next(one for one in configuring.held_at(context, place) if one.name == name)
    return one.value, one.default, one.source


def test_what_is_set_nearest_holds_and_says_where(library: Context) -> None:
    """Below a part its value holds; what would hold without it is the one above."""
    assert held(library, "new_per_day", "") == (20, 20, None)
    change_setting(library, "new_per_day", 9)
    change_setting(library, "new_per_day", 5, scope="a__b")
    assert held(library, "new_per_day", "") == (9, 20, "")
    assert held(library, "new_per_day", "a") == (9, 9, "")
    assert held(library, "new_per_day", "a/b") == (5, 9, "a__b")
    assert held(library, "new_per_day", "c") == (5, 5, "a__b")
    assert held(library, "new_per_day", "e") == (9, 9, "")


def test_every_setting_is_listed_with_a_meaning(library: Context) -> None:
    """In the order of the rules."""
    found = configuring.held_at(library)
    assert [one.name for one in found] == rules.names()
    assert all(one.meaning for one in found)


def test_a_change_is_read_whole_or_refused(library: Context) -> None:
    """A value, a name or a place that makes no sense is a usage error."""
    assert configuring.wanted(library, "fuzz", "off", "d") == Change("fuzz", False, "a__b__c__d")
    assert configuring.wanted(library, "fuzz", None) == Change("fuzz", None)
    for name, text, place in (
        ("fuzz", "perhaps", ""), ("fuss", "on", ""), ("fuss", None, ""), ("timezone", "UTC", "a"),
    ):  # fmt: skip
        with pytest.raises(UsageError):
            configuring.wanted(library, name, text, place)
    with pytest.raises(SelectorError):
        configuring.wanted(library, "fuzz", "on", "zzz")


@pytest.mark.parametrize(
    ("name", "above", "value", "lower"),
    [
        ("new_per_day", 5, 9, 5), ("new_per_day", 5, 5, None), ("new_per_day", 0, 4, 0),
        ("reviews_per_day", 0, 50, None), ("reviews_per_day", 30, 50, 30),
        ("reviews_per_day", 30, 0, 30), ("leech_threshold", 3, 9, None),
    ],
)  # fmt: skip
def test_a_lower_limit_above_is_told(
    library: Context, name: str, above: int, value: int, lower: int | None
) -> None:
    """No limit of reviews is written as 0, no new questions as 0."""
    change_setting(library, name, above)
    assert configuring.lower_limit(library, Change(name, value, "a")) == lower
    assert configuring.lower_limit(library, Change(name, value)) is None


def test_a_change_that_is_stopped_leaves_everything(library: Context) -> None:
    """The replay says how far it is; what that raises takes the change back with it."""
    session = start(library, Plan())
    while session.current is not None:
        session.answer(Given(("B",)), Rating.EASY)
    heard: list[float] = []
    change_setting(library, "scheduler", "sm2-classic", on_progress=heard.append)
    assert heard == [0.0]

    def stop(share: float) -> None:
        raise InterruptedError(share)

    with pytest.raises(InterruptedError):
        change_setting(library, "scheduler", "fsrs", on_progress=stop)
    assert held(library, "scheduler", "")[0] == "sm2-classic"
    assert not examine(library).problems
