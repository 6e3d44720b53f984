"""The study day: every instant belongs to exactly one, whatever clocks and travellers do."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drillr.domain.study_day import day_end, day_start, study_day

# Changes of an hour, of half of one, of two, at midnight, backwards over a date, of a whole day.
ZONES = st.sampled_from([
    "UTC", "Europe/Berlin", "Europe/Dublin", "America/New_York", "America/St_Johns",
    "America/Havana", "America/Sao_Paulo", "Australia/Lord_Howe", "Antarctica/Troll",
    "Africa/Casablanca", "Asia/Kathmandu", "Asia/Tehran", "Pacific/Apia", "Pacific/Kiritimati",
]).map(ZoneInfo)  # fmt: skip
HOURS = st.integers(0, 23)
INSTANTS = st.datetimes(datetime(1994, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC))


def change_near(at: datetime, zone: ZoneInfo) -> datetime:
    """The next change of the zone's clocks after an instant, to the minute; itself without one."""
    end = at
    for _ in range(400):
        end += timedelta(days=1)
        if end.astimezone(zone).utcoffset() != at.astimezone(zone).utcoffset():
            low = end - timedelta(days=1)
            while end - low > timedelta(minutes=1):
                middle = low + (end - low) / 2
                same = middle.astimezone(zone).utcoffset() == at.astimezone(zone).utcoffset()
                low, end = (middle, end) if same else (low, middle)
            return end
    return at


@given(INSTANTS, ZONES, HOURS)
def test_an_instant_lies_within_its_study_day(at: datetime, zone: ZoneInfo, hour: int) -> None:
    """A day holds just the instants from its start to its end; days follow without a gap."""
    day = study_day(at, zone, hour)
    assert day_start(day, zone, hour) <= at < day_end(day, zone, hour)
    assert day_end(day, zone, hour) == day_start(day + timedelta(days=1), zone, hour)


@settings(max_examples=60, deadline=None)
@given(INSTANTS, ZONES, HOURS, st.integers(-180, 180))
def test_no_instant_is_lost_when_the_clocks_change(
    at: datetime, zone: ZoneInfo, hour: int, minutes: int
) -> None:
    """Around both changes of a year, at every rollover hour, each instant has one day."""
    near = change_near(at, zone) + timedelta(minutes=minutes)
    day = study_day(near, zone, hour)
    assert day_start(day, zone, hour) <= near < day_end(day, zone, hour)
    assert study_day(day_start(day, zone, hour), zone, hour) == day
    assert study_day(near + timedelta(minutes=1), zone, hour) >= day


@given(INSTANTS, ZONES, ZONES, HOURS)
def test_travel_moves_the_day_by_one_at_most(
    at: datetime, home: ZoneInfo, away: ZoneInfo, hour: int
) -> None:
    """The same instant in another zone belongs to the same date or the one beside it."""
    assert abs(study_day(at, home, hour) - study_day(at, away, hour)) <= timedelta(days=2)
    assert study_day(at, away, hour) - at.astimezone(away).date() in (
        timedelta(0), timedelta(days=-1)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("zone", "hour", "day", "start"),
    [
        # 02:00 does not exist on 29 March: the day begins with the first moment after the gap.
        ("Europe/Berlin", 2, date(2026, 3, 29), datetime(2026, 3, 29, 1, tzinfo=UTC)),
        # 02:00 happens twice on 25 October: the day begins with the earlier.
        ("Europe/Berlin", 2, date(2026, 10, 25), datetime(2026, 10, 25, 0, tzinfo=UTC)),
        ("Europe/Berlin", 4, date(2026, 3, 29), datetime(2026, 3, 29, 2, tzinfo=UTC)),
        ("Europe/Berlin", 4, date(2026, 10, 25), datetime(2026, 10, 25, 3, tzinfo=UTC)),
        # Samoa had no 30 December 2011.
        ("Pacific/Apia", 4, date(2011, 12, 30), datetime(2011, 12, 30, 10, tzinfo=UTC)),
    ],
)
def test_days_begin_where_clocks_say(zone: str, hour: int, day: date, start: datetime) -> None:
    """The instants at which some odd days begin."""
    assert day_start(day, ZoneInfo(zone), hour) == start


def test_a_day_that_has_begun_stays_when_the_clock_goes_back_over_its_beginning() -> None:
    """At midnight and a minute Newfoundland put its clocks back to the eve."""
    zone = ZoneInfo("America/St_Johns")
    before, after = (datetime(2000, 10, 29, 2, minute, tzinfo=UTC) for minute in (29, 32))
    assert after.astimezone(zone).hour == 23
    assert study_day(before, zone, 0) == date(2000, 10, 28)
    assert study_day(after, zone, 0) == date(2000, 10, 29)
