"""The study day: it starts at the rollover hour of the person's time zone, not at midnight."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

# At four in the morning even late learners are done with yesterday.
ROLLOVER_HOUR = 4


def study_day(at: datetime, zone: tzinfo, rollover_hour: int) -> date:
    """The study day to which the instant `at` belongs."""
    local = at.astimezone(zone)
    day = local.date() if local.hour >= rollover_hour else local.date() - timedelta(days=1)
    # Where clocks are put back over the rollover hour, the evening is shown again on a day that has
    # already begun.
    following = day + timedelta(days=1)
    return following if local.fold and at >= day_start(following, zone, rollover_hour) else day


def day_start(day: date, zone: tzinfo, rollover_hour: int) -> datetime:
    """The first instant (UTC) of a study day.

    Where a clock change skips the rollover hour, the day starts with the first moment after the
    gap; where it repeats it, with the earlier of the two.
    """
    wall = datetime.combine(day, time(rollover_hour), tzinfo=zone)
    start = wall.astimezone(UTC)
    if start.astimezone(zone).replace(tzinfo=None) != wall.replace(tzinfo=None):
        # The wall time does not exist: fold=1 reads it with the offset after the gap, which puts
        # it before the gap; the gap's end is where both readings of the minute agree.
        start = _gap_end(wall)
    return start


def _gap_end(wall: datetime) -> datetime:
    early, late = (wall.replace(fold=1).astimezone(UTC), wall.astimezone(UTC))
    zone = wall.tzinfo
    before = early.astimezone(zone).utcoffset()
    while late - early > timedelta(microseconds=1):
        middle = early + (late - early) / 2
        if middle.astimezone(zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late


def day_end(day: date, zone: tzinfo, rollover_hour: int) -> datetime:
    """The first instant (UTC) after a study day."""
    return day_start(day + timedelta(days=1), zone, rollover_hour)
