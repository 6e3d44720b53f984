"""The plan of an exchange: both sides end with the union, and a fork is never taken for news."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from drillr.domain.ids import DeviceId, FactId, QuestionId
from drillr.domain.log import RawEvent, RawFact, Run, in_time, joined, split_device
from drillr.domain.sync_plan import Meeting, Plan, Range, plan, skew

START = datetime(2026, 1, 1, tzinfo=UTC)
Store = dict[DeviceId, list[FactId]]


def fact_id(device: int, number: int, branch: int = 0) -> FactId:
    """An id that tells device, number and branch."""
    return FactId(bytes([device, branch]) + number.to_bytes(14, "big"))


@st.composite
def stores(draw: st.DrawFn) -> tuple[Store, Store]:
    """Two stores that know up to four devices; some devices have forked at some number."""
    mine: Store = {}
    theirs: Store = {}
    for number in range(draw(st.integers(0, 4))):
        device = DeviceId(bytes([number]) * 16)
        shared = draw(st.integers(0, 5))
        common = [fact_id(number, n) for n in range(shared)]
        for branch, store in enumerate((mine, theirs), 1):
            own = [
                fact_id(number, n, branch) for n in range(shared, shared + draw(st.integers(0, 3)))
            ]
            if common or own:
                store[device] = common[: draw(st.integers(0, shared))] if not own else common + own
    return {k: v for k, v in mine.items() if v}, {k: v for k, v in theirs.items() if v}


def meet(mine: Store, theirs: Store) -> Plan:
    """What the two sides tell each other, and the plan that follows."""
    meetings, my_common = [], {}
    for device in {*mine, *theirs}:
        here, there = mine.get(device, []), theirs.get(device, [])
        lower = min(len(here), len(there))
        if lower:
            my_common[device] = here[lower - 1]
        meetings.append(Meeting(device, len(there), there[lower - 1] if lower else None))
    return plan({device: len(facts) for device, facts in mine.items()}, meetings, my_common)


@given(stores())
def test_after_the_exchange_both_sides_hold_the_union(pair: tuple[Store, Store]) -> None:
    """Sending and fetching what the plan says leaves no difference but in forked devices."""
    mine, theirs = pair
    made = meet(mine, theirs)
    for part in made.fetch:
        mine.setdefault(part.device, []).extend(theirs[part.device][part.after : part.last])
    for part in made.send:
        theirs.setdefault(part.device, []).extend(mine[part.device][part.after : part.last])
    for device in {*mine, *theirs}:
        assert (mine.get(device) == theirs.get(device)) != (device in made.forked)
    again = meet(mine, theirs)
    assert (again.send, again.fetch, again.forked) == ((), (), made.forked)


@given(stores())
def test_a_fork_is_never_sent_or_fetched(pair: tuple[Store, Store]) -> None:
    """Where one number names two facts, neither side's facts of that device move."""
    mine, theirs = pair
    made = meet(mine, theirs)
    for device in {*mine, *theirs}:
        lower = min(len(mine.get(device, [])), len(theirs.get(device, [])))
        forked = mine.get(device, [])[:lower] != theirs.get(device, [])[:lower]
        assert forked == (device in made.forked)
    moved = {part.device for part in made.send + made.fetch}
    assert not moved & set(made.forked)


def test_equal_sides_have_nothing_to_do() -> None:
    """The plan between a store and its equal is done, and counts nothing."""
    device = DeviceId(b"a" * 16)
    store = {device: [fact_id(1, 1)]}
    made = meet(store, store)
    assert made.done
    assert (made.outgoing, made.incoming) == (0, 0)
    assert len(Range(device, 3, 10)) == 7


def test_a_clock_that_is_a_little_off_is_not_worth_a_word() -> None:
    """Only a difference of more than two minutes counts, in either direction."""
    assert skew(START, START + timedelta(seconds=100)) == 0
    assert skew(START + timedelta(hours=1), START) == 3600
    assert skew(START, START + timedelta(days=1)) == -86400


def run_of(device: int, instants: list[int]) -> Run:
    """A run of events at these minutes."""
    facts: tuple[RawFact, ...] = tuple(
        RawEvent(n, fact_id(device, n), "x", QuestionId(b""), START + timedelta(minutes=at), "{}")
        for n, at in enumerate(instants, 1)
    )
    return Run(DeviceId(bytes([device]) * 16), "", None, facts)


@given(
    st.lists(st.lists(st.integers(0, 50), min_size=1, max_size=8), max_size=4), st.integers(1, 20)
)
def test_taking_the_earliest_keeps_every_run_unbroken(clocks: list[list[int]], most: int) -> None:
    """The beginnings hold `most` facts, each run from its first on, in time where clocks allow."""
    runs = [run_of(number, clock) for number, clock in enumerate(clocks)]
    taken = in_time(runs, most)
    assert sum(map(len, taken)) == min(most, sum(map(len, runs)))
    whole = {run.device: run.facts for run in runs}
    assert all(run.unbroken and run.facts == whole[run.device][: len(run)] for run in taken)
    left = [fact.created_at for run in runs for fact in run.facts] if taken else []
    if left and all(clock == sorted(clock) for clock in clocks):
        last = max(fact.created_at for run in taken for fact in run.facts)
        kept = {fact.id for run in taken for fact in run.facts}
        rest = [f.created_at for run in runs for f in run.facts if f.id not in kept]
        assert not rest or last <= min(rest)


def test_batches_of_a_device_join_into_the_run_they_were_cut_from() -> None:
    """Of each device one run, with all its facts, that goes on where the first batch did."""
    one, other = run_of(1, [1, 2, 3, 4, 5]), run_of(2, [6, 7])
    batches = [
        Run(one.device, "", fact_id(1, first), one.facts[first : first + 2]) for first in (0, 2, 4)
    ]
    assert joined([batches[0], other, *batches[1:]]) == [
        Run(one.device, "", fact_id(1, 0), one.facts),
        other,
    ]
    assert joined([]) == []


def test_every_store_gives_what_moves_the_same_new_device() -> None:
    """The device that takes a fork's facts follows from the device and the first of them."""
    device = DeviceId(b"a" * 16)
    first = split_device(device, fact_id(1, 4))
    assert first == split_device(device, fact_id(1, 4))
    assert first not in (split_device(device, fact_id(1, 5)), device)
    assert (first[6] >> 4, first[8] >> 6) == (8, 2)
    assert Run(device, "", None, ()).first == Run(device, "", None, ()).last == 0
