"""Thinning: the newest stays, each recent day, week and month keeps its last, the rest goes."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from drillr.domain.thinning import DAYS, MONTHS, RECENT, WEEKS, kept

END = datetime(2026, 11, 25, 20, tzinfo=UTC)
INSTANTS = st.lists(
    st.integers(0, 24 * 500).map(lambda hours: END - timedelta(hours=hours)), max_size=60
)


def test_two_years_of_days() -> None:
    """A backup a day for two years leaves seven days, five weeks and twelve months."""
    found = sorted(kept(END - timedelta(days=day) for day in range(730)), reverse=True)
    assert found[:7] == [END - timedelta(days=day) for day in range(7)]
    assert len(found) <= DAYS + WEEKS + MONTHS
    assert len({(at.year, at.month) for at in found}) == 12


@given(INSTANTS)
def test_what_is_kept(instants: list[datetime]) -> None:
    """The newest is kept, nothing is invented, and thinning what was thinned changes nothing."""
    found = kept(instants)
    assert found <= set(instants)
    recent = {at for at in instants if max(instants) - at < RECENT}
    assert recent <= found
    assert len(found - recent) <= DAYS + WEEKS + MONTHS
    assert kept(found) == found


@given(INSTANTS, st.integers(1, 40))
def test_a_day_later_no_gap_opens(instants: list[datetime], later: int) -> None:
    """Whatever comes later, the month of every backup kept before still has one for a year."""
    before = kept(instants)
    after = kept([*before, END + timedelta(days=later)])
    months = {(at.year, at.month) for at in after}
    recent = sorted({(at.year, at.month) for at in before}, reverse=True)[: MONTHS - 1]
    assert set(recent) <= months
